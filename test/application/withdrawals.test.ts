import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import {
	isFinalWithdrawal,
	readAmount,
	withdrawalNeedsAttention,
	withdrawalRules,
} from '../../nodes/WechatPay/application/withdrawals';
import type { WantedWithdrawal } from '../../nodes/WechatPay/application/withdrawals';
import { refusal } from '../support/refusal';

// What a withdrawal that is there means for the one that is wanted: money moves once.

const LABEL = '"Out Request No." W1';
const DAY = 24 * 60 * 60 * 1000;
const CREATED = '2026-06-01T00:00:00+08:00';
const WANTED: WantedWithdrawal = {
	sub_mchid: '1900000109',
	out_request_no: 'W1',
	amount: 8000,
	account_type: 'BASIC',
	remark: '清退余额',
};
const THERE: IDataObject = { ...WANTED, status: 'CREATE_SUCCESS', create_time: CREATED };

/** What is made of a withdrawal that is there, so many days after it was created. */
const judge = (found: IDataObject, wanted: Partial<WantedWithdrawal> = {}, days = 0) =>
	withdrawalRules(LABEL, { ...WANTED, ...wanted }, () => Date.parse(CREATED) + days * DAY).judge(
		{ ...THERE, ...found },
		false,
	);

it('withdrawalRules always looks up first', () => {
	expect(withdrawalRules(LABEL, WANTED, Date.now)).toMatchObject({
		label: LABEL,
		looksUpFirst: true,
	});
});

describe('an existing withdrawal', () => {
	it.each(['CREATE_SUCCESS', 'SUCCESS', 'FAIL', 'REFUND', 'CLOSE', 'SOMETHING_NEW', undefined])(
		'in state %s counts as done at any age',
		(status) => {
			for (const days of [0, 5, 100]) expect(judge({ status }, {}, days)).toBe('done');
		},
	);

	it.each<[string, IDataObject]>([
		['fields that are left out', { sub_mchid: undefined, amount: null, account_type: undefined }],
		['an amount as text', { amount: '8000' }],
		['another remark', { remark: 'x', bank_memo: 'x' }],
	])('counts as the same with %s', (_what, found) => {
		expect(judge(found)).toBe('done');
	});

	it.each<[string, IDataObject]>([
		['amount 8001, not 8000', { amount: 8001 }],
		['amount 0, not 8000', { amount: 0 }],
		['account_type FEES, not BASIC', { account_type: 'FEES' }],
		['sub_mchid 1900000110, not 1900000109', { sub_mchid: '1900000110' }],
	])('is rejected in any state if it exists with %s', (said, found) => {
		for (const status of ['INIT', 'SUCCESS', 'FAIL', undefined]) {
			expect(() => judge({ ...found, status })).toThrow(
				expect.objectContaining({
					message: `${LABEL} exists with ${said}`,
					hint: expect.stringContaining('give this withdrawal a number of its own') as string,
					details: { code: 'ALREADY_EXISTS' },
				}) as Error,
			);
		}
	});
});

describe('an existing withdrawal in state INIT', () => {
	it('is repeated within five days if the request is the same', () => {
		for (const days of [0, 1, 4.99]) expect(judge({ status: 'INIT' }, {}, days)).toBe('notDone');
	});

	it.each([
		['too old', 5, {}],
		['much too old', 30, {}],
		['of no known age', 0, { create_time: undefined }],
		['of an age that cannot be read', 0, { create_time: 'yesterday' }],
	])('is not repeated if it is %s', (_what, days, found) => {
		expect(() => judge({ status: 'INIT', ...found }, {}, days)).toThrow(
			expect.objectContaining({
				message: `${LABEL} is not accepted yet (INIT), and too old to be sent again`,
				hint: expect.stringContaining('Do not send it under another number') as string,
				details: { code: 'INIT' },
			}) as Error,
		);
	});

	it.each([
		['remark', { remark: 'x' }, {}],
		['remark', {}, { remark: undefined }],
		['bank_memo', { bank_memo: 'x' }, {}],
	])('is not repeated with another %s', (key, found, wanted) => {
		expect(() => judge({ status: 'INIT', ...found }, wanted)).toThrow(
			expect.objectContaining({
				message: `${LABEL} is not accepted yet (INIT), and was sent with another ${key}`,
				details: { code: 'INIT' },
			}) as Error,
		);
	});
});

it.each([
	['INIT', false, true],
	['CREATE_SUCCESS', false, false],
	['SUCCESS', true, false],
	['FAIL', true, true],
	['REFUND', true, true],
	['CLOSE', true, true],
	['SOMETHING_NEW', false, false],
	['', false, false],
	[undefined, false, false],
	[['SUCCESS'], false, false],
])('withdrawal state %s: final %s, needs attention %s', (status, final, attention) => {
	const found = { status } as IDataObject;
	expect([isFinalWithdrawal(found), withdrawalNeedsAttention(found)]).toEqual([final, attention]);
});

describe('readAmount', () => {
	it.each([
		[1, 1],
		['1', 1],
		[' 12345 ', 12345],
		['00012', 12],
		[8000.0, 8000],
		['80000000000', 80_000_000_000],
	])('converts %j to %d fen', (value, fen) => {
		expect(readAmount(value, 'Amount')).toBe(fen);
	});

	it.each<[unknown, string]>([
		['', 'is empty'],
		['  ', 'is empty'],
		[undefined, 'is empty'],
		[null, 'is empty'],
		[[5], 'is empty'],
		[true, 'is empty'],
		['0', 'is 0'],
		[0, 'is 0'],
		['12.34', '"12.34" is not a whole number of fen'],
		[12.34, '"12.34" is not a whole number of fen'],
		['12,345', '"12,345" is not a whole number of fen'],
		['１２', '"１２" is not a whole number of fen'],
		['1e3', '"1e3" is not a whole number of fen'],
		['0x10', '"0x10" is not a whole number of fen'],
		['+5', '"+5" is not a whole number of fen'],
		[-5, '"-5" is not a whole number of fen'],
		[1e21, '"1e+21" is not a whole number of fen'],
		[Number.NaN, '"NaN" is not a whole number of fen'],
		['¥100', '"¥100" is not a whole number of fen'],
		['80000000001', "is more than 80000000000, WeChat Pay's maximum"],
	])('rejects %j', (value, said) => {
		const { message, hint } = refusal(() => readAmount(value, 'Amount'));
		expect(message).toBe(`Amount ${said}`);
		expect(hint).toMatch(/integer in fen.*12345 is 123\.45 CNY/);
	});

	it('returns exactly the given integer or throws', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.double(), fc.bigInt().map(String)), (value) => {
				let fen: number;
				try {
					fen = readAmount(value, 'Amount');
				} catch {
					return;
				}
				expect(Number.isSafeInteger(fen) && fen > 0).toBe(true);
				expect(BigInt(String(value).trim())).toBe(BigInt(fen));
			}),
			{ numRuns: 1000 },
		);
	});
});
