import { outcomeOf } from '../failure/cause';
import type { Cause } from '../failure/cause';
import { POLICY } from './policy';

/** What an attempt that did not succeed is judged by, beside its cause. */
export interface Attempt {
	/** 1 for the first. */
	number: number;
	/** Until the call must have ended. */
	leftMs: number;
	/** From 0 to 1: spreads what failed together. */
	random: number;
}

export interface RepeatPolicy {
	/**
	 * `always`: it may be acted on twice without harm. `ifNotActedOn`: only what surely was not.
	 * `ifNotSent`: only what did not leave this machine, where nothing is known of the endpoint.
	 */
	repeat: 'always' | 'ifNotActedOn' | 'ifNotSent';
	maxAttempts: number;
}

export type Decision =
	/** The call fails. */
	| { next: 'giveUp' }
	/** The call fails, and so does all that the run has not sent yet. */
	| { next: 'stop' }
	/** The same bytes go out again. */
	| { next: 'repeat'; waitMs: number; host: 'same' | 'other' };

/** Whether a cause says that no request of this run can succeed. */
export function stopsRun(cause: Cause): boolean {
	switch (cause.kind) {
		case 'signature':
		case 'clock':
		case 'unknownKey':
			return true;
		case 'unverified':
			return cause.isConclusive;
		case 'rateLimit':
		case 'tryLater':
			return (cause.retryAfterMs ?? 0) >= POLICY.callMs;
		case 'noKeys':
			// The credential itself is wrong.
			return !('kind' in cause.failure) || stopsRun(cause.failure);
		default:
			return false;
	}
}

function mayRepeat(cause: Cause, { repeat }: RepeatPolicy): boolean {
	switch (outcomeOf(cause)) {
		case 'notActedOn':
			return repeat !== 'ifNotSent';
		case 'notSent':
			// Its own attempts are used up already.
			return cause.kind !== 'noKeys';
		case 'open':
			return repeat === 'always';
		case 'refused':
			return false;
	}
}

export const backoffMs = ({ number, random }: Attempt): number =>
	random * Math.min(POLICY.backoffMs.max, POLICY.backoffMs.first * 2 ** number);

/** What the response asked for, or a pause that grows. */
function waitMs(cause: Cause, attempt: Attempt): number {
	const asked = 'retryAfterMs' in cause ? cause.retryAfterMs : undefined;
	return asked ?? backoffMs(attempt);
}

/** What follows an attempt that did not succeed. */
export function decide(cause: Cause, attempt: Attempt, policy: RepeatPolicy): Decision {
	if (stopsRun(cause)) return { next: 'stop' };
	const wait = waitMs(cause, attempt);
	const isLast = attempt.number >= policy.maxAttempts || wait >= attempt.leftMs;
	if (isLast || !mayRepeat(cause, policy)) return { next: 'giveUp' };
	return { next: 'repeat', waitMs: wait, host: cause.kind === 'noResponse' ? 'other' : 'same' };
}
