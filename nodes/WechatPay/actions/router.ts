import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { openClient } from '../client';
import { pause } from '../client/pause';
import { canceledError } from '../client/runState';
import { InputError } from '../failure/errors';
import { NOTHING_SENT, report, toErrorJson, toNodeError } from '../failure/report';
import type { Report } from '../failure/report';
import { Item } from '../item/item';
import { ItemRun } from '../item/itemRun';
import { toContent } from '../item/output';
import type { Output } from '../item/output';
import { inBatches } from './batches';
import { toSharedOptions } from './options';
import type { GivenOptions } from './options';
import { findOperation } from './registry';

/** The result of one item. */
type Result = { done: Output[] } | { failed: Report };

/** Runs the chosen operation for one item. */
async function runOperation(item: Item): Promise<Output[]> {
	const resource = String(item.value('resource'));
	const name = String(item.value('operation'));
	const operation = findOperation(resource, name);
	if (!operation) {
		throw new InputError(
			`There is no operation "${name}" of "${resource}"`,
			'Choose the operation again from the list.',
		);
	}
	const execute = async (): Promise<Output | Output[]> => await operation.execute(item);
	const number = operation.numberOf?.(item);
	const output = number === undefined ? await execute() : await item.run.queue.run(number, execute);
	return Array.isArray(output) ? output : [output];
}

async function settle(item: Item): Promise<Result> {
	try {
		return { done: await runOperation(item) };
	} catch (error) {
		return { failed: item.report(error) };
	}
}

/** The results of a run. */
interface Settled {
	/** By item. */
	results: Result[];
	/** The first failure in time. */
	firstFailure?: { index: number; report: Report };
	hints: Iterable<string>;
}

/**
 * Runs all items, several at a time. Without continue-on-fail no item starts after the first failure, and
 * items in flight finish.
 */
async function runItems(this: IExecuteFunctions): Promise<Settled> {
	const signal = this.getExecutionCancelSignal();
	const isCanceled = (): boolean => signal?.aborted === true;
	const { batching, settings } = toSharedOptions(
		this.getNodeParameter('options', 0, {}) as GivenOptions,
	);
	const run = new ItemRun(this, await openClient.call(this, settings));
	const { hints } = run;
	const settled: Settled = { results: [], hints };
	await inBatches(
		this.getInputData().length,
		batching,
		async (ms) => await pause(ms, isCanceled),
		() => !isCanceled() && (this.continueOnFail() || !settled.firstFailure),
		async (index) => {
			const result = await settle(new Item(run, index));
			settled.results[index] = result;
			if ('failed' in result) settled.firstFailure ??= { index, report: result.failed };
		},
	);
	return settled;
}

/** The results of all items, including those that were not started. */
async function settleAll(this: IExecuteFunctions): Promise<Settled> {
	const fill = (results: Result[], error: unknown): Result[] =>
		this.getInputData().map((_, i) => results[i] ?? { failed: report(error, NOTHING_SENT) });
	try {
		const settled = await runItems.call(this);
		const results = fill(settled.results, canceledError());
		const failed = results.findIndex((result) => 'failed' in result);
		return { firstFailure: firstOf(results, failed), ...settled, results };
	} catch (error) {
		const results = fill([], error);
		return { results, firstFailure: firstOf(results, 0), hints: [] };
	}
}

function firstOf(results: Result[], index: number): Settled['firstFailure'] {
	const result = results[index];
	return result && 'failed' in result ? { index, report: result.failed } : undefined;
}

/**
 * n8n before 2.36 treats an item with `details` as a success. `error` next to `json` sends it to the error
 * output in all versions. It is not enumerable, because n8n replaces the `json` of a copy that has it.
 */
function sendToErrorBranch(item: INodeExecutionData, node: INode): INodeExecutionData {
	const error = new NodeOperationError(node, String(item.json.error));
	return Object.defineProperty(item, 'error', { value: error, enumerable: false });
}

/** The output items of one input item. */
function toItems(this: IExecuteFunctions, result: Result, index: number): INodeExecutionData[] {
	const pairedItem = { item: index };
	if ('done' in result) return result.done.map((output) => ({ ...toContent(output), pairedItem }));
	const item = { json: toErrorJson(result.failed), pairedItem };
	const node = this.getNode();
	return [node.onError === 'continueErrorOutput' ? sendToErrorBranch(item, node) : item];
}

/** Runs the node. This is the only loop over items. Results are in the order of the input. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const { results, firstFailure, hints } = await settleAll.call(this);
	this.addExecutionHints(
		...[...hints].map((message) => ({ message, location: 'outputPane', type: 'warning' }) as const),
	);
	if (firstFailure && !this.continueOnFail()) {
		const done = results.filter((result) => 'done' in result).length;
		const progress =
			results.length > 1
				? `${done} of ${results.length} items were done before the run stopped.`
				: '';
		throw toNodeError(this.getNode(), firstFailure.report, firstFailure.index, progress);
	}
	return [results.flatMap((result, index) => toItems.call(this, result, index))];
}
