import type { FaultKind } from '../../sandbox';
import { errorOf, openBench, outputOf } from '../support/bench';
import {
	createFromIds,
	getByNumber,
	uploadOne,
	withForms,
	withIds,
} from '../support/cancelApplications';
import { CANCEL_MEDIA, CREATE, lookUpPath, onlyCreate } from '../support/paths';

// Only what is safe is repeated, within limits of attempts and of time.

const bench = openBench();

const numbersOf = (prefix: string, size: number) =>
	Array.from({ length: size }, (_, i) => `${prefix}${i}`);

it('Requests per Second sets the interval between requests', async () => {
	const numbers = numbersOf('spaced', 6);
	const items = await withIds(bench, numbers, 50);
	await bench.run(items, createFromIds({ requestsPerSecond: 10 }));
	const times = numbers.map((number) => bench.requestsAbout(number)[0]!.time);
	// The first request may be up to 30 ms late, which does not delay those after it.
	expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(5 * 100 - 50);
});

describe('server fault', () => {
	const faults: FaultKind[] = ['500-before', 'html-before', 'empty-before', 'cut-before', 'refuse'];

	it('causes uploads and look-ups to be repeated', async () => {
		const numbers = faults.map((kind) => `seen${kind.replace(/\W/g, '')}`);
		const items = await withIds(bench, numbers, 60);
		await bench.run(items, createFromIds());
		faults.forEach((kind, i) => {
			bench.sandbox.fault({ kind, match: { path: CANCEL_MEDIA } });
			bench.sandbox.fault({ kind, match: { path: lookUpPath(numbers[i]!) } });
		});
		const mark = bench.mark;
		const [uploaded, found] = await Promise.all([
			bench.run(
				faults.map(() => withForms({})),
				uploadOne(),
			),
			bench.run(items, getByNumber()),
		]);
		expect(uploaded.main[0]).toHaveLength(faults.length);
		expect(found.main[0]).toHaveLength(faults.length);
		const asked = bench.sandbox.requests.slice(mark);
		expect(asked.filter(({ path }) => path === CANCEL_MEDIA)).toHaveLength(2 * faults.length);
		for (const number of numbers) {
			expect(asked.filter(({ path }) => path === lookUpPath(number))).toHaveLength(2);
		}
	});

	it('causes a create to be looked up and not to be repeated', async () => {
		const kinds: FaultKind[] = ['500-after', 'html-after', 'empty-after', 'cut-after', 'truncate'];
		const numbers = kinds.map((kind) => `acted${kind.replace(/\W/g, '')}`);
		const items = await withIds(bench, numbers, 70);
		kinds.forEach((kind, i) =>
			bench.sandbox.fault({ kind, match: { number: numbers[i], path: onlyCreate } }),
		);
		const result = await bench.run(items, createFromIds());
		for (const [i, number] of numbers.entries()) {
			expect(outputOf(result, i)?.already_existed).toBe(false);
			expect(bench.story(number)).toEqual([expect.stringMatching(/^POST/), 'GET 200']);
			expect(bench.sandbox.applications.get(number)?.requests).toBe(1);
		}
	});

	it.each([1, 2])('fails the item after maxAttempts: %d', async (maxAttempts) => {
		bench.sandbox.fault({ kind: 'empty-before', count: Infinity });
		const number = `given${maxAttempts}`;
		const result = await bench.run([{ json: { number } }], getByNumber({ maxAttempts }));
		expect(bench.story(number)).toEqual(Array(maxAttempts).fill('GET 503'));
		expect(errorOf(result, 0)?.error).toBe('WeChat Pay returned HTTP 503');
	});

	it('causes each attempt to be signed again', async () => {
		bench.sandbox.fault({ kind: '500-before', match: { number: 'fresh' } });
		await bench.run([{ json: { number: 'fresh' } }], getByNumber());
		const signed = bench.sent().map(({ headers }) => headers.authorization!);
		expect(signed).toHaveLength(2);
		const parts = (name: string) => signed.map((text) => text.match(`${name}="([^"]+)"`)![1]);
		expect(new Set(parts('nonce_str')).size).toBe(2);
		expect(new Set(parts('signature')).size).toBe(2);
	});
});

