import type { IDataObject } from 'n8n-workflow';
import {
	hasChanged,
	isDue,
	recall,
	remember,
	rememberMissing,
	rememberUnread,
} from '../../nodes/WechatPay/trigger/memory';
import type { Memory } from '../../nodes/WechatPay/trigger/memory';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const paid = (...accounts: Array<[string, string]>) => ({
	account_withdraw_result: accounts.map(([out_account_type, pay_state]) => ({
		out_account_type,
		pay_state,
	})),
});
const finished = {
	cancel_state: 'FINISH',
	withdraw: 'APPLY_WITHDRAW',
	withdraw_state: 'WITHDRAW_SUCCEED',
	...paid(['BASIC_ACCOUNT', 'PAY_SUCCEED']),
};

describe('remember and recall', () => {
	it('remember only the states and times', () => {
		const answer = {
			...finished,
			sub_mchid: '1900000109',
			modify_time: '2026-11-21T10:00:00+08:00',
		};
		expect(remember(answer, undefined, NOW)).toEqual({
			cancel_state: 'FINISH',
			withdraw_state: 'WITHDRAW_SUCCEED',
			pay_states: 'BASIC_ACCOUNT PAY_SUCCEED',
			finishedAt: NOW,
			askedAt: NOW,
		});
		expect(remember({ cancel_state: 'REVIEWING' }, undefined, NOW)).toEqual({
			cancel_state: 'REVIEWING',
			withdraw_state: '',
			pay_states: '',
		});
	});

	it('return a value that survives JSON serialization', () => {
		for (const seen of [remember(finished, undefined, NOW), rememberMissing(), rememberUnread()]) {
			const loaded = JSON.parse(JSON.stringify(seen)) as typeof seen;
			expect(loaded).toEqual(seen);
			expect(hasChanged(loaded, seen)).toBe(false);
		}
	});

	it('keep the time of the first FINISH until the application leaves FINISH', () => {
		const first = remember(finished, undefined, NOW);
		const again = remember(finished, first, NOW + DAY);
		expect(again).toMatchObject({ finishedAt: NOW, askedAt: NOW + DAY });
		const refunded = { ...finished, ...paid(['BASIC_ACCOUNT', 'BANK_REFUNDED']) };
		expect(remember(refunded, again, NOW + 2 * DAY)).toMatchObject({ finishedAt: NOW });
		expect(remember({ cancel_state: 'CANCELED' }, again, NOW)).not.toHaveProperty('finishedAt');
	});

	it('store no FINISH time when no payout was requested', () => {
		for (const answer of [
			{ cancel_state: 'FINISH', withdraw: 'NOT_APPLY_WITHDRAW' },
			{ cancel_state: 'FINISH' },
			{ cancel_state: 'REJECTED', withdraw: 'APPLY_WITHDRAW' },
		]) {
			expect(Object.keys(remember(answer, undefined, NOW))).toEqual([
				'cancel_state',
				'withdraw_state',
				'pay_states',
			]);
		}
	});

	it.each([
		['no list', { account_withdraw_result: 'x' }],
		['a list of no objects', { account_withdraw_result: [null, 1, 'x'] }],
		['states that are no text', { cancel_state: 7, withdraw_state: null }],
	] as Array<[string, IDataObject]>)('tolerate %s', (_what, answer) => {
		expect(remember(answer, undefined, NOW)).toEqual({
			cancel_state: '',
			withdraw_state: '',
			pay_states: '',
		});
	});

	it('find a number by own properties only', () => {
		const seen = rememberMissing();
		expect(recall(undefined, 'A')).toBeUndefined();
		expect(recall({ A: seen }, 'A')).toBe(seen);
		for (const word of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
			expect(recall({}, word)).toBeUndefined();
			expect(recall({ [word]: seen }, word)).toBe(seen);
		}
	});
});

