/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { equal } from 'node:assert/strict';
import { request } from 'node:http';
import type { Sandbox } from '../sandbox';
import { until, type Execution, type N8n, type Workflow, type WorkflowNode } from '../host/n8n';

export const TRIGGER = 'Reported';
const RUNNING = ['new', 'running', 'waiting'];

interface Listed {
	id: string;
	status: string;
	mode: string;
}

/** A workflow that starts with a notification, whatever it is about. */
export function withTrigger(
	webhookId: string,
	credential: string,
	more: WorkflowNode[] = [],
): Workflow {
	const trigger = {
		id: webhookId,
		name: TRIGGER,
		type: 'n8n-nodes-wechatpay.wechatPayNotificationTrigger',
		typeVersion: 2,
		webhookId,
		parameters: { events: ['all'], options: {} },
		position: [0, 0],
		credentials: { wechatPayApi: { id: credential, name: 'WeChat Pay account' } },
	};
	const names = [TRIGGER, ...more.map(({ name }) => name)];
	const edges = more.map(({ name }, index): [string, object] => [
		names[index],
		{ main: [[{ node: name, type: 'main', index: 0 }]] },
	]);
	return {
		name: `Notified ${webhookId.slice(0, 4)}`,
		nodes: [trigger, ...more],
		connections: Object.fromEntries(edges),
		settings: { executionOrder: 'v1' },
	};
}

/** Lets the sandbox notify a URL of a complaint, or of what is given; gives the answers to its attempts. */
export async function notify(sandbox: Sandbox, url: string, more: object = {}): Promise<number[]> {
	const sent = { event: 'complaint', complaint_id: '1', url, ...more };
	const answer = await post(`${sandbox.url}/sandbox/notify`, JSON.stringify(sent));
	equal(answer.status, 200, answer.body);
	await sandbox.notifications.settled();
	const deliveries = sandbox.notifications.records.at(-1)?.deliveries ?? [];
	return deliveries.map(({ status }) => Number(status));
}

/** Publishes a workflow, and waits until its URL refuses what is not WeChat Pay's. */
export async function publish(n8n: N8n, workflow: Workflow, url: string): Promise<void> {
	await n8n.activate(workflow);
	await answers(url, 401);
}

/** Waits until a URL answers an unsigned request like this. */
export async function answers(url: string, wanted: number): Promise<void> {
	await until(`${wanted} of ${url}`, 30_000, async () => {
		const { status } = await post(url, '{}');
		return status === wanted;
	});
}

/** All executions of a workflow that are over, newest first, with how each was started. */
export async function executionsOf(
	n8n: N8n,
	{ id }: Workflow,
): Promise<Array<Execution & { mode: string }>> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	const { results } = await n8n.call<{ results: Listed[] }>(
		'GET',
		`/executions?limit=100&filter=${filter}`,
	);
	const over = results.filter(({ status }) => !RUNNING.includes(status));
	const read = async ({ id: number, mode }: Listed) => ({ ...(await n8n.finished(number)), mode });
	return await Promise.all(over.map(read));
}

export async function post(
	url: string,
	body: string | Buffer,
	more: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
	return await new Promise((resolve, reject) => {
		const headers = { 'content-type': 'application/json', ...more };
		const outgoing = request(url, { method: 'POST', agent: false, headers }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => {
				const text = Buffer.concat(chunks).toString('utf8');
				resolve({ status: response.statusCode ?? 0, body: text });
			});
		});
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}
