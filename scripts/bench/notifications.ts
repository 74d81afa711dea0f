/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console -- runs outside n8n */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../../sandbox';
import { seal } from '../../sandbox/notifications/envelope';
import { complaintMessage } from '../../sandbox/notifications/messages';
import { signatureHeaders } from '../../sandbox/replies';
import { ensureHost } from '../../host/hosts';
import { N8n, until, type Workflow, type WorkflowNode } from '../../host/n8n';
import { installInto, pack } from '../../host/package-tarball';
import { toProgress } from '../support/progress';

// The notification trigger beside an empty Webhook node, in the same n8n, one after the other. The Webhook
// node with a credential shows what n8n does for each request of a workflow that has one.

const ROUNDS = 3;
const WARM_UP = 50;
const CALLS = 200;
/** Requests that wait for their answer at the same time. */
const IN_FLIGHT = 5;
const WITHIN = 60_000;
/** Sent to all; only the Webhook node with a credential reads it. */
const AUTH = { 'x-bench': 'bench' };

export interface Answers {
	name: string;
	count: number;
	perSecond: number;
	p50: number;
	p99: number;
}

export interface Notified {
	date: string;
	n8n: string;
	load: number;
	rows: Answers[];
}

interface Post {
	body: Buffer;
	headers: Record<string, string>;
}

interface Answer {
	status: number;
	took: number;
}

interface Contender {
	name: string;
	url: string;
	seconds: number;
	took: number[];
}

/** Measures both, and prints what was measured. */
export async function measureNotifications(): Promise<Notified> {
	const [load] = loadavg();
	const folder = mkdtempSync(join(tmpdir(), 'bench-notifications-'));
	const sandbox = await Sandbox.start();
	const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
	let n8n: N8n | undefined;
	try {
		const host = await ensureHost('current');
		await installInto(folder, await pack(folder));
		n8n = await N8n.start({ host, userFolder: folder });
		await n8n.login();
		const contenders = [
			toContender('empty Webhook node', await openWebhook(n8n, 'empty')),
			toContender('Webhook node with Header Auth', await openWebhookWithCredential(n8n)),
			toContender('WeChat Pay Notification Trigger', await openTrigger(n8n, sandbox)),
		];
		const [, , trigger] = contenders;
		await until('the trigger', WITHIN, async () => {
			return (await send(agent, trigger.url, toPost(sandbox))).status === 200;
		});
		const tampered = toPost(sandbox);
		tampered.body = Buffer.concat([tampered.body, Buffer.from(' ')]);
		const refusal = await send(agent, trigger.url, tampered);
		if (refusal.status !== 401) throw new Error(`Changed body: ${refusal.status}, not 401.`);
		const started = Date.now();
		for (const contender of contenders) await measure(agent, sandbox, contender, WARM_UP);
		for (const contender of contenders) Object.assign(contender, { seconds: 0, took: [] });
		for (let round = 0; round < ROUNDS; round++) {
			// None is always the first.
			const turns = round % 2 === 0 ? contenders : [...contenders].reverse();
			for (const contender of turns) await measure(agent, sandbox, contender, CALLS);
			console.log(toProgress(round + 1, ROUNDS, started));
		}
		const date = new Date().toISOString().slice(0, 10);
		const rows = contenders.map(toAnswers);
		const [empty, withCredential, ours] = rows;
		console.table(rows);
		const times = (other: Answers) => (ours.p99 / other.p99).toFixed(2);
		console.log(
			`p99: ${times(empty)} times the empty one's, 2 at most wanted; ${times(withCredential)} times that with a credential`,
		);
		return { date, n8n: host.version, load, rows };
	} finally {
		agent.destroy();
		await Promise.all([n8n?.stop(), sandbox.stop()]);
		rmSync(folder, { recursive: true, force: true });
	}
}

const toContender = (name: string, url: string): Contender => ({ name, url, seconds: 0, took: [] });

function toAnswers({ name, seconds, took }: Contender): Answers {
	const sorted = [...took].sort((a, b) => a - b);
	const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
	return {
		name,
		count: took.length,
		perSecond: took.length / seconds,
		p50: at(0.5),
		p99: at(0.99),
	};
}

/** A notification of its own, signed now. */
function toPost({ keys, world }: Sandbox): Post {
	const message = complaintMessage('200201820200101080076610000', 'CREATE_COMPLAINT');
	const { body } = seal(message, keys.apiV3SecretKey, Date.now());
	const headers = signatureHeaders(body, undefined, world);
	return { body, headers: { ...headers, ...AUTH, 'content-type': 'application/json' } };
}

/** The same requests for both: signed before the time begins. */
async function measure(
	agent: Agent,
	sandbox: Sandbox,
	contender: Contender,
	count: number,
): Promise<void> {
	const posts = Array.from({ length: count }, () => toPost(sandbox));
	const started = performance.now();
	const caller = async () => {
		for (let post = posts.pop(); post; post = posts.pop()) {
			const { status, took } = await send(agent, contender.url, post);
			if (status !== 200) throw new Error(`${contender.name} answered ${status}.`);
			contender.took.push(took);
		}
	};
	await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
	contender.seconds += (performance.now() - started) / 1000;
}

async function send(agent: Agent, url: string, { body, headers }: Post): Promise<Answer> {
	const started = performance.now();
	return await new Promise((resolve, reject) => {
		const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
			response.resume();
			response.on('end', () =>
				resolve({ status: response.statusCode ?? 0, took: performance.now() - started }),
			);
		});
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}

async function openWebhookWithCredential(n8n: N8n): Promise<string> {
	const [[name, value]] = Object.entries(AUTH);
	const id = await n8n.createCredential('Header Auth', 'httpHeaderAuth', { name, value });
	return await openWebhook(n8n, 'auth', { id, name: 'Header Auth' });
}

/** @param httpHeaderAuth a credential that n8n checks each request with */
async function openWebhook(
	n8n: N8n,
	path: string,
	httpHeaderAuth?: { id: string; name: string },
): Promise<string> {
	const webhookId = randomUUID();
	const workflow = alone({
		id: webhookId,
		name: path,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: {
			httpMethod: 'POST',
			path,
			responseMode: 'onReceived',
			authentication: httpHeaderAuth ? 'headerAuth' : 'none',
			options: {},
		},
		...(httpHeaderAuth && { credentials: { httpHeaderAuth } }),
		webhookId,
	});
	await n8n.activate(await n8n.importWorkflow(workflow));
	const url = `${n8n.url}/webhook/${path}`;
	await until('the webhook', WITHIN, async () =>
		(await (await fetch(url)).text()).includes('POST'),
	);
	return url;
}

async function openTrigger(n8n: N8n, sandbox: Sandbox): Promise<string> {
	const { apiV3SecretKey } = sandbox.keys;
	const data = sandbox.credential({ apiV3SecretKey });
	const id = await n8n.createCredential('WeChat Pay', 'wechatPayApi', data);
	const webhookId = randomUUID();
	const workflow = alone({
		id: webhookId,
		name: 'Reported',
		type: 'n8n-nodes-wechatpay.wechatPayNotificationTrigger',
		typeVersion: 2,
		parameters: { events: ['all'], options: {} },
		credentials: { wechatPayApi: { id, name: 'WeChat Pay' } },
		webhookId,
	});
	await n8n.activate(await n8n.importWorkflow(workflow));
	return `${n8n.url}/webhook/${webhookId}/webhook`;
}

/** A workflow of one node. */
const alone = (node: WorkflowNode): Workflow => ({
	name: node.name,
	nodes: [{ ...node, position: [0, 0] }],
	connections: {},
});
