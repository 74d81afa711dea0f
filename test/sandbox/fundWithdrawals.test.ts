/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../../sandbox';
import { get, post, verified } from './client';
import { DAY, openStage, outcome } from './stage';

const WITHDRAW = '/v3/ecommerce/fund/withdraw';
const SUB = '1900000109';
const stage = openStage();

const right = { sub_mchid: SUB, out_request_no: 'W1', amount: 800, remark: '清退余额' };
const withdraw = async (change: Record<string, unknown> = {}) =>
	await post(stage.sandbox, WITHDRAW, { ...right, ...change });
const query = async (number = 'W1', subMchid = SUB) =>
	await get(stage.sandbox, `${WITHDRAW}/out-request-no/${number}?sub_mchid=${subMchid}`);
const move = (status: 'CREATE_SUCCESS' | 'SUCCESS' | 'FAIL' | 'REFUND' | 'CLOSE', id = 'W1') =>
	stage.sandbox.closing.moveWithdrawal(id, { status });
const available = (subMchid = SUB) =>
	stage.sandbox.subMerchants.get(subMchid)?.balances.BASIC?.available;

beforeEach(() => {
	for (const number of [SUB, '1900000110']) {
		stage.sandbox.setSubMerchant(number, { balances: { BASIC: { available: 1000, pending: 50 } } });
	}
});

describe('the look-up of a withdrawal', () => {
	it('returns the request, the card and the time by either number', async () => {
		const created = await withdraw({ bank_memo: '清退' });
		stage.now += 1500;
		move('SUCCESS');
		const reply = await query();
		expect(reply.status).toBe(200);
		expect(verified(reply, stage.keys.wechatPayPublicKeyPem)).toBe(true);
		expect(reply.body).toEqual({
			sp_mchid: stage.keys.mchid,
			sub_mchid: SUB,
			status: 'SUCCESS',
			withdraw_id: created.body.withdraw_id,
			out_request_no: 'W1',
			amount: 800,
			create_time: '2026-03-02T18:00:00.000+08:00',
			update_time: '2026-03-02T18:00:01.500+08:00',
			remark: '清退余额',
			bank_memo: '清退',
			account_type: 'BASIC',
			account_number: SUB.slice(-4),
			account_bank: '工商银行',
			bank_name: '中国工商银行股份有限公司深圳软件园支行',
		});
		const byId = `${WITHDRAW}/${String(created.body.withdraw_id)}?sub_mchid=${SUB}`;
		expect((await get(stage.sandbox, byId)).body).toEqual(reply.body);
	});

	it('has empty strings for fields that were not sent, and the default account', async () => {
		await withdraw({ remark: undefined });
		expect((await query()).body).toMatchObject({
			remark: '',
			bank_memo: '',
			account_type: 'BASIC',
		});
	});

	it('does not find a number of another sub-merchant, or an unused one', async () => {
		const { body } = await withdraw();
		const unknown = [404, 'ORDER_NOT_EXIST', '预约提现单号不存在'];
		expect(outcome(await query('W1', '1900000110'))).toEqual(unknown);
		expect(outcome(await query('W2'))).toEqual(unknown);
		const byId = `${WITHDRAW}/${String(body.withdraw_id)}?sub_mchid=1900000110`;
		expect(outcome(await get(stage.sandbox, byId))).toEqual(unknown);
	});

	it('finds a withdrawal for ninety days after its creation, whatever happened later', async () => {
		await withdraw();
		stage.now += 89 * DAY;
		move('SUCCESS');
		stage.now += DAY - 1;
		expect((await query()).status).toBe(200);
		stage.now += 1;
		expect((await query()).body.code).toBe('ORDER_NOT_EXIST');
	});

	it.each([
		['no sub-merchant', 'W1', ''],
		['an empty sub-merchant', 'W1', '?sub_mchid='],
		['an unknown parameter', 'W1', `?sub_mchid=${SUB}&amount=1`],
		['a sub-merchant twice', 'W1', `?sub_mchid=${SUB}&sub_mchid=${SUB}`],
		['a number with a hyphen', 'W-1', `?sub_mchid=${SUB}`],
	])('refuses %s as a parameter error', async (_what, number, search) => {
		const reply = await get(stage.sandbox, `${WITHDRAW}/out-request-no/${number}${search}`);
		expect([reply.status, reply.body.code]).toEqual([400, 'PARAM_ERROR']);
	});

	it('is refused for a sub-merchant without relation', async () => {
		await withdraw();
		stage.sandbox.setSubMerchant(SUB, 'noRelation');
		expect(outcome(await query())).toEqual([400, 'INVALID_REQUEST', '二级商户未开启预约提现权限']);
	});
});

