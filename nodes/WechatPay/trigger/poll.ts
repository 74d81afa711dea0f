import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { GivenOptions } from '../actions/options';
import { InputError } from '../failure/errors';
import { NOTHING_SENT, report, toNodeError } from '../failure/report';
import { assertOwnNumber, toList } from '../item/values';
import { compare, toItem } from './changes';
import type { LookUpResult, Filter } from './changes';
import { EVENTS } from './events';
import type { WatchedEvent } from './events';
import { Failures } from './failures';
import { hasFailed, lookUp, wasSent } from './lookUps';
import type { Failed } from './lookUps';
import type { Memory } from './memory';
import { alwaysFailing, logLine, nothingLookedUp, lookUpError } from './report';
import {
	standaloneRun,
	dueNumbers,
	keyOf,
	endRun,
	nextStart,
	setNextStart,
	startRun,
} from './schedule';
import type { PollRun } from './schedule';

const MAX_NUMBERS = 5000;

type TriggerOptions = GivenOptions & Filter;

/** What n8n stores for this node. It is written once, at the end of a poll. */
interface Stored {
	event?: string;
	seen?: Memory;
}

/** What the user wants to watch. */
interface Watched {
	eventName: string;
	event: WatchedEvent;
	numbers: string[];
	options: TriggerOptions;
}

/** By activation. Only a cache: without it, a failing number is reported again. */
const failures = new WeakMap<IPollFunctions, Failures>();

function readNumbers(this: IPollFunctions): string[] {
	const numbers = [...new Set(toList(this.getNodeParameter('numbers', ''), '"Numbers"'))];
	if (numbers.length === 0) {
		throw new InputError(
			'"Numbers" is empty',
			'Enter the numbers of the applications to watch, separated by commas, spaces or line breaks.',
		);
	}
	if (numbers.length > MAX_NUMBERS) {
		throw new InputError(
			`"Numbers" has ${numbers.length} numbers; one trigger watches ${MAX_NUMBERS} at most`,
			'Remove closed applications, or use several workflows.',
		);
	}
	numbers.forEach((number) => assertOwnNumber(number, '"Numbers"'));
	return numbers;
}

function readWatched(this: IPollFunctions): Watched {
	const eventName = String(this.getNodeParameter('event'));
	const numbers = readNumbers.call(this);
	const options = this.getNodeParameter('options', {}) as TriggerOptions;
	return { eventName, event: EVENTS[eventName], numbers, options };
}

/** A sample for the editor: the current state of the first number. Nothing is remembered. */
async function sample(
	this: IPollFunctions,
	{ event, numbers, options }: Watched,
): Promise<INodeExecutionData[][]> {
	const [first] = numbers;
	const outcome = (await lookUp.call(this, event, [first], options, standaloneRun(this))).get(
		first,
	);
	if (!outcome || 'missing' in outcome) {
		throw new InputError(
			`WeChat Pay knows no application with the number ${first}`,
			'Start the list with a number that exists, or choose the other option under "Trigger On": each flow has its own numbers.',
		);
	}
	if ('error' in outcome) throw lookUpError(this.getNode(), outcome);
	return [[toItem(event.numberKey, first, outcome, undefined)]];
}

async function watch(
	this: IPollFunctions,
	{ eventName, event, numbers, options }: Watched,
	key: string,
	run: PollRun,
): Promise<INodeExecutionData[][] | null> {
	const stored = this.getWorkflowStaticData('node') as Stored;
	const known = stored.event === eventName ? stored.seen : undefined;
	const now = Date.now();
	const due = dueNumbers(numbers, nextStart(key), known, now);
	const outcomes = await lookUp.call(this, event, due, options, run);
	if (run.isSuperseded) return null;
	const results = new Map<string, LookUpResult>();
	const failed = new Map<string, Failed>();
	for (const [number, entry] of outcomes) {
		if ('error' in entry) failed.set(number, entry);
		else results.set(number, entry);
	}
	const rest = due.find((number) => !wasSent(outcomes.get(number)));
	const counted = failures.get(this);
	const isNew = [...failed.keys()].some((number) => !counted?.wasReported(number));
	if (isNew && results.size === 0) {
		setNextStart(key, rest);
		throw nothingLookedUp(this.getNode(), failed);
	}

	for (const [number, entry] of failed) if (!hasFailed(entry)) failed.delete(number);
	if (failed.size > 0) {
		const { id: workflowId } = this.getWorkflow();
		this.logger.warn(logLine(failed, due.length), { workflowId, node: this.getNode().name });
	}
	// The poll at activation is not counted: one number must not prevent the activation.
	if (!counted) failures.set(this, new Failures());
	const reported = counted?.record(numbers, failed, results) ?? [];
	// Nothing is stored, so the next poll finds the same changes and emits them.
	if (reported.length > 0) throw alwaysFailing(this.getNode(), reported, failed);

	setNextStart(key, rest);
	const { numberKey } = event;
	const { seen, items } = compare({ numberKey, numbers, known, results, filter: options, now });
	Object.assign(stored, { event: eventName, seen });
	return items.length > 0 ? [items] : null;
}

/**
 * Polls once: looks up the applications that are not final, and emits those that changed since the last poll.
 * The memory is written once, together with what is emitted.
 */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		if (this.getMode() === 'manual') return await sample.call(this, readWatched.call(this));
		const key = keyOf(this);
		const run = startRun(this, key);
		if (!run) return null;
		try {
			return await watch.call(this, readWatched.call(this), key, run);
		} finally {
			endRun(run, key);
		}
	} catch (error) {
		throw asNodeError.call(this, error);
	}
}

function asNodeError(this: IPollFunctions, error: unknown): Error {
	if (!(error instanceof InputError)) return error as Error;
	return toNodeError(this.getNode(), report(error, NOTHING_SENT));
}
