import type { IWebhookFunctions } from 'n8n-workflow';
import { toList, toText } from '../item/values';
import { readSubscription } from '../protocol/subscription';
import type { Event } from './event';
import { ALL } from './families';

/** Which notifications start the workflow. An empty list means all. */
export interface Filter {
	events: string[];
	topics: string[];
	cancelTopics: string[];
	states: string[];
	subMchids: string[];
	emitTestMessages: boolean;
	/** Whether a user listens for a test event in the editor. */
	isListening: boolean;
}

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const isOneOf = (value: string, wanted: readonly string[]): boolean =>
	wanted.length === 0 || wanted.some((entry) => sameText(entry, value));

/** Reads names of topics, which may have spaces: separated by commas or line breaks, or an array. */
function toNames(value: unknown, label: string): string[] {
	const entries = Array.isArray(value) ? value : toText(value, label).split(/[,，;；\r\n]+/);
	return entries.map((entry) => toText(entry, label).trim()).filter((entry) => entry !== '');
}

/**
 * Reads the parameters.
 *
 * @throws {InputError} if a field cannot be read
 */
export function readFilter(this: IWebhookFunctions): Filter {
	const option = (name: string): unknown => this.getNodeParameter(`options.${name}`, '');
	return {
		events: toList(this.getNodeParameter('events', [ALL]), '"Trigger On"'),
		topics: toNames(option('topics'), '"Topics"'),
		cancelTopics: toNames(option('cancelTopics'), '"Cancel Topics"'),
		states: toList(option('states'), '"States"'),
		subMchids: toList(option('subMchids'), '"Sub-Merchant IDs"'),
		emitTestMessages: option('emitTestMessages') === true,
		isListening: this.getMode() === 'manual',
	};
}

/** Topics and states only apply to subscription messages. Other events have none. */
function isWantedMessage({ subscription, resource }: Event, { topics, states }: Filter): boolean {
	if (!subscription) return true;
	const { topicEnglishName, topicChineseName } = readSubscription(resource);
	const isWantedTopic = isOneOf(topicEnglishName, topics) || isOneOf(topicChineseName, topics);
	return isWantedTopic && isOneOf(subscription.business_state ?? '', states);
}

/** Whether a notification starts the workflow. */
export function isWanted(event: Event, filter: Filter): boolean {
	const { family, isTest, subMchids } = event;
	const { events } = filter;
	if (isTest) {
		const isChosen = family === 'echo' && events.includes('echo');
		return filter.isListening || filter.emitTestMessages || isChosen;
	}
	const all = events.length === 0 || events.includes(ALL);
	if (!all && !(family && events.includes(family))) return false;
	if (!isWantedMessage(event, filter)) return false;
	// An event without a sub-merchant, such as a complaint, may be about any of them.
	return subMchids.length === 0 || subMchids.some((one) => isOneOf(one, filter.subMchids));
}
