import { Failures, REPORT_AFTER } from '../../nodes/WechatPay/trigger/failures';

const NUMBERS = ['A', 'B', 'C'];

/** Polls in which `failed` were not looked up and `answered` were; what each of them tells. */
const polls = (failures: Failures, times: number, failed: string[], answered: string[]) =>
	Array.from({ length: times }, () => failures.record(NUMBERS, new Set(failed), new Set(answered)));

describe('a number whose look-up fails', () => {
	it('is reported once, at the third consecutive failure', () => {
		expect(REPORT_AFTER).toBe(3);
		const failures = new Failures();
		expect(polls(failures, 2, ['A'], ['B'])).toEqual([[], []]);
		expect(failures.wasReported('A')).toBe(false);
		expect(polls(failures, 4, ['A'], ['B'])).toEqual([['A'], [], [], []]);
		expect([failures.wasReported('A'), failures.wasReported('B')]).toEqual([true, false]);
		polls(failures, 1, [], ['A']);
		expect(failures.wasReported('A')).toBe(false);
	});

	it('starts a new count after a response', () => {
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

	it('is reported together with others in list order', () => {
		expect(polls(new Failures(), 3, ['C', 'A'], []).at(-1)).toEqual(['A', 'C']);
	});

	it('is forgotten when it leaves the list', () => {
		const failures = new Failures();
		polls(failures, 2, ['A'], []);
		failures.record(['B'], new Set(), new Set());
		expect(polls(failures, 3, ['A'], [])).toEqual([[], [], ['A']]);
	});
});