describe('hasChanged', () => {
	const base = { cancel_state: 'FUND_PROCESSING', withdraw_state: 'WITHDRAW_PROCESSING' };
	const before = remember(
		{ ...base, ...paid(['A', 'PAY_SUCCEED'], ['B', 'PAY_FAIL']) },
		undefined,
		NOW,
	);
	const changed = (answer: IDataObject) => hasChanged(before, remember(answer, before, NOW + DAY));

	it.each([
		[
			'the state',
			{ ...base, cancel_state: 'FINISH', ...paid(['A', 'PAY_SUCCEED'], ['B', 'PAY_FAIL']) },
		],
		[
			'the withdrawal',
			{
				...base,
				withdraw_state: 'WITHDRAW_EXCEPTION',
				...paid(['A', 'PAY_SUCCEED'], ['B', 'PAY_FAIL']),
			},
		],
		['one payment', { ...base, ...paid(['A', 'PAY_SUCCEED'], ['B', 'PAY_SUCCEED']) }],
		['which account was paid', { ...base, ...paid(['A', 'PAY_FAIL'], ['B', 'PAY_SUCCEED']) }],
		[
			'a payment more',
			{ ...base, ...paid(['A', 'PAY_SUCCEED'], ['B', 'PAY_FAIL'], ['C', 'PAY_FAIL']) },
		],
		['a payment less', { ...base, ...paid(['A', 'PAY_SUCCEED']) }],
	])('detects a change of %s', (_what, answer) => expect(changed(answer)).toBe(true));

	it.each([
		['the order of payments', { ...base, ...paid(['B', 'PAY_FAIL'], ['A', 'PAY_SUCCEED']) }],
		[
			'texts',
			{ ...base, cancel_state_description: 'x', ...paid(['A', 'PAY_SUCCEED'], ['B', 'PAY_FAIL']) },
		],
	])('ignores a change of %s', (_what, answer) => expect(changed(answer)).toBe(false));

	it('detects a first look-up and a change between missing and known', () => {
		expect(hasChanged(undefined, before)).toBe(true);
		expect(hasChanged(undefined, rememberMissing())).toBe(true);
		expect(hasChanged(rememberMissing(), rememberMissing())).toBe(false);
		expect(hasChanged(before, rememberMissing())).toBe(true);
		expect(hasChanged(rememberMissing(), before)).toBe(true);
		// An answer without any state is still one.
		expect(hasChanged(rememberMissing(), remember({}, undefined, NOW))).toBe(true);
	});
});

describe('isDue', () => {
	const seen = (answer: IDataObject) => remember(answer, undefined, NOW);

	it.each([
		['first seen', undefined],
		['unknown at WeChat Pay', rememberMissing()],
		['under review', seen({ cancel_state: 'REVIEWING' })],
		['in a new state', seen({ cancel_state: 'SOMETHING' })],
		['not read by the first poll', rememberUnread()],
		[
			'canceled, and waiting for money',
			seen({ cancel_state: 'CANCELED', withdraw: 'APPLY_WITHDRAW' }),
		],
		[
			'canceled with nothing to pay: FINISH follows',
			seen({ cancel_state: 'CANCELED', withdraw: 'NOT_APPLY_WITHDRAW' }),
		],
	])('is always true for an application that is %s', (_what, before) => {
		expect(isDue(before, NOW)).toBe(true);
		expect(isDue(before, NOW + 365 * DAY)).toBe(true);
	});

	it.each(['REJECTED', 'REVOKED', 'CANCEL_SUCCESS'])('is never true for %s', (cancel_state) => {
		for (const days of [0, 1, 29, 365]) {
			expect(isDue(seen({ cancel_state }), NOW + days * DAY)).toBe(false);
		}
	});

	it.each([
		['withdraw says so', { withdraw: 'NOT_APPLY_WITHDRAW' }],
		['nothing speaks of a payout', {}],
	])('is never true for FINISH without a payout: %s', (_what, more) => {
		const closed = seen({ cancel_state: 'FINISH', ...more });
		for (const days of [0, 1, 29, 365]) expect(isDue(closed, NOW + days * DAY)).toBe(false);
	});

	it.each([
		['paid', finished],
		['not paid', { ...finished, ...paid(['A', 'PAY_FAIL']) }],
		['paid, and came back', { ...finished, withdraw_state: 'WITHDRAW_EXCEPTION' }],
		['paid, and withdraw is left out', { ...finished, withdraw: undefined }],
	] as Array<[string, IDataObject]>)(
		'is true once a day for 30 days after FINISH: %s',
		(_what, answer) => {
			const asked = remember(answer, undefined, NOW);
			expect(isDue(asked, NOW)).toBe(false);
			expect(isDue(asked, NOW + 23 * HOUR)).toBe(false);
			expect(isDue(asked, NOW + DAY - 2000)).toBe(true);
			expect(isDue(asked, NOW + DAY)).toBe(true);
			const onTheLastDay = remember(answer, asked, NOW + 29 * DAY);
			expect(isDue(onTheLastDay, NOW + 30 * DAY)).toBe(true);
			expect(isDue(remember(answer, asked, NOW + 30 * DAY), NOW + 31 * DAY)).toBe(false);
			expect(isDue(asked, NOW + 31 * DAY)).toBe(false);
		},
	);
});

it('the memory for 5,000 numbers stays below its size limits', () => {
	const size = (answer: IDataObject, length: number) => {
		const memory: Memory = {};
		for (let i = 0; i < 5000; i++) {
			memory[`N${i}`.padEnd(length, '0')] = remember(answer, undefined, NOW);
		}
		return JSON.stringify(memory).length;
	};
	const accounts = ['BASIC_ACCOUNT', 'OPERATE_ACCOUNT', 'TRADE_FEE_ACCOUNT', 'MARGIN_ACCOUNT'];
	const longest = paid(...accounts.map((name): [string, string] => [name, 'PAY_SUCCEED']));
	expect(size({ ...finished, ...longest }, 32)).toBeLessThan(1_600_000);
	expect(size({ cancel_state: 'CANCEL_SUCCESS' }, 20)).toBeLessThan(520_000);
});
