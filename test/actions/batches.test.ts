/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { inBatches } from '../../nodes/WechatPay/actions/batches';

beforeEach(() => {
	jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
	jest.useRealTimers();
});

const wait = async (ms: number) => {
	if (ms > 0) await new Promise<void>((resolve) => setTimeout(resolve, ms));
};

/** Runs items that take so many milliseconds each, and says when each began and how many were at it. */
async function run(
	durations: number[],
	batching: { size: number; interval: number },
	mayStart: (started: number) => boolean = () => true,
) {
	const begin = Date.now();
	const starts: Array<[index: number, at: number]> = [];
	let inFlight = 0;
	let most = 0;
	const done = inBatches(
		durations.length,
		batching,
		async (ms) => await wait(ms),
		() => mayStart(starts.length),
		async (index) => {
			starts.push([index, Date.now() - begin]);
			most = Math.max(most, ++inFlight);
			await wait(durations[index] ?? 0);
			inFlight--;
		},
	);
	await jest.advanceTimersByTimeAsync(100_000);
	await done;
	return { starts, most, inFlight };
}

it('inBatches limits concurrent items to the batch size and refills free slots at once', async () => {
	const { starts, most } = await run([100, 1000, 100, 100, 100], { size: 2, interval: 0 });
	expect(starts).toEqual([
		[0, 0],
		[1, 0],
		[2, 100],
		[3, 200],
		[4, 300],
	]);
	expect(most).toBe(2);
});

it('inBatches starts all items at once when they fit into one batch', async () => {
	const { starts } = await run([5, 5, 5], { size: 10, interval: 0 });
	expect(starts.map(([, at]) => at)).toEqual([0, 0, 0]);
	expect((await run([], { size: 10, interval: 0 })).starts).toEqual([]);
});

it('inBatches waits for the interval between batches and keeps the input order', async () => {
	const { starts } = await run(Array<number>(5).fill(10), { size: 2, interval: 1000 });
	expect(starts).toEqual([
		[0, 0],
		[1, 0],
		[2, 1000],
		[3, 1000],
		[4, 2000],
	]);
});

it('inBatches does not add the interval to a batch that takes longer', async () => {
	const { starts } = await run([3000, 3000, 10, 10], { size: 2, interval: 1000 });
	expect(starts.map(([, at]) => at)).toEqual([0, 0, 3000, 3000]);
});

it('inBatches stops starting items when told to and waits for those in flight', async () => {
	const { starts, inFlight } = await run(
		[10, 500, 10, 10],
		{ size: 2, interval: 0 },
		(started) => started < 2,
	);
	expect(starts.map(([index]) => index)).toEqual([0, 1]);
	expect(inFlight).toBe(0);
});

it('inBatches checks again whether to start after waiting for the interval', async () => {
	let isStopped = false;
	setTimeout(() => (isStopped = true), 500);
	const { starts } = await run([10, 10], { size: 1, interval: 1000 }, () => !isStopped);
	expect(starts).toEqual([[0, 0]]);
});
