/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { Sandbox } from '../sandbox';
import { seal } from '../sandbox/notifications/envelope';
import { complaintMessage } from '../sandbox/notifications/messages';
import { signatureHeaders } from '../sandbox/replies';
import { ensureHost } from '../host/hosts';
import { N8n, freePort, until, type Execution, type Workflow } from '../host/n8n';
import { installInto } from '../host/package-tarball';
import type { Context } from './context';
import {
	TRIGGER,
	answers,
	executionsOf,
	notify as notifyOf,
	post,
	publish,
	withTrigger,
} from './notified';

const WEBHOOK_ID = '5f0c1a7e-3b1d-4c59-9d0e-6a1f2b3c4d5e';
const WITHIN = 30_000;

/** n8n reads and parses only the first two before the node runs. */
const CONTENT_TYPES = ['application/json; charset=utf-8', 'text/plain', 'application/octet-stream'];
const FORMS = ['multipart/form-data; boundary=x', 'Multipart/Form-Data; boundary=x'];

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
		const notify = async (more?: object) => await notifyOf(sandbox, production, more);

		await check('notification: the workflow cannot be published without an APIv3 key', async () => {
			const other = await n8n.importWorkflow(
				withTrigger('0d8f7c3a-2222-4c59-9d0e-6a1f2b3c4d5e', credentials.noKey),
			);
			const failure = await failureOf(n8n, other);
			match(failure, /\\"APIv3 Secret Key\\" is empty/);
		});

		await check(
			'notification: notifications signed with either key start the published workflow',
			async () => {
				await publish(n8n, workflow, production);
				deepEqual(await notify({ signWith: 'publicKey' }), [200]);
				deepEqual(await notify({ signWith: 'platformCertificate' }), [200]);
				const all = await count(2);
				for (const { outputs } of all) {
					equal(outputs[TRIGGER][0][0].json.event_type, 'COMPLAINT.CREATE');
				}
			},
		);

		await check('notification: unverified requests and test messages start nothing', async () => {
			const before = (await executions()).length;
			deepEqual(await notify({ faults: ['tampered'], repeat: false }), [401]);
			deepEqual(await notify({ event: 'test' }), [200]);
			equal((await post(production, '{}')).body.includes('FAIL'), true);
			deepEqual(await notify(), [200]);
			equal((await count(before + 1)).length, before + 1);
		});

		await check('notification: the content type does not matter, unless it is a form', async () => {
			const before = (await executions()).length;
			const message = complaintMessage('1', 'CREATE_COMPLAINT');
			const { body } = seal(message, apiV3SecretKey, Date.now());
			const statusOf = async (type: string): Promise<number> => {
				const headers = signatureHeaders(body, undefined, sandbox.world);
				return (await post(production, body, { ...headers, 'content-type': type })).status;
			};
			for (const type of CONTENT_TYPES) equal(await statusOf(type), 200, type);
			// n8n 2.41.1 itself refuses a form that it cannot parse: 400.
			for (const type of FORMS) match(String(await statusOf(type)), /^40[01]$/, type);
			const expected = before + CONTENT_TYPES.length;
			equal((await count(expected)).length, expected);
		});

		await check(
			'notification: a notification that cannot be decrypted is a failed execution',
			async () => {
				const before = (await executions()).length;
				deepEqual(await notify({ wrongKey: true, repeat: false }), [500]);
				const all = await count(before + 1);
				const failed = all.filter(({ status }) => status === 'error');
				equal(failed.length, 1);
				match(String(failed[0].error?.message), /does not decrypt/);
			},
		);

		await check('notification: the same URL receives after a crash and restart', async () => {
			const before = (await executions()).length;
			await n8n.crash();
			n8n = await start();
			await answers(production, 401);
			deepEqual(await notify(), [200]);
			await count(before + 1);
		});

		await check('notification: the URL is removed when the workflow is unpublished', async () => {
			await n8n.call('POST', `/workflows/${workflow.id}/deactivate`, {});
			await answers(production, 404);
		});
	} finally {
		await Promise.all([n8n.stop(), sandbox.stop()]);
	}
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
