import type { KeyObject } from 'node:crypto';
import { Pace, endpointOf, type PacedRequest } from '../../nodes/WechatPay/client/pace';

beforeEach(() => {
	jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
	jest.useRealTimers();
});

const HOST = 'https://api.mch.weixin.qq.com';
const GET: PacedRequest = { method: 'GET', path: '/v3/x' };
const LIST: PacedRequest = {
	method: 'GET',
	path: '/v3/merchant-service/complaints-v2?limit=50&offset=0',
};
const post = (path: string): PacedRequest => ({
	method: 'POST',
	path: `/v3/merchant-service/${path}`,
});

/** Each test has merchant numbers that no other has: what they share outlives an execution. */
let merchants = 0;
beforeEach(() => merchants++);

/** A new execution. */
const open = (
	perSecond: number,
	{ mchid = '', origin = HOST, isOver = (): boolean => false } = {},
): Pace => {
	const signer = { mchid: `${merchants} ${mchid}`, serial: '', privateKey: {} as KeyObject };
	return new Pace({ signer, origins: [origin] }, perSecond, isOver);
};

/** Asks for `count` turns at once; milliseconds since the start of the test at which they came. */
function ask(pace: Pace, count: number, request = GET): { times: number[] } {
	const times: number[] = [];
	for (let i = 0; i < count; i++) {
		void pace.acquire(request).then(() => times.push(Date.now() - 1_000_000));
	}
	return { times };
}

const pass = async (ms = 60_000) => await jest.advanceTimersByTimeAsync(ms);

async function startTimes(pace: Pace, count: number, request = GET): Promise<number[]> {
	const begin = Date.now() - 1_000_000;
	const { times } = ask(pace, count, request);
	await pass();
	return times.map((time) => time - begin);
}

/** A request that is refused with 429 at once. */
async function refuse(pace: Pace, askedMs: number, request = GET): Promise<void> {
	const slowdown = await pace.acquire(request);
	slowdown.rateLimited(Date.now(), Date.now(), askedMs);
}

const mostInASecond = (times: number[]): number =>
	Math.max(...times.map((start) => times.filter((t) => t >= start && t < start + 1000).length));

describe('one execution', () => {
	it('spaces requests evenly', async () => {
		expect(await startTimes(open(10), 5)).toEqual([0, 100, 200, 300, 400]);
	});

	it('starts no more requests per second than its cap', async () => {
		expect(mostInASecond(await startTimes(open(15), 60))).toBe(15);
	});

	it.each([
		[9, 13, 9.6],
		[25, 9, 9],
	])('keeps cap and rate with timers that are %i ms late', async (lateMs, every, least) => {
		const pace = open(10);
		const { times } = ask(pace, 100);
		for (let i = 0; i < 700; i++) {
			await pass(10);
			// The event loop is busy for a moment now and then: what is due by then comes late.
			if (i % every === 0) jest.setSystemTime(Date.now() + lateMs);
		}
		expect(mostInASecond(times)).toBeLessThanOrEqual(10);
		expect(times.length / ((Date.now() - 1_000_000) / 1000)).toBeGreaterThan(least);
	});

	it('does not wait without a cap', async () => {
		expect(await startTimes(open(0), 5)).toEqual([0, 0, 0, 0, 0]);
	});

	it('does not wait after a pause', async () => {
		const pace = open(10);
		await startTimes(pace, 3);
		expect(await startTimes(pace, 2)).toEqual([0, 100]);
	});

	it('grants turns in call order', async () => {
		const pace = open(100);
		const order: number[] = [];
		for (const i of [0, 1, 2, 3]) void pace.acquire(GET).then(() => order.push(i));
		await pass();
		expect(order).toEqual([0, 1, 2, 3]);
	});

	it('stops waiting when it is canceled', async () => {
		let isOver = false;
		const { times } = ask(open(0.01, { isOver: () => isOver }), 3);
		await pass(1000);
		isOver = true;
		await pass(200);
		expect(times).toHaveLength(3);
	});
});

