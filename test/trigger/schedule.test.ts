import { remember } from '../../nodes/WechatPay/trigger/memory';
import { dueNumbers } from '../../nodes/WechatPay/trigger/schedule';

const NOW = 1_790_000_000_000;
const NUMBERS = ['A', 'B', 'C', 'D'];

describe('dueNumbers', () => {
	it.each([
		['the first number', undefined, ['A', 'B', 'C', 'D']],
		['where the last poll stopped', 'C', ['C', 'D', 'A', 'B']],
		['the first number, if that one left the list', 'GONE', ['A', 'B', 'C', 'D']],
	])('starts with %s', (_what, from, expected) => {
		expect(dueNumbers(NUMBERS, from, undefined, NOW)).toEqual(expected);
	});

	it('skips numbers that are not due, including the starting number', () => {
		const known = { C: remember({ cancel_state: 'REJECTED' }, undefined, NOW) };
		expect(dueNumbers(NUMBERS, 'C', known, NOW)).toEqual(['D', 'A', 'B']);
	});
});