describe('the states of a withdrawal', () => {
	it('begin with INIT without enough money; the identical request continues it', async () => {
		expect(outcome(await withdraw({ amount: 1001 }))).toEqual([
			403,
			'NOT_ENOUGH',
			'二级商户号账户可用余额不足',
		]);
		expect((await query()).body.status).toBe('INIT');
		expect(available()).toBe(1000);
		expect((await withdraw({ amount: 1001 })).body.code).toBe('NOT_ENOUGH');
		// A smaller amount with the same number is another request.
		expect((await withdraw({ amount: 1000 })).body.code).toBe('PARAM_ERROR');

		stage.sandbox.setSubMerchant(SUB, { balances: { BASIC: { available: 1001, pending: 0 } } });
		const accepted = await withdraw({ amount: 1001 });
		expect(accepted.status).toBe(200);
		expect(accepted.body.withdraw_id).toBe((await query()).body.withdraw_id);
		expect((await query()).body.status).toBe('CREATE_SUCCESS');
		expect(available()).toBe(0);
	});

	it.each([
		['FAIL', '卡号错误'],
		['CLOSE', '商户被处罚或风控拦截，已关单'],
		['REFUND', '银行退票，请检查登记的账户信息'],
	] as const)(
		'%s brings the money back, once, and the number stays spent',
		async (status, reason) => {
			await withdraw();
			expect([available(), stage.sandbox.closing.paidOut(SUB)]).toEqual([200, 800]);
			move(status);
			expect((await query()).body).toMatchObject({ status, reason });
			expect([available(), stage.sandbox.closing.paidOut(SUB)]).toEqual([1000, 0]);
			expect((await withdraw()).status).toBe(200);
			expect((await query()).body.status).toBe(status);
			expect(available()).toBe(1000);
			expect(() => move('SUCCESS')).toThrow('that is final');
		},
	);

	it('include SUCCESS, which leaves the money at the bank until the bank returns it', async () => {
		await withdraw();
		move('SUCCESS');
		expect(await query()).toMatchObject({ body: { status: 'SUCCESS' } });
		expect((await query()).body).not.toHaveProperty('reason');
		expect([available(), stage.sandbox.closing.paidOut(SUB)]).toEqual([200, 800]);
		move('REFUND');
		expect([available(), stage.sandbox.closing.paidOut(SUB)]).toEqual([1000, 0]);
	});

	it('include a closed INIT, which has moved no money', async () => {
		await withdraw({ amount: 5000 });
		move('CLOSE');
		expect((await query()).body.status).toBe('CLOSE');
		expect(available()).toBe(1000);
		// No longer INIT: the request gets a response and changes nothing.
		expect((await withdraw({ amount: 5000 })).status).toBe(200);
		expect(available()).toBe(1000);
	});

	it('do not go back, or on without money, unless forced', async () => {
		await withdraw({ amount: 5000 });
		expect(() => move('CREATE_SUCCESS')).toThrow('not enough');
		expect(() => move('SUCCESS')).toThrow('possible: CREATE_SUCCESS, CLOSE');
		expect((await query()).body.status).toBe('INIT');
		await withdraw({ out_request_no: 'W2' });
		move('FAIL', 'W2');
		stage.sandbox.closing.moveWithdrawal('W2', { status: 'SUCCESS', force: true });
		expect(available()).toBe(200);
		expect(() => move('FAIL', 'W9')).toThrow('There is no withdrawal W9.');
	});
});

