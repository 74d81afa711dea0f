import type { IPollFunctions } from 'n8n-workflow';
import { isDue, recall } from './memory';
import type { Memory } from './memory';

/** One poll that is running in this process. */
export interface PollRun {
	/** n8n creates a new one for each activation of the workflow. */
	readonly context: IPollFunctions;
	/** Another activation has replaced it: nothing more is sent, remembered or emitted. */
	isSuperseded: boolean;
	/** Settles when the last request has ended, which may be after the poll has returned. */
	ended: Promise<unknown>;
}

/** Running polls by workflow and node: a second poll does not start during the first. */
const activeRuns = new Map<string, PollRun>();

/** By workflow and node: where the next poll begins, after a poll that did not reach the end of the list. */
const continueAt = new Map<string, string>();

/** The key of the trigger in the memory of this process. */
export const keyOf = (context: IPollFunctions): string =>
	`${context.getWorkflow().id ?? ''} ${context.getNode().id}`;

/** A run that is independent of others, for a test in the editor. */
export const standaloneRun = (context: IPollFunctions): PollRun => ({
	context,
	isSuperseded: false,
	ended: Promise.resolve(),
});

/**
 * Starts the run of a poll.
 *
 * @returns undefined if a poll of the same activation is still running
 */
export function startRun(context: IPollFunctions, key: string): PollRun | undefined {
	const other = activeRuns.get(key);
	if (other?.context === context) return undefined;
	// The workflow was activated again: n8n no longer uses the result of the earlier poll.
	if (other) other.isSuperseded = true;
	const run = standaloneRun(context);
	activeRuns.set(key, run);
	return run;
}

/** Ends the run once its last request has ended. */
export function endRun(run: PollRun, key: string): void {
	const leave = (): void => {
		if (activeRuns.get(key) === run) activeRuns.delete(key);
	};
	void run.ended.then(leave, leave);
}

/**
 * The numbers that a poll looks up, in order: those that are due, beginning where the last poll stopped, so
 * that every number is reached.
 *
 * @param from the number to begin with; the first one if it is not in the list
 * @param now Unix time in milliseconds
 */
export function dueNumbers(
	numbers: readonly string[],
	from: string | undefined,
	known: Memory | undefined,
	now: number,
): string[] {
	const start = Math.max(0, numbers.indexOf(from ?? ''));
	return [...numbers.slice(start), ...numbers.slice(0, start)].filter((number) =>
		isDue(recall(known, number), now),
	);
}

/** Where the next poll of a trigger begins. */
export const nextStart = (key: string): string | undefined => continueAt.get(key);

/** Sets where the next poll begins: with the first number that this poll did not reach, or at the start. */
export function setNextStart(key: string, rest: string | undefined): void {
	if (rest === undefined) continueAt.delete(key);
	else continueAt.set(key, rest);
}
