/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { NumberQueue } from '../../nodes/WechatPay/item/numberQueue';

/** Something that ends when it is told to. */
function deferred<T>() {
	let end: (value: T) => void = () => undefined;
	let fail: (error: Error) => void = () => undefined;
	const promise = new Promise<T>((resolve, reject) => {
		end = resolve;
		fail = reject;
	});
	return { promise, end, fail };
}

/** Lets all that can go on without a timer do so. */
const nextLoop = async () => await new Promise((resolve) => setImmediate(resolve));

it('NumberQueue runs tasks with the same number one at a time in call order', async () => {
	const queue = new NumberQueue();
	const story: string[] = [];
	const waits = [1, 2, 3].map(() => deferred<string>());
	const all = waits.map(
		async ({ promise }, i) =>
			await queue.run('A1', async () => {
				story.push(`begin ${i}`);
				const value = await promise;
				story.push(`end ${i}`);
				return value;
			}),
	);
	// The last one is ready first.
	for (const [i, { end }] of [...waits.entries()].reverse()) {
		end(`value ${i}`);
		await nextLoop();
	}
	expect(await Promise.all(all)).toEqual(['value 0', 'value 1', 'value 2']);
	expect(story).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
});

it('NumberQueue does not delay tasks with another number', async () => {
	const queue = new NumberQueue();
	const endless = deferred<void>();
	const first = queue.run('A1', async () => await endless.promise);
	expect(await queue.run('B2', async () => await Promise.resolve('done'))).toBe('done');
	endless.end();
	await first;
});

it('NumberQueue continues after a failed task and rejects only that task', async () => {
	const queue = new NumberQueue();
	const wait = deferred<void>();
	const first = queue.run('A1', async () => await wait.promise);
	const second = queue.run('A1', async () => await Promise.resolve('done'));
	wait.fail(new Error('failed'));
	await expect(first).rejects.toThrow('failed');
	expect(await second).toBe('done');
	expect(await queue.run('A1', async () => await Promise.resolve('later'))).toBe('later');
});
