/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Sandbox } from '../../sandbox';
import { until, type Execution, type N8n } from '../../host/n8n';
import type { Context } from '../context';
import { APPLY, throughWebhook } from '../workflows';
import { activate, settled, type Executions } from './executions';
import { CREATE, assertOnce, rowOf, type Row } from './rows';

const EXECUTIONS = 200;
/** How many webhook calls are under way at once. */
const CALLS = 20;

/** What an execution made of its one row. */
interface Outcome {
	id: string;
	status: string;
	number?: string;
	alreadyExisted?: boolean;
}

function toOutcome({ id, status, outputs }: Execution): Outcome {
	const item = status === 'success' ? outputs[APPLY]?.[0]?.[0]?.json : undefined;
	return {
		id,
		status,
		number: item && String(item.out_apply_no),
		alreadyExisted: item && item.already_existed === true,
	};
}

/** Calls the webhook for each row, some at a time. */
async function callFor(rows: Row[], url: string): Promise<void> {
	const waiting = [...rows];
	const caller = async () => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ rows: [next] }),
			});
			equal(response.status, 200, await response.text());
		}
	};
	await Promise.all(Array.from({ length: CALLS }, caller));
}

/** Two workers, one of which dies in the middle of 200 executions. */
export async function deadWorker(
	check: Context['check'],
	sandbox: Sandbox,
	main: N8n,
	executions: Executions,
	victim: N8n,
	files: string,
	restart: () => Promise<N8n>,
): Promise<void> {
	const workflow = await main.importWorkflow(throughWebhook('Queue', 'queue', files));
	const url = await activate(main, workflow, 'queue');
	const rows = Array.from({ length: EXECUTIONS }, (_, index) => rowOf('QUEUE', index));
	const numbers = rows.map(({ out_apply_no }) => out_apply_no);
	let before = new Set<string>();
	let done = new Set<string>();
	let lost: Outcome[] = [];

	await check(
		'queue: every successful execution has its application after a worker crash',
		async () => {
			// Most of what is under way has been acted on and not been answered yet.
			const slow = sandbox.fault({
				kind: 'delay',
				match: { method: 'POST', path: CREATE },
				count: Infinity,
				ms: 1500,
			});
			const calls = callFor(rows, url);
			calls.catch(() => {}); // looked at below
			await until('60 applications', 120_000, () => sandbox.applications.size >= 60);
			await victim.crash();
			const replacement = restart();
			await Promise.all([calls, replacement]);
			const all = await settled(executions, workflow.id, EXECUTIONS);
			slow.remove();
			equal(all.length, EXECUTIONS);
			const outcomes = await outcomesOf(main, all);
			const successes = outcomes.filter(({ status }) => status === 'success');
			lost = outcomes.filter(({ status }) => status !== 'success');
			before = new Set(sandbox.applications.keys());
			ok(lost.length > 0, 'no execution was lost: the worker was killed too late');
			for (const { number } of successes) ok(before.has(String(number)), `${number} is missing`);
			done = new Set(successes.map(({ number }) => String(number)));
			equal(done.size, successes.length);
			assertOnce(sandbox, [...before]);
		},
	);

	await check(
		'queue: retried and repeated executions create every application exactly once',
		async () => {
			const missing = rows.filter(({ out_apply_no }) => !done.has(out_apply_no));
			equal(missing.length, lost.length);
			// n8n 2.41 keeps no data of an execution whose worker died: a retry ends with the same error.
			const retried = lost.slice(0, Math.ceil(lost.length / 2));
			for (const { id } of retried) await main.call('POST', `/executions/${id}/retry`, {});
			let all = await settled(executions, workflow.id, EXECUTIONS + retried.length);
			const byRetry = (await outcomesOf(main, all.slice(EXECUTIONS))).filter(
				({ status }) => status === 'success',
			);
			const still = missing.filter(
				({ out_apply_no }) => !byRetry.some(({ number }) => number === out_apply_no),
			);
			const count = all.length;
			await callFor(still, url);
			all = await settled(executions, workflow.id, count + still.length);
			const again = [...byRetry, ...(await outcomesOf(main, all.slice(count)))];
			deepEqual(
				again.map(({ number }) => number).sort(),
				missing.map(({ out_apply_no }) => out_apply_no),
			);
			for (const { number, status, alreadyExisted } of again) {
				equal(status, 'success');
				equal(alreadyExisted, before.has(String(number)), `${number}: already_existed`);
			}
			const gotThrough = again.filter(({ alreadyExisted }) => alreadyExisted);
			ok(gotThrough.length > 0, 'the dead worker had got through with none');
			deepEqual([...sandbox.applications.keys()].sort(), numbers);
			assertOnce(sandbox, numbers);
		},
	);
}

async function outcomesOf(main: N8n, executions: Array<{ id: string }>): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	for (const { id } of executions) outcomes.push(toOutcome(await main.finished(id)));
	return outcomes;
}

export async function retryOnFail(
	check: Context['check'],
	sandbox: Sandbox,
	main: N8n,
	executions: Executions,
	files: string,
): Promise<void> {
	sandbox.clearFaults();
	await check(
		'queue: Retry On Fail repeats all items and creates each application once',
		async () => {
			const workflow = await main.importWorkflow(
				throughWebhook('Retry', 'retry', files, {
					retryOnFail: true,
					maxTries: 3,
					waitBetweenTries: 500,
				}),
			);
			const url = await activate(main, workflow, 'retry');
			const rows = [1, 2, 3].map((index) => rowOf('RETRY', 500 + index));
			const fault = sandbox.fault({
				kind: 'answer',
				match: { method: 'POST', path: CREATE, number: rows[1].out_apply_no },
				status: 403,
				code: 'NO_AUTH',
				message: '无权限',
			});
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ rows }),
			});
			equal(response.status, 200);
			const [{ id }] = await settled(executions, workflow.id, 1);
			const execution = await main.finished(id);
			equal(execution.status, 'success', execution.error?.message);
			equal(fault.played, 1);
			const items = execution.outputs[APPLY][0].map(({ json }) => json);
			deepEqual(
				items.map(({ out_apply_no }) => out_apply_no),
				rows.map(({ out_apply_no }) => out_apply_no),
			);
			equal(items[0].already_existed, true);
			equal(items[1].already_existed, false);
			const numbers = rows.map(({ out_apply_no }) => out_apply_no);
			assertOnce(sandbox, numbers);
			equal(numbers.filter((number) => sandbox.applications.has(number)).length, 3);
		},
	);
}
