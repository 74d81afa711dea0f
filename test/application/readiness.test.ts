import type { IDataObject } from 'n8n-workflow';
import { accountTypesToAsk, toAccounts } from '../../nodes/WechatPay/application/accounts';
import type { Findings } from '../../nodes/WechatPay/application/findings';
import {
	asksForComplaints,
	asksForLimitations,
	asksForSettlementAccount,
	judgeReadiness,
} from '../../nodes/WechatPay/application/readiness';

const ALLOWED = { merchant_state: 'NORMAL', validate_result: 'ALLOW_CANCEL_WITHDRAW' };
const BLOCKED = { ...ALLOWED, validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW' };
const because = (...types: string[]) => ({
	block_reasons: types.map((type) => ({ type, description: `${type} 描述` })),
});
const judge = (findings: Partial<Findings>) => judgeReadiness({ accounts: [], ...findings }, 180);
const typesOf = (list: Array<{ type: string }>) => list.map(({ type }) => type);
const control = (id: string, more: IDataObject = {}) => ({
	limitation_case_id: id,
	recover_way: 'SUBMIT_CDD_INFORMATION',
	limitation_date: '2026-11-01T00:00:00+08:00',
	...more,
});
const DELAYED = {
	limitation_action_type: 'LIMIT_ACTION_TYPE_DELAY_CONTROL',
	limitation_start_date: '2026-12-01T00:00:00+08:00',
	limitation_date: undefined,
};

describe('ready depends only on Validate', () => {
	it.each<[string, IDataObject | undefined, boolean | null]>([
		['allowed', ALLOWED, true],
		['allowed, with a reason', { ...ALLOWED, ...because('HAS_BLOCKING_CONTROL') }, true],
		['not allowed', { ...BLOCKED, ...because('OTHER_REASON') }, false],
		['not allowed without a reason', BLOCKED, false],
		['already canceled', { ...BLOCKED, merchant_state: 'HAS_BEEN_CANCELLED' }, false],
		['canceled, although allowed', { ...ALLOWED, merchant_state: 'HAS_BEEN_CANCELLED' }, false],
		['not read', undefined, null],
		['a result that is new', { ...ALLOWED, validate_result: 'ALLOW_LATER' }, null],
		['a state that is new', { ...ALLOWED, merchant_state: 'FROZEN' }, null],
	])('%s: %p', (_name, validate, ready) => {
		// Whatever the other parts show.
		const findings = {
			limitations: { limited_functions: ['NO_PAYMENT'], recovery_specifications: [control('A')] },
			complaints: [{ complaint_id: 'C', complaint_state: 'PENDING' }],
			accounts: [{ account_type: 'BASIC', open: true, available_amount: 5, pending_amount: 5 }],
			settlementAccount: { verify_result: 'VERIFY_FAIL' },
		};
		expect(judge({ validate }).ready).toBe(ready);
		expect(judge({ validate, ...findings }).ready).toBe(ready);
		expect(judge({ validate, ...findings }).blockers.length > 0).toBe(ready === false);
	});
});

describe('blockers', () => {
	it('list each reason with its complaints and what to do', () => {
		const { blockers, warnings } = judge({
			validate: { ...BLOCKED, ...because('CONSUMER_COMPLAINT_UNPROCESSED', 'NEW_REASON') },
			complaints: [
				{ complaint_id: 'C1', complaint_state: 'PENDING', problem_type: 'REFUND' },
				{ complaint_id: 'C2', complaint_state: 'PROCESSING' },
				{ complaint_id: 'C2', complaint_state: 'PROCESSING' },
				{ complaint_id: 'C3', complaint_state: 'PROCESSED' },
			],
		});
		expect(blockers).toEqual([
			{
				type: 'CONSUMER_COMPLAINT_UNPROCESSED',
				description: 'CONSUMER_COMPLAINT_UNPROCESSED 描述',
				what_to_do: expect.stringMatching(
					/PENDING: 1\. Use "Reply" of "Complaint", then "Complete"\. PROCESSING: .*Refund requested: 1/,
				),
				ids: ['C1', 'C2'],
			},
			{
				type: 'NEW_REASON',
				description: 'NEW_REASON 描述',
				what_to_do: expect.stringMatching(/It may be the open complaints/),
				ids: [],
			},
		]);
		expect(warnings).toEqual([]);
	});

	it('do not report parts that were not read as empty', () => {
		const validate = {
			...BLOCKED,
			...because('CONSUMER_COMPLAINT_UNPROCESSED', 'HAS_BLOCKING_CONTROL'),
		};
		const [complaints, controls] = judge({ validate }).blockers;
		expect(complaints.what_to_do).not.toMatch(/None/);
		expect(controls.what_to_do).toMatch(/were not read/);
		const read = judge({ validate, complaints: [], limitations: {} }).blockers;
		expect(read[0].what_to_do).toMatch(/^No complaint of the last 180 days is open/);
		expect(read[1].what_to_do).toMatch(/lists no control in force/);
	});

	it('list active controls without duplicates and report delayed controls as warnings', () => {
		const { blockers, warnings } = judge({
			validate: { ...BLOCKED, ...because('HAS_BLOCKING_CONTROL') },
			limitations: {
				recovery_specifications: [
					control('A1'),
					control('A2'),
					control('A1'),
					control('A3', DELAYED),
				],
			},
		});
		expect(blockers[0].ids).toEqual(['A1', 'A2']);
		expect(blockers[0].what_to_do.match(/due diligence/g)).toHaveLength(1);
		expect(warnings).toEqual([
			{
				type: 'DELAYED_CONTROL',
				description: 'A control is planned from 2026-12-01T00:00:00+08:00',
				what_to_do: expect.stringMatching(/due diligence/),
				ids: ['A3'],
			},
		]);
	});

	it('state the pending amount without IDs', () => {
		const accounts = [
			{ account_type: 'BASIC', open: true, available_amount: 0, pending_amount: 70 },
		];
		const validate = { ...BLOCKED, ...because('FUNDS_PENDING_PROCESSING') };
		const { blockers, warnings } = judge({ validate, accounts });
		expect(blockers).toMatchObject([
			{ ids: [], what_to_do: expect.stringMatching(/BASIC: 70 fen/) },
		]);
		expect(warnings).toEqual([]);
		expect(typesOf(judge({ validate: ALLOWED, accounts }).warnings)).toEqual(['FUNDS_PENDING']);
	});

	it('contain ALREADY_CANCELLED for a canceled sub-merchant', () => {
		const validate = { ...BLOCKED, merchant_state: 'HAS_BEEN_CANCELLED' };
		expect(typesOf(judge({ validate }).blockers)).toEqual(['ALREADY_CANCELLED']);
	});

	it('contain OTHER_REASON when Validate gives no reason', () => {
		expect(typesOf(judge({ validate: BLOCKED }).blockers)).toEqual(['OTHER_REASON']);
	});
});

describe('warnings', () => {
	it('have a type for each finding of the other parts', () => {
		const { warnings } = judge({
			validate: ALLOWED,
			limitations: { limited_functions: ['NO_REFUND'], recovery_specifications: [control('A1')] },
			complaints: [{ complaint_id: 'C1', complaint_state: 'NEW' }],
		});
		expect(warnings).toMatchObject([
			{
				type: 'CONSUMER_COMPLAINT_UNPROCESSED',
				ids: ['C1'],
				what_to_do: expect.stringMatching(/another state: 1/),
			},
			{ type: 'CONTROL', description: 'Switched off: NO_REFUND', ids: ['A1'] },
		]);
	});

	const accounts = [{ account_type: 'BASIC', open: true, available_amount: 9, pending_amount: 0 }];
	it.each<[string, Partial<Findings>, string[], RegExp]>([
		[
			'no limitation',
			{ limitations: {} },
			['WITHDRAW_FIRST'],
			/pay it out first with "Create" of "Withdrawal"/,
		],
		[
			'withdrawing is off',
			{ limitations: { limited_functions: ['NO_WITHDRAWAL'] } },
			['CONTROL', 'WITHDRAW_FIRST'],
			/disabled: have that lifted first/,
		],
		[
			'only paying is off',
			{ limitations: { limited_functions: ['NO_PAYMENT'] } },
			['CONTROL', 'WITHDRAW_FIRST'],
			/pay it out first with "Create" of "Withdrawal"/,
		],
		...['NO_TRANSACTION', 'NO_TRANSACTION_AND_RECHARGE'].map(
			(name): [string, Partial<Findings>, string[], RegExp] => [
				`paying and ${name}`,
				{ limitations: { limited_functions: ['NO_PAYMENT', name] } },
				['CONTROL', 'APPLY_WITH_PAYOUT'],
				/set "Withdraw" to "Withdraw" in "Apply"/,
			],
		),
		['limitations not read', {}, ['MONEY_LEFT'], /^It was not read whether/],
		[
			'already canceled',
			{ validate: { ...BLOCKED, merchant_state: 'HAS_BEEN_CANCELLED' } },
			['MONEY_LEFT'],
			/stamped forms under "Proofs"/,
		],
	])('give the right advice for remaining money: %s', (_name, findings, types, whatToDo) => {
		const { warnings } = judge({ validate: ALLOWED, accounts, ...findings });
		expect(typesOf(warnings)).toEqual(types);
		expect(warnings.at(-1)?.what_to_do).toMatch(whatToDo);
	});

	it('include money on the deposit account and a failed settlement account', () => {
		const { warnings } = judge({
			validate: ALLOWED,
			accounts: [{ account_type: 'DEPOSIT', open: true, available_amount: 7, pending_amount: 0 }],
			settlementAccount: { verify_result: 'VERIFY_FAIL', verify_fail_reason: '户名有误' },
		});
		expect(warnings).toMatchObject([
			{ type: 'DEPOSIT_LEFT', description: 'DEPOSIT: 7 fen' },
			{ type: 'SETTLEMENT_ACCOUNT_FAILED', description: '户名有误' },
		]);
		const settlementAccount = { verify_result: 'VERIFYING' };
		expect(judge({ validate: ALLOWED, settlementAccount }).warnings).toEqual([]);
	});
});

describe('selection of the parts to read', () => {
	it.each<[IDataObject | undefined, boolean, boolean]>([
		[ALLOWED, false, false],
		[{ ...BLOCKED, ...because('CONSUMER_COMPLAINT_UNPROCESSED') }, true, false],
		[{ ...BLOCKED, ...because('HAS_BLOCKING_CONTROL') }, false, true],
		[{ ...BLOCKED, ...because('FUNDS_PENDING_PROCESSING') }, false, false],
		[{ ...BLOCKED, ...because('OTHER_REASON') }, true, true],
		[{ ...BLOCKED, ...because('NEW_REASON') }, true, true],
		[BLOCKED, true, true],
		[{ ...BLOCKED, merchant_state: 'HAS_BEEN_CANCELLED' }, false, false],
		[undefined, true, true],
	])('%j: complaints %s, limitations %s', (validate, complaints, limitations) => {
		expect(asksForComplaints(validate)).toBe(complaints);
		expect(asksForLimitations(validate, [])).toBe(limitations);
	});

	it('reads limitations for any money and the settlement account for money to withdraw', () => {
		const account = (account_type: string, available_amount: number, pending_amount: number) => [
			{ account_type, available_amount, pending_amount },
		];
		expect(asksForLimitations(ALLOWED, account('BASIC', 0, 1))).toBe(true);
		expect(asksForLimitations(ALLOWED, account('BASIC', 0, 0))).toBe(false);
		expect(asksForSettlementAccount(account('FEES', 1, 0))).toBe(true);
		expect(asksForSettlementAccount(account('BASIC', 0, 1))).toBe(false);
		expect(asksForSettlementAccount(account('DEPOSIT', 1, 0))).toBe(false);
	});

	it('reads the balances of the accounts that Validate names, or of all accounts', () => {
		const named = (...types: string[]) => ({
			account_info: types.map((out_account_type) => ({ out_account_type, amount: 1 })),
		});
		expect(accountTypesToAsk(named('OPERATE_ACCOUNT', 'BASIC_ACCOUNT'))).toEqual([
			'BASIC',
			'OPERATION',
		]);
		expect(accountTypesToAsk(named('NEW_ACCOUNT'))).toHaveLength(4);
		expect(accountTypesToAsk(ALLOWED)).toEqual(['BASIC', 'OPERATION', 'FEES', 'DEPOSIT']);
		expect(accountTypesToAsk(undefined)).toHaveLength(4);
	});
});

it('toAccounts combines the amounts of Validate and the balances and omits unread ones', () => {
	const validate = {
		account_info: [
			{ out_account_type: 'BASIC_ACCOUNT', amount: 12 },
			{ out_account_type: 'TRADE_FEE_ACCOUNT', amount: 0 },
			{ out_account_type: 'NEW_ACCOUNT', amount: 3 },
		],
	};
	const accounts = toAccounts(validate, [
		{ accountType: 'BASIC', balance: { available_amount: 10, pending_amount: 2 } },
		{ accountType: 'OPERATION', balance: 'neverOpened' },
		{ accountType: 'FEES', balance: undefined },
		{ accountType: 'DEPOSIT', balance: undefined },
	]);
	expect(accounts).toEqual([
		{
			account_type: 'BASIC',
			cancel_account_type: 'BASIC_ACCOUNT',
			open: true,
			validated_amount: 12,
			available_amount: 10,
			pending_amount: 2,
		},
		{ account_type: 'OPERATION', cancel_account_type: 'OPERATE_ACCOUNT', open: false },
		{
			account_type: 'FEES',
			cancel_account_type: 'TRADE_FEE_ACCOUNT',
			open: true,
			validated_amount: 0,
		},
		{ cancel_account_type: 'NEW_ACCOUNT', open: true, validated_amount: 3 },
	]);
});
