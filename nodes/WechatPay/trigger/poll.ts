import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { inBatches } from '../actions/batches';
import { assertOwnNumber, toList } from '../actions/checks';
import { toSharedOptions } from '../actions/options';
import type { GivenOptions } from '../actions/options';
import { isFinal, needsAttention } from '../actions/state';
import { InputError } from '../protocol/errors';
import { ItemTransport, isNotFound, report, startRun, toNodeError } from '../transport';
import { pause } from '../transport/pause';
import { EVENTS } from './events';
import type { WatchedEvent } from './events';
import { hasChanged, isDue, remember, rememberMissing } from './memory';
import type { Memory, Seen } from './memory';

const MAX_NUMBERS = 5000;
/** Of the time that n8n gives a poll; what is not asked by then is asked in the next one. */
const SHARE_OF_BUDGET = 0.8;
const DEFAULT_BUDGET_MS = 5 * 60 * 1000;

interface TriggerOptions extends GivenOptions {
	emitPresentState?: boolean;
	finalOnly?: boolean;
	states?: string[];
}

/** What n8n stores for this node. Changed once, at the end of a poll. */
interface Stored {
	event?: string;
	seen?: Memory;
}

/** One number that was asked for. */
type Looked = { answer: IDataObject } | { missing: true } | { error: unknown; item: ItemTransport };

/** Polls under way in this process, by workflow and node: a second one does not start beside them. */
const underWay = new Set<string>();

function readNumbers(this: IPollFunctions): string[] {
	const numbers = [...new Set(toList(this.getNodeParameter('numbers', ''), 'Numbers'))];
	if (numbers.length === 0) {
		throw new InputError(
			'Numbers is empty',
			'Enter the numbers of the applications to watch, separated by commas, spaces or lines.',
		);
	}
	if (numbers.length > MAX_NUMBERS) {
		throw new InputError(
			`Numbers has ${numbers.length} numbers; one trigger watches ${MAX_NUMBERS} at most`,
			'Remove those that are closed, or spread them over several workflows.',
		);
	}
	numbers.forEach((number) => assertOwnNumber(number, 'Numbers'));
	return numbers;
}

/** Asks for each number; one that fails does not hide the others. */
async function lookUp(
	this: IPollFunctions,
	event: WatchedEvent,
	numbers: string[],
	options: TriggerOptions,
	mayStart: () => boolean,
): Promise<Map<string, Looked>> {
	const { batching, settings } = toSharedOptions(options);
	const run = await startRun.call(this, settings);
	const looked = new Map<string, Looked>();
	const work = async (i: number): Promise<void> => {
		const item = new ItemTransport(run, new Map(), new Set());
		item.known[event.numberKey] = numbers[i];
		try {
			looked.set(numbers[i], { answer: await item.get(event.path(numbers[i])) });
		} catch (error) {
			looked.set(numbers[i], isNotFound(error) ? { missing: true } : { error, item });
		}
	};
	await inBatches(
		numbers.length,
		batching,
		async (ms) => await pause(ms, () => false),
		mayStart,
		work,
	);
	return looked;
}

/** The item of one application. */
function toItem(
	event: WatchedEvent,
	number: string,
	looked: Exclude<Looked, { error: unknown }>,
	before: Seen | undefined,
): INodeExecutionData {
	const previous_state = before && !before.missing ? before.cancel_state : null;
	if ('missing' in looked) {
		return {
			json: {
				[event.numberKey]: number,
				not_found: true,
				previous_state,
				is_final: false,
				needs_attention: true,
			},
		};
	}
	const { answer } = looked;
	return {
		json: {
			...answer,
			previous_state,
			is_final: isFinal(answer),
			needs_attention: needsAttention(answer),
		},
	};
}

function isWanted({ json }: INodeExecutionData, options: TriggerOptions): boolean {
	if (options.finalOnly && json.is_final !== true) return false;
	const states = options.states ?? [];
	return states.length === 0 || states.includes(String(json.cancel_state));
}

/** A sample for the editor: the present state of the first number. Nothing is remembered. */
async function sample(
	this: IPollFunctions,
	event: WatchedEvent,
	numbers: string[],
	options: TriggerOptions,
): Promise<INodeExecutionData[][]> {
	const [first] = numbers;
	const looked = (await lookUp.call(this, event, [first], options, () => true)).get(first);
	if (!looked || 'missing' in looked) {
		throw new InputError(
			`WeChat Pay knows no application with the number ${first}`,
			'Put a number that exists first, or choose the other event: each flow has numbers of its own.',
		);
	}
	if ('error' in looked) throw asError.call(this, looked);
	return [[toItem(event, first, looked, undefined)]];
}

function asError(
	this: IPollFunctions,
	{ error, item }: Extract<Looked, { error: unknown }>,
): Error {
	return toNodeError(this.getNode(), report(error, item));
}

async function watch(
	this: IPollFunctions,
	eventName: string,
	numbers: string[],
	options: TriggerOptions,
): Promise<INodeExecutionData[][] | null> {
	const event = EVENTS[eventName];
	const stored = this.getWorkflowStaticData('node') as Stored;
	const known = stored.event === eventName ? stored.seen : undefined;
	const startedAt = Date.now();
	const due = numbers.filter((number) => isDue(known?.[number], startedAt));
	// Those that wait longest come first, should the time not suffice for all.
	due.sort((a, b) => Number(known?.[a] !== undefined) - Number(known?.[b] !== undefined));
	const budget = (this.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS) * SHARE_OF_BUDGET;
	const mayStart = (): boolean => Date.now() - startedAt < budget;
	const looked = await lookUp.call(this, event, due, options, mayStart);
	const failed = [...looked.values()].filter((entry) => 'error' in entry);
	if (failed.length > 0 && failed.length === looked.size) throw asError.call(this, failed[0]);

	const seen: Memory = {};
	const items: INodeExecutionData[] = [];
	for (const number of numbers) {
		const before = known?.[number];
		const entry = looked.get(number);
		if (!entry || 'error' in entry) {
			if (before) seen[number] = before;
			continue;
		}
		seen[number] =
			'missing' in entry ? rememberMissing() : remember(entry.answer, before, startedAt);
		// The poll at activation only takes stock: n8n saves what it remembers.
		const isNews = known ? hasChanged(before, seen[number]) : options.emitPresentState === true;
		const item = toItem(event, number, entry, before);
		if (isNews && isWanted(item, options)) items.push(item);
	}
	Object.assign(stored, { event: eventName, seen });
	return items.length > 0 ? [items] : null;
}

/**
 * One poll: asks for the applications that are not final, and emits those that changed since the
 * last one. What it remembers is written once, together with what it emits.
 */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const key = `${this.getWorkflow().id ?? ''} ${this.getNode().id}`;
	const isManual = this.getMode() === 'manual';
	if (!isManual && underWay.has(key)) return null;
	try {
		if (!isManual) underWay.add(key);
		const eventName = String(this.getNodeParameter('event'));
		const numbers = readNumbers.call(this);
		const options = this.getNodeParameter('options', {}) as TriggerOptions;
		return isManual
			? await sample.call(this, EVENTS[eventName], numbers, options)
			: await watch.call(this, eventName, numbers, options);
	} catch (error) {
		throw asNodeError.call(this, error);
	} finally {
		if (!isManual) underWay.delete(key);
	}
}

function asNodeError(this: IPollFunctions, error: unknown): Error {
	if (!(error instanceof InputError)) return error as Error;
	return toNodeError(
		this.getNode(),
		report(error, { known: {}, trace: { sent: false }, sensitive: [] }),
	);
}
