/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { Pace } from '../../nodes/WechatPay/transport/pace';

beforeEach(() => {
	jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
	jest.useRealTimers();
});

/** Asks for `count` turns at once; milliseconds after which each of them came. */
async function startTimes(pace: Pace, count: number, before: () => void = () => undefined) {
	const begin = Date.now();
	const times: number[] = [];
	const turns = Array.from({ length: count }, async () => {
		await pace.turn();
		times.push(Date.now() - begin);
	});
	before();
	await jest.advanceTimersByTimeAsync(60_000);
	await Promise.all(turns);
	return times;
}

describe('Pace', () => {
	it('spaces requests by the rate given, from the second one on', async () => {
		expect(await startTimes(new Pace(10, () => false), 5)).toEqual([0, 100, 200, 300, 400]);
	});

	it('never starts more in a second than allowed', async () => {
		const times = await startTimes(new Pace(15, () => false), 60);
		for (const start of times) {
			expect(
				times.filter((time) => time >= start && time < start + 1000).length,
			).toBeLessThanOrEqual(15);
		}
	});

	it('does not wait without a cap', async () => {
		expect(await startTimes(new Pace(0, () => false), 5)).toEqual([0, 0, 0, 0, 0]);
	});

	it('does not wait for what was long ago', async () => {
		const pace = new Pace(10, () => false);
		await startTimes(pace, 3);
		expect(await startTimes(pace, 2)).toEqual([0, 100]);
	});

	it('gives turns in the order of the calls', async () => {
		const pace = new Pace(100, () => false);
		const order: number[] = [];
		const turns = [0, 1, 2, 3].map(async (i) => await pace.turn().then(() => order.push(i)));
		await jest.advanceTimersByTimeAsync(1000);
		await Promise.all(turns);
		expect(order).toEqual([0, 1, 2, 3]);
	});

	it('pauses everything after a 429, then goes on at half the rate or less', async () => {
		const pace = new Pace(10, () => false);
		await startTimes(pace, 1);
		pace.slowDown(Date.now(), 700);
		const [first, second, third] = await startTimes(pace, 3);
		expect(first).toBe(700);
		expect(second - first).toBeGreaterThanOrEqual(200);
		expect(third - second).toBe(second - first);
	});

	it('pauses also what waits already', async () => {
		const pace = new Pace(10, () => false);
		const times = await startTimes(pace, 3, () => {
			setTimeout(() => pace.slowDown(Date.now(), 5000), 50);
		});
		expect(times[0]).toBe(0);
		expect(times[1]).toBe(5050);
	});

	it('goes on at five a second after a 429 to the very first request, whose rate is not known', async () => {
		const pace = new Pace(0, () => false);
		const start = Date.now();
		await startTimes(pace, 1, () => {
			setTimeout(() => pace.slowDown(start, 0), 50);
		});
		expect(await startTimes(pace, 4)).toEqual([0, 200, 400, 600]);
	});

	it('halves the rate that was really reached if there is no cap', async () => {
		const pace = new Pace(0, () => false);
		await startTimes(pace, 20);
		pace.slowDown(Date.now(), 0);
		// 20 started within a second: 10 a second from now on.
		const [first, second] = await startTimes(pace, 2);
		expect(second - first).toBe(100);
	});

	it('takes a small step if the run has only just begun: its rate is not known yet', async () => {
		const pace = new Pace(0, () => false);
		await pace.turn();
		pace.slowDown(Date.now(), 0);
		const [first, second] = await startTimes(pace, 2);
		expect(second - first).toBe(200);
	});

	it('slows down once for all that was sent before the last reduction', async () => {
		const pace = new Pace(10, () => false);
		const sentAt = Date.now();
		await startTimes(pace, 10);
		for (let i = 0; i < 10; i++) pace.slowDown(sentAt, 0);
		expect(await startTimes(pace, 3)).toEqual([0, 200, 400]);
		pace.slowDown(sentAt, 0);
		expect(await startTimes(pace, 3)).toEqual([0, 200, 400]);
	});

	it('slows down again for what was sent since, up to two seconds', async () => {
		const pace = new Pace(10, () => false);
		let last = 0;
		for (let i = 0; i < 10; i++) {
			const [first, second] = await startTimes(pace, 2);
			expect(second - first).toBeGreaterThanOrEqual(last);
			last = second - first;
			pace.slowDown(Date.now(), 0);
		}
		expect(last).toBe(2000);
	});

	it('gets back to the rate given, no faster, as requests succeed', async () => {
		const pace = new Pace(10, () => false);
		await startTimes(pace, 1);
		pace.slowDown(Date.now(), 0);
		pace.speedUp();
		const [first, second] = await startTimes(pace, 2);
		expect(second - first).toBeGreaterThan(1000);
		for (let i = 0; i < 200; i++) pace.speedUp();
		expect(await startTimes(pace, 3)).toEqual([0, 100, 200]);
	});

	it('stops waiting once the run is over', async () => {
		let isOver = false;
		const pace = new Pace(0.01, () => isOver);
		const times = await startTimes(pace, 3, () => {
			setTimeout(() => (isOver = true), 1000);
		});
		expect(times[0]).toBe(0);
		for (const time of times.slice(1)) expect(time).toBeLessThanOrEqual(1200);
	});
});
