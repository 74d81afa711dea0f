import type { Cause } from '../failure/cause';
import type { ApiResponse } from './exchange';
import { POLICY } from './policy';

type Unverified = Extract<Cause, { kind: 'unverified' }>;

const isCompleteJson = (body: Buffer): boolean => {
	try {
		JSON.parse(body.toString('utf8'));
		return true;
	} catch {
		return false;
	}
};

/**
 * Judges responses that do not verify: one may be an accident, a key that is wrong is none. Responses that
 * are repeated or about something else say nothing of the key.
 */
export class VerificationHistory {
	/** Whether a response has been verified in this run. */
	private isProven = false;

	private failuresInARow = 0;

	/** A response was verified. */
	recordVerified(): void {
		this.isProven = true;
		this.failuresInARow = 0;
	}

	/** The cause of a response that does not count. */
	cause(
		reason: Unverified['reason'],
		{ status, headers, body }: ApiResponse,
		more: Pick<Unverified, 'knownSerials' | 'differs'>,
	): Cause {
		const requestId = headers['request-id'];
		const serial = headers['wechatpay-serial'] ?? '';
		const facts = { kind: 'unverified', reason, serial, ...more, status, requestId } as const;
		if (reason === 'repeated' || reason === 'misdirected') {
			// The key fitted.
			this.recordVerified();
			return { ...facts, isConclusive: false };
		}
		this.failuresInARow += 1;
		const isRow = this.failuresInARow >= POLICY.unverifiedThatStop;
		if (isRow && reason === 'stale') return { kind: 'clock', status, code: '', requestId };
		// Bytes that were cut say nothing of the key.
		const isWrongKey = reason === 'wrongSignature' && !this.isProven && isCompleteJson(body);
		return { ...facts, isConclusive: isRow || isWrongKey || reason === 'unknownSerial' };
	}
}
