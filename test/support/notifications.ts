/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { randomUUID } from 'node:crypto';
import {
	createServer,
	request as httpRequest,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { HookContext, WebhookContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	IDataObject,
	INode,
	INodeParameters,
	IWebhookData,
	IWebhookResponseData,
	WorkflowActivateMode,
} from 'n8n-workflow';
import { Engine, createNode } from '../../engine';
import { withLog } from '../../engine/host';
import {
	Sandbox,
	type NotificationRecord,
	type SandboxCredential,
	type SandboxOptions,
} from '../../sandbox';
import { seal } from '../../sandbox/notifications/envelope';
import type { Message } from '../../sandbox/notifications/messages';
import { signatureHeaders } from '../../sandbox/replies';

const TYPE = 'n8n-nodes-wechatpay.wechatPayNotificationTrigger';

/** One sandbox for each test: nothing that was downloaded or received is known of before. */
export function openDesk(options: () => SandboxOptions, given: () => Promise<void>): Desk {
	const desk = new Desk();
	beforeAll(async () => {
		desk.engine = await Engine.start();
		await given();
	});
	beforeEach(async () => await desk.start(options()));
	afterEach(async () => await desk.stop());
	afterAll(async () => await desk.engine.stop());
	return desk;
}

export interface Answer {
	status: number;
	body: string;
}

/**
 * The built trigger behind a real HTTP server, treated as n8n's server treats a webhook node
 * (webhook-helpers.js in n8n): the raw body after decoding, n8n-core's own context, and 200, 500 or
 * what the node answered by what it returns.
 */
export class Desk {
	engine!: Engine;

	sandbox!: Sandbox;

	parameters: INodeParameters = {};

	credential: Partial<SandboxCredential> = {};

	/** n8n reads the body of a node of version 1 whatever its content type is. */
	typeVersion = 2;

	/** Whether a body that n8n has not read yet is cut off. */
	isCutOff = false;

	/** How often n8n was asked for the credential. */
	readings = 0;

	/** Happens before n8n reads the credential. */
	beforeReading = async (): Promise<void> => {};

	/** How often the node was called. */
	calls = 0;

	/** Whether somebody listens for a test event in the editor. */
	isListening = false;

	/** The items of each execution that was started. */
	executions: IDataObject[][] = [];

	/** Why executions failed that could not be started. */
	failures: Error[] = [];

	logs: string[] = [];

	/** The credential that is chosen in the node. */
	credentialId = '';

	/** Another workflow has a webhook of its own. */
	workflowId = '';

	private server!: Server;

	async start(options: SandboxOptions): Promise<void> {
		this.sandbox = await Sandbox.start({
			now: () => Date.now(),
			notify: { speed: 100_000 },
			...options,
		});
		Object.assign(this, { parameters: {}, credential: {}, isListening: false, isCutOff: false });
		Object.assign(this, { executions: [], failures: [], logs: [], typeVersion: 2 });
		Object.assign(this, { readings: 0, calls: 0, beforeReading: async () => {} });
		Object.assign(this, { credentialId: randomUUID(), workflowId: randomUUID() });
		this.server = createServer((request, response) => void this.serve(request, response));
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	async stop(): Promise<void> {
		await this.sandbox.stop();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
		jest.restoreAllMocks();
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook/x/webhook`;
	}

	/** All items of all executions. */
	get items(): IDataObject[] {
		return this.executions.flat();
	}

	/** How often certificates were asked for. */
	get downloads(): number {
		return this.sandbox.requests.filter(({ path }) => path === '/v3/certificates').length;
	}

	/** Has the sandbox send one notification, and waits until it is settled. */
	async notify(body: object): Promise<NotificationRecord> {
		const reply = await post(
			`${this.sandbox.url}/sandbox/notify`,
			Buffer.from(JSON.stringify({ url: this.url, ...body })),
			{ 'content-type': 'application/json' },
		);
		if (reply.status !== 200) throw new Error(reply.body);
		const { id } = JSON.parse(reply.body) as { id: string };
		await this.sandbox.notifications.settled();
		const record = this.sandbox.notifications.records.find((one) => one.id === id);
		if (!record) throw new Error(`There is no notification ${id}`);
		return record;
	}

	/** An encrypted notification as its bytes. */
	seal(message: Partial<Message>): Buffer {
		const whole: Message = {
			eventType: 'COMPLAINT.CREATE',
			associatedData: '',
			idForm: 'ev',
			resource: { complaint_id: '200201820200101080076610000', action_type: 'CREATE_COMPLAINT' },
			...message,
		};
		return seal(whole, this.sandbox.keys.apiV3SecretKey, Date.now()).body;
	}

	/** Headers that sign these bytes, now. */
	sign(
		body: Buffer,
		{ shift = 0, serial = this.sandbox.keys.wechatPayPublicKeyId } = {},
	): Record<string, string> {
		const call = { headers: { 'wechatpay-serial': serial } };
		return signatureHeaders(body, call, this.sandbox.world, { shift });
	}

	/** Posts bytes as they are. */
	async deliver(
		body: Buffer,
		headers: Record<string, string | undefined> = this.sign(body),
	): Promise<Answer> {
		return await post(this.url, body, { 'content-type': 'application/json', ...headers });
	}

	/** What n8n does when the workflow is activated, or somebody listens for a test event. */
	async activate(
		activation: WorkflowActivateMode = 'activate',
		webhookBaseUrl = 'https://n8n.example.com/webhook',
	): Promise<boolean> {
		const workflow = this.load();
		const mode = activation === 'manual' ? 'manual' : 'trigger';
		const data = { ...this.dataFor(workflow), webhookBaseUrl, webhookTestBaseUrl: webhookBaseUrl };
		const [node] = Object.values(workflow.nodes);
		const context = new HookContext(workflow, node, data, mode, activation);
		const methods = this.type.webhookMethods?.default;
		if (!methods) throw new Error('There are no webhook methods.');
		if (await methods.checkExists.call(context)) return true;
		return await methods.create.call(context);
	}

	private get type() {
		return this.engine.nodeTypes.getByNameAndVersion(TYPE, this.typeVersion);
	}

	private load(): Workflow {
		const node: INode = {
			...createNode(
				'WeChat Pay Notification Trigger',
				TYPE,
				this.typeVersion,
				structuredClone(this.parameters),
			),
			webhookId: '0a0b6a6e-8a59-4a1c-9c7e-1d1f2a3b4c5d',
			credentials: { wechatPayApi: { id: this.credentialId, name: 'Given' } },
		};
		return new Workflow({
			id: this.workflowId,
			name: 'Notified',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: this.engine.nodeTypes,
		});
	}

	private dataFor(workflow: Workflow) {
		const { apiV3SecretKey } = this.sandbox.keys;
		const credential = { ...this.sandbox.credential({ apiV3SecretKey, ...this.credential }) };
		const data = this.engine.createAdditionalData('', workflow, {
			credentials: { [this.credentialId]: credential },
			mode: this.isListening ? 'manual' : 'webhook',
		});
		const helper = data.credentialsHelper;
		const getDecrypted = helper.getDecrypted.bind(helper);
		helper.getDecrypted = async (...given) => {
			this.readings++;
			await this.beforeReading();
			return await getDecrypted(...given);
		};
		return data;
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const received = Buffer.concat(chunks);
		const isZipped = request.headers['content-encoding'] === 'gzip';
		const rawBody = isZipped ? gunzipSync(received) : received;
		// What n8n does before the node runs (parseRequestBody).
		const contentType = request.headers['content-type'] ?? '';
		const isMultipart = /^multipart\//i.test(contentType);
		const isParsed = /^(application\/json|text\/plain)/.test(contentType);
		const isRead = !isMultipart && (this.typeVersion === 1 || isParsed);
		const httpRequest = Object.assign(request, {
			params: {},
			query: {},
			...(isRead && { rawBody }),
			readRawBody: async () => {
				if (isRead) return;
				// A compressed body would never end: n8n has consumed it.
				if (isMultipart) this.failures.push(new Error('A multipart body was read again'));
				if (isMultipart || this.isCutOff) throw new Error('The stream is not readable');
				Object.assign(request, { rawBody });
			},
		});
		const httpResponse = Object.assign(response, {
			status: (code: number) => Object.assign(response, { statusCode: code }),
			json: (value: unknown) => response.end(JSON.stringify(value)),
		});
		const answer = (status: number, body = '') => response.writeHead(status).end(body);
		try {
			const result = await this.call({ httpRequest, httpResponse });
			if (result.noWebhookResponse) return;
			if (result.workflowData) {
				this.executions.push(result.workflowData.flat().map(({ json }) => json));
			}
			answer(200, String(result.webhookResponse ?? ''));
		} catch (error) {
			this.failures.push(error as Error);
			answer(500, 'Workflow Webhook Error: Workflow could not be started!');
		}
	}

	private async call(http: object): Promise<IWebhookResponseData> {
		const workflow = this.load();
		const [node] = Object.values(workflow.nodes);
		const [webhookDescription] = this.type.description.webhooks ?? [];
		const data = Object.assign(this.dataFor(workflow), http);
		const context = new WebhookContext(
			workflow,
			node,
			data,
			this.isListening ? 'manual' : 'webhook',
			{ webhookDescription } as IWebhookData,
			[],
			null,
		);
		const { webhook } = this.type;
		if (!webhook) throw new Error('The node has no webhook.');
		return await withLog(this.logs, async () => {
			this.calls++;
			return await webhook.call(context);
		});
	}
}

async function post(
	url: string,
	body: Buffer,
	headers: Record<string, string | undefined>,
): Promise<Answer> {
	const given = Object.entries(headers).filter(([, value]) => value !== undefined);
	return await new Promise((resolve, reject) => {
		const outgoing = httpRequest(
			url,
			{ method: 'POST', agent: false, headers: Object.fromEntries(given) },
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('end', () =>
					resolve({
						status: response.statusCode ?? 0,
						body: Buffer.concat(chunks).toString('utf8'),
					}),
				);
			},
		);
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}