it.each([400, 403, 404, 405])('a request is not repeated after HTTP %d', async (status) => {
	bench.sandbox.fault({ kind: 'answer', status, code: 'PARAM_ERROR', count: Infinity });
	const number = `once${status}`;
	await bench.run([{ json: { number } }], getByNumber());
	expect(bench.story(number)).toEqual([`GET ${status}`]);
});

it('a create is repeated with the same body after BIZ_ERR_NEED_RETRY', async () => {
	const [item] = await withIds(bench, ['busy'], 80);
	bench.sandbox.fault({ kind: 'answer', code: 'BIZ_ERR_NEED_RETRY', match: { number: 'busy' } });
	const { main } = await bench.run([item!], createFromIds());
	expect(main[0]).toHaveLength(1);
	expect(bench.story('busy')).toEqual(['POST 400', 'POST 200']);
	const [first, second] = bench.sent(CREATE, 'busy');
	expect(first.body.equals(second.body)).toBe(true);
});

it('a slow response does not extend the timeout', async () => {
	// A piece each 150 ms: n8n's own time-out counts idle time, and would wait for all of it.
	bench.sandbox.fault({ kind: 'drip', ms: 3000, count: Infinity });
	const result = await bench.run(
		[{ json: { number: 'drips' } }],
		getByNumber({ timeout: 300, maxAttempts: 2 }),
	);
	expect(errorOf(result, 0)?.details.code).toBe('ETIMEDOUT');
	expect(bench.story('drips')).toHaveLength(2);
});

// Each with a host of its own: one that has answered 429 is asked slowly for a while.
describe('HTTP 429', () => {
	beforeEach(async () => await bench.replaceSandbox({}));

	it('with Retry-After pauses the whole run and fails no item', async () => {
		const items = await withIds(bench, numbersOf('after', 9), 0);
		const match = { path: onlyCreate };
		bench.sandbox.fault({ kind: '429-retry-after', retryAfter: 1, nth: 4, match });
		const mark = bench.mark;
		const { main } = await bench.run(
			items,
			createFromIds({ batching: { batch: { batchSize: 3 } } }),
		);
		expect(main[0]).toHaveLength(9);
		const requests = bench.sandbox.requests.slice(mark);
		const limited = requests.findIndex(({ status }) => status === 429);
		const after = requests.map(({ time }) => time - requests[limited]!.time).filter((ms) => ms > 0);
		expect(after.length).toBeGreaterThanOrEqual(5);
		// Two more may have been on their way already.
		expect(after.sort((a, b) => a - b)[2]).toBeGreaterThanOrEqual(990);
		expect(bench.sandbox.applications.size).toBe(9);
	});

	it('without Retry-After slows the run down and fails no item', async () => {
		const size = 30;
		const items = await withIds(bench, numbersOf('slow', size), 200);
		bench.sandbox.fault({ kind: '429', nth: 20, match: { path: onlyCreate } });
		const mark = bench.mark;
		const { main } = await bench.run(
			items,
			createFromIds({ requestsPerSecond: 100, batching: { batch: { batchSize: 2 } } }),
		);
		expect(main[0]).toHaveLength(size);
		const requests = bench.sandbox.requests.slice(mark);
		expect(requests).toHaveLength(size + 1);
		const limited = requests.findIndex(({ status }) => status === 429);
		// Twenty in the last second: half of that is one each 100 ms. Before it was one each 10 ms.
		const after = requests[limited + 8]!.time - requests[limited + 3]!.time;
		expect(after).toBeGreaterThan(250);
	});

	it('fails the item with a hint to the option if it persists', async () => {
		const items = await withIds(bench, ['stays'], 40);
		bench.sandbox.fault({ kind: '429', count: Infinity, match: { path: onlyCreate } });
		const result = await bench.run(items, createFromIds({ maxAttempts: 2 }));
		expect(bench.story('stays')).toEqual(['POST 429', 'POST 429']);
		expect(errorOf(result, 0)).toMatchObject({
			message: expect.stringContaining('Lower "Requests per Second" in "Options"') as string,
			details: { code: 'RATELIMIT_EXCEEDED', httpStatus: 429 },
		});
	});
});
