/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import type { Sandbox } from '../../sandbox';
import { until, type N8n } from '../../host/n8n';
import type { Context } from '../context';
import { notify, publish, withTrigger } from '../notified';
import { wechatPay } from '../workflows';
import { settled, type Executions } from './executions';

const WEBHOOK_ID = '3d2e1f00-5555-4c59-9d0e-6a1f2b3c4d5e';
const LOOK_UP = 'Look up';
const MERCHANT = '1900000109';
const BALANCE = /\/fund\/balance\//;
/** Longer than it takes to kill a worker; an answer that never comes would do as well. */
const SLOW = 60_000;

interface Processed {
	check: Context['check'];
	sandbox: Sandbox;
	main: N8n;
	/** Receives production URLs, as `n8n webhook` does. */
	processor: N8n;
	executions: Executions;
	credential: string;
	/** Kills all workers, and starts one. */
	killWorkers: () => Promise<void>;
}

/** Notifications that a webhook processor receives and a worker executes. */
export async function processed(all: Processed): Promise<void> {
	const { check, sandbox, main, processor, executions, credential, killWorkers } = all;
	const lookUp = wechatPay(LOOK_UP, { resource: 'balance', operation: 'get', subMchid: MERCHANT });
	if (lookUp.credentials) lookUp.credentials.wechatPayApi.id = credential;
	const workflow = await main.importWorkflow(withTrigger(WEBHOOK_ID, credential, [lookUp]));
	const url = `${processor.url}/webhook/${WEBHOOK_ID}/webhook`;
	const lookUps = () => sandbox.requests.filter(({ path }) => BALANCE.test(path)).length;

	await check('queue: a webhook processor verifies and a worker executes', async () => {
		await publish(main, workflow, url);
		deepEqual(await notify(sandbox, url, { signWith: 'publicKey' }), [200]);
		deepEqual(await notify(sandbox, url, { signWith: 'platformCertificate' }), [200]);
		deepEqual(await notify(sandbox, url, { faults: ['tampered'], repeat: false }), [401]);
		const found = await settled(executions, workflow.id, 2);
		deepEqual(
			found.map(({ status }) => status),
			['success', 'success'],
		);
		equal(lookUps(), 2);
	});

	await check(
		'queue: an execution is lost if its worker crashes after the 200 response',
		async () => {
			const fault = sandbox.fault({ kind: 'delay', match: { path: BALANCE }, ms: SLOW });
			deepEqual(await notify(sandbox, url), [200]);
			await until('the look-up', 30_000, () => fault.played === 1);
			await killWorkers();
			const found = await settled(executions, workflow.id, 3);
			fault.remove();
			// `error` if the queue notices the lost job first, `crashed` if the new worker reads its
			// log first. In both cases n8n does not execute it again, nor does WeChat Pay notify again.
			equal(found.length, 3);
			match(found[2].status, /^(crashed|error)$/);
			equal(fault.played, 1);
			equal(sandbox.notifications.records.at(-1)?.deliveries.length, 1);
		},
	);

	await check('queue: the remaining worker executes the next notification', async () => {
		deepEqual(await notify(sandbox, url), [200]);
		const found = await settled(executions, workflow.id, 4);
		equal(found[3].status, 'success');
	});
}
