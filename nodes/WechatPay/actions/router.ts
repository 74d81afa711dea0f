import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { InputError, WechatPayError } from '../protocol/errors';
import { ItemTransport, report, startRun, toErrorJson, toNodeError } from '../transport';
import type { Report, Reported, Turns } from '../transport';
import { pause } from '../transport/pause';
import { inBatches } from './batches';
import { toSharedOptions } from './options';
import type { GivenOptions } from './options';
import { findOperation } from './registry';

interface Failure {
	itemIndex: number;
	report: Report;
}

const NOTHING_SENT: Reported = { known: {}, trace: { sent: false }, sensitive: [] };

const cancelled = (): WechatPayError =>
	new WechatPayError(
		'The execution was canceled before this item was sent',
		'Run again with the same number: that is safe.',
	);

/**
 * n8n before 2.36 takes an item with `details` for a success; what sends it to the error branch
 * everywhere is `error` beside its `json`. It is hidden from n8n's copy of the item, because n8n
 * replaces the `json` of an item that still has it.
 */
function sendToErrorBranch(item: INodeExecutionData, node: INode): void {
	const error = new NodeOperationError(node, String(item.json.error));
	Object.defineProperty(item, 'error', { value: error, enumerable: false });
}

/** Runs the chosen operation for one item. */
async function runOperation(this: IExecuteFunctions, i: number, wechatPay: ItemTransport) {
	const resource = this.getNodeParameter('resource', i) as string;
	const name = this.getNodeParameter('operation', i) as string;
	const operation = findOperation(resource, name);
	if (!operation) {
		throw new InputError(
			`There is no operation "${name}" of "${resource}"`,
			'Choose the operation again from the list.',
		);
	}
	return await operation.execute.call(this, i, wechatPay);
}

/**
 * The only loop over items: several at a time, results in the order of the input, one out for each
 * in. Without continue-on-fail nothing starts after the first failure, and what is in flight ends.
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = this.getInputData();
	const results: INodeExecutionData[] = [];
	const signal = this.getExecutionCancelSignal();
	const isCancelled = (): boolean => signal?.aborted === true;
	const goesOn = this.continueOnFail();
	const hasErrorBranch = this.getNode().onError === 'continueErrorOutput';
	const turns: Turns = new Map();
	const warnings = new Set<string>();
	let failure: Failure | undefined;

	const fail = (itemIndex: number, error: unknown, item: Reported) => {
		const said = report(error, item);
		failure ??= { itemIndex, report: said };
		results[itemIndex] = { json: toErrorJson(said), pairedItem: { item: itemIndex } };
		if (hasErrorBranch) sendToErrorBranch(results[itemIndex], this.getNode());
	};
	const failAll = (error: unknown) => items.forEach((_, i) => fail(i, error, NOTHING_SENT));

	try {
		const { batching, settings } = toSharedOptions(
			this.getNodeParameter('options', 0, {}) as GivenOptions,
		);
		const run = await startRun.call(this, settings);
		const work = async (i: number): Promise<void> => {
			const wechatPay = new ItemTransport(run, turns, warnings);
			try {
				const json = await runOperation.call(this, i, wechatPay);
				results[i] = { json, pairedItem: { item: i } };
			} catch (error) {
				fail(i, error, wechatPay);
			}
		};
		await inBatches(
			items.length,
			batching,
			async (ms) => await pause(ms, isCancelled),
			() => !isCancelled() && (goesOn || !failure),
			work,
		);
	} catch (error) {
		failAll(error);
	}

	items.forEach((_, i) => results[i] ?? fail(i, cancelled(), NOTHING_SENT));
	this.addExecutionHints(
		...[...warnings].map(
			(message) => ({ message, location: 'outputPane', type: 'warning' }) as const,
		),
	);
	if (failure && !goesOn) {
		const done = results.filter(({ json }) => json.error === undefined).length;
		const progress =
			items.length > 1 ? `${done} of ${items.length} items were done before the run stopped.` : '';
		throw toNodeError(this.getNode(), failure.report, failure.itemIndex, progress);
	}
	return [results];
}
