/* eslint-disable @typescript-eslint/no-require-imports -- what n8n loads, not the source */
import { openBench } from '../support/bench';
import { createFromIds, getByNumber, withIds } from '../support/cancelApplications';
import { onlyCreate } from '../support/paths';
import { until } from '../support/wait';

const { Pace } =
	require('../../dist/nodes/WechatPay/client/pace') as typeof import('../../nodes/WechatPay/client/pace');

// A canceled execution ends what waits and what is in flight, and sends nothing more.

const bench = openBench();
// The pauses before a retry or a second look-up are real here.
beforeAll(() => jest.restoreAllMocks());
afterEach(() => jest.restoreAllMocks());

/** What n8n has called of the node. n8n itself does not wait for it after a cancel. */
function callsOfTheNode() {
	const node = bench.engine.nodeTypes.getByNameAndVersion('n8n-nodes-wechatpay.wechatPay', 1);
	const { results } = jest.spyOn(node as { execute: () => Promise<unknown> }, 'execute').mock;
	return {
		ended: async () => {
			expect(results).toHaveLength(1);
			await results[0].value;
		},
	};
}

it('a canceled execution starts no further item and makes no further attempt', async () => {
	const numbers = Array.from({ length: 30 }, (_, i) => `cancel${i}`);
	const items = await withIds(bench, numbers, 100);
	// Those in flight wait for a second look-up, the others have not started.
	bench.sandbox.fault({ kind: 'cut-before', match: { path: onlyCreate }, count: Infinity });
	const cancel = new AbortController();
	const calls = callsOfTheNode();
	const running = bench.run(items, createFromIds({ batching: { batch: { batchSize: 5 } } }), {
		cancelSignal: cancel.signal,
	});
	const started = bench.mark;
	await until(() => bench.mark >= started + 10); // five creates, five look-ups
	cancel.abort();
	const { run } = await running;
	expect(run.status).toBe('canceled');
	const mark = bench.mark;
	await calls.ended();
	expect(bench.since(mark)).toEqual([]);
	expect(bench.sandbox.applications.size).toBe(0);
});

it('a canceled execution ends while a request is in flight', async () => {
	bench.sandbox.fault({ kind: 'delay', ms: 60_000, count: Infinity });
	const cancel = new AbortController();
	const calls = callsOfTheNode();
	const running = bench.run([{ json: { number: 'wire' } }], getByNumber(), {
		cancelSignal: cancel.signal,
	});
	await until(() => bench.story('wire').length > 0);
	cancel.abort();
	// It ends long before the answer comes, which takes longer than a test may.
	await running;
	await calls.ended();
	expect(bench.story('wire')).toHaveLength(1);
});

it('a canceled execution ends the wait for Retry-After', async () => {
	// Longer than a test may take.
	bench.sandbox.fault({ kind: '429-retry-after', retryAfter: 100, count: Infinity });
	const cancel = new AbortController();
	const calls = callsOfTheNode();
	const acquire = jest.spyOn(Pace.prototype, 'acquire');
	const running = bench.run([{ json: { number: 'asked' } }], getByNumber(), {
		cancelSignal: cancel.signal,
	});
	// The second attempt waits for the pace after the response to the first one.
	await until(() => acquire.mock.calls.length === 2);
	cancel.abort();
	await running;
	await calls.ended();
	expect(bench.story('asked')).toEqual(['GET 429']);
});
