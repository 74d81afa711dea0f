import type { INodeProperties } from 'n8n-workflow';
import type { RunSettings } from '../client';
import { POLICY } from '../client/policy';

/** How the items of one run are batched. */
export interface Batching {
	/** Maximum number of items in flight. */
	size: number;
	/** Minimum milliseconds between the starts of two batches. */
	interval: number;
}

const { requestsPerSecond, jsonTimeoutMs } = POLICY;
const { default: defaultBatch, max: batchLimit } = POLICY.batch;
const { default: defaultAttempts, max: attemptLimit } = POLICY.attempts;

export const batchingOption: INodeProperties = {
	displayName: 'Batching',
	name: 'batching',
	placeholder: 'Add Batching',
	type: 'fixedCollection',
	typeOptions: { multipleValues: false },
	default: { batch: {} },
	options: [
		{
			displayName: 'Batching',
			name: 'batch',
			values: [
				{
					displayName: 'Items per Batch',
					name: 'batchSize',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: batchLimit },
					default: defaultBatch,
					description: `Maximum number of items in flight, 1 to ${batchLimit}. When one is done, the next one starts.`,
				},
				{
					displayName: 'Batch Interval',
					name: 'batchInterval',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 0,
					description:
						'Minimum time between the starts of two batches, in milliseconds. 0 for none.',
				},
			],
		},
	],
};

const maxAttemptsOption: INodeProperties = {
	displayName: 'Max Attempts',
	name: 'maxAttempts',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: attemptLimit },
	default: defaultAttempts,
	description: `Maximum number of attempts for a request. Only requests that are safe to repeat are retried, and all attempts end within ${POLICY.callMs / 1000} seconds.`,
};

export const requestsPerSecondOption: INodeProperties = {
	displayName: 'Requests per Second',
	name: 'requestsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: requestsPerSecond,
	description:
		'Maximum number of requests per second, for all items and all executions with the same Merchant ID together. 0 for no limit. WeChat Pay documents 15 for a similar endpoint and no figure for this one.',
};

const timeoutOption: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: jsonTimeoutMs,
	description: `Time allowed for one attempt, including the whole response, in milliseconds. Defaults to ${jsonTimeoutMs}, and to ${POLICY.uploadTimeoutMs} for uploads.`,
};

/** The options of every operation. They apply to the whole run and are read from its first item. */
export const sharedOptions: INodeProperties[] = [
	batchingOption,
	maxAttemptsOption,
	requestsPerSecondOption,
	timeoutOption,
];

/** A number, or a text that is one. `Number` alone would convert blank text and an empty list to 0. */
function toNumber(value: unknown, otherwise: number): number {
	const isText = typeof value === 'string' && value.trim() !== '';
	const number = isText || typeof value === 'number' ? Number(value) : Number.NaN;
	return Number.isFinite(number) ? number : otherwise;
}

/** The cap. Only 0 means none: a negative number is a mistake and must not remove the cap. */
function toCap(value: unknown): number {
	const cap = toNumber(value, requestsPerSecond);
	return cap >= 0 ? cap : requestsPerSecond;
}

const within = (value: number, least: number, most: number): number =>
	Math.min(most, Math.max(least, Math.floor(value)));

/** The shared options as n8n returns them. Any of them may come from an expression. */
export interface GivenOptions {
	batching?: { batch?: { batchSize?: unknown; batchInterval?: unknown } };
	requestsPerSecond?: unknown;
	timeout?: unknown;
	maxAttempts?: unknown;
}

/** Reads the shared options. A missing value, or one that is not a number, becomes the default. */
export function toSharedOptions(options: GivenOptions): {
	batching: Batching;
	settings: RunSettings;
} {
	const { batchSize, batchInterval } = options.batching?.batch ?? {};
	const timeout = toNumber(options.timeout, 0);
	return {
		batching: {
			size: within(toNumber(batchSize, defaultBatch), 1, batchLimit),
			interval: Math.max(0, toNumber(batchInterval, 0)),
		},
		settings: {
			requestsPerSecond: toCap(options.requestsPerSecond),
			maxAttempts: within(toNumber(options.maxAttempts, defaultAttempts), 1, attemptLimit),
			...(timeout > 0 && { timeout }),
		},
	};
}
