import { get, post } from './client';
import { openStage, outcome } from './stage';

const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';
const SUB = '1900000109';
const stage = openStage();

const validate = async () => (await get(stage.sandbox, `${APPLY}/validate-cancel/${SUB}`)).body;
const types = async () => {
	const { validate_result, block_reasons } = await validate();
	const reasons = (block_reasons ?? []) as Array<{ type: string }>;
	return [validate_result, ...reasons.map(({ type }) => type)];
};
const apply = async () =>
	await post(
		stage.sandbox,
		APPLY,
		{ sub_mchid: SUB, out_request_no: 'A1', withdraw: 'NOT_APPLY_WITHDRAW' },
		{ headers: { 'Wechatpay-Serial': stage.keys.wechatPayPublicKeyId } },
	);
const complain = () => stage.sandbox.closing.createComplaint({ complainted_mchid: SUB });
const withdraw = async () =>
	await post(stage.sandbox, '/v3/ecommerce/fund/withdraw', {
		sub_mchid: SUB,
		out_request_no: 'W1',
		amount: 100,
	});

const ALLOWED = ['ALLOW_CANCEL_WITHDRAW'];
const BLOCKED = 'NOT_ALLOW_CANCEL_WITHDRAW';

describe('what blocks a closing', () => {
	it('is a complaint until it is completed, and Apply is refused until then', async () => {
		const { complaint_id } = complain();
		stage.sandbox.closing.createComplaint({ complainted_mchid: '1900000110' });
		const path = `/v3/merchant-service/complaints-v2/${complaint_id}`;
		expect(await types()).toEqual([BLOCKED, 'CONSUMER_COMPLAINT_UNPROCESSED']);
		expect(outcome(await apply())).toEqual([400, 'INVALID_REQUEST', '该商户当前不允许注销']);
		await post(stage.sandbox, `${path}/response`, {
			complainted_mchid: SUB,
			response_content: '已解决',
		});
		expect(await types()).toEqual([BLOCKED, 'CONSUMER_COMPLAINT_UNPROCESSED']);
		await post(stage.sandbox, `${path}/complete`, { complainted_mchid: SUB });
		expect(await types()).toEqual(ALLOWED);
		expect((await apply()).status).toBe(200);
	});

	it('is only a limitation that is described as blocking', async () => {
		const { closing } = stage.sandbox;
		closing.setLimitations(SUB, { limited_functions: ['NO_PAYMENT'] });
		expect(await types()).toEqual(ALLOWED);
		closing.setLimitations(SUB, { limited_functions: ['NO_PAYMENT'], blocks_closing: true });
		expect(await types()).toEqual([BLOCKED, 'HAS_BLOCKING_CONTROL']);
		closing.setLimitations(SUB, null);
		expect(await types()).toEqual(ALLOWED);
	});

	it('is a withdrawal in progress, but not one without enough money', async () => {
		await withdraw();
		expect(await types()).toEqual(ALLOWED);
		stage.sandbox.setSubMerchant(SUB, { balances: { BASIC: { available: 100, pending: 0 } } });
		await withdraw();
		expect(await types()).toEqual([BLOCKED, 'FUNDS_PENDING_PROCESSING']);
		stage.sandbox.closing.moveWithdrawal('W1', { status: 'SUCCESS' });
		expect(await types()).toEqual(ALLOWED);
	});

	it('is the description of the sub-merchant, if it has its own reasons', async () => {
		complain();
		stage.sandbox.setSubMerchant(SUB, { blockReasons: [] });
		expect(await types()).toEqual(ALLOWED);
		const blockReasons = [{ type: 'SOMETHING_NEW', description: '' }];
		stage.sandbox.setSubMerchant(SUB, { blockReasons });
		expect((await validate()).block_reasons).toEqual(blockReasons);
		expect((await apply()).body.message).toBe('该商户当前不允许注销');
	});

	it('is not returned for a closed sub-merchant', async () => {
		complain();
		stage.sandbox.setSubMerchant(SUB, 'alreadyCancelled');
		expect(await validate()).not.toHaveProperty('block_reasons');
	});
});
