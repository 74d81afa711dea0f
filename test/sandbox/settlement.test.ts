import { get, verified } from './client';
import { openStage, outcome } from './stage';

const SUB = '1900000109';
const PATH = `/v3/apply4sub/sub_merchants/${SUB}/settlement`;
const stage = openStage();

const ask = async (search = '') => await get(stage.sandbox, PATH + search);

describe('the settlement account of a sub-merchant', () => {
	it('is verified by default, with a masked number', async () => {
		const reply = await ask();
		expect(verified(reply, stage.keys.wechatPayPublicKeyPem)).toBe(true);
		expect(reply.body).toEqual({
			account_type: 'ACCOUNT_TYPE_BUSINESS',
			account_bank: '工商银行',
			bank_name: '中国工商银行股份有限公司深圳软件园支行',
			bank_branch_id: expect.stringMatching(/^\d{12}$/),
			account_number: '40***************09',
			verify_result: 'VERIFY_SUCCESS',
		});
	});

	it('is masked by either rule', async () => {
		stage.sandbox.closing.setSettlementAccount(SUB, { account_number: '6222020000001178' });
		const rule = async (version: string) =>
			(await ask(`?account_number_rule=ACCOUNT_NUMBER_RULE_MASK_${version}`)).body.account_number;
		expect(await rule('V1')).toBe('62************78');
		expect(await rule('V2')).toBe('622202******1178');
	});

	it('has the reason why its verification failed', async () => {
		stage.sandbox.closing.setSettlementAccount(SUB, {
			account_type: 'ACCOUNT_TYPE_PRIVATE',
			account_bank: '招商银行',
			verify_result: 'VERIFY_FAIL',
		});
		expect((await ask()).body).toMatchObject({
			account_type: 'ACCOUNT_TYPE_PRIVATE',
			account_bank: '招商银行',
			verify_result: 'VERIFY_FAIL',
			verify_fail_reason: '银行卡户名或卡号有误，请核对后重试',
		});
		stage.sandbox.closing.setSettlementAccount(SUB, { verify_result: 'VERIFYING' });
		expect((await ask()).body).not.toHaveProperty('verify_fail_reason');
	});

	it('is refused if there is none, and for a sub-merchant without relation', async () => {
		stage.sandbox.closing.setSettlementAccount(SUB, null);
		expect(outcome(await ask())).toEqual([400, 'INVALID_REQUEST', '该商户未绑定结算账户']);
		stage.sandbox.setSubMerchant(SUB, 'noRelation');
		expect(outcome(await ask())).toEqual([400, 'INVALID_REQUEST', '服务商和子商户无受理关系']);
	});

	it('is refused to a platform that may not use it, and above the rate limit', async () => {
		stage.sandbox.closing.configure({ limits: { settlement: 1 } });
		expect((await ask()).status).toBe(200);
		expect((await ask()).body.code).toBe('FREQUENCY_LIMITED');
		stage.sandbox.closing.configure({ refused: ['settlement'] });
		expect(outcome(await ask()).slice(0, 2)).toEqual([403, 'NO_AUTH']);
	});

	it.each(['?account_number_rule=V1', '?account_number_rule=', '?sub_mchid=1'])(
		'refuses %s as a parameter error',
		async (search) => {
			expect((await ask(search)).body.code).toBe('PARAM_ERROR');
		},
	);

	it.each([
		['an unknown field', { bank: '招商银行' }, 'There is no field "bank"'],
		['an unknown result', { verify_result: 'FAIL' }, 'must be one of VERIFY_SUCCESS'],
		['an empty number', { account_number: '' }, '"account_number" must be a string'],
	])('cannot be described with %s', (_what, given, message) => {
		expect(() => stage.sandbox.closing.setSettlementAccount(SUB, given as object)).toThrow(message);
	});
});