describe('a repeated number', () => {
	it('moves money once within six days, and again after them', async () => {
		const first = await withdraw({ amount: 300 });
		stage.now += 6 * DAY - 1;
		expect((await withdraw({ amount: 300 })).body).toEqual(first.body);
		expect(available()).toBe(700);
		stage.now += 1;
		const second = await withdraw({ amount: 300 });
		expect(second.body.withdraw_id).not.toBe(first.body.withdraw_id);
		expect(available()).toBe(400);
		expect(stage.sandbox.closing.withdrawals.size).toBe(2);
		// The number finds the newer one, the ID finds each of them.
		move('FAIL', String(first.body.withdraw_id));
		expect((await query()).body).toMatchObject({
			withdraw_id: second.body.withdraw_id,
			status: 'CREATE_SUCCESS',
		});
		const byId = `${WITHDRAW}/${String(first.body.withdraw_id)}?sub_mchid=${SUB}`;
		expect((await get(stage.sandbox, byId)).body.status).toBe('FAIL');
	});

	it('is another withdrawal for another sub-merchant', async () => {
		await withdraw();
		expect((await withdraw({ sub_mchid: '1900000110' })).status).toBe(200);
		expect([available(), available('1900000110')]).toEqual([200, 200]);
		expect(() => move('FAIL')).toThrow('say which, with "sub_mchid"');
		stage.sandbox.closing.moveWithdrawal('W1', { status: 'FAIL', sub_mchid: SUB });
		expect((await query()).body.status).toBe('FAIL');
		expect((await query('W1', '1900000110')).body.status).toBe('CREATE_SUCCESS');
	});
});

describe('a withdrawal is refused without effect', () => {
	it.each<[string, () => unknown, number, string, string]>([
		[
			'without a card',
			() => stage.sandbox.closing.setSettlementAccount(SUB, null),
			403,
			'ACCOUNT_ERROR',
			'二级商户未绑卡',
		],
		[
			'with a card that failed its test',
			() => stage.sandbox.closing.setSettlementAccount(SUB, { verify_result: 'VERIFY_FAIL' }),
			403,
			'ACCOUNT_NOT_VERIFIED',
			'二级商户下行打款未成功',
		],
		[
			'with withdrawals switched off',
			() => stage.sandbox.closing.setSettlementAccount(SUB, { withdrawal_closed: true }),
			403,
			'CONTRACT_NOT_CONFIRMED',
			'二级商户未开启预约提现权限',
		],
		[
			'with withdrawals frozen',
			() => stage.sandbox.closing.setLimitations(SUB, { limited_functions: ['NO_WITHDRAWAL'] }),
			403,
			'REQUEST_BLOCKED',
			'二级商户未开启预约提现权限',
		],
		[
			'for a platform without the interface',
			() => stage.sandbox.closing.configure({ refused: ['withdrawals'] }),
			403,
			'NO_AUTH',
			'无接口使用权限',
		],
		[
			'above the rate limit',
			() => stage.sandbox.closing.configure({ limits: { withdraw: 0 } }),
			429,
			'FREQUENCY_LIMITED',
			'频率限制',
		],
	])('%s', async (_what, given, ...expected) => {
		given();
		expect(outcome(await withdraw())).toEqual(expected);
		expect(stage.sandbox.closing.withdrawals.size).toBe(0);
		expect(available()).toBe(1000);
	});

	it('but not while the card is being verified', async () => {
		stage.sandbox.closing.setSettlementAccount(SUB, { verify_result: 'VERIFYING' });
		expect((await withdraw()).status).toBe(200);
	});
});

it('a sandbox that is killed while it writes has stored a withdrawal with its money, or nothing', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
	const start = async () => await Sandbox.start({ directory, now: () => stage.now });
	try {
		const first = await start();
		first.setSubMerchant(SUB, { balances: { BASIC: { available: 1000, pending: 0 } } });
		const journal = join(directory, 'state.jsonl');
		const before = readFileSync(journal, 'utf8');
		await post(first, WITHDRAW, right);
		await first.stop();
		const added = readFileSync(journal, 'utf8').slice(before.length);
		// Any part of it may have been written.
		for (const length of [0, 1, added.length - 1, added.length]) {
			writeFileSync(journal, before + added.slice(0, length));
			const second = await start();
			await second.stop();
			const made = second.closing.withdrawals.size;
			expect(made).toBe(length === added.length ? 1 : 0);
			expect(second.subMerchants.get(SUB)?.balances.BASIC?.available).toBe(1000 - 800 * made);
		}
	} finally {
		rmSync(directory, { recursive: true });
	}
});
