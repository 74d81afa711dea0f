/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { once } from 'node:events';
import { signalAll, startChild, type Child } from '../child';
import type { Host } from '../hosts';
import { environment } from '../install/node';
import { N8nApi } from './api';
import { freePort, until } from './wait';

export interface N8nOptions {
	host: Host;
	/** n8n writes only into this folder. */
	userFolder: string;
	command?: 'start' | 'worker' | 'webhook';
	port?: number;
	env?: Record<string, string>;
	/** Aborts the start, and ends the process if it was started. */
	signal?: AbortSignal;
}

const START_WITHIN = 120_000;
const STOP_WITHIN = 20_000;

/** The same for every n8n that is started here: only on this machine, quiet, without outside calls. */
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

/** A running n8n: a process of its own, and its REST interface. */
export class N8n extends N8nApi {
	private log = '';
	private isStopping = false;

	private constructor(
		private readonly child: Child,
		readonly port: number,
	) {
		super(`http://127.0.0.1:${port}`);
		const keep = (chunk: Buffer) => (this.log = (this.log + chunk.toString()).slice(-200_000));
		child.stdout.on('data', keep);
		child.stderr.on('data', keep);
	}

	/** Starts n8n; fulfilled when it is ready to work. */
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

	/** What the process wrote. */
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

	/** Lets the process shut down, and kills it if it does not. */
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

	/** Kills the process at once, as a power cut would. */
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
}
