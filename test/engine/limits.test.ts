import type { IDataObject } from 'n8n-workflow';
import { detailsOf, openBenchForEachTest } from '../support/bench';
import {
	createFromFiles,
	createFromIds,
	getByNumber,
	subMchid,
	withForms,
	withIds,
} from '../support/cancelApplications';
import { CANCEL_MEDIA, CREATE } from '../support/paths';

// WeChat Pay says that it is too much: what is waited for, what is not, and what the user is told.

const bench = openBenchForEachTest();

const SIZE = 300;
const numbers = Array.from({ length: SIZE }, (_, i) => `limit${i}`);
const notSent = (outcomes: IDataObject[]) =>
	outcomes.filter((outcome) => detailsOf(outcome).not_sent === true);

describe('Retry-After that is longer than a run may last', () => {
	it('ends the run at once with the same message for all items', async () => {
		const items = await withIds(bench, numbers);
		bench.sandbox.fault({ kind: '429-retry-after', retryAfter: 3600, count: Infinity });
		const mark = bench.mark;
		const outcomes = await bench.outcomes(items, createFromIds());
		// The credential was accepted a moment ago: as many as are in flight are sent at once.
		const sent = bench.since(mark);
		expect(new Set(sent)).toEqual(new Set([`POST ${CREATE} 429`]));
		expect(sent.length).toBeLessThanOrEqual(10);
		expect(notSent(outcomes)).toHaveLength(SIZE - sent.length);
		expect(detailsOf(outcomes[0]!)).toMatchObject({ code: 'RATELIMIT_EXCEEDED', httpStatus: 429 });
		expect(outcomes[0]!.message).toMatch(/asks to wait 60 minutes, which is longer than a run/);
		expect(new Set(outcomes.map(({ message }) => message)).size).toBe(1);
	});

	it('ends a started run, keeps completed items and marks the others as not sent', async () => {
		const items = await withIds(bench, numbers.slice(0, 30));
		await bench.outcomes(items, createFromIds());
		bench.sandbox.fault({ kind: '429-retry-after', retryAfter: 3600, nth: 11, count: Infinity });
		const mark = bench.mark;
		const outcomes = await bench.outcomes(
			items,
			getByNumber({ batching: { batch: { batchSize: 1 } } }),
		);
		expect(bench.since(mark)).toHaveLength(11);
		expect(outcomes.slice(0, 10).every(({ cancel_state }) => cancel_state === 'REVIEWING')).toBe(
			true,
		);
		expect(detailsOf(outcomes[10]!)).not.toHaveProperty('not_sent');
		expect(notSent(outcomes.slice(11))).toHaveLength(19);
	});
});

describe('daily limit', () => {
	const reached = {
		kind: 'answer',
		status: 429,
		code: 'FREQUENCY_LIMIT_EXCEED',
		message: '当天上传文件数已达上限',
	} as const;

	it('is reported after one request per item, without waiting', async () => {
		const items = numbers.slice(0, 5).map((number, i) => withForms({ number, sub: subMchid(i) }));
		bench.sandbox.fault({ ...reached, match: { path: CANCEL_MEDIA }, nth: 3, count: Infinity });
		const outcomes = await bench.outcomes(
			items,
			createFromFiles({ batching: { batch: { batchSize: 1 } } }),
		);
		expect(outcomes[0]).toMatchObject({ cancel_state: 'REVIEWING' });
		for (const outcome of outcomes.slice(1)) {
			expect(detailsOf(outcome)).toMatchObject({ code: reached.code, httpStatus: 429 });
			expect(outcome.message).toMatch(/当天上传文件数已达上限\. .*daily limit.*tomorrow/);
		}
		const uploads = bench.sandbox.requests.filter(({ path }) => path === CANCEL_MEDIA);
		expect(uploads.map(({ status }) => status)).toEqual([200, 200, 429, 429, 429, 429]);
		expect(bench.waits).toEqual([]);
	});
});

describe('rate limit error', () => {
	it.each([
		[403, 'FREQUENCY_LIMITED'],
		[400, 'FREQENCY_LIMIT'],
		[429, 'RATELIMIT_EXCEEDED'],
	])('contains the received status and code: HTTP %i %s', async (status, code) => {
		bench.sandbox.fault({ kind: 'answer', status, code, message: '频率超限', count: Infinity });
		const [item] = await bench.outcomes(
			[{ json: { number: 'status1' } }],
			getByNumber({ maxAttempts: 2 }),
		);
		expect(bench.since(0)).toHaveLength(2);
		expect(detailsOf(item!)).toMatchObject({ code, httpStatus: status });
		expect(item!.message).toMatch(/Lower "Requests per Second"/);
		expect(item!.message).not.toContain('proxy');
	});
});
