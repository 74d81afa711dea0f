import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isFinal, needsAttention } from '../application/states';
import { hasChanged, recall, remember, rememberMissing, rememberUnread } from './memory';
import type { Memory, Seen } from './memory';

/** What WeChat Pay said of a number: its application, or that there is none. */
export type LookUpResult = { response: IDataObject } | { missing: true };

/** Which changes start the workflow. */
export interface Filter {
	emitPresentState?: boolean;
	finalOnly?: boolean;
	states?: string[];
}

/** What a poll is compared with, and what it brought. */
export interface Comparison {
	/** The key of the user's number in the items. */
	numberKey: string;
	/** All numbers of the list, in order. */
	numbers: readonly string[];
	/** What the polls before remembered; undefined in the first one. */
	known: Memory | undefined;
	results: ReadonlyMap<string, LookUpResult>;
	filter: Filter;
	/** Unix time in milliseconds. */
	now: number;
}

/**
 * The item of one application.
 *
 * @param before what was remembered of it, for `previous_state`
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
 * Compares what a poll brought with what is known. The first poll takes stock of every number: one
 * that it got no response for is remembered as unread, and the first response that comes later is no
 * change either. A number that comes into the list later is a change with its first response.
 *
 * @returns what is to be remembered from now on, and the items of what changed
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
		seen[number] =
			'missing' in result ? rememberMissing() : remember(result.response, before, now);
		const isBaseline = !known || before?.unread === true;
		const isEmitted = isBaseline ? filter.emitPresentState === true : hasChanged(before, seen[number]);
		const item = toItem(numberKey, number, result, before);
		if (isEmitted && isWanted(item, filter)) items.push(item);
	}
	return { seen, items };
}
