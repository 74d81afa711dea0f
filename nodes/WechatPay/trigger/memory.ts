import type { IDataObject } from 'n8n-workflow';
import { asksForPayout, isFinal } from '../application/states';
import { objectsOf, text } from '../protocol/values';

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/**
 * How long an application with a payout is watched after FINISH, because the bank can return the money. Half a
 * day more than thirty days, so that the thirtieth look-up takes place.
 */
const WATCH_AFTER_FINISH_MS = 30.5 * DAY_MS;
/** Slightly less than a day, because a daily poll can be a few seconds early. */
const LOOK_AGAIN_AFTER_MS = DAY_MS - MINUTE_MS;

/** What is remembered about one application between polls. It is small, because n8n stores it. */
export interface Seen {
	cancel_state: string;
	withdraw_state: string;
	/** All payments as one text in a fixed order: `BASIC_ACCOUNT PAY_SUCCEED, …`. */
	pay_states: string;
	/**
	 * Unix times in milliseconds: when FINISH was first seen, and the last look-up. Only set for applications
	 * with a payout.
	 */
	finishedAt?: number;
	askedAt?: number;
	/** WeChat Pay does not know the number. */
	missing?: true;
	/** The first poll got no result for the number. Its first result will be recorded, not emitted. */
	unread?: true;
}

/** By number. */
export type Memory = Record<string, Seen>;

function payments({ account_withdraw_result: results }: IDataObject): string {
	return objectsOf(results)
		.map(({ out_account_type, pay_state }) => `${text(out_account_type)} ${text(pay_state)}`)
		.sort()
		.join(', ');
}

/** What is remembered about a number. A number may be a name that every object has, like `constructor`. */
export const recall = (memory: Memory | undefined, number: string): Seen | undefined =>
	memory && Object.hasOwn(memory, number) ? memory[number] : undefined;

/**
 * What to remember about an application.
 *
 * @param now Unix time in milliseconds
 */
export function remember(response: IDataObject, before: Seen | undefined, now: number): Seen {
	const isWatched = response.cancel_state === 'FINISH' && asksForPayout(response);
	return {
		cancel_state: text(response.cancel_state),
		withdraw_state: text(response.withdraw_state),
		pay_states: payments(response),
		...(isWatched && { finishedAt: before?.finishedAt ?? now, askedAt: now }),
	};
}

const NOTHING = { cancel_state: '', withdraw_state: '', pay_states: '' };

/** What to remember about a number that WeChat Pay does not know. */
export const rememberMissing = (): Seen => ({ ...NOTHING, missing: true });

/** What to remember about a number without a result in the first poll. */
export const rememberUnread = (): Seen => ({ ...NOTHING, unread: true });

/**
 * Whether to look up an application in this poll.
 *
 * @param now Unix time in milliseconds
 */
export function isDue(seen: Seen | undefined, now: number): boolean {
	if (!seen || !isFinal(seen)) return true;
	if (seen.finishedAt === undefined) return false;
	const isWatched = now - seen.finishedAt < WATCH_AFTER_FINISH_MS;
	return isWatched && now - (seen.askedAt ?? 0) >= LOOK_AGAIN_AFTER_MS;
}

/** Whether anything that counts as a change differs. */
export function hasChanged(before: Seen | undefined, after: Seen): boolean {
	return (
		before === undefined ||
		before.missing !== after.missing ||
		before.cancel_state !== after.cancel_state ||
		before.withdraw_state !== after.withdraw_state ||
		before.pay_states !== after.pay_states
	);
}
