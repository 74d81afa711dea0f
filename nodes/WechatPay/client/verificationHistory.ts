import type { Cause } from '../failure/cause';
import { orUndefined } from '../protocol/orUndefined';
import type { ApiResponse } from './exchange';
import { POLICY } from './policy';

type Unverified = Extract<Cause, { kind: 'unverified' }>;

const isCompleteJson = (body: Buffer): boolean =>
	orUndefined((): unknown => JSON.parse(body.toString('utf8'))) !== undefined;

/**
 * Decides whether responses that do not verify prove that the key is wrong. A single one usually does not.
 * Responses that are repeated or about something else never do: their signature was valid.
 */
export class VerificationHistory {
	/** Whether any response of this run was verified. */
	private isProven = false;

	private failuresInARow = 0;

	/** Records that a response was verified. */
	recordVerified(): void {
		this.isProven = true;
		this.failuresInARow = 0;
	}

	/** Records a response that does not count, and returns its cause. */
	cause(
		reason: Unverified['reason'],
		{ status, headers, body }: ApiResponse,
		more: Pick<Unverified, 'knownSerials' | 'differs'>,
	): Cause {
		const requestId = headers['request-id'];
		const serial = headers['wechatpay-serial'] ?? '';
		const facts = { kind: 'unverified', reason, serial, ...more, status, requestId } as const;
		if (reason === 'repeated' || reason === 'misdirected') {
			// The signature itself was valid.
			this.recordVerified();
			return { ...facts, isConclusive: false };
		}
		this.failuresInARow += 1;
		const isRow = this.failuresInARow >= POLICY.unverifiedThatStop;
		if (isRow && reason === 'stale') return { kind: 'clock', status, code: '', requestId };
		// An incomplete body does not prove that the key is wrong.
		const isWrongKey = reason === 'wrongSignature' && !this.isProven && isCompleteJson(body);
		return { ...facts, isConclusive: isRow || isWrongKey || reason === 'unknownSerial' };
	}
}
