/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { signalAll, startChild, type Child } from './child';
import { environment, type Host } from './hosts';

/** A workflow as n8n exports it, as far as it is of interest here. */
export interface Workflow {
	id?: string;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	[key: string]: unknown;
}

export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string | null; name: string }>;
	[key: string]: unknown;
}

/** An item as it left a node. */
export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, { fileName?: string; bytes?: number }>;
}

export interface Execution {
	id: string;
	status: string;
	/** What each node gave in its last run: items by output. */
	outputs: Record<string, Item[][]>;
	/** How often each node was run. */
	runs: Record<string, number>;
	error?: { message: string; description?: string };
}

export interface N8nOptions {
	host: Host;
	/** Everything that n8n writes is inside. */
	userFolder: string;
	command?: 'start' | 'worker' | 'webhook';
	port?: number;
	env?: Record<string, string>;
	/** Gives the start up, and ends what was started of it. */
	signal?: AbortSignal;
}

export const OWNER = {
	email: 'owner@example.com',
	firstName: 'Example',
	lastName: 'Owner',
	password: 'Sandbox-2026',
};

const START_WITHIN = 120_000;
const STOP_WITHIN = 20_000;

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

/** Waits until `condition` gives something. Asks again and again; there is no telling from outside. */
export async function until<T>(
	what: string,
	within: number,
	condition: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
	const end = Date.now() + within;
	for (;;) {
		const result = await condition();
		if (result !== undefined && result !== false) return result;
		if (Date.now() > end) throw new Error(`Waited ${within / 1000} s for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** A running n8n: a process of its own, and its REST interface as the editor uses it. */
export class N8n {
	readonly url: string;
	private log = '';
	private cookie = '';
	private isStopping = false;

	private constructor(
		private readonly child: Child,
		readonly port: number,
	) {
		this.url = `http://127.0.0.1:${port}`;
		const keep = (chunk: Buffer) => (this.log = (this.log + chunk.toString()).slice(-200_000));
		child.stdout.on('data', keep);
		child.stderr.on('data', keep);
	}

	/** Starts it; fulfilled when it is ready to work. */
	static async start(options: N8nOptions): Promise<N8n> {
		const { host, userFolder, command = 'start' } = options;
		const port = options.port ?? (await freePort());
		const child = startChild(host.node, [host.script, command], {
			cwd: userFolder,
			env: {
				...environment(host.node),
				...SETTINGS,
				N8N_USER_FOLDER: userFolder,
				N8N_PORT: String(port),
				QUEUE_HEALTH_CHECK_PORT: String(port),
				N8N_RUNNERS_BROKER_PORT: String(await freePort()),
				...options.env,
			},
		});
		const n8n = new N8n(child, port);
		const exitHandler = () => signalAll(child, 'SIGKILL');
		process.once('exit', exitHandler);
		child.once('exit', () => process.off('exit', exitHandler));
		try {
			await until(`n8n ${command}`, START_WITHIN, async () => {
				options.signal?.throwIfAborted();
				if (!n8n.isRunning) throw new Error(`n8n ${command} ended`);
				return await n8n.isReady();
			});
		} catch (error) {
			await n8n.stop();
			throw new Error(`${(error as Error).message}. It said:\n${n8n.log.slice(-4000)}`);
		}
		return n8n;
	}

	/** What it wrote. */
	get output(): string {
		return this.log;
	}

	get isRunning(): boolean {
		return this.child.exitCode === null && this.child.signalCode === null;
	}

	/** Fulfilled when the process has ended, for whatever reason. */
	async ended(): Promise<void> {
		if (this.isRunning) await once(this.child, 'exit');
	}

	/** Lets it end in order, and by force if it does not. */
	async stop(): Promise<void> {
		if (!this.isRunning || this.isStopping) return await this.ended();
		this.isStopping = true;
		this.child.kill('SIGTERM');
		const force = setTimeout(() => signalAll(this.child, 'SIGKILL'), STOP_WITHIN);
		await this.ended();
		clearTimeout(force);
		// A task runner that was left behind has its process group.
		signalAll(this.child, 'SIGKILL');
	}

	/** Ends it at once, as a power cut would. */
	async crash(): Promise<void> {
		signalAll(this.child, 'SIGKILL');
		await this.ended();
	}

	private async isReady(): Promise<boolean> {
		try {
			const response = await fetch(`${this.url}/healthz/readiness`);
			return response.ok;
		} catch {
			return false;
		}
	}

	/** Creates the owner of a new n8n, or logs in to one that has an owner; gives the cookie. */
	async login(): Promise<string> {
		// The editor's interface comes up a moment after the health check says so.
		const state = await until('the editor', START_WITHIN, async () => {
			const response = await fetch(`${this.url}/rest/settings`);
			if (!response.headers.get('content-type')?.includes('json')) return undefined;
			return (await response.json()) as {
				data: { userManagement: { showSetupOnFirstLoad?: boolean } };
			};
		});
		const isNew = state.data.userManagement.showSetupOnFirstLoad === true;
		const body = isNew ? OWNER : { emailOrLdapLoginId: OWNER.email, password: OWNER.password };
		const response = await fetch(`${this.url}/rest/${isNew ? 'owner/setup' : 'login'}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		const cookie = response.headers.getSetCookie().find((entry) => entry.startsWith('n8n-auth='));
		if (!cookie) throw new Error(`Login: ${response.status} ${await response.text()}`);
		this.cookie = cookie.split(';')[0];
		return this.cookie;
	}

	async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: { cookie: this.cookie, 'content-type': 'application/json' },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
		return (JSON.parse(text) as { data: T }).data;
	}

	async createCredential(name: string, type: string, data: object): Promise<string> {
		const { id } = await this.call<{ id: string }>('POST', '/credentials', { name, type, data });
		return id;
	}

	/** Saves a workflow as the editor does after an import. */
	async importWorkflow(workflow: Workflow): Promise<Workflow & { id: string }> {
		const body = { settings: {}, ...workflow, id: undefined, active: false };
		return await this.call('POST', '/workflows', body);
	}

	async activate(workflow: Workflow): Promise<void> {
		const { id, versionId } = workflow;
		await this.call('POST', `/workflows/${id}/activate`, { versionId });
	}

	/** Runs a workflow from its trigger, as the button in the editor does, and waits for its end. */
	async execute(workflow: Workflow, trigger: string, within = 120_000): Promise<Execution> {
		const { executionId } = await this.call<{ executionId: string }>(
			'POST',
			`/workflows/${workflow.id}/run`,
			{ workflowData: workflow, triggerToStartFrom: { name: trigger } },
		);
		return await this.finished(executionId, within);
	}

	/** Waits until an execution is over, and gives what it did. */
	async finished(id: string, within = 120_000): Promise<Execution> {
		return await until(`execution ${id}`, within, async () => {
			const execution = await this.call<RawExecution>('GET', `/executions/${id}`);
			return ['new', 'running', 'waiting'].includes(execution.status) ? undefined : read(execution);
		});
	}
}

/** The same for every n8n that is started here: on this machine alone, quiet, and calling nobody. */
const SETTINGS: Record<string, string> = {
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
	N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
	N8N_PROTOCOL: 'http',
	N8N_SECURE_COOKIE: 'false',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
	QUEUE_HEALTH_CHECK_ACTIVE: 'true',
	GENERIC_TIMEZONE: 'Asia/Shanghai',
};

interface RawExecution {
	id: string;
	status: string;
	data: string;
}

interface RunData {
	resultData: {
		runData: Record<string, Array<{ data?: { main?: Array<Item[] | null> } }>>;
		error?: { message: string; description?: string };
	};
}

/** An execution's data as n8n stores it: one list, in which text stands for the entry with that number. */
function unflatten(entries: unknown[]): unknown {
	const made = new Map<number, unknown>();
	const at = (index: number): unknown => {
		const entry = entries[index];
		if (typeof entry !== 'object' || entry === null) return entry;
		if (made.has(index)) return made.get(index);
		const copy: Record<string, unknown> = Array.isArray(entry) ? ([] as never) : {};
		made.set(index, copy);
		for (const [key, value] of Object.entries(entry)) {
			copy[key] = typeof value === 'string' ? at(Number(value)) : value;
		}
		return copy;
	};
	return at(0);
}

function read({ id, status, data }: RawExecution): Execution {
	const { resultData } = unflatten(JSON.parse(data) as unknown[]) as RunData;
	const outputs: Execution['outputs'] = {};
	const runs: Execution['runs'] = {};
	for (const [node, of] of Object.entries(resultData.runData)) {
		outputs[node] = (of.at(-1)?.data?.main ?? []).map((items) => items ?? []);
		runs[node] = of.length;
	}
	return { id, status, outputs, runs, error: resultData.error };
}
