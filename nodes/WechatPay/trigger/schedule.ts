import type { IPollFunctions } from 'n8n-workflow';
import { isDue, recall } from './memory';
import type { Memory } from './memory';

/** One poll under way in this process. */
export interface PollRun {
	/** n8n makes a new one when it activates the workflow anew. */
	readonly context: IPollFunctions;
	/** Another activation has taken over: nothing more is sent, remembered or emitted. */
	isSuperseded: boolean;
	/** Settles when the last request has ended; a poll that ran out of time returns before. */
	ended: Promise<unknown>;
}

/** By workflow and node: a second poll does not start beside the first. */
const activeRuns = new Map<string, PollRun>();

/** By workflow and node: where the next poll begins, after one that did not get through the list. */
const continueAt = new Map<string, string>();

/** Names the trigger in the memory of this process. */
export const keyOf = (context: IPollFunctions): string =>
	`${context.getWorkflow().id ?? ''} ${context.getNode().id}`;

/** A turn beside all others, for a test in the editor. */
export const standaloneRun = (context: IPollFunctions): PollRun => ({
	context,
	isSuperseded: false,
	ended: Promise.resolve(),
});

/**
 * Takes the turn of a trigger.
 *
 * @returns undefined if a poll of the same activation is still under way
 */
export function startRun(context: IPollFunctions, key: string): PollRun | undefined {
	const other = activeRuns.get(key);
	if (other?.context === context) return undefined;
	// The workflow was activated anew: n8n no longer wants what the poll before that finds.
	if (other) other.isSuperseded = true;
	const run = standaloneRun(context);
	activeRuns.set(key, run);
	return run;
}

/** Gives the turn back once its last request has ended. */
export function endRun(run: PollRun, key: string): void {
	const leave = (): void => {
		if (activeRuns.get(key) === run) activeRuns.delete(key);
	};
	void run.ended.then(leave, leave);
}

/**
 * The numbers that a poll asks for, in order: those that are due, beginning where the last poll had
 * to stop, so that every number has its turn.
 *
 * @param from the number to begin with; one that is not in the list means the first
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

/** Keeps where the next poll begins: with what this one did not reach, or at the first number. */
export function setNextStart(key: string, rest: string | undefined): void {
	if (rest === undefined) continueAt.delete(key);
	else continueAt.set(key, rest);
}
