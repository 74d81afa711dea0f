import { Slowdown } from '../../nodes/WechatPay/client/slowdown';

// All times are milliseconds; requests start `spacing` apart and are answered at once.
const BEGIN = 1_000_000_000;

/** An endpoint that `count` requests were sent to, and the time of the last one. */
function after(count: number, spacing: number) {
	const slowdown = new Slowdown();
	let now = BEGIN;
	for (let i = 0; i < count; i++) {
		now = BEGIN + i * spacing;
		slowdown.start(now);
		if (i < count - 1) slowdown.responded(now);
	}
	return { slowdown, now };
}

/** Requests a second that the endpoint takes at that time, once its pause is over. */
function rateAt(slowdown: Slowdown, now: number): number {
	slowdown.start(now);
	return 1000 / (slowdown.readyAt(now) - now);
}

describe('Slowdown', () => {
	it('does not delay an endpoint that was never refused', () => {
		const { slowdown, now } = after(100, 1);
		expect(slowdown.readyAt(now)).toBe(now);
	});

	it.each([
		['goes below the rate that was accepted', 40, 100, 8.9, 9.1],
		['goes below it however many requests were sent', 300, 10, 89, 91],
		['guesses five a second when requests have only just begun', 1, 0, 5, 5.1],
		['takes what was accepted as the guess if that is more', 10, 50, 8.9, 9.1],
	])('%s', (_what, count, spacing, least, most) => {
		const { slowdown, now } = after(count, spacing);
		slowdown.rateLimited(now, now, 0);
		const rate = rateAt(slowdown, now);
		expect(rate).toBeGreaterThanOrEqual(least);
		expect(rate).toBeLessThanOrEqual(most);
	});

	it('pauses as long as the response requests', () => {
		const { slowdown, now } = after(1, 0);
		slowdown.rateLimited(now, now, 7000);
		expect(slowdown.readyAt(now)).toBe(now + 7000);
	});

	it('never shortens a pause', () => {
		const { slowdown, now } = after(1, 0);
		slowdown.rateLimited(now, now, 7000);
		slowdown.rateLimited(now, now + 10, 100);
		expect(slowdown.readyAt(now)).toBe(now + 7000);
	});

	it('doubles the pause with each refusal until a response is accepted', () => {
		const { slowdown } = after(1, 0);
		const pauses: number[] = [];
		let now = BEGIN;
		const refuse = () => {
			slowdown.rateLimited(now, now, undefined, 0);
			pauses.push(slowdown.pausedUntil - now);
			now = slowdown.pausedUntil + 1;
		};
		for (let i = 0; i < 8; i++) refuse();
		slowdown.responded(now);
		refuse();
		expect(pauses).toEqual([150, 300, 600, 1200, 2400, 4800, 8000, 8000, 150]);
	});

	it('reduces the rate once for all requests sent before the last reduction', () => {
		const { slowdown, now } = after(40, 100);
		slowdown.rateLimited(now, now, 0);
		const once = rateAt(slowdown, now);
		for (let i = 0; i < 10; i++) slowdown.rateLimited(now - 50, now, 0);
		expect(rateAt(slowdown, now)).toBe(once);
	});

	it('reduces the rate again for requests sent since', () => {
		const { slowdown, now } = after(40, 100);
		slowdown.rateLimited(now, now, 0);
		const once = rateAt(slowdown, now);
		slowdown.rateLimited(now + 100, now + 100, 0);
		expect(rateAt(slowdown, now + 100)).toBeLessThan(once);
	});

	it('reduces the rate to no less than one request in two seconds', () => {
		const { slowdown, now } = after(40, 100);
		for (let i = 0; i < 30; i++) slowdown.rateLimited(now + i, now + i, 0);
		expect(rateAt(slowdown, now + 29)).toBeCloseTo(0.5);
	});

	it('increases the rate slowly near the refused rate and faster later', () => {
		const { slowdown, now } = after(40, 100);
		slowdown.rateLimited(now, now, 0);
		const [start, soon, later, late] = [0, 2000, 8000, 60_000].map((ms) =>
			rateAt(slowdown, now + ms),
		);
		expect(soon / start).toBeLessThan(1.1);
		expect(later / start).toBeGreaterThan(2);
		expect(late / start).toBeGreaterThan(100);
	});

	it('increases the rate quickly after a guess', () => {
		const { slowdown, now } = after(1, 0);
		slowdown.rateLimited(now, now, 0);
		expect(rateAt(slowdown, now + 3000)).toBeGreaterThan(15);
	});

	it('waits at most two seconds when the clock was set back', () => {
		const { slowdown, now } = after(40, 100);
		slowdown.rateLimited(now, now, 60_000);
		expect(slowdown.readyAt(now - 3_600_000)).toBeLessThan(now - 3_600_000 + 2001);
	});
});
