import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isFinal, needsAttention } from '../application/states';
import { hasChanged, recall, remember, rememberMissing, rememberUnread } from './memory';
import type { Memory, Seen } from './memory';

/** The result of a look-up: the application, or that there is none. */
export type LookUpResult = { response: IDataObject } | { missing: true };

/** Which changes start the workflow. */
export interface Filter {
	emitPresentState?: boolean;
	finalOnly?: boolean;
	states?: string[];
}

/** The results of a poll, and what they are compared with. */
export interface Comparison {
	/** The key of the user's number in the output. */
	numberKey: string;
	/** All numbers in the list, in order. */
	numbers: readonly string[];
	/** The memory of earlier polls; undefined in the first poll. */
	known: Memory | undefined;
	results: ReadonlyMap<string, LookUpResult>;
	filter: Filter;
	/** Unix time in milliseconds. */
	now: number;
}

/**
 * Makes the output item of one application.
 *
 * @param before what was remembered about it, for `previous_state`
 */
export function toItem(
	numberKey: string,
	number: string,
	result: LookUpResult,
	before: Seen | undefined,
): INodeExecutionData {
	const wasRead = before !== undefined && !before.missing && !before.unread;
	const previous_state = wasRead ? before.cancel_state : null;
	if ('missing' in result) {
		return {
			json: {
				[numberKey]: number,
				not_found: true,
				previous_state,
				is_final: false,
				needs_attention: true,
			},
		};
	}
	const { response } = result;
	return {
		json: {
			...response,
			previous_state,
			is_final: isFinal(response),
			needs_attention: needsAttention(response),
		},
	};
}

function isWanted({ json }: INodeExecutionData, { finalOnly, states = [] }: Filter): boolean {
	if (finalOnly && json.is_final !== true) return false;
	return states.length === 0 || states.includes(String(json.cancel_state));
}

/**
 * Compares the results of a poll with the memory. The first poll records the current states. A number without
 * a result is recorded as unread, and its first result later is not a change either. For a number that is
 * added to the list later, the first result is a change.
 *
 * @returns the new memory, and the items of what changed
 */
export function compare({ numberKey, numbers, known, results, filter, now }: Comparison): {
	seen: Memory;
	items: INodeExecutionData[];
} {
	const seen: Memory = {};
	const items: INodeExecutionData[] = [];
	for (const number of numbers) {
		const before = recall(known, number);
		const result = results.get(number);
		if (!result) {
			if (before) seen[number] = before;
			else if (!known) seen[number] = rememberUnread();
			continue;
		}
		seen[number] = 'missing' in result ? rememberMissing() : remember(result.response, before, now);
		const isBaseline = !known || before?.unread === true;
		const isEmitted = isBaseline
			? filter.emitPresentState === true
			: hasChanged(before, seen[number]);
		const item = toItem(numberKey, number, result, before);
		if (isEmitted && isWanted(item, filter)) items.push(item);
	}
	return { seen, items };
}
