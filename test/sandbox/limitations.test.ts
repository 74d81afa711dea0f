import type { SubMerchantKind } from '../../sandbox';
import { get, verified } from './client';
import { openStage, outcome } from './stage';

const PATH = '/v3/mch-operation-manage/merchant-limitations/sub-mchid';
const SUB = '1900000109';
const stage = openStage();

const ask = async (subMchid = SUB) => await get(stage.sandbox, `${PATH}/${subMchid}`);

describe('the limitations of a sub-merchant', () => {
	it('do not exist by default', async () => {
		const reply = await ask();
		expect([reply.status, reply.body]).toEqual([200, { mchid: SUB }]);
		expect(verified(reply, stage.keys.wechatPayPublicKeyPem)).toBe(true);
	});

	it('are returned with reason and recovery, with unknown values unchanged', async () => {
		const specification = {
			limitation_case_id: 'A20250819155047774441874',
			limitation_reason_type: 'NO_TRADE',
			limitation_reason: '入驻后180天无账户动账',
			limitation_reason_describe: '请重新确认开户意愿并核实身份',
			relate_limitations: ['NO_TRANSACTION_AND_RECHARGE', 'SOMETHING_NEW'],
			other_relate_limitations: '关闭相册扫码支付',
			recover_way: 'CONFIRM_BUSINESS_TYPE',
			recover_way_param: '100200300112233',
			recover_help_url: 'https://example.com/help',
		};
		stage.sandbox.closing.setLimitations(SUB, {
			other_limited_functions: '关闭相册扫码支付,关闭长按识别支付',
			recovery_specifications: [specification, { relate_limitations: ['SOMETHING_NEW'] }],
		});
		expect((await ask()).body).toEqual({
			mchid: SUB,
			limited_functions: ['NO_TRANSACTION_AND_RECHARGE', 'SOMETHING_NEW'],
			other_limited_functions: '关闭相册扫码支付,关闭长按识别支付',
			recovery_specifications: [
				{
					...specification,
					limitation_action_type: 'LIMIT_ACTION_TYPE_IMMEDIATE_CONTROL',
					limitation_date: '2026-03-02T18:00:00+08:00',
				},
				{
					limitation_case_id: expect.stringMatching(/^A\d{23}$/),
					relate_limitations: ['SOMETHING_NEW'],
					limitation_action_type: 'LIMIT_ACTION_TYPE_IMMEDIATE_CONTROL',
					limitation_date: '2026-03-02T18:00:00+08:00',
				},
			],
		});
		stage.sandbox.closing.setLimitations(SUB, null);
		expect((await ask()).body).toEqual({ mchid: SUB });
	});

	it('disable nothing, and have no date, before a delayed control begins', async () => {
		const start = '2026-03-03T00:00:00+08:00';
		stage.sandbox.closing.setLimitations(SUB, {
			recovery_specifications: [
				{
					limitation_case_id: 'A1',
					relate_limitations: ['NO_PAYMENT'],
					limitation_action_type: 'LIMIT_ACTION_TYPE_DELAY_CONTROL',
					limitation_start_date: start,
				},
			],
		});
		const planned = {
			limitation_case_id: 'A1',
			relate_limitations: ['NO_PAYMENT'],
			limitation_action_type: 'LIMIT_ACTION_TYPE_DELAY_CONTROL',
			limitation_start_date: start,
		};
		expect((await ask()).body).toEqual({ mchid: SUB, recovery_specifications: [planned] });
		stage.now = Date.parse(start);
		expect((await ask()).body).toEqual({
			mchid: SUB,
			limited_functions: ['NO_PAYMENT'],
			recovery_specifications: [{ ...planned, limitation_date: start }],
		});
	});

	it('are returned as set if the functions are named', async () => {
		stage.sandbox.closing.setLimitations(SUB, { limited_functions: ['NO_REFUND'] });
		expect((await ask()).body).toEqual({ mchid: SUB, limited_functions: ['NO_REFUND'] });
	});

	it.each<SubMerchantKind>(['noRelation', 'unknown'])(
		'are refused for one that is %s',
		async (kind) => {
			stage.sandbox.setSubMerchant(SUB, kind);
			expect(outcome(await ask())).toEqual([
				400,
				'INVALID_REQUEST',
				'当前服务商与查询的商户号不存在受理关系',
			]);
		},
	);

	it('are refused to a platform that may not use them', async () => {
		stage.sandbox.closing.configure({ refused: ['limitations'] });
		expect(outcome(await ask())).toEqual([400, 'INVALID_REQUEST', '身份校验不通过']);
	});

	it('are refused above a rate limit that is set', async () => {
		stage.sandbox.closing.configure({ limits: { limitations: 1 } });
		expect((await ask()).status).toBe(200);
		expect(outcome(await ask())).toEqual([429, 'RATELIMIT_EXCEEDED', '请求过于频繁，请稍后再试']);
	});

	it('accept no query string, and no merchant ID of more than 32 characters', async () => {
		expect((await ask(`${SUB}?limit=1`)).body.code).toBe('PARAM_ERROR');
		expect((await ask('1'.repeat(33))).body.code).toBe('PARAM_ERROR');
	});

	it.each([
		['an unknown field', { functions: [] }, 'There is no field "functions"'],
		['a text for a list', { limited_functions: 'NO_REFUND' }, 'must be a list of texts'],
		[
			'a delayed control without a start',
			{
				recovery_specifications: [{ limitation_action_type: 'LIMIT_ACTION_TYPE_DELAY_CONTROL' }],
			},
			'"limitation_start_date"',
		],
		[
			'a start of an immediate control',
			{ recovery_specifications: [{ limitation_start_date: '2026-03-03T00:00:00+08:00' }] },
			'"limitation_start_date"',
		],
	])('cannot be set with %s', (_what, given, message) => {
		expect(() => stage.sandbox.closing.setLimitations(SUB, given as object)).toThrow(message);
	});
});
