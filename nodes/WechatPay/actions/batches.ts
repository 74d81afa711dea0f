import type { Batching } from './options';

/**
 * Runs `work` for 0 to `count` - 1, at most `size` at a time, starting in order. When one ends, the next one
 * starts. With an interval, batches start at least that far apart.
 *
 * @param mayStart called before each start; nothing more starts once it returns false
 */
export async function inBatches(
	count: number,
	{ size, interval }: Batching,
	wait: (ms: number) => Promise<void>,
	mayStart: () => boolean,
	work: (i: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	let batchStart = 0;
	let opening: Promise<void> = Promise.resolve();
	const openBatch = async (): Promise<void> => {
		await wait(Math.max(0, batchStart + interval - Date.now()));
		batchStart = Date.now();
	};
	const worker = async (): Promise<void> => {
		while (next < count && mayStart()) {
			const i = next++;
			if (interval > 0 && i % size === 0) opening = openBatch();
			await opening;
			if (mayStart()) await work(i);
		}
	};
	await Promise.all(Array.from({ length: Math.min(size, count) }, worker));
}
