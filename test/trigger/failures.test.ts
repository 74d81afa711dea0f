import { Failures, REPORT_AFTER } from '../../nodes/WechatPay/trigger/failures';

const NUMBERS = ['A', 'B', 'C'];

/** Polls in which `failed` were not looked up and `answered` were; what each of them tells. */
const polls = (failures: Failures, times: number, failed: string[], answered: string[]) =>
	Array.from({ length: times }, () => failures.record(NUMBERS, new Set(failed), new Set(answered)));

describe('a number whose look-up fails', () => {
	it('is reported at the third failure in a row, once', () => {
		expect(REPORT_AFTER).toBe(3);
		const failures = new Failures();
		expect(polls(failures, 2, ['A'], ['B'])).toEqual([[], []]);
		expect(failures.wasReported('A')).toBe(false);
		expect(polls(failures, 4, ['A'], ['B'])).toEqual([['A'], [], [], []]);
		expect([failures.wasReported('A'), failures.wasReported('B')]).toEqual([true, false]);
		polls(failures, 1, [], ['A']);
		expect(failures.wasReported('A')).toBe(false);
	});

	it('begins anew after an answer', () => {
		const failures = new Failures();
		polls(failures, 2, ['A'], []);
		polls(failures, 1, [], ['A']);
		expect(polls(failures, 3, ['A'], [])).toEqual([[], [], ['A']]);
		polls(failures, 1, [], ['A']);
		expect(polls(failures, 3, ['A'], [])).toEqual([[], [], ['A']]);
	});

	it('keeps its count through a poll that did not reach it', () => {
		const failures = new Failures();
		polls(failures, 2, ['A'], []);
		expect(polls(failures, 1, [], ['B'])).toEqual([[]]);
		expect(polls(failures, 1, ['A'], [])).toEqual([['A']]);
	});

	it('is reported in the order of the list, together with others', () => {
		expect(polls(new Failures(), 3, ['C', 'A'], []).at(-1)).toEqual(['A', 'C']);
	});

	it('is forgotten when it leaves the list', () => {
		const failures = new Failures();
		polls(failures, 2, ['A'], []);
		failures.record(['B'], new Set(), new Set());
		expect(polls(failures, 3, ['A'], [])).toEqual([[], [], ['A']]);
	});
});
