/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox } from '../sandbox';
import { copyExampleFiles, readExamples, readList } from '../host/examples';
import { ensureHost } from '../host/hosts';
import { N8n, until, type Execution, type Item, type Workflow } from '../host/n8n';
import { installInto } from '../host/package-tarball';
import type { Context } from './context';
import { executionsOf, publish } from './executions';

/** n8n polls once a minute at most, and takes a moment to start an execution. */
const A_POLL = 75_000;
/** Longer than it takes to kill n8n; an answer that never comes would do as well. */
const SLOW = 60_000;
const TRIGGER = 'On change';

const numbered = (end: string): string => `CANCEL20261101${end}`;

/** The example with the trigger, published, in an n8n that is killed twice: no change is lost. */
export async function trigger({ folder, tarball, check }: Context): Promise<void> {
	await installInto(folder, tarball);
	const files = copyExampleFiles(join(folder, 'files'));
	const host = await ensureHost('current');
	const sandbox = await Sandbox.start();
	const start = async (): Promise<N8n> => {
		const env = { N8N_RESTRICT_FILE_ACCESS_TO: files };
		const started = await N8n.start({ host, userFolder: folder, env });
		await started.login();
		return started;
	};
	let n8n = await start();
	try {
		await n8n.createCredential('WeChat Pay account', 'wechatPayApi', sandbox.credential());
		const examples = readExamples({ folder: files, host: sandbox.url });
		const example = (name: string): Workflow => {
			const found = examples.find((entry) => entry.name === `WeChat Pay: ${name}`);
			if (!found) throw new Error(`There is no example "${name}"`);
			return found;
		};
		const applied = await n8n.importWorkflow(example('list to applications'));
		equal((await n8n.execute(applied, 'Start')).status, 'success');
		const watched = [...sandbox.applications.keys()];
		const lookUps = () =>
			sandbox.requests.filter(({ method, number }) => method === 'GET' && number !== undefined);

		let workflow: Workflow = example('on change');
		const triggerNode = workflow.nodes.find(({ name }) => name === TRIGGER);
		if (!triggerNode) throw new Error(`The example has no node "${TRIGGER}"`);
		const executions = async (): Promise<Execution[]> => await executionsOf(n8n, workflow);
		const withNumber = async (number: string, within = A_POLL): Promise<Execution> =>
			await until(`an execution with ${number}`, within, async () =>
				(await executions()).find((execution) =>
					emitted(execution).some(({ out_apply_no }) => out_apply_no === number),
				),
			);
		/** What each move led to, for the last check. */
		const moved = new Map<string, string>();
		const move = (number: string, state: string, reason?: string): void => {
			sandbox.move(number, { state, reason });
			moved.set(number, state);
		};

		await check('trigger: n8n rejects polling more often than once a minute', async () => {
			const parameters = {
				...triggerNode.parameters,
				pollTimes: { item: [{ mode: 'custom', cronExpression: '*/10 * * * * *' }] },
			};
			const nodes = workflow.nodes.map((node) =>
				node === triggerNode ? { ...node, parameters } : node,
			);
			const often = await n8n.importWorkflow({ ...workflow, name: 'Too often', nodes });
			const { status, triggers } = await publish(n8n, often);
			equal(status, 'failed');
			match(String(triggers[0].errorMessage), /interval is too short/);
			await n8n.call('POST', `/workflows/${often.id}/deactivate`, {});
			equal(lookUps().length, 0);
		});

		await check(
			'trigger: the first poll records the current states and starts nothing',
			async () => {
				triggerNode.parameters.pollTimes = { item: [{ mode: 'everyMinute' }] };
				workflow = await n8n.importWorkflow(workflow);
				equal((await publish(n8n, workflow)).status, 'published');
				deepEqual(
					lookUps()
						.map(({ number }) => number)
						.sort(),
					[...watched].sort(),
				);
				deepEqual(await executions(), []);
			},
		);

		const [rejected, beforePoll, answered, slow] = ['A03', 'A04', 'A06', 'A07'].map(numbered);
		await check(
			'trigger: a rejection starts an execution that writes the reason to the sheet',
			async () => {
				const sheet = join(files, 'result.xlsx');
				const [writtenAt, before] = [statSync(sheet).mtimeMs, readFileSync(sheet)];
				move(rejected, 'REJECTED', '印章不清晰');
				const execution = await withNumber(rejected);
				equal(execution.status, 'success', execution.error?.message);
				const items = emitted(execution);
				equal(items.length, 1);
				equal(items[0].cancel_state, 'REJECTED');
				equal(items[0].previous_state, 'REVIEWING');
				equal(items[0].reject_reason, '印章不清晰');
				equal(items[0].is_final, true);
				equal(items[0].needs_attention, true);
				match(String(jsonOf(execution, 'Message')[0].message), /A03.*REJECTED.*印章不清晰/);
				const rows = jsonOf(execution, 'Updated rows');
				equal(rows.length, readList('merchants.csv').length);
				equal(rowOf(rows, rejected)?.cancel_state, 'REJECTED');
				equal(rowOf(rows, rejected)?.reason, '印章不清晰');
				equal(rowOf(rows, beforePoll)?.cancel_state, 'REVIEWING');
				equal(statSync(sheet).mtimeMs > writtenAt, true);
				equal(before.equals(readFileSync(sheet)), false);
				equal((await executions()).length, 1);
			},
		);

		await check(
			'trigger: a crash between a change and the next poll only delays the execution',
			async () => {
				const asked = lookUps().length;
				move(beforePoll, 'REJECTED', '公章缺失');
				await n8n.crash();
				equal(lookUps().length, asked, 'it was asked for before n8n was killed');
				n8n = await start();
				const execution = await withNumber(beforePoll);
				equal(execution.status, 'success', execution.error?.message);
				const [item, ...others] = emitted(execution);
				deepEqual(others, []);
				equal(item.previous_state, 'REVIEWING');
				equal(item.reject_reason, '公章缺失');
				// The sheet as the earlier execution left it.
				equal(rowOf(jsonOf(execution, 'Rows'), rejected)?.reason, '印章不清晰');
				equal(rowOf(jsonOf(execution, 'Updated rows'), beforePoll)?.reason, '公章缺失');
			},
		);

		await check('trigger: a crash during a poll only delays the executions', async () => {
			const count = (await executions()).length;
			const asked = lookUps().length;
			const delay = sandbox.fault({
				kind: 'delay',
				match: { method: 'GET', number: slow },
				count: Infinity,
				ms: SLOW,
			});
			move(answered, 'REJECTED', '印章不清晰');
			move(slow, 'CANCEL_SUCCESS');
			await until('a poll that waits for one answer', A_POLL, () => {
				const others = lookUps().slice(asked);
				return delay.played > 0 && others.some(({ number }) => number === answered);
			});
			equal((await executions()).length, count, 'it was emitted before n8n was killed');
			await n8n.crash();
			delay.remove();
			n8n = await start();
			const first = await withNumber(answered);
			const second = await withNumber(slow);
			for (const [number, execution] of [
				[answered, first],
				[slow, second],
			] as const) {
				equal(execution.status, 'success', execution.error?.message);
				const item = emitted(execution).find(({ out_apply_no }) => out_apply_no === number);
				equal(item?.previous_state, 'REVIEWING');
				equal(item?.cancel_state, moved.get(number));
				equal(rowOf(jsonOf(execution, 'Updated rows'), number)?.cancel_state, moved.get(number));
			}
		});

		await check('trigger: every change is emitted exactly once', async () => {
			const states = (await executions())
				.flatMap(emitted)
				.map((item) => [String(item.out_apply_no), String(item.cancel_state)]);
			deepEqual(states.sort(), [...moved].sort());
			for (const [number, { state }] of sandbox.applications) {
				equal(state, moved.get(number) ?? 'REVIEWING');
			}
		});
	} finally {
		await Promise.all([n8n.stop(), sandbox.stop()]);
	}
}

const jsonOf = ({ outputs }: Execution, node: string): Array<Item['json']> =>
	(outputs[node]?.[0] ?? []).map(({ json }) => json);

const emitted = (execution: Execution): Array<Item['json']> => jsonOf(execution, TRIGGER);

const rowOf = (rows: Array<Item['json']>, number: string): Item['json'] | undefined =>
	rows.find(({ out_apply_no }) => out_apply_no === number);
