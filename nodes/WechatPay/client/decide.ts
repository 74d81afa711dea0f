import { outcomeOf } from '../failure/cause';
import type { Cause } from '../failure/cause';
import { POLICY } from './policy';

/** An attempt that did not succeed, apart from its cause. */
export interface Attempt {
	/** 1 for the first. */
	number: number;
	/** Time left for the whole call. */
	leftMs: number;
	/** From 0 to 1. Spreads retries of requests that failed at the same time. */
	random: number;
}

export interface RepeatPolicy {
	/**
	 * `always`: acting on it twice does no harm. `ifNotActedOn`: only if it was certainly not acted on.
	 * `ifNotSent`: only if it did not leave this machine, for endpoints about which nothing is known.
	 */
	repeat: 'always' | 'ifNotActedOn' | 'ifNotSent';
	maxAttempts: number;
}

export type Decision =
	/** The call fails. */
	| { next: 'giveUp' }
	/** The call fails, and so does everything that the run has not sent yet. */
	| { next: 'stop' }
	/** The same bytes are sent again. */
	| { next: 'repeat'; waitMs: number; host: 'same' | 'other' };

/** Whether a cause means that no request of this run can succeed. */
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
			// The download of the keys has already used its attempts.
			return cause.kind !== 'noKeys';
		case 'open':
			return repeat === 'always';
		case 'refused':
			return false;
	}
}

export const backoffMs = ({ number, random }: Attempt): number =>
	random * Math.min(POLICY.backoffMs.max, POLICY.backoffMs.first * 2 ** number);

/** The pause that the response asked for, or an exponential back-off. */
function waitMs(cause: Cause, attempt: Attempt): number {
	const asked = 'retryAfterMs' in cause ? cause.retryAfterMs : undefined;
	return asked ?? backoffMs(attempt);
}

/** Decides what follows an attempt that did not succeed. */
export function decide(cause: Cause, attempt: Attempt, policy: RepeatPolicy): Decision {
	if (stopsRun(cause)) return { next: 'stop' };
	const wait = waitMs(cause, attempt);
	const isLast = attempt.number >= policy.maxAttempts || wait >= attempt.leftMs;
	if (isLast || !mayRepeat(cause, policy)) return { next: 'giveUp' };
	return { next: 'repeat', waitMs: wait, host: cause.kind === 'noResponse' ? 'other' : 'same' };
}
