import type { IDataObject } from 'n8n-workflow';
import { isFinal, needsAttention } from '../../nodes/WechatPay/actions/state';

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

const accounts = (...amounts: number[]): IDataObject => ({
	account_info: amounts.map((amount) => ({ out_account_type: 'BASIC_ACCOUNT', amount })),
});

describe('is_final', () => {
	const whatever = (state: string | undefined) =>
		WITHDRAW.flatMap((withdraw) =>
			PAYMENTS.map((payments) => isFinal(application(state, withdraw, payments))),
		);
	const count = WITHDRAW.length * PAYMENTS.length;

	it.each(['REJECTED', 'REVOKED', 'CANCEL_SUCCESS'])('%s is, whatever else holds', (state) => {
		expect(whatever(state)).toEqual(Array(count).fill(true));
	});

	it.each([
		'ACCEPTED',
		'REVIEWING',
		'WAITING_MERCHANT_CONFIRM',
		'SYSTEM_PROCESSING',
		'FUND_PROCESSING',
		'SOMETHING_NEW',
		'',
		undefined,
	])('%s is not, whatever else holds', (state) => {
		expect(whatever(state)).toEqual(Array(count).fill(false));
	});

	const lists = PAYMENTS.map((payments) => ({ payments }));
	it.each(lists)('CANCELED is only if no withdrawal was asked for: $payments', ({ payments }) => {
		const of = (withdraw?: string) => isFinal(application('CANCELED', withdraw, payments));
		expect([of(), of(NOT_APPLY), of(APPLY), of('SOMETHING_NEW')]).toEqual([
			false,
			true,
			false,
			false,
		]);
	});

	it.each<[string, boolean, string | undefined, string[] | undefined, IDataObject]>([
		['no withdrawal', true, NOT_APPLY, undefined, {}],
		['no withdrawal, an empty list', true, NOT_APPLY, [], {}],
		['withdraw left out, and nothing listed', true, undefined, undefined, {}],
		['withdraw left out, all paid', true, undefined, ['PAY_SUCCEED'], {}],
		['withdraw left out, a payment failed', false, undefined, ['PAY_FAIL'], {}],
		['withdraw left out, money listed, no payment', false, undefined, undefined, accounts(5)],
		['all paid', true, APPLY, ['PAY_SUCCEED'], accounts(100)],
		['all of two paid', true, APPLY, ['PAY_SUCCEED', 'PAY_SUCCEED'], accounts(100, 200)],
		['one of two on its way', false, APPLY, ['PAY_SUCCEED', 'PAY_PROCESSING'], accounts(1, 2)],
		['one of two refunded', false, APPLY, ['BANK_REFUNDED', 'PAY_SUCCEED'], accounts(1, 2)],
		['one of two unknown', false, APPLY, ['PAY_SUCCEED', 'SOMETHING_NEW'], accounts(1, 2)],
		['failed', false, APPLY, ['PAY_FAIL'], accounts(100)],
		['no payment listed yet', false, APPLY, undefined, accounts(100)],
		['nothing listed at all', false, APPLY, undefined, {}],
		['nothing was left', true, APPLY, undefined, accounts(0, 0)],
		['something was left on one account', false, APPLY, undefined, accounts(0, 1)],
		['an unknown kind of withdrawal', false, 'SOMETHING_NEW', undefined, {}],
		['an unknown kind of withdrawal, all paid', true, 'SOMETHING_NEW', ['PAY_SUCCEED'], {}],
	])('FINISH: %s: %s', (_case, final, withdraw, payments, more) => {
		expect(isFinal(application('FINISH', withdraw, payments, more))).toBe(final);
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

	it.each(['WAITING_MERCHANT_CONFIRM', 'REJECTED', 'REVOKED'])('%s does, always', (state) => {
		expect(new Set(all(state, PAYMENTS, WITHDRAW_STATES))).toEqual(new Set([true]));
	});

	it.each(states)('%s does not while the money is fine', (state) => {
		expect(fine).toHaveLength(7);
		expect(new Set(all(state, fine, WITHDRAW_STATES))).toEqual(new Set([false]));
	});

	it.each(states)('%s does once a payment failed or came back', (state) => {
		expect(failed).toHaveLength(3);
		expect(new Set(all(state, failed, WITHDRAW_STATES))).toEqual(new Set([true]));
	});

	it.each(states)('%s does once the withdrawal is an exception', (state) => {
		expect(new Set(all(state, fine, ['WITHDRAW_EXCEPTION']))).toEqual(new Set([true]));
	});
});

describe('answers of another shape', () => {
	const odd: IDataObject[] = [
		{},
		{ cancel_state: null },
		{ cancel_state: 5, withdraw: 5, account_withdraw_result: 'PAY_FAIL', account_info: 7 },
		{ cancel_state: 'FUND_PROCESSING', account_withdraw_result: null, account_info: null },
		{ cancel_state: 'FUND_PROCESSING', account_withdraw_result: [null, 'PAY_FAIL', 3] },
		{ cancel_state: 'FUND_PROCESSING', account_withdraw_result: { pay_state: 'PAY_FAIL' } },
	] as unknown as IDataObject[];

	it.each(odd)('are neither final nor break anything: %j', (answer) => {
		expect([isFinal(answer), needsAttention(answer)]).toEqual([false, false]);
	});

	it('an entry without a pay_state keeps FINISH open', () => {
		const answer = application('FINISH', APPLY, undefined, {
			account_withdraw_result: [{ out_account_type: 'BASIC_ACCOUNT' }],
		});
		expect([isFinal(answer), needsAttention(answer)]).toEqual([false, false]);
	});
});
