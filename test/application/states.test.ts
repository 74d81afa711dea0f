import type { IDataObject } from 'n8n-workflow';
import { asksForPayout, isFinal, needsAttention } from '../../nodes/WechatPay/application/states';

const APPLY = 'APPLY_WITHDRAW';
const NOT_APPLY = 'NOT_APPLY_WITHDRAW';
const WITHDRAW = [undefined, NOT_APPLY, APPLY, 'SOMETHING_NEW'];

/** States of the payments of an application; undefined where the answer lists none. */
const PAYMENTS: Array<string[] | undefined> = [
	undefined,
	[],
	['PAY_PROCESSING'],
	['PAY_SUCCEED'],
	['PAY_SUCCEED', 'PAY_SUCCEED'],
	['PAY_FAIL'],
	['BANK_REFUNDED'],
	['PAY_SUCCEED', 'PAY_PROCESSING'],
	['PAY_SUCCEED', 'BANK_REFUNDED'],
	['PAY_SUCCEED', 'SOMETHING_NEW'],
];

const application = (
	cancel_state: string | undefined,
	withdraw?: string,
	payments?: string[],
	more: IDataObject = {},
): IDataObject => ({
	...(cancel_state !== undefined && { cancel_state }),
	...(withdraw !== undefined && { withdraw }),
	...(payments && {
		account_withdraw_result: payments.map((pay_state) => ({
			out_account_type: 'BASIC_ACCOUNT',
			pay_state,
		})),
	}),
	...more,
});

describe('is_final', () => {
	const whatever = (state: string | undefined) =>
		WITHDRAW.flatMap((withdraw) =>
			PAYMENTS.map((payments) => isFinal(application(state, withdraw, payments))),
		);
	const count = WITHDRAW.length * PAYMENTS.length;

	it.each(['REJECTED', 'REVOKED', 'FINISH', 'CANCEL_SUCCESS'])(
		'is true for %s, even after a failed or refunded payout',
		(state) => {
			expect(whatever(state)).toEqual(Array(count).fill(true));
		},
	);

	it.each([
		'ACCEPTED',
		'REVIEWING',
		'WAITING_MERCHANT_CONFIRM',
		'SYSTEM_PROCESSING',
		'CANCELED',
		'FUND_PROCESSING',
		'SOMETHING_NEW',
		'',
		undefined,
	])('is false for %s in every case', (state) => {
		expect(whatever(state)).toEqual(Array(count).fill(false));
	});
});

describe('asksForPayout', () => {
	const accounts = (...amounts: number[]): IDataObject => ({
		account_info: amounts.map((amount) => ({ out_account_type: 'BASIC_ACCOUNT', amount })),
	});

	it.each<[string, boolean, string | undefined, string[] | undefined, IDataObject]>([
		['withdraw says yes', true, APPLY, undefined, {}],
		['withdraw says yes, and nothing was left', true, APPLY, undefined, accounts(0)],
		['withdraw says no', false, NOT_APPLY, undefined, {}],
		['withdraw says no, whatever is listed', false, NOT_APPLY, ['PAY_FAIL'], accounts(5)],
		['withdraw left out, and nothing else', false, undefined, undefined, {}],
		['withdraw left out, a payment listed', true, undefined, ['PAY_SUCCEED'], {}],
		['withdraw left out, accounts listed', true, undefined, undefined, accounts(0)],
		['withdraw left out, a state of it', true, undefined, undefined, { withdraw_state: 'NEW' }],
		['withdraw left out, empty lists', false, undefined, [], accounts()],
		[
			'withdraw left out, an empty state of it',
			false,
			undefined,
			undefined,
			{ withdraw_state: '' },
		],
		['a value that is new, and nothing else', false, 'SOMETHING_NEW', undefined, {}],
		['a value that is new, a payment listed', true, 'SOMETHING_NEW', ['PAY_PROCESSING'], {}],
	])('%s: %s', (_case, expected, withdraw, payments, more) => {
		expect(asksForPayout(application('FINISH', withdraw, payments, more))).toBe(expected);
	});
});

describe('needs_attention', () => {
	const WITHDRAW_STATES = [undefined, 'WITHDRAW_PROCESSING', 'WITHDRAW_SUCCEED', 'SOMETHING_NEW'];
	const fine = PAYMENTS.filter(
		(payments) => !payments?.some((state) => ['PAY_FAIL', 'BANK_REFUNDED'].includes(state)),
	);
	const failed = PAYMENTS.filter((payments) => !fine.includes(payments));
	const states = [
		'ACCEPTED',
		'REVIEWING',
		'SYSTEM_PROCESSING',
		'CANCELED',
		'FUND_PROCESSING',
		'FINISH',
		'CANCEL_SUCCESS',
		'SOMETHING_NEW',
		undefined,
	];
	const all = (state: string | undefined, lists: typeof PAYMENTS, withdrawStates: unknown[]) =>
		WITHDRAW.flatMap((withdraw) =>
			lists.flatMap((payments) =>
				withdrawStates.map((withdraw_state) =>
					needsAttention(application(state, withdraw, payments, { withdraw_state } as IDataObject)),
				),
			),
		);

	it.each(['WAITING_MERCHANT_CONFIRM', 'REJECTED', 'REVOKED'])('is always true for %s', (state) => {
		expect(new Set(all(state, PAYMENTS, WITHDRAW_STATES))).toEqual(new Set([true]));
	});

	it.each(states)('is false for %s without a failed or refunded payment', (state) => {
		expect(fine).toHaveLength(7);
		expect(new Set(all(state, fine, WITHDRAW_STATES))).toEqual(new Set([false]));
	});

	it.each(states)('is true for %s after a failed or refunded payment', (state) => {
		expect(failed).toHaveLength(3);
		expect(new Set(all(state, failed, WITHDRAW_STATES))).toEqual(new Set([true]));
	});

	it.each(states)('is true for %s with WITHDRAW_EXCEPTION', (state) => {
		expect(new Set(all(state, fine, ['WITHDRAW_EXCEPTION']))).toEqual(new Set([true]));
	});
});

describe('malformed responses', () => {
	const odd: IDataObject[] = [
		{},
		{ cancel_state: null },
		{ cancel_state: 5, withdraw: 5, account_withdraw_result: 'PAY_FAIL', account_info: 7 },
		{ cancel_state: 'FUND_PROCESSING', account_withdraw_result: null, account_info: null },
		{ cancel_state: 'FUND_PROCESSING', account_withdraw_result: [null, 'PAY_FAIL', 3] },
		{ cancel_state: 'FUND_PROCESSING', account_withdraw_result: { pay_state: 'PAY_FAIL' } },
		{ cancel_state: 'FINISHED', account_info: [null, 3, 'BASIC_ACCOUNT'] },
	] as unknown as IDataObject[];

	it.each(odd)('are not final, need no attention and request no payout: %j', (answer) => {
		expect([isFinal(answer), needsAttention(answer)]).toEqual([false, false]);
		expect(asksForPayout(answer)).toBe(false);
	});

	it('are not final with a list as the state', () => {
		expect(isFinal({ cancel_state: ['FINISH'] })).toBe(false);
	});

	it('need no attention because of a payment without a pay_state', () => {
		const answer = application('FINISH', APPLY, undefined, {
			account_withdraw_result: [{ out_account_type: 'BASIC_ACCOUNT' }],
		});
		expect([isFinal(answer), needsAttention(answer)]).toEqual([true, false]);
	});
});
