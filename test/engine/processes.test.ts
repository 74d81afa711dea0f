import type { INodeParameters } from 'n8n-workflow';
import type { EngineItem } from '../../engine';
import { openBench, unpaced } from '../support/bench';
import { createFromIds, withIds } from '../support/cancelApplications';
import { CREATE } from '../support/paths';
import { until } from '../support/wait';
import { availableTo, heldWithdrawals, START, withdrawalParameters } from '../support/withdrawals';
import { Worker } from '../support/worker';

// Workers of queue mode share nothing but WeChat Pay.

const bench = openBench();
let workers: [Worker, Worker];
beforeAll(async () => (workers = await Promise.all([Worker.start(), Worker.start()])));
afterAll(async () => void (await Promise.all(workers.map(async (worker) => await worker.stop()))));

const run = (parameters: INodeParameters, items: EngineItem[]) => ({
	items,
	parameters: unpaced(parameters),
	nodeOptions: { onError: 'continueErrorOutput' } as const,
	credential: { ...bench.sandbox.credential() },
});

it('two concurrent workers create one application per item', async () => {
	const size = 30;
	const numbers = Array.from({ length: size }, (_, i) => `worker${i}`);
	const task = run(createFromIds(), await withIds(bench, numbers));
	bench.sandbox.latency = 5;
	const outputs = await Promise.all(workers.map(async (worker) => await worker.run(task)));
	expect(bench.sandbox.applications.size).toBe(size);
	const created = bench.sandbox.requests.filter(
		({ path, method, status }) => method === 'POST' && path === CREATE && status === 200,
	);
	expect(created).toHaveLength(size);
	// Whoever was later found what the other had made.
	const [first, second] = outputs.map((output) => output?.[0].map((json) => json.already_existed));
	expect(first).toHaveLength(size);
	expect(second).toEqual(first?.map((existed) => !existed));
});

it('two concurrent workers with the same number create one withdrawal', async () => {
	const parameters = withdrawalParameters(bench);
	bench.sandbox.latency = 5;
	const task = run(
		parameters,
		Array.from({ length: 3 }, () => ({ json: {} })),
	);
	const outputs = await Promise.all(workers.map(async (worker) => await worker.run(task)));
	for (const output of outputs) {
		expect(output?.[0].map(({ status }) => status)).toEqual(Array(3).fill('CREATE_SUCCESS'));
	}
	expect(heldWithdrawals(bench, parameters)).toHaveLength(1);
	expect(availableTo(bench, parameters)).toBe(START - 8000);
});

it('a run after a worker was killed before the response creates no second withdrawal', async () => {
	const parameters = withdrawalParameters(bench);
	const number = String(parameters.outRequestNo);
	const match = { method: 'POST', path: /fund\/withdraw$/, number };
	bench.sandbox.fault({ kind: 'delay', ms: 10_000, match });
	const [, doomed] = workers;
	const killed = doomed.run(run(parameters, [{ json: {} }]));
	await until(() => heldWithdrawals(bench, parameters).length > 0);
	await doomed.kill();
	expect(await killed).toBeUndefined();
	expect(availableTo(bench, parameters)).toBe(START - 8000);

	expect(await bench.one(parameters)).toMatchObject({
		status: 'CREATE_SUCCESS',
		already_existed: true,
	});
	expect(heldWithdrawals(bench, parameters)).toHaveLength(1);
	expect(availableTo(bench, parameters)).toBe(START - 8000);
});
