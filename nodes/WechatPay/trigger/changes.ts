import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isFinal, needsAttention } from '../application/states';
import { hasChanged, recall, remember, rememberMissing, rememberUnread } from './memory';
import type { Memory, Seen } from './memory';

/** What WeChat Pay said of a number: its application, or that there is none. */
export type Answered = { answer: IDataObject } | { missing: true };

/** Which changes start the workflow. */
export interface Filter {
	emitPresentState?: boolean;
	finalOnly?: boolean;
	states?: string[];
}

/** What a poll is compared with, and what it brought. */
export interface Poll {
	/** The key of the user's number in the items. */
	numberKey: string;
	/** All numbers of the list, in order. */
	numbers: readonly string[];
	/** What the polls before remembered; undefined in the first one. */
	known: Memory | undefined;
	answers: ReadonlyMap<string, Answered>;
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
	answered: Answered,
	before: Seen | undefined,
): INodeExecutionData {
	const wasRead = before !== undefined && !before.missing && !before.unread;
	const previous_state = wasRead ? before.cancel_state : null;
	if ('missing' in answered) {
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
	const { answer } = answered;
	return {
		json: {
			...answer,
			previous_state,
			is_final: isFinal(answer),
			needs_attention: needsAttention(answer),
		},
	};
}

function isWanted({ json }: INodeExecutionData, { finalOnly, states = [] }: Filter): boolean {
	if (finalOnly && json.is_final !== true) return false;
	return states.length === 0 || states.includes(String(json.cancel_state));
}

/**
 * Compares what a poll brought with what is known. The first poll takes stock of every number: one
 * that it got no answer for is remembered as unread, and the first answer that comes later is no
 * change either. A number that comes into the list later is a change with its first answer.
 *
 * @returns what is to be remembered from now on, and the items of what changed
 */
export function compare({ numberKey, numbers, known, answers, filter, now }: Poll): {
	seen: Memory;
	items: INodeExecutionData[];
} {
	const seen: Memory = {};
	const items: INodeExecutionData[] = [];
	for (const number of numbers) {
		const before = recall(known, number);
		const answered = answers.get(number);
		if (!answered) {
			if (before) seen[number] = before;
			else if (!known) seen[number] = rememberUnread();
			continue;
		}
		seen[number] =
			'missing' in answered ? rememberMissing() : remember(answered.answer, before, now);
		const takesStock = !known || before?.unread === true;
		const isNews = takesStock ? filter.emitPresentState === true : hasChanged(before, seen[number]);
		const item = toItem(numberKey, number, answered, before);
		if (isNews && isWanted(item, filter)) items.push(item);
	}
	return { seen, items };
}
