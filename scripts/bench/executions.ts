/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions, no-console -- runs outside n8n */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { INodeParameters } from 'n8n-workflow';
import { Sandbox, type SandboxCredential } from '../../sandbox';
import { Engine, type EngineItem } from '../../engine';
import { table } from '../demo/table';
import { LIMIT, Limiter } from '../support/limiter';
import { makeImage } from '../support/images';
import { createParameters, nodeOptions } from '../support/workflow';

// Executions side by side, of one merchant number, behind a server that lets 15 requests a second through.

const EXECUTIONS = 6;
const ITEMS = 40;

const OPERATIONS: Record<string, { parameters: INodeParameters; requests: number }> = {
	'Get Balance': {
		parameters: {
			resource: 'balance',
			operation: 'get',
			subMchid: '={{ $json.sub_mchid }}',
			accountType: 'BASIC',
		},
		requests: 1,
	},
	'Create with two images': { parameters: createParameters(), requests: 3 },
};

/** What a process is to do: its executions, all at the same time. */
interface Job {
	operation: string;
	executions: number[];
	credential: SandboxCredential;
}

const toItem = (execution: number, item: number): EngineItem => {
	const number = `X${execution}I${item}`;
	const image = (text: string) => ({ data: makeImage(1024, number + text), fileName: 'form.jpg' });
	return {
		json: { sub_mchid: String(1_900_000_000 + 100 * execution + item), out_apply_no: number },
		binary: { sp_form: image('sp'), sub_form: image('sub') },
	};
};

/** In a process of its own, as a worker of n8n's queue mode is. Tells how many items failed. */
async function work(): Promise<void> {
	const engine = await Engine.start();
	const waits = once(process, 'message') as Promise<[Job]>;
	process.send?.('ready');
	const [{ operation, executions, credential }] = await waits;
	const { parameters } = OPERATIONS[operation]!;
	const results = await Promise.all(
		executions.map(async (execution) => {
			const items = Array.from({ length: ITEMS }, (_, item) => toItem(execution, item));
			return await engine.run({ items, parameters, nodeOptions, credential: { ...credential } });
		}),
	);
	const done = results.reduce((sum, { main }) => sum + main[0]!.length, 0);
	await engine.stop();
	process.send?.(executions.length * ITEMS - done, () => process.exit(0));
}

/** One row. */
async function measure(operation: string, processes: number): Promise<string[]> {
	const sandbox = await Sandbox.start();
	const given = sandbox.credential();
	const limiter = new Limiter(new URL(given.customHost));
	const children = Array.from({ length: processes }, () => fork(__filename, ['work']));
	try {
		const credential = { ...given, customHost: await limiter.start() };
		await Promise.all(children.map(async (child) => await once(child, 'message')));
		const failed = await Promise.all(
			children.map(async (child, index) => {
				const executions = Array.from({ length: EXECUTIONS }, (_, i) => i).filter(
					(execution) => execution % processes === index,
				);
				const end = once(child, 'message') as Promise<[number]>;
				const exit = once(child, 'exit').then(() => [NaN]);
				child.send({ operation, executions, credential } satisfies Job);
				return (await Promise.race([end, exit]))[0]!;
			}),
		);
		const { passed, refused } = limiter;
		const needed = EXECUTIONS * ITEMS * OPERATIONS[operation]!.requests;
		const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
		return [
			operation,
			String(processes),
			limiter.seconds.toFixed(1),
			`${passed.length} (${needed} needed)`,
			percent(limiter.used),
			percent(refused / (passed.length + refused)),
			String(failed.reduce((sum, count) => sum + count, 0)),
		];
	} finally {
		for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
		limiter.stop();
		await sandbox.stop();
	}
}

/** Measures all rows, and prints them. */
export async function measureExecutions(): Promise<void> {
	const rows: string[][] = [];
	for (const operation of Object.keys(OPERATIONS)) {
		for (const processes of [1, 2]) {
			process.stdout.write(`${operation}, ${processes} processes ... `);
			const row = await measure(operation, processes);
			console.log(`${row[4]} used, ${row[5]} refused, ${row[6]} failed`);
			rows.push(row);
		}
	}
	const header = ['Operation', 'Processes', 'Seconds', 'Let through', 'Used', 'Refused', 'Failed'];
	console.log(
		`\n${EXECUTIONS} executions of ${ITEMS} items at default options; at most ${LIMIT} requests in any second\n${table(header, rows, 160)}`,
	);
}

if (process.argv[2] === 'work' && process.send) void work();