describe('parallel executions', () => {
	it('share the cap in turns', async () => {
		const order: string[] = [];
		for (const name of ['a', 'b', 'c']) {
			const pace = open(10);
			for (let i = 0; i < 3; i++) {
				void pace.acquire(GET).then(() => order.push(`${name} ${Date.now() - 1_000_000}`));
			}
		}
		await pass();
		expect(order).toEqual('a 0,b 100,c 200,a 300,b 400,c 500,a 600,b 700,c 800'.split(','));
	});

	it('share the cap with an execution that has just ended', async () => {
		await open(10).acquire(GET);
		expect(await startTimes(open(10), 1)).toEqual([100]);
	});

	it.each([
		['another merchant number', { mchid: 'other' }],
		['another host', { origin: 'https://apihk.mch.weixin.qq.com' }],
	])('share no cap with %s', async (_what, other) => {
		const first = ask(open(10), 3);
		const second = ask(open(10, other), 3);
		await pass();
		expect([first.times, second.times]).toEqual([
			[0, 100, 200],
			[0, 100, 200],
		]);
	});

	it('share the highest active cap while each keeps its own', async () => {
		const slow = ask(open(2), 5);
		const fast = ask(open(10), 50);
		await pass();
		expect(mostInASecond(slow.times)).toBe(2);
		expect(mostInASecond([...slow.times, ...fast.times])).toBe(10);
		// Until the slow one is done the fast one has what is left: 8 of 10.
		expect(fast.times.filter((time) => time < 2000)).toHaveLength(16);
	});

	it('share no cap while one of them has none', async () => {
		const free = ask(open(0), 20);
		const capped = ask(open(10), 3);
		await pass();
		expect(free.times).toEqual(Array(20).fill(0));
		expect(capped.times).toEqual([0, 100, 200]);
	});

	it('use the capacity of a canceled execution', async () => {
		let isOver = false;
		const cancelled = ask(open(10, { isOver: () => isOver }), 100);
		const other = ask(open(10), 20);
		await pass(1050);
		isOver = true;
		await pass();
		expect(cancelled.times.filter((time) => time <= 1020)).toHaveLength(6);
		expect(other.times.filter((time) => time <= 1000)).toHaveLength(5);
		// From now on all of them: 15 more in a second and a half.
		expect(Math.max(...other.times)).toBeLessThanOrEqual(2600);
	});
});

describe('an HTTP 429', () => {
	it('pauses its endpoint in all executions, including waiting requests', async () => {
		const other = ask(open(0), 1);
		await refuse(open(0), 5000);
		const third = ask(open(0), 1);
		await pass();
		expect(other.times).toEqual([0]);
		expect(third.times).toEqual([5000]);
	});

	it('does not delay requests to other endpoints', async () => {
		const pace = open(10);
		await refuse(pace, 5000);
		const same = ask(pace, 2);
		const others = ask(pace, 3, { method: 'POST', path: '/v3/x' });
		await pass();
		expect(others.times).toEqual([100, 200, 300]);
		expect(same.times[0]).toBe(5000);
		// Five a second: the rate is not known yet.
		expect(same.times[1]! - same.times[0]!).toBeGreaterThan(100);
	});

	it('does not affect a much later execution', async () => {
		await refuse(open(10), 500);
		await pass();
		expect(await startTimes(open(10), 3)).toEqual([0, 100, 200]);
	});
});

describe('path limits', () => {
	it('space complaint lists evenly at 200 per minute without a cap', async () => {
		const times = await startTimes(open(0), 5, LIST);
		// The fourth keeps a whole second away from the first, and 20 ms for the way to the server.
		expect(times).toEqual([0, 300, 600, 920, 1220]);
	});

	it('space complaint feedback at 60 per minute across executions', async () => {
		const paths = ['complaints-v2/20/response', 'complaints-v2/21/complete', 'images/upload'];
		const all = paths.map((path) => ask(open(15), 1, post(path)));
		await pass();
		expect(all.flatMap(({ times }) => times)).toEqual([0, 1000, 2000]);
	});

	it('are counted separately from the cap', async () => {
		const pace = open(10);
		const lists = ask(pace, 2, LIST);
		const others = ask(pace, 4);
		await pass();
		expect([lists.times, others.times]).toEqual([
			[0, 300],
			[0, 100, 200, 300],
		]);
	});

	it('do not apply to complaint details', async () => {
		const details: PacedRequest = { ...LIST, path: '/v3/merchant-service/complaints-v2/2012' };
		expect(await startTimes(open(0), 3, details)).toEqual([0, 0, 0]);
	});

	it('do not exceed a lower cap', async () => {
		expect(await startTimes(open(1), 3, LIST)).toEqual([0, 1000, 2000]);
	});
});

describe('endpointOf', () => {
	it.each([
		['/v3/a/out-apply-no/A-1', { out_apply_no: 'A-1' }, 'GET /v3/a/out-apply-no/{}'],
		['/v3/a/out-no/a%7Cb', { out_no: 'a|b' }, 'GET /v3/a/out-no/{}'],
		['/v3/a/b?sub_mchid=1900000109', {}, 'GET /v3/a/b'],
		[
			'/v3/apply4sub/sub_merchants/1900000109/settlement',
			{},
			'GET /v3/apply4sub/sub_merchants/{}/settlement',
		],
		['/v3/areas/provinces/10/cities', {}, 'GET /v3/areas/provinces/{}/cities'],
		[
			'/v3/merchant-service/complaints-v2/2012C3F/response',
			{},
			'GET /v3/merchant-service/complaints-v2/{}/response',
		],
	])('returns the endpoint of %s', (path, about, endpoint) => {
		expect(endpointOf({ method: 'GET', path, about: about as Record<string, string> })).toBe(
			endpoint,
		);
	});
});
