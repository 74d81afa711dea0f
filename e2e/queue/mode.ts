/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyExampleFiles } from '../../host/examples';
import { ensureHost } from '../../host/hosts';
import { N8n } from '../../host/n8n';
import { installInto } from '../../host/package-tarball';
import { startPostgres, startRedis } from '../services';
import { executionsIn, type Executions } from './executions';

/** n8n gives up a job when its worker has not renewed the lock for this long. */
const LOCK = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** n8n in queue mode: Redis, PostgreSQL, a main and two workers. */
export interface QueueMode {
	main: N8n;
	workers: N8n[];
	/** The folder of the example images. */
	files: string;
	executions: Executions;
	/** Starts another worker, or a webhook processor. */
	start(name: string, command: 'worker' | 'webhook'): Promise<N8n>;
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
	const start = async (name: string, command: 'start' | 'worker' | 'webhook'): Promise<N8n> => {
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
	const stop = async () => {
		await Promise.all(started.map(async (n8n) => await n8n.stop()));
		await Promise.all([redis.stop(), postgres.stop()]);
	};
	try {
		// The main first: it makes the tables.
		const main = await start('main', 'start');
		const workers = await Promise.all([start('worker-1', 'worker'), start('worker-2', 'worker')]);
		await main.login();
		return { main, workers, files, executions: executionsIn(postgres), start, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
