import { Sandbox } from '../../sandbox';
import type { Context } from '../context';
import { uploadFromLink } from '../links';
import { deadWorker, retryOnFail } from './applications';
import { startQueueMode } from './mode';
import { processed } from './notified';

export { queueMany } from './many';

/** A main, two workers and a webhook processor, with workers that are killed. */
export async function queue({ folder, tarball, check }: Context): Promise<void> {
	const sandbox = await Sandbox.start({ platformCertificates: 1, notify: { speed: 60 } });
	const mode = await startQueueMode(folder, tarball);
	const { main, workers, files, executions } = mode;
	try {
		const { apiV3SecretKey } = sandbox.keys;
		const credential = await main.createCredential(
			'WeChat Pay account',
			'wechatPayApi',
			sandbox.credential({ apiV3SecretKey }),
		);
		const restart = async () => {
			workers[0] = await mode.start('worker-1', 'worker');
			return workers[0];
		};
		await deadWorker(check, sandbox, main, executions, workers[0], files, restart);
		await retryOnFail(check, sandbox, main, executions, files);
		await check('queue: a worker uploads an image from a link', async () => {
			await uploadFromLink(main, sandbox, files);
		});
		const processor = await mode.start('webhook', 'webhook');
		const killWorkers = async () => {
			await Promise.all(workers.map(async (worker) => await worker.crash()));
			await restart();
		};
		await processed({ check, sandbox, main, processor, executions, credential, killWorkers });
	} finally {
		await Promise.all([mode.stop(), sandbox.stop()]);
	}
}
