/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { readFileSync } from 'node:fs';
import type { INodeType } from 'n8n-workflow';
import { Engine, createNode, type EngineFile, type EngineItem } from '../engine';
import { numberOf, picturesOf, subMchidOf, type Job, type Work, type Worker } from './job';
import { createParameters, nodeOptions } from '../support/workflow';

/** A file that is read when n8n stores it, and let go: thousands of photos are not held here. */
const fileOf = (path: string): EngineFile => ({
	fileName: 'form.jpg',
	get data() {
		return readFileSync(path);
	},
});

/** Our node, in n8n's own engine, with n8n's filesystem mode for binary data. */
export async function startNode(job: Job): Promise<Worker> {
	let begin: () => void = () => {};
	// Stands before our node, so that it can be told when n8n has stored the input and goes on.
	const stopwatch: INodeType = {
		description: {
			displayName: 'Stopwatch',
			name: 'stopwatch',
			group: ['transform'],
			version: 1,
			description: 'Hands the items on',
			defaults: { name: 'Stopwatch' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [],
		},
		async execute() {
			begin();
			return [this.getInputData()];
		},
	};
	const engine = await Engine.start({
		binaryMode: 'filesystem',
		nodeTypes: { 'bench.stopwatch': stopwatch },
	});
	const parameters = createParameters({
		batchSize: job.inFlight,
		requestsPerSecond: job.requestsPerSecond,
	});
	const toItem = (_: unknown, merchant: number): EngineItem => {
		const { sp, sub } = picturesOf(job, merchant);
		return {
			json: { sub_mchid: subMchidOf(merchant), out_apply_no: numberOf(merchant) },
			binary: { sp_form: fileOf(sp), sub_form: fileOf(sub) },
		};
	};
	const to = (node: string) => ({ main: [[{ node, type: 'main' as const, index: 0 }]] });
	return {
		folder: engine.folder,
		async work({ credential, merchants }: Work, onBegin) {
			begin = onBegin;
			const { main, error } = await engine.run({
				items: Array.from({ length: merchants }, toItem),
				workflow: {
					start: 'Start',
					result: 'WeChat Pay',
					nodes: [
						createNode('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
						createNode('Stopwatch', 'bench.stopwatch', 1, {}),
						{
							...createNode('WeChat Pay', 'n8n-nodes-wechatpay.wechatPay', 1, parameters),
							...nodeOptions,
						},
					],
					connections: { Start: to('Stopwatch'), Stopwatch: to('WeChat Pay') },
				},
				credential: { ...credential },
			});
			if (error) throw error;
			const [done, failed] = main;
			if (done.length !== merchants) throw new Error(JSON.stringify(failed[0]?.json));
		},
		async end() {
			await engine.stop();
		},
	};
}
