/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { request } from 'node:http';
import { Sandbox } from '../sandbox';
import { ensureHost } from '../host/hosts';
import { N8n, freePort, until, type Execution, type Workflow } from '../host/n8n';
import { installInto } from '../host/package-tarball';
import type { Context } from './context';

const TRIGGER = 'Reported';
const WEBHOOK_ID = '5f0c1a7e-3b1d-4c59-9d0e-6a1f2b3c4d5e';
const WITHIN = 30_000;
const RUNNING = ['new', 'running', 'waiting'];

/** The notification trigger in the real n8n: published, answered, restarted, unpublished. */
export async function notification(
	{ folder, tarball, check }: Context,
	which: 'current' | 'older' = 'current',
): Promise<void> {
	await installInto(folder, tarball);
	const host = await ensureHost(which);
	const sandbox = await Sandbox.start({ platformCertificates: 1, notify: { speed: 60 } });
	const port = await freePort();
	const start = async (): Promise<N8n> => {
		const started = await N8n.start({ host, userFolder: folder, port });
		await started.login();
		return started;
	};
	let n8n = await start();
	try {
		const { apiV3SecretKey } = sandbox.keys;
		const credentials = {
			good: await n8n.createCredential(
				'Good',
				'wechatPayApi',
				sandbox.credential({ apiV3SecretKey }),
			),
			noKey: await n8n.createCredential('No key', 'wechatPayApi', sandbox.credential()),
		};
		const production = `${n8n.url}/webhook/${WEBHOOK_ID}/webhook`;
		const workflow = await n8n.importWorkflow(withTrigger(WEBHOOK_ID, credentials.good));
		const executions = async () => await executionsOf(n8n, workflow);
		const count = async (number: number): Promise<Execution[]> =>
			await until(`${number} executions`, WITHIN, async () => {
				const all = await executions();
				return all.length >= number ? all : undefined;
			});
		const notify = async (more: object = {}) => {
			const sent = { event: 'complaint', complaint_id: '1', url: production, ...more };
			const answer = await post(`${sandbox.url}/sandbox/notify`, Buffer.from(JSON.stringify(sent)));
			equal(answer.status, 200, answer.body);
			await sandbox.notifications.settled();
			const record = sandbox.notifications.records.at(-1);
			return record?.deliveries.map(({ status }) => status);
		};

		await check('notification: without an APIv3 key the workflow is not published', async () => {
			const other = await n8n.importWorkflow(
				withTrigger('0d8f7c3a-2222-4c59-9d0e-6a1f2b3c4d5e', credentials.noKey),
			);
			const failure = await failureOf(n8n, other);
			match(failure, /APIv3 Secret Key is empty/);
		});

		await check(
			'notification: published, what is reported starts it, with either key',
			async () => {
				await n8n.activate(workflow);
				await until('the webhook', WITHIN, async () => {
					const { status } = await post(production, Buffer.from('{}'));
					return status === 401 ? true : undefined;
				});
				deepEqual(await notify({ signWith: 'publicKey' }), [200]);
				deepEqual(await notify({ signWith: 'platformCertificate' }), [200]);
				const all = await count(2);
				for (const { outputs } of all) {
					equal(outputs[TRIGGER][0][0].json.event_type, 'COMPLAINT.CREATE');
				}
			},
		);

		await check('notification: what is not proven starts nothing', async () => {
			const before = (await executions()).length;
			deepEqual(await notify({ faults: ['tampered'], repeat: false }), [401]);
			deepEqual(await notify({ event: 'test' }), [200]);
			equal((await post(production, Buffer.from('{}'))).body.includes('FAIL'), true);
			deepEqual(await notify(), [200]);
			equal((await count(before + 1)).length, before + 1);
		});

		await check('notification: authentic and unreadable is a failed execution', async () => {
			const before = (await executions()).length;
			deepEqual(await notify({ wrongKey: true, repeat: false }), [500]);
			const all = await count(before + 1);
			const failed = all.filter(({ status }) => status === 'error');
			equal(failed.length, 1);
			match(String(failed[0].error?.message), /does not decrypt/);
		});

		await check('notification: killed and started again, it receives at the same URL', async () => {
			const before = (await executions()).length;
			await n8n.crash();
			n8n = await start();
			await until('the webhook', WITHIN, async () => {
				const { status } = await post(production, Buffer.from('{}'));
				return status === 401 ? true : undefined;
			});
			deepEqual(await notify(), [200]);
			await count(before + 1);
		});

		await check('notification: unpublished, the URL is gone', async () => {
			await n8n.call('POST', `/workflows/${workflow.id}/deactivate`, {});
			await until('the end of the webhook', WITHIN, async () => {
				const { status } = await post(production, Buffer.from('{}'));
				return status === 404 ? true : undefined;
			});
		});
	} finally {
		await Promise.all([n8n.stop(), sandbox.stop()]);
	}
}

function withTrigger(webhookId: string, credential: string): Workflow {
	return {
		name: `Notified ${webhookId.slice(0, 4)}`,
		nodes: [
			{
				id: webhookId,
				name: TRIGGER,
				type: 'n8n-nodes-wechatpay.wechatPayNotificationTrigger',
				typeVersion: 1,
				webhookId,
				parameters: { events: ['all'], options: {} },
				position: [0, 0],
				credentials: { wechatPayApi: { id: credential, name: 'Given' } },
			},
		],
		connections: {},
	};
}

/** Why a workflow could not be published: the answer, or what its publication says afterwards. */
async function failureOf(n8n: N8n, workflow: Workflow): Promise<string> {
	try {
		await n8n.activate(workflow);
	} catch (error) {
		return String(error);
	}
	return await until('the publication to fail', WITHIN, async () => {
		const path = `/workflows/${workflow.id}/publication-status`;
		const { status, ...more } = await n8n.call<{ status: string }>('GET', path);
		return status === 'failed' ? JSON.stringify(more) : undefined;
	});
}

/** All executions of a workflow that are over. */
async function executionsOf(n8n: N8n, { id }: Workflow): Promise<Execution[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	const { results } = await n8n.call<{ results: Array<{ id: string; status: string }> }>(
		'GET',
		`/executions?limit=100&filter=${filter}`,
	);
	const over = results.filter(({ status }) => !RUNNING.includes(status));
	return await Promise.all(over.map(async (entry) => await n8n.finished(entry.id)));
}

async function post(url: string, body: Buffer): Promise<{ status: number; body: string }> {
	return await new Promise((resolve, reject) => {
		const headers = { 'content-type': 'application/json' };
		const outgoing = request(url, { method: 'POST', agent: false, headers }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () =>
				resolve({
					status: response.statusCode ?? 0,
					body: Buffer.concat(chunks).toString('utf8'),
				}),
			);
		});
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}
