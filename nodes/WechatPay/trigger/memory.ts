import type { IDataObject } from 'n8n-workflow';
import { asksForPayout, isFinal } from '../application/states';

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/**
 * Money can come back from the bank after FINISH: so long an application with a payout is still
 * asked for. Half a day more than thirty, so that the thirtieth look takes place.
 */
const WATCH_AFTER_FINISH_MS = 30.5 * DAY_MS;
/** A poll once a day comes a few seconds early now and then: that must not cost it the day. */
const LOOK_AGAIN_AFTER_MS = DAY_MS - MINUTE_MS;

/** What is remembered of one application between polls; small, because n8n stores it. */
export interface Seen {
	cancel_state: string;
	withdraw_state: string;
	/** All payments as one text, whatever their order: `BASIC_ACCOUNT PAY_SUCCEED, …`. */
	pay_states: string;
	/**
	 * Unix time in milliseconds: when FINISH was first seen, and when it was last asked for. Set only
	 * where a payout was asked for.
	 */
	finishedAt?: number;
	askedAt?: number;
	/** WeChat Pay does not know the number. */
	missing?: true;
	/** The first poll got no response for the number: its first response only takes stock. */
	unread?: true;
}

/** By number. */
export type Memory = Record<string, Seen>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function payments({ account_withdraw_result: results }: IDataObject): string {
	if (!Array.isArray(results)) return '';
	return results
		.filter((entry): entry is IDataObject => typeof entry === 'object' && entry !== null)
		.map(({ out_account_type, pay_state }) => `${text(out_account_type)} ${text(pay_state)}`)
		.sort()
		.join(', ');
}

/** What is remembered of a number. Numbers may be words that every object has, like `constructor`. */
export const recall = (memory: Memory | undefined, number: string): Seen | undefined =>
	memory && Object.hasOwn(memory, number) ? memory[number] : undefined;

/**
 * What of a response is remembered.
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

/** A number that WeChat Pay does not know. */
export const rememberMissing = (): Seen => ({ ...NOTHING, missing: true });

/** A number that the first poll did not reach or could not read. */
export const rememberUnread = (): Seen => ({ ...NOTHING, unread: true });

/**
 * Whether an application has to be asked for in this poll.
 *
 * @param now Unix time in milliseconds
 */
export function isDue(seen: Seen | undefined, now: number): boolean {
	if (!seen || !isFinal(seen)) return true;
	if (seen.finishedAt === undefined) return false;
	const isWatched = now - seen.finishedAt < WATCH_AFTER_FINISH_MS;
	return isWatched && now - (seen.askedAt ?? 0) >= LOOK_AGAIN_AFTER_MS;
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
