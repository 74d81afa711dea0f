import type { IDataObject } from 'n8n-workflow';
import { isFinal, payStates } from '../actions/state';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Money can come back from the bank after FINISH: so long such an application is still asked for. */
const WATCH_AFTER_FINISH_MS = 30 * DAY_MS;

/** What is remembered of one application between polls; small, because n8n stores it. */
export interface Seen {
	cancel_state: string;
	withdraw_state: string;
	/** All payments as one text, e.g. `BASIC_ACCOUNT PAY_SUCCEED`. */
	pay_states: string;
	/** Set once nothing more will happen. */
	final?: true;
	/** Unix time in milliseconds: when FINISH was first seen, and when it was last asked for. */
	finishedAt?: number;
	askedAt?: number;
	/** WeChat Pay does not know the number. */
	missing?: true;
}

/** By number. */
export type Memory = Record<string, Seen>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What of an answer is remembered. */
export function remember(answer: IDataObject, before: Seen | undefined, now: number): Seen {
	const finishedAt = answer.cancel_state === 'FINISH' ? (before?.finishedAt ?? now) : undefined;
	return {
		cancel_state: text(answer.cancel_state),
		withdraw_state: text(answer.withdraw_state),
		pay_states: payStates(answer).map(String).join(' '),
		...(isFinal(answer) && { final: true as const }),
		...(finishedAt !== undefined && { finishedAt, askedAt: now }),
	};
}

/** A number that WeChat Pay does not know. */
export const rememberMissing = (): Seen => ({
	cancel_state: '',
	withdraw_state: '',
	pay_states: '',
	missing: true,
});

/** Whether an application has to be asked for in this poll. */
export function isDue(seen: Seen | undefined, now: number): boolean {
	if (!seen?.final) return true;
	if (seen.finishedAt === undefined) return false;
	const isWatched = now - seen.finishedAt < WATCH_AFTER_FINISH_MS;
	return isWatched && now - (seen.askedAt ?? 0) >= DAY_MS;
}

/** Whether anything that users wait for is different. */
export function hasChanged(before: Seen | undefined, after: Seen): boolean {
	return (
		before === undefined ||
		before.missing !== after.missing ||
		before.cancel_state !== after.cancel_state ||
		before.withdraw_state !== after.withdraw_state ||
		before.pay_states !== after.pay_states
	);
}
