import { Sandbox, type SandboxKeys, type SubMerchantKind } from '../../sandbox';
import { authorizationFor, get, post, verified, type RawReply } from './client';
import { sandboxKeys } from '../support/keys';

const WITHDRAW = '/v3/ecommerce/fund/withdraw';
const END_OF_DAY = '/v3/ecommerce/fund/enddaybalance/1900000109';
const REMARK = '清退余额，打款至原结算卡';

describe('the money of a sub-merchant', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox;
	let now: number;

	beforeAll(async () => {
		keys = await sandboxKeys();
	});
	beforeEach(async () => {
		// 18:00 in Beijing.
		now = Date.parse('2026-03-02T10:00:00Z');
		sandbox = await Sandbox.start({ keys, now: () => now });
		sandbox.setSubMerchant('1900000109', {
			balances: {
				BASIC: { available: 12800, pending: 500 },
				DEPOSIT: { available: 30, pending: 0 },
			},
		});
	});
	afterEach(async () => await sandbox.stop());

	const outcome = ({ status, body }: RawReply) => [status, body.code, body.message];
	const available = (type: 'BASIC' | 'OPERATION' = 'BASIC') =>
		sandbox.subMerchants.get('1900000109')?.balances[type]?.available;

	describe('at the end of a day', () => {
		const ask = async (query: string) => await get(sandbox, `${END_OF_DAY}${query}`);

		it('is returned with a signature', async () => {
			const reply = await ask('?date=2026-03-01&account_type=DEPOSIT');
			expect(reply.status).toBe(200);
			expect(verified(reply, keys.wechatPayPublicKeyPem)).toBe(true);
			expect(reply.body).toEqual({
				sub_mchid: '1900000109',
				account_type: 'DEPOSIT',
				available_amount: 30,
				pending_amount: 0,
			});
		});

		it('is by default that of the basic account, and zero', async () => {
			expect((await ask('?date=2026-03-01')).body).toMatchObject({
				account_type: 'BASIC',
				available_amount: 12800,
				pending_amount: 500,
			});
			sandbox.setSubMerchant('1900000109', 'normal');
			expect((await ask('?date=2026-03-01')).body).toMatchObject({ available_amount: 0 });
		});

		it('is returned for the last 90 days, and for yesterday from 10:00 on in Beijing', async () => {
			expect((await ask('?date=2025-12-02')).status).toBe(200);
			expect(outcome(await ask('?date=2025-12-01')).slice(0, 2)).toEqual([400, 'PARAM_ERROR']);
			expect(outcome(await ask('?date=2026-03-02')).slice(1)).toEqual([
				'INVALID_REQUEST',
				'日终余额尚未生成',
			]);
			expect(outcome(await ask('?date=2026-03-03')).slice(0, 2)).toEqual([400, 'PARAM_ERROR']);
			// March 3 in Beijing, March 2 in UTC.
			now = Date.parse('2026-03-02T17:00:00Z');
			expect(outcome(await ask('?date=2026-03-02'))[2]).toBe('日终余额尚未生成');
			expect((await ask('?date=2026-03-01')).status).toBe(200);
			now = Date.parse('2026-03-03T02:00:00Z');
			expect((await ask('?date=2026-03-02')).status).toBe(200);
		});

		it.each([
			['no query', ''],
			['no date', '?account_type=BASIC'],
			['an empty date', '?date='],
			['a date that there is not', '?date=2026-02-30'],
			['a date written in another way', '?date=20260301'],
			['a time', '?date=2026-03-01T00:00:00'],
			['an account that this endpoint does not know', '?date=2026-03-01&account_type=OPERATION'],
			['an empty account', '?date=2026-03-01&account_type='],
			['an unknown parameter', '?date=2026-03-01&bill_date=2026-03-01'],
			['a date twice', '?date=2026-03-01&date=2026-02-28'],
			['Chinese, rightly signed', '?date=2026-03-01&account_type=%E5%9F%BA%E6%9C%AC%E6%88%B7'],
		])('refuses %s as a parameter error', async (_what, query) => {
			const reply = await ask(query);
			expect([reply.status, reply.body.code]).toEqual([400, 'PARAM_ERROR']);
			expect(reply.signed).toBe(true);
		});

		it('accepts a query that was signed as it was sent, but not one that was encoded later', async () => {
			const sent = `${END_OF_DAY}?date=2026%2D03%2D01&account_type=%42ASIC`;
			expect((await get(sandbox, sent)).body).toMatchObject({ account_type: 'BASIC' });
			const pairs: Array<[sent: string, signed: string]> = [
				['%E5%9F%BA', '基'],
				['%E5%9F%BA', '%e5%9f%ba'],
				['a%20b', 'a+b'],
			];
			for (const [sentAs, signedAs] of pairs) {
				const path = `${END_OF_DAY}?date=2026-03-01&account_type=`;
				const reply = await get(sandbox, path + sentAs, {
					authorization: () => authorizationFor(sandbox, { path: path + signedAs }),
				});
				expect([reply.status, reply.body.code]).toEqual([401, 'SIGN_ERROR']);
			}
		});

		it.each<[SubMerchantKind, string]>([
			['noRelation', '你无权查询该商户余额'],
			['unknown', '你无权查询该商户余额'],
			['notEcommerce', '受理关系无效'],
			['providerNotEcommerce', '你无权调用此接口'],
		])('is not returned for a sub-merchant that is %s', async (kind, message) => {
			sandbox.setSubMerchant('1900000109', kind);
			expect(outcome(await ask('?date=2026-03-01'))).toEqual([403, 'NO_AUTH', message]);
			const now = await get(sandbox, '/v3/ecommerce/fund/balance/1900000109?account_type=BASIC');
			expect(outcome(now)).toEqual([403, 'NO_AUTH', message]);
		});

		it('is not returned for an account that was never opened', async () => {
			sandbox.setSubMerchant('1900000109', { neverOpened: ['DEPOSIT'] });
			const reply = await ask('?date=2026-03-01&account_type=DEPOSIT');
			expect(outcome(reply)).toEqual([400, 'INVALID_REQUEST', '该账户在指定时间不存在']);
			const now = await get(sandbox, '/v3/ecommerce/fund/balance/1900000109?account_type=DEPOSIT');
			expect(outcome(now)).toEqual([400, 'INVALID_REQUEST', '输入账户类型未开通']);
		});

		it('is now that of the basic account if none is named', async () => {
			const now = await get(sandbox, '/v3/ecommerce/fund/balance/1900000109');
			expect(now.body).toMatchObject({ account_type: 'BASIC', available_amount: 12800 });
		});
	});

	describe('in a withdrawal', () => {
		const right = { sub_mchid: '1900000109', out_request_no: 'W1', amount: 800, remark: REMARK };
		const withdraw = async (change: Record<string, unknown> = {}) =>
			await post(sandbox, WITHDRAW, { ...right, ...change });

		it('leaves the account, with the given texts', async () => {
			const more = { bank_memo: '微信支付提现1', notify_url: 'https://example.com/wechatpay' };
			const reply = await withdraw(more);
			expect(reply.status).toBe(200);
			expect(verified(reply, keys.wechatPayPublicKeyPem)).toBe(true);
			expect(reply.body).toEqual({
				sub_mchid: '1900000109',
				withdraw_id: expect.stringMatching(/^\d{62}$/),
				out_request_no: 'W1',
			});
			expect(sandbox.fundWithdrawals.get('W1')).toMatchObject({
				sub_mchid: '1900000109',
				amount: 800,
				account_type: 'BASIC',
				remark: REMARK,
				...more,
			});
			expect(available()).toBe(12000);
		});

		it('leaves once for identical requests, in any order of fields', async () => {
			const first = await withdraw();
			const { remark, ...others } = right;
			const again = await post(sandbox, WITHDRAW, { remark, ...others });
			expect(again.body).toEqual(first.body);
			expect(sandbox.fundWithdrawals.get('W1')?.requests).toBe(2);
			expect(available()).toBe(12000);
		});

		it.each([
			['another amount', { amount: 801 }],
			['another remark', { remark: '清退余额' }],
			['the account named that was meant', { account_type: 'BASIC' }],
		])('does not leave for a repeated number with %s', async (_what, change) => {
			await withdraw();
			expect(outcome(await withdraw(change))).toEqual([
				400,
				'PARAM_ERROR',
				'重试请求和原请求数据不一致',
			]);
			expect(sandbox.fundWithdrawals.size).toBe(1);
			expect(available()).toBe(12000);
		});

		it('leaves the account that was named', async () => {
			expect(outcome(await withdraw({ account_type: 'OPERATION' })).slice(0, 2)).toEqual([
				403,
				'NOT_ENOUGH',
			]);
			sandbox.setSubMerchant('1900000109', {
				balances: { OPERATION: { available: 800, pending: 0 } },
			});
			expect((await withdraw({ account_type: 'OPERATION' })).status).toBe(200);
			expect(available('OPERATION')).toBe(0);
		});

		it('does not leave if there is not enough, not counting pending money', async () => {
			expect(outcome(await withdraw({ amount: 12801 }))).toEqual([
				403,
				'NOT_ENOUGH',
				'二级商户号账户可用余额不足',
			]);
			expect(available()).toBe(12800);
			// From now on the number belongs to that amount.
			expect((await withdraw({ amount: 12800 })).body.code).toBe('PARAM_ERROR');
			expect((await withdraw({ out_request_no: 'W2', amount: 12800 })).status).toBe(200);
		});

		it.each([
			['no sub-merchant', { sub_mchid: undefined }],
			['no number', { out_request_no: undefined }],
			['no amount', { amount: undefined }],
			['an amount that is text', { amount: '800' }],
			['an amount with a fraction', { amount: 8.5 }],
			['nothing', { amount: 0 }],
			['a negative amount', { amount: -800 }],
			['more than 800 million CNY', { amount: 80_000_000_001 }],
			['a number with a hyphen', { out_request_no: 'W-1' }],
			['a number of 33 characters', { out_request_no: 'W'.repeat(33) }],
			['a remark of 57 bytes', { remark: '清'.repeat(19) }],
			['a remark that is empty', { remark: '' }],
			['a remark with a character of four bytes', { remark: '清退😀' }],
			['a bank memo with a comma', { bank_memo: '提现，一' }],
			['a bank memo of 33 bytes', { bank_memo: '提'.repeat(11) }],
			['the deposit account', { account_type: 'DEPOSIT' }],
			['the account names of the cancellation', { account_type: 'BASIC_ACCOUNT' }],
			['a notification over plain HTTP', { notify_url: 'http://example.com/wechatpay' }],
			['a notification with parameters', { notify_url: 'https://example.com/?a=1' }],
			['an unknown field', { withdraw: 'APPLY_WITHDRAW' }],
			['null', { remark: null }],
		])('does not leave with %s', async (_what, change) => {
			const reply = await withdraw(change);
			expect([reply.status, reply.body.code]).toEqual([400, 'PARAM_ERROR']);
			expect(sandbox.fundWithdrawals.size).toBe(0);
			expect(available()).toBe(12800);
		});

		it('does not leave with a query', async () => {
			expect((await post(sandbox, `${WITHDRAW}?a=1`, right)).body.code).toBe('PARAM_ERROR');
			expect(sandbox.fundWithdrawals.size).toBe(0);
		});

		it.each<[SubMerchantKind, string]>([
			['noRelation', '二级商户未开启预约提现权限'],
			['unknown', '二级商户未开启预约提现权限'],
			['notEcommerce', '二级商户未开启预约提现权限'],
			['alreadyCancelled', '服务商或子商户已注销'],
		])('does not leave a sub-merchant that is %s', async (kind, message) => {
			sandbox.setSubMerchant('1900000109', kind);
			expect(outcome(await withdraw())).toEqual([400, 'INVALID_REQUEST', message]);
		});

		it('does not leave an account that was never opened', async () => {
			sandbox.setSubMerchant('1900000109', { neverOpened: ['FEES'] });
			const reply = await withdraw({ account_type: 'FEES' });
			expect(outcome(reply)).toEqual([400, 'INVALID_REQUEST', '商户账户类型不存在或未开通']);
			expect(sandbox.fundWithdrawals.size).toBe(0);
		});

		it('is refused if other bytes were signed', async () => {
			// The same JSON with escaped Chinese characters.
			const escaped = JSON.stringify(right).replace(
				/[^\x20-\x7e]/g,
				(c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
			);
			const signed = JSON.stringify(right);
			const reply = await get(sandbox, WITHDRAW, { method: 'POST', body: escaped, signed });
			expect([reply.status, reply.body.code]).toEqual([401, 'SIGN_ERROR']);
			expect(sandbox.fundWithdrawals.size).toBe(0);
			const rightly = await get(sandbox, WITHDRAW, { method: 'POST', body: escaped });
			expect(rightly.status).toBe(200);
			expect(sandbox.fundWithdrawals.get('W1')?.remark).toBe(REMARK);
		});
	});
});
