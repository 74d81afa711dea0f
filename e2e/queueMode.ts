/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { equal } from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox';
import { copyExampleFiles } from '../host/examples';
import { ensureHost } from '../host/hosts';
import { N8n, until, type Workflow } from '../host/n8n';
import { installInto } from '../host/package-tarball';
import { startPostgres, startRedis, type Database } from './services';

export const CREATE = /\/cancel-applications$/;
export const RUNNING = ['new', 'running', 'waiting'];

/** n8n gives up a job when its worker has not renewed the lock for this long. */
const LOCK = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

export interface Row {
	sub_mchid: string;
	out_apply_no: string;
}

export const rowOf = (prefix: string, index: number): Row => ({
	sub_mchid: String(1_910_000_000 + index),
	out_apply_no: `${prefix}${String(index).padStart(6, '0')}`,
});

/** n8n in queue mode: Redis, PostgreSQL, a main and two workers. */
export interface QueueMode {
	main: N8n;
	workers: N8n[];
	/** The folder of the example images. */
	files: string;
	executions: Executions;
	startWorker(name: string): Promise<N8n>;
	stop(): Promise<void>;
}

/** @param env more settings of the main and the workers */
export async function startQueueMode(
	folder: string,
	tarball: string,
	env: Record<string, string> = {},
): Promise<QueueMode> {
	const host = await ensureHost('current');
	const [redis, postgres] = await Promise.all([startRedis(folder), startPostgres()]);
	const files = copyExampleFiles(join(folder, 'files'));
	const started: N8n[] = [];
	/** Each has a folder of its own, as in containers: the package has to be in all of them. */
	const start = async (name: string, command: 'start' | 'worker'): Promise<N8n> => {
		const userFolder = join(folder, name);
		mkdirSync(userFolder, { recursive: true });
		await installInto(userFolder, tarball);
		const n8n = await N8n.start({
			host,
			userFolder,
			command,
			env: {
				...LOCK,
				EXECUTIONS_MODE: 'queue',
				QUEUE_BULL_REDIS_HOST: '127.0.0.1',
				QUEUE_BULL_REDIS_PORT: String(redis.port),
				DB_TYPE: 'postgresdb',
				DB_POSTGRESDB_HOST: '127.0.0.1',
				DB_POSTGRESDB_PORT: String(postgres.port),
				DB_POSTGRESDB_DATABASE: 'postgres',
				DB_POSTGRESDB_USER: 'n8n',
				N8N_ENCRYPTION_KEY: 'one-key-for-main-and-workers',
				N8N_DEFAULT_BINARY_DATA_MODE: 'database',
				N8N_RESTRICT_FILE_ACCESS_TO: files,
				...env,
			},
		});
		started.push(n8n);
		return n8n;
	};
	const startWorker = async (name: string) => await start(name, 'worker');
	const stop = async () => {
		await Promise.all(started.map(async (n8n) => await n8n.stop()));
		await Promise.all([redis.stop(), postgres.stop()]);
	};
	try {
		// The main first: it makes the tables.
		const main = await start('main', 'start');
		const workers = await Promise.all([startWorker('worker-1'), startWorker('worker-2')]);
		await main.login();
		return { main, workers, files, executions: executionsIn(postgres), startWorker, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Publishes a workflow; gives its webhook's address once it is there, which is a moment later. */
export async function activate(main: N8n, workflow: Workflow, path: string): Promise<string> {
	await main.activate(workflow);
	const url = `${main.url}/webhook/${path}`;
	// A GET starts nothing: the answer says that a POST would.
	await until(`webhook ${path}`, 30_000, async () =>
		(await (await fetch(url)).text()).includes('POST'),
	);
	return url;
}

/** The executions of a workflow, oldest first. The pages of n8n's own list leave some out. */
export type Executions = (workflowId: string) => Array<{ id: string; status: string }>;

const executionsIn =
	(database: Database): Executions =>
	(workflowId) =>
		database
			.query(
				`select id, status from execution_entity where "workflowId" = '${workflowId}' order by id`,
			)
			.map(([id, status]) => ({ id, status }));

/** Each number was accepted once: one create was answered with success, however often it was sent. */
export function assertOnce(sandbox: Sandbox, numbers: string[]): void {
	for (const number of numbers) {
		const accepted = sandbox.requests.filter(
			(request) =>
				request.number === number &&
				request.method === 'POST' &&
				request.status === 200 &&
				CREATE.test(request.path),
		);
		equal(accepted.length, 1, `${number} was accepted ${accepted.length} times`);
	}
}
