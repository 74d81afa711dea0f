import fc from 'fast-check';
import { toSharedOptions } from '../../nodes/WechatPay/actions/options';

// Any option may come from an expression. What is no number, or none that makes sense, means the default.

const settings = (requestsPerSecond?: unknown) => toSharedOptions({ requestsPerSecond }).settings;

describe('Requests per Second', () => {
	it.each([
		[undefined, 15],
		[15, 15],
		[0.5, 0.5],
		['20', 20],
		[' 20 ', 20],
		[0, 0],
		['0', 0],
	])('converts %j to %d', (given, perSecond) => {
		expect(settings(given).requestsPerSecond).toBe(perSecond);
	});

	it.each([
		[-1],
		['-1'],
		[-0.001],
		[Number.NaN],
		[Number.POSITIVE_INFINITY],
		['Infinity'],
		[null],
		[''],
		[' '],
		['\t\n'],
		['fast'],
		['5/s'],
		[[]],
		[[0]],
		[[5]],
		[['7']],
		[{}],
		[{ valueOf: () => 0 }],
		[false],
		[true],
		[new Date(0)],
		[Symbol('0')],
		[0n],
	])('uses the default for %p', (given) => {
		expect(settings(given).requestsPerSecond).toBe(15);
	});

	it('is unlimited only for a zero given as number or string', () => {
		fc.assert(
			fc.property(fc.anything(), (given) => {
				const { requestsPerSecond } = settings(given);
				expect(requestsPerSecond).toBeGreaterThanOrEqual(0);
				if (requestsPerSecond !== 0) return;
				expect([typeof given, Number(given)]).toEqual([
					expect.stringMatching(/^(number|string)$/),
					expect.closeTo(0),
				]);
			}),
			{ numRuns: 1000, examples: [['-0'], ['0x0'], [-0], ['0.0']] },
		);
	});
});

describe('other options', () => {
	it.each([[undefined], [null], [''], ['  '], [[]], [[3]], [{}], [true], ['x'], [Number.NaN]])(
		'use their default for %p',
		(given) => {
			const batch = { batchSize: given, batchInterval: given };
			const all = { batching: { batch }, timeout: given, maxAttempts: given };
			expect(toSharedOptions(all)).toEqual({
				batching: { size: 10, interval: 0 },
				settings: { requestsPerSecond: 15, maxAttempts: 4 },
			});
		},
	);

	it('are clamped to their bounds', () => {
		const low = { batching: { batch: { batchSize: -3, batchInterval: -5 } }, timeout: -1 };
		expect(toSharedOptions({ ...low, maxAttempts: 0 })).toEqual({
			batching: { size: 1, interval: 0 },
			settings: { requestsPerSecond: 15, maxAttempts: 1 },
		});
		const high = { batching: { batch: { batchSize: 51.7, batchInterval: '250' } }, timeout: '900' };
		expect(toSharedOptions({ ...high, maxAttempts: 99 })).toEqual({
			batching: { size: 50, interval: 250 },
			settings: { requestsPerSecond: 15, maxAttempts: 10, timeout: 900 },
		});
	});
});
