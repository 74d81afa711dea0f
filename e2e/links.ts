/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox';
import { until, type N8n, type Workflow } from '../host/n8n';
import { executionsOf, post } from './notified';
import { node, wechatPay, workflow } from './workflows';

const WITHIN = 30_000;
const PATH = 'link';
const UPLOAD = 'Upload the image';

/** A link comes in through a webhook, and the image behind it is uploaded. */
const fromLink = (): Workflow =>
	workflow(
		'From a link',
		[
			[
				node(
					'Webhook',
					'n8n-nodes-base.webhook',
					2,
					{ httpMethod: 'POST', path: PATH, responseMode: 'onReceived', options: {} },
					{ webhookId: '00000000-0000-4000-9000-000000000115' },
				),
			],
			[
				wechatPay(UPLOAD, {
					resource: 'cancelApplication',
					operation: 'uploadMedia',
					source: 'url',
					url: '={{ $json.body.link }}',
				}),
			],
		],
		[['Webhook', UPLOAD]],
	);

/** Uploads an image that some server has, in an execution of the published workflow. */
export async function uploadFromLink(n8n: N8n, sandbox: Sandbox, files: string): Promise<void> {
	const image = readFileSync(join(files, 'scans', 'm01-sp.jpg'));
	const asked: IncomingHttpHeaders[] = [];
	const server = createServer((request, response) => {
		asked.push(request.headers);
		response.writeHead(200, { 'content-type': 'image/jpeg' }).end(image);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	try {
		const { port } = server.address() as AddressInfo;
		const imported = await n8n.importWorkflow(fromLink());
		await n8n.activate(imported);
		const body = JSON.stringify({ link: `http://127.0.0.1:${port}/form.jpg?token=secret` });
		await until('the webhook', WITHIN, async () => {
			const { status } = await post(`${n8n.url}/webhook/${PATH}`, body);
			return status === 200;
		});
		const [execution] = await until('the execution', WITHIN, async () => {
			const all = await executionsOf(n8n, imported);
			return all.length > 0 && all;
		});
		equal(execution.status, 'success', execution.error?.message);
		const id = String(execution.outputs[UPLOAD][0][0].json.media_id);
		const { digest, size } = sandbox.media.get(id) ?? {};
		const expected = createHash('sha256').update(image).digest('hex');
		deepEqual([digest, size], [expected, image.length]);
		// Nothing of the credential goes to a server that is not WeChat Pay's.
		deepEqual(
			asked.map(({ authorization, cookie }) => [authorization, cookie]),
			[[undefined, undefined]],
		);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}
