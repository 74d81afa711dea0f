/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console -- runs outside n8n */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { Sandbox } from '../../sandbox';
import { until, type N8n, type Workflow } from '../../host/n8n';
import { LIMIT, Limiter } from '../../scripts/support/limiter';
import { toProgress } from '../../scripts/support/progress';
import type { Context } from '../context';
import { RUNNING, activate } from './executions';
import { startQueueMode, type QueueMode } from './mode';
import { assertOnce, rowOf, type Row } from './rows';
import { APPLY, sendsBatches, throughWebhook } from '../workflows';

const BATCH = 50;
/** Batches that a worker has under way. */
const CONCURRENCY = 3;
/** Above what two workers and the sandbox reach on a small machine: the time is that of n8n. */
const UNCAPPED = 0;
const WITHIN = 20 * 60_000;

/** Many rows in batches through two workers, one of which is killed; then a limit that two workers share. */
export async function queueMany({ folder, tarball, check, rows }: Context): Promise<void> {
	const sandbox = await Sandbox.start();
	const given = sandbox.credential();
	const limiter = new Limiter(new URL(given.customHost));
	const mode = await startQueueMode(folder, tarball, {
		N8N_CONCURRENCY_PRODUCTION_LIMIT: String(CONCURRENCY),
	});
	const { main } = mode;
	try {
		const direct = await main.createCredential('Direct', 'wechatPayApi', given);
		const customHost = await limiter.start();
		const limited = await main.createCredential('Limited', 'wechatPayApi', {
			...given,
			customHost,
		});
		await killed(check, sandbox, mode, direct, rows);
		await shared(check, sandbox, mode, limited, limiter);
	} finally {
		await mode.stop();
		limiter.stop();
		await sandbox.stop();
	}
}

async function killed(
	check: Context['check'],
	sandbox: Sandbox,
	mode: QueueMode,
	credential: string,
	count: number,
): Promise<void> {
	const rows = Array.from({ length: count }, (_, index) => rowOf('MANY', index));
	const numbers = rows.map(({ out_apply_no }) => out_apply_no);
	const flow = await openFlow(mode, 'many', credential, { requestsPerSecond: UNCAPPED });
	let failed: Row[] = [];

	await check(`queue-many: ${count} rows stay consistent after a worker crash`, async () => {
		const started = Date.now();
		const first = flow.send(rows);
		first.catch(() => {}); // looked at below
		await until('half of the applications', WITHIN, () => {
			return sandbox.applications.size >= count / 2;
		});
		await mode.workers[0].crash();
		const [ended] = await Promise.all([first, mode.start('worker-1', 'worker')]);
		for (const number of ended.done) ok(sandbox.applications.has(number), `${number} is missing`);
		assertOnce(sandbox, [...sandbox.applications.keys()]);
		const lost = toBatches(rows).filter((batch) =>
			batch.some(({ out_apply_no }) => !ended.done.has(out_apply_no)),
		);
		ok(lost.length > 0, 'no batch was lost: the worker was killed too late');
		failed = lost.flat();
		const seconds = ((Date.now() - started) / 1000).toFixed(0);
		console.log(`        ${ended.done.size} done and ${lost.length} batches lost in ${seconds} s`);
	});

	await check('queue-many: the lost batches run again and every row exists once', async () => {
		const before = new Set(sandbox.applications.keys());
		const { done, alreadyExisted } = await flow.send(failed);
		const again = failed.map(({ out_apply_no }) => out_apply_no);
		deepEqual([...done].sort(), again);
		deepEqual(
			[...alreadyExisted].sort(),
			again.filter((number) => before.has(number)),
		);
		deepEqual([...sandbox.applications.keys()].sort(), numbers);
		assertOnce(sandbox, numbers);
		console.log(`        ${again.length} rows again, ${alreadyExisted.size} had existed`);
	});
}

/** Each worker sends at its own default cap, which is the limit of both together: only 429 tells. */
async function shared(
	check: Context['check'],
	sandbox: Sandbox,
	mode: QueueMode,
	credential: string,
	limiter: Limiter,
): Promise<void> {
	await check(
		`queue-many: two workers complete all rows with a shared limit of ${LIMIT} a second`,
		async () => {
			const rows = Array.from({ length: 240 }, (_, index) => rowOf('SHARED', 10_000 + index));
			const size = rows.length / (2 * CONCURRENCY);
			const flow = await openFlow(mode, 'shared', credential, {}, size);
			const { done, errors } = await flow.send(rows);
			deepEqual(errors, []);
			const numbers = rows.map(({ out_apply_no }) => out_apply_no);
			deepEqual([...done].sort(), numbers);
			assertOnce(sandbox, numbers);
			const { passed, refused, seconds, used } = limiter;
			const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
			console.log(
				`        ${passed.length} let through in ${seconds.toFixed(1)} s: ${percent(used)} used, ` +
					`${percent(refused / (passed.length + refused))} refused`,
			);
		},
	);
}

const toBatches = (rows: Row[]): Row[][] =>
	Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, index) =>
		rows.slice(index * BATCH, (index + 1) * BATCH),
	);

/** What the executions that succeeded say. */
interface Ended {
	done: Set<string>;
	alreadyExisted: Set<string>;
	/** Why the others failed. */
	errors: string[];
}

interface Flow {
	/** Sends rows through n8n: an execution for each batch. Waits until all have ended. */
	send(rows: Row[]): Promise<Ended>;
}

async function openFlow(
	{ main, files, executions }: QueueMode,
	path: string,
	credential: string,
	options: object = {},
	batchSize = BATCH,
): Promise<Flow> {
	const made: Workflow = throughWebhook(path, path, files);
	for (const node of made.nodes.filter(({ name }) => name === APPLY)) {
		node.parameters.options = options;
		node.credentials = { wechatPayApi: { id: credential, name: 'Given' } };
	}
	const workflow = await main.importWorkflow(made);
	const url = await activate(main, workflow, path);
	const all = `${path}-all`;
	const sender = await main.importWorkflow(sendsBatches(all, url, batchSize));
	const senderUrl = await activate(main, sender, all);
	return {
		async send(rows) {
			const known = new Set(executions(workflow.id).map(({ id }) => id));
			await post(senderUrl, rows);
			const started = Date.now();
			const count = Math.ceil(rows.length / batchSize);
			let shown = -1;
			const ended = await until(`${count} batches`, WITHIN, () => {
				const own = executions(workflow.id).filter(({ id }) => !known.has(id));
				const over = own.filter(({ status }) => !RUNNING.includes(status));
				if (over.length > shown) {
					shown = over.length;
					console.log(`        batches: ${toProgress(shown, count, started)}`);
				}
				return over.length === count && over;
			});
			return await read(main, ended);
		},
	};
}

async function post(url: string, rows: Row[]): Promise<void> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ rows }),
	});
	equal(response.status, 200, await response.text());
}

async function read(main: N8n, ended: Array<{ id: string; status: string }>): Promise<Ended> {
	const done = new Set<string>();
	const alreadyExisted = new Set<string>();
	const errors: string[] = [];
	for (const { id } of ended) {
		const { outputs, status, error } = await main.finished(id);
		if (status !== 'success') {
			errors.push(`${status}: ${error?.message} ${error?.description}`);
			continue;
		}
		for (const { json } of outputs[APPLY][0]) {
			done.add(String(json.out_apply_no));
			if (json.already_existed === true) alreadyExisted.add(String(json.out_apply_no));
		}
	}
	return { done, alreadyExisted, errors };
}
