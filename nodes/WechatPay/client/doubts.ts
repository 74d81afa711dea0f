import type { Cause } from '../failure/cause';
import type { Answer } from './exchange';
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
 * Judges answers that do not verify: one may be an accident, a key that is wrong is none. Answers that
 * are repeated or about something else say nothing of the key.
 */
export class Doubts {
	/** Whether an answer has been verified in this run. */
	private isProven = false;

	private inARow = 0;

	/** An answer was verified. */
	settle(): void {
		this.isProven = true;
		this.inARow = 0;
	}

	/** The cause of an answer that does not count. */
	cause(
		doubt: Unverified['doubt'],
		{ status, headers, body }: Answer,
		more: Pick<Unverified, 'knownSerials' | 'differs'>,
	): Cause {
		const requestId = headers['request-id'];
		const serial = headers['wechatpay-serial'] ?? '';
		const facts = { kind: 'unverified', doubt, serial, ...more, status, requestId } as const;
		if (doubt === 'repeated' || doubt === 'misdirected') {
			// The key fitted.
			this.settle();
			return { ...facts, isConclusive: false };
		}
		this.inARow += 1;
		const isRow = this.inARow >= POLICY.doubtsThatStop;
		if (isRow && doubt === 'stale') return { kind: 'clock', status, code: '', requestId };
		// Bytes that were cut say nothing of the key.
		const isWrongKey = doubt === 'wrongSignature' && !this.isProven && isCompleteJson(body);
		return { ...facts, isConclusive: isRow || isWrongKey || doubt === 'unknownSerial' };
	}
}
