/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { readFileSync } from 'node:fs';
import type { INode, INodeType } from 'n8n-workflow';
import { Engine, createNode, type EngineFile, type EngineItem } from '../../engine';
import { numberOf, imagesOf, subMchidOf, type Job, type Work, type Worker } from './job';
import { createParameters, nodeOptions } from '../support/workflow';

/** A file that is read when n8n stores it, and let go: thousands of photos are not held here. */
const fileOf = (path: string): EngineFile => ({
	fileName: 'form.jpg',
	get data() {
		return readFileSync(path);
	},
});

/** What a node type of the benchmark has to say of itself. */
export const describe = (displayName: string, name: string): INodeType['description'] => ({
	displayName,
	name,
	group: ['transform'],
	version: 1,
	description: displayName,
	defaults: { name: displayName },
	inputs: ['main'],
	outputs: ['main'],
	properties: [],
});

/**
 * A node in n8n's own engine, with n8n's filesystem mode for binary data.
 *
 * @param toNode makes the node that does the work, with its type if it is not of this package
 */
export async function startInN8n(
	job: Job,
	toNode: (name: string, work: () => Work) => { node: INode; type?: INodeType },
): Promise<Worker> {
	let current: Work | undefined;
	let begin: () => void = () => {};
	const { node, type } = toNode('Apply', () => {
		if (!current) throw new Error('There is no work yet.');
		return current;
	});
	// Stands before the node, so that it can be told when n8n has stored the input and goes on.
	const stopwatch: INodeType = {
		description: describe('Stopwatch', 'stopwatch'),
		async execute() {
			begin();
			return [this.getInputData()];
		},
	};
	const engine = await Engine.start({
		binaryMode: 'filesystem',
		nodeTypes: { 'bench.stopwatch': stopwatch, ...(type && { [node.type]: type }) },
	});
	const toItem = (_: unknown, merchant: number): EngineItem => {
		const { sp, sub } = imagesOf(job, merchant);
		return {
			json: { sub_mchid: subMchidOf(merchant), out_apply_no: numberOf(merchant) },
			binary: { sp_form: fileOf(sp), sub_form: fileOf(sub) },
		};
	};
	const to = (name: string) => ({ main: [[{ node: name, type: 'main' as const, index: 0 }]] });
	return {
		folder: engine.folder,
		async work(work: Work, onBegin) {
			current = work;
			begin = onBegin;
			const { main, error } = await engine.run({
				items: Array.from({ length: work.merchants }, toItem),
				workflow: {
					start: 'Start',
					result: node.name,
					nodes: [
						createNode('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
						createNode('Stopwatch', 'bench.stopwatch', 1, {}),
						node,
					],
					connections: { Start: to('Stopwatch'), Stopwatch: to(node.name) },
				},
				credential: { ...work.credential },
			});
			if (error) throw error;
			const [done, failed] = main;
			if (done.length !== work.merchants) throw new Error(JSON.stringify(failed[0]?.json));
		},
		async end() {
			await engine.stop();
		},
	};
}

/** Our node, as a user has it. */
export const startNode = async (job: Job): Promise<Worker> =>
	await startInN8n(job, (name) => {
		const parameters = createParameters({
			batchSize: job.inFlight,
			requestsPerSecond: job.requestsPerSecond,
		});
		const node = createNode(name, 'n8n-nodes-wechatpay.wechatPay', 1, parameters);
		return { node: { ...node, ...nodeOptions } };
	});
