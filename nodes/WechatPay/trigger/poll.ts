import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { inBatches } from '../actions/batches';
import { assertOwnNumber, toList } from '../actions/checks';
import { toSharedOptions } from '../actions/options';
import type { GivenOptions } from '../actions/options';
import { isFinal, needsAttention } from '../actions/state';
import { InputError, WechatPayError } from '../protocol/errors';
import { ItemTransport, isNotFound, report, startRun, toNodeError } from '../transport';
import { pause } from '../transport/pause';
import { EVENTS } from './events';
import type { WatchedEvent } from './events';
import { hasChanged, isDue, recall, remember, rememberMissing } from './memory';
import type { Memory, Seen } from './memory';

const MAX_NUMBERS = 5000;
/** The time that n8n gives a poll, if it does not say. What takes longer, it throws away. */
const DEFAULT_BUDGET_MS = 5 * 60 * 1000;
/** Of that time; what is not asked by then is asked in the next poll. */
const SHARE_TO_START_IN = 0.8;
/** Of that time; one number that hangs must not use up the poll. */
const SHARE_OF_ONE_TRY = 0.25;
const LONGEST_TRY_MS = 30_000;

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

/** One poll under way in this process. */
interface Turn {
	/** n8n makes a new one when it activates the workflow anew. */
	readonly context: IPollFunctions;
	/** Another activation has taken over: nothing more is sent, remembered or emitted. */
	isOver: boolean;
	/** Settles when the last request has ended; a poll that ran out of time returns before. */
	ended: Promise<unknown>;
}

/** By workflow and node: a second poll does not start beside the first. */
const underWay = new Map<string, Turn>();

/** By workflow and node: where the next poll begins, after one that did not get through the list. */
const continueAt = new Map<string, string>();

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

/**
 * Asks for each number, in order; one that fails does not hide the others. Returns before the time
 * of the poll is over, with those that are still unanswered as failed and without those that were
 * not started.
 */
async function lookUp(
	this: IPollFunctions,
	event: WatchedEvent,
	numbers: string[],
	options: TriggerOptions,
	turn: Turn,
): Promise<Map<string, Looked>> {
	const startedAt = Date.now();
	const budget = this.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS;
	const mayStart = (): boolean =>
		!turn.isOver && Date.now() - startedAt < budget * SHARE_TO_START_IN;
	const timeout = Math.min(LONGEST_TRY_MS, budget * SHARE_OF_ONE_TRY);
	const { batching, settings } = toSharedOptions({ ...options, timeout });
	const run = await startRun.call(this, settings);
	const looked = new Map<string, Looked>();
	const work = async (i: number): Promise<void> => {
		const item = new ItemTransport(run, new Map(), new Set());
		item.known[event.numberKey] = numbers[i];
		looked.set(numbers[i], { error: tooLate(), item });
		try {
			looked.set(numbers[i], { answer: await item.get(event.path(numbers[i])) });
		} catch (error) {
			looked.set(numbers[i], isNotFound(error) ? { missing: true } : { error, item });
		}
	};
	let isDone = false;
	const wait = async (ms: number): Promise<void> => await pause(ms, () => !mayStart());
	turn.ended = inBatches(numbers.length, batching, wait, mayStart, work).finally(() => {
		isDone = true;
	});
	await Promise.race([turn.ended, pause(budget, () => isDone || turn.isOver)]);
	return looked;
}

const tooLate = (): WechatPayError =>
	new WechatPayError(
		'WeChat Pay did not answer within the time that n8n gives a poll',
		'The next poll asks again. If it stays, check the network of the machine that runs n8n.',
	);

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
	turn: Turn,
): Promise<INodeExecutionData[][]> {
	const [first] = numbers;
	const looked = (await lookUp.call(this, event, [first], options, turn)).get(first);
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

const wasSent = (looked: Looked | undefined): boolean =>
	looked !== undefined && (!('error' in looked) || looked.item.trace.sent);

async function watch(
	this: IPollFunctions,
	eventName: string,
	numbers: string[],
	options: TriggerOptions,
	key: string,
	turn: Turn,
): Promise<INodeExecutionData[][] | null> {
	const event = EVENTS[eventName];
	const stored = this.getWorkflowStaticData('node') as Stored;
	const known = stored.event === eventName ? stored.seen : undefined;
	const startedAt = Date.now();
	// Goes on where the last poll had to stop, so that every number has its turn.
	const from = Math.max(0, numbers.indexOf(continueAt.get(key) ?? ''));
	const due = [...numbers.slice(from), ...numbers.slice(0, from)].filter((number) =>
		isDue(recall(known, number), startedAt),
	);
	const looked = await lookUp.call(this, event, due, options, turn);
	if (turn.isOver) return null;
	const rest = due.find((number) => !wasSent(looked.get(number)));
	if (rest === undefined) continueAt.delete(key);
	else continueAt.set(key, rest);
	const failed = [...looked.values()].filter((entry) => 'error' in entry);
	if (failed.length > 0 && failed.length === looked.size) throw asError.call(this, failed[0]);

	const seen: Memory = {};
	const items: INodeExecutionData[] = [];
	for (const number of numbers) {
		const before = recall(known, number);
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
	const turn: Turn = { context: this, isOver: false, ended: Promise.resolve() };
	if (!isManual) {
		const other = underWay.get(key);
		if (other?.context === this) return null;
		// The workflow was activated anew: n8n no longer wants what the poll before that finds.
		if (other) other.isOver = true;
		underWay.set(key, turn);
	}
	try {
		const eventName = String(this.getNodeParameter('event'));
		const numbers = readNumbers.call(this);
		const options = this.getNodeParameter('options', {}) as TriggerOptions;
		return isManual
			? await sample.call(this, EVENTS[eventName], numbers, options, turn)
			: await watch.call(this, eventName, numbers, options, key, turn);
	} catch (error) {
		throw asNodeError.call(this, error);
	} finally {
		const leave = (): void => {
			if (underWay.get(key) === turn) underWay.delete(key);
		};
		void turn.ended.then(leave, leave);
	}
}

function asNodeError(this: IPollFunctions, error: unknown): Error {
	if (!(error instanceof InputError)) return error as Error;
	return toNodeError(
		this.getNode(),
		report(error, { known: {}, trace: { sent: false }, sensitive: [] }),
	);
}
