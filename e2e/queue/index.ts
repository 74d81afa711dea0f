/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox } from '../../sandbox';
import { copyExampleFiles } from '../../host/examples';
import { ensureHost } from '../../host/hosts';
import { N8n } from '../../host/n8n';
import { installInto } from '../../host/package-tarball';
import type { Context } from '../context';
import { uploadFromLink } from '../links';
import { startPostgres, startRedis } from '../services';
import { deadWorker, retryOnFail } from './applications';
import { executionsIn } from './executions';
import { processed } from './notified';

/** n8n gives up a job when its worker has not renewed the lock for this long. */
const LOCK = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** A main, two workers and a webhook processor, with workers that are killed. */
export async function queue({ folder, tarball, check }: Context): Promise<void> {
	const host = await ensureHost('current');
	const sandbox = await Sandbox.start({ platformCertificates: 1, notify: { speed: 60 } });
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
			},
		});
		started.push(n8n);
		return n8n;
	};
	try {
		// The main first: it makes the tables.
		const main = await start('main', 'start');
		const workers = await Promise.all([start('worker-1', 'worker'), start('worker-2', 'worker')]);
		await main.login();
		const { apiV3SecretKey } = sandbox.keys;
		const credential = await main.createCredential(
			'WeChat Pay account',
			'wechatPayApi',
			sandbox.credential({ apiV3SecretKey }),
		);
		const executions = executionsIn(postgres);
		const restart = async () => {
			workers[0] = await start('worker-1', 'worker');
			return workers[0];
		};
		if (!process.env.DEV)
			await deadWorker(check, sandbox, main, executions, workers[0], files, restart);
		await retryOnFail(check, sandbox, main, executions, files);
		await check('queue: a worker uploads a picture from a link', async () => {
			await uploadFromLink(main, sandbox, files);
		});
		const processor = await start('webhook', 'webhook');
		const killWorkers = async () => {
			await Promise.all(workers.map(async (worker) => await worker.crash()));
			await restart();
		};
		await processed({ check, sandbox, main, processor, executions, credential, killWorkers });
	} finally {
		await Promise.all(started.map(async (n8n) => await n8n.stop()));
		await Promise.all([redis.stop(), postgres.stop(), sandbox.stop()]);
	}
}
