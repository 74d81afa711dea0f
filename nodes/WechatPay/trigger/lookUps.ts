import type { IPollFunctions } from 'n8n-workflow';
import { inBatches } from '../actions/batches';
import { toSharedOptions } from '../actions/options';
import type { GivenOptions } from '../actions/options';
import { openClient } from '../client';
import type { Trace } from '../client';
import { pause } from '../client/pause';
import { isNotFound, isProvenNotFound } from '../failure/cause';
import { CallError, WechatPayError } from '../failure/errors';
import { describeError } from '../failure/describe';
import type { LookUpResult } from './changes';
import type { WatchedEvent } from './events';
import type { PollRun } from './schedule';

/** The time for a poll, if n8n does not state it. n8n discards the result of a poll that takes longer. */
const DEFAULT_BUDGET_MS = 5 * 60 * 1000;
/** Share of that time in which look-ups start. The next poll looks up the rest. */
const SHARE_TO_START_IN = 0.8;
/** Share of that time for one attempt: one number must not use up the poll. */
const SHARE_OF_ONE_TRY = 0.25;
const LONGEST_TRY_MS = 30_000;

/** A look-up that failed. */
export interface Failed {
	error: unknown;
	trace: Trace;
	/** It was still in flight when the time of the poll was over. This is not a failure of the number. */
	isLate?: true;
}

/** The outcome of one look-up. */
export type LookUpOutcome = LookUpResult | Failed;

const tooLate = (): WechatPayError =>
	new WechatPayError(
		'WeChat Pay did not respond within the time that n8n gives a poll',
		'The next poll asks again. If the problem persists, check the network of the machine that runs n8n.',
	);

/** A 404 that is not verified may come from a wrong host or a proxy. */
const notProven = (error: CallError): WechatPayError =>
	new WechatPayError(
		'HTTP 404 without a valid WeChat Pay signature',
		'It is not known whether the number exists. Check the "API Host" of the credential, and any proxy on the way. The next poll asks again.',
		describeError(error).details,
	);

function toOutcome(error: unknown, trace: Trace): LookUpOutcome {
	if (!(error instanceof CallError) || !isNotFound(error.cause)) return { error, trace };
	return isProvenNotFound(error.cause) ? { missing: true } : { error: notProven(error), trace };
}

/**
 * Looks up the numbers in order. A failure does not affect the others. Returns before the time of the poll is
 * over: numbers still in flight count as failed, and those that were not started are left out.
 */
export async function lookUp(
	this: IPollFunctions,
	event: WatchedEvent,
	numbers: readonly string[],
	options: GivenOptions,
	run: PollRun,
): Promise<ReadonlyMap<string, LookUpOutcome>> {
	const startedAt = Date.now();
	const budget = this.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS;
	const mayStart = (): boolean =>
		!run.isSuperseded && Date.now() - startedAt < budget * SHARE_TO_START_IN;
	const timeout = Math.min(LONGEST_TRY_MS, budget * SHARE_OF_ONE_TRY);
	const { batching, settings } = toSharedOptions({ ...options, timeout });
	const client = await openClient.call(this, settings);
	const outcomes = new Map<string, LookUpOutcome>();
	const work = async (i: number): Promise<void> => {
		const number = numbers[i];
		const trace: Trace = { sent: false };
		outcomes.set(number, { error: tooLate(), trace, isLate: true });
		try {
			const about = { [event.numberKey]: number };
			outcomes.set(number, { response: await client.get(event.path(number), about, trace) });
		} catch (error) {
			outcomes.set(number, toOutcome(error, trace));
		}
	};
	let isDone = false;
	const wait = async (ms: number): Promise<void> => await pause(ms, () => !mayStart());
	run.ended = inBatches(numbers.length, batching, wait, mayStart, work).finally(() => {
		isDone = true;
	});
	await Promise.race([run.ended, pause(budget, () => isDone || run.isSuperseded)]);
	return outcomes;
}

/** Whether a request for the number was sent. */
export const wasSent = (outcome: LookUpOutcome | undefined): boolean =>
	outcome !== undefined && (!('error' in outcome) || outcome.trace.sent);

/** Whether the look-up of this number failed, and not the poll as a whole. */
export const hasFailed = ({ trace, isLate }: Failed): boolean => trace.sent && !isLate;
