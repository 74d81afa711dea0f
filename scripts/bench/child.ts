/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Meter, type ChildMessage, type Job, type Work, type Worker } from './job';

/** Only what a contender needs is loaded: what the others need would count as its memory. */
async function startWorker(job: Job): Promise<Worker> {
	if (job.contender === 'node') return await (await import('./node')).startNode(job);
	if (job.contender === 'minimal') return await (await import('./minimal')).startMinimal(job);
	if (job.contender === 'plain') return (await import('./plain')).startPlain(job);
	return (await import('./bare')).startBare(job);
}

/** Resolves when the message is on its way: a process that ends takes along what is not. */
const say = async (message: ChildMessage): Promise<void> =>
	await new Promise((resolve) => process.send?.(message, () => resolve()));

async function nextWork(): Promise<Work> {
	const [work] = (await once(process, 'message')) as [Work];
	return work;
}

/** Warm-up, then the job, measured. */
async function run(worker: Worker, first: Promise<Work>): Promise<void> {
	await worker.work(await first, () => {});

	const second = nextWork();
	await say({ ready: true });
	const work = await second;
	const meter = new Meter();
	await worker.work(work, () => meter.start());
	const measured = meter.stop();
	await say({ done: measured });
}

/** One contender under one set of conditions. However it ends, n8n's stored images are deleted. */
async function main(): Promise<void> {
	const job = JSON.parse(process.argv[2]) as Job;
	const first = nextWork();
	const worker = await startWorker(job);
	process.once('disconnect', () => {
		// At once: while n8n still stores images, the folder would not stay deleted.
		if (worker.folder) rmSync(worker.folder, { recursive: true, force: true, maxRetries: 3 });
		process.exit(1);
	});
	try {
		await run(worker, first);
	} finally {
		await worker.end();
	}
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
		void say({ failed: text }).then(() => process.exit(1));
	},
);
