import { MERCHANT_MEDIA, get, post, upload } from './client';
import {
	APPLY,
	openCancelWithdrawals,
	payeeWith,
	withoutMoney,
	type Encrypt,
} from './cancelWithdrawals';
import { outcome } from './stage';

const { stage, encrypt, withMoney, apply, query } = openCancelWithdrawals();

describe('an application of the new flow', () => {
	it('is created, decrypted, and read by either number', async () => {
		const reply = await apply(withMoney('W1'));
		expect(reply.status).toBe(200);
		expect(reply.body.out_request_no).toBe('W1');
		expect(stage.sandbox.withdrawals.get('W1')?.decrypted).toEqual({
			account_name: '张三',
			account_number: '6222000000000000001',
			identification_name: '张三',
			identification_no: '440300199001011234',
		});
		const read = await query('W1');
		expect(read).toMatchObject({
			sub_mchid: '1900000109',
			cancel_state: 'ACCEPTED',
			withdraw: 'APPLY_WITHDRAW',
			account_info: [
				{ out_account_type: 'BASIC_ACCOUNT', amount: 1000 },
				{ out_account_type: 'TRADE_FEE_ACCOUNT', amount: 5 },
			],
		});
		const byId = await get(
			stage.sandbox,
			`${APPLY}/applyment-id/${String(reply.body.applyment_id)}`,
		);
		expect(byId.body).toEqual(read);
		expect((await get(stage.sandbox, `${APPLY}/applyment-id/1`)).status).toBe(404);
	});

	it('decrypts with the platform certificate if the header names that', async () => {
		const [{ serial, certificatePem }] = stage.keys.platformCertificates;
		const e: Encrypt = (text) => encrypt(text, certificatePem);
		expect((await apply(withMoney('W1', e), serial)).status).toBe(200);
		expect(stage.sandbox.withdrawals.get('W1')?.decrypted.account_name).toBe('张三');
	});

	it('refuses fields that were encrypted with another key or another hash', async () => {
		const wrong: Encrypt[] = [
			(text) => encrypt(text, stage.keys.merchantPublicKeyPem),
			(text) => encrypt(text, stage.keys.platformCertificates[0].certificatePem),
			(text) => encrypt(text, stage.keys.wechatPayPublicKeyPem, 'sha256'),
			(text) => text,
			(text) => `${encrypt(text)}\n`,
		];
		for (const e of wrong) {
			const reply = await apply(withMoney('W1', e));
			expect(outcome(reply)).toEqual([400, 'PARAM_ERROR', '平台私钥解密失败']);
		}
		const serial = stage.keys.platformCertificates[0].serial;
		expect((await apply(withMoney('W1'), serial)).body.message).toBe('平台私钥解密失败');
		expect(stage.sandbox.withdrawals.size).toBe(0);
	});

	it('refuses a missing Wechatpay-Serial, and an unknown one', async () => {
		const missing = await post(stage.sandbox, APPLY, withMoney('W1'));
		expect(missing.body.message).toBe('HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)');
		const unknown = await apply(withMoney('W1'), 'PUB_KEY_ID_123');
		expect(unknown.body.message).toBe('平台证书序列号Wechatpay-Serial错误');
	});

	it('repeats the first response for the same number with the same bytes', async () => {
		const body = withMoney('W1');
		const first = await apply(body);
		expect((await apply(body)).body).toEqual(first.body);
		stage.sandbox.move('W1', { state: 'REJECTED' });
		expect((await apply(body)).body).toEqual(first.body);
		expect(stage.sandbox.withdrawals.get('W1')).toMatchObject({ requests: 3, state: 'REJECTED' });
	});

	it('compares ciphertexts: newly encrypted fields are other information', async () => {
		await apply(withMoney('W1'));
		const used = [400, 'ALREADY_EXISTS', 'out_request_no已使用'];
		expect(outcome(await apply(withMoney('W1')))).toEqual(used);
		expect(outcome(await apply({ ...withMoney('W1'), remark: '其他' }))).toEqual(used);
		expect(outcome(await apply(withoutMoney('W1')))).toEqual(used);
		expect(stage.sandbox.withdrawals.size).toBe(1);
	});

	it('compares clear texts if the option says so', async () => {
		stage.sandbox.behaviour.sameInformation = 'plaintext';
		const first = await apply(withMoney('W1'));
		expect((await apply(withMoney('W1'))).body).toEqual(first.body);
		const other = withMoney('W1');
		other.payee_info.bank_account_info.account_number = encrypt('6222000000000000002');
		expect(outcome(await apply(other)).slice(0, 2)).toEqual([400, 'ALREADY_EXISTS']);
		expect(outcome(await apply({ ...withMoney('W1'), remark: '其他' }))[0]).toBe(400);
		expect(JSON.stringify([...stage.sandbox.state.records()])).not.toContain('6222');
	});

	it.each([
		['money without a payee', { payee_info: undefined }],
		['a payee without money', { withdraw: 'NOT_APPLY_WITHDRAW' }],
		[
			'a person without an identity',
			{ payee_info: { ...payeeWith(() => 'x'), identity_info: undefined } },
		],
		[
			'a company with an identity',
			{ payee_info: { ...payeeWith(() => 'x'), account_type: 'ACCOUNT_TYPE_CORPORATE' } },
		],
		['a hyphen in the number', { out_request_no: 'W-1' }],
		['a long remark', { remark: '备注'.repeat(6) }],
		['a remark with a sign', { remark: '注销-提现' }],
		['a remark with a space', { remark: 'cancel 1' }],
		['an unknown kind of proof', { proof_medias: [{ proof_media_type: 'X', proof_media: 'x' }] }],
		['eleven materials', { additional_materials: Array.from({ length: 11 }, () => 'x') }],
		['an unknown field', { bank_name: 'x' }],
	])('refuses %s as a parameter error', async (_what, change) => {
		const reply = await apply({ ...withMoney('W1'), ...change });
		expect(outcome(reply).slice(0, 2)).toEqual([400, 'PARAM_ERROR']);
	});

	it('accepts the other value for the identity card only if the option says so', async () => {
		const body = withMoney('W1');
		body.payee_info.identity_info.id_doc_type = 'IDENTIFICATION_TYPE_IDCARD';
		expect((await apply(body)).body.code).toBe('PARAM_ERROR');
		stage.sandbox.behaviour.idCard = 'IDENTIFICATION_TYPE_IDCARD';
		expect((await apply(body)).status).toBe(200);
	});

	it('accepts only proofs of the general upload', async () => {
		const cancel = String((await upload(stage.sandbox)).body.media_id);
		const merchant = String((await upload(stage.sandbox, { path: MERCHANT_MEDIA })).body.media_id);
		const proof = (id: string) => ({
			proof_medias: [{ proof_media_type: 'WITHDRAWAL_APPLICATION', proof_media: id }],
			additional_materials: [merchant],
		});
		const refused = await apply({ ...withMoney('W1'), ...proof(cancel) });
		expect(refused.body.message).toBe('media_id对应的图片不存在');
		expect((await apply({ ...withMoney('W1'), ...proof(merchant) })).status).toBe(200);
		expect(stage.sandbox.withdrawals.get('W1')?.materials).toHaveLength(2);
	});

	it('refuses a sub-merchant with money but without a payout, and one that may not be closed', async () => {
		const behind = await apply({ ...withoutMoney('W1'), sub_mchid: '1900000109' });
		expect(behind.body.code).toBe('INVALID_REQUEST');
		stage.sandbox.setSubMerchant('1900000110', 'notAllowed');
		expect((await apply(withoutMoney('W1'))).body.message).toBe('该商户当前不允许注销');
	});
});

describe('validate', () => {
	const validate = async (number: string) =>
		(await get(stage.sandbox, `${APPLY}/validate-cancel/${number}`)).body;

	it('allows, and returns the accounts with money', async () => {
		expect(await validate('1900000109')).toEqual({
			sub_mchid: '1900000109',
			merchant_state: 'NORMAL',
			validate_result: 'ALLOW_CANCEL_WITHDRAW',
			account_info: [
				{ out_account_type: 'BASIC_ACCOUNT', amount: 1000 },
				{ out_account_type: 'TRADE_FEE_ACCOUNT', amount: 5 },
			],
		});
		expect(await validate('1900000110')).not.toHaveProperty('account_info');
	});

	it('returns the reasons if it is not allowed', async () => {
		stage.sandbox.setSubMerchant('1900000111', 'notAllowed');
		expect(await validate('1900000111')).toMatchObject({
			validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW',
			block_reasons: [{ type: 'CONSUMER_COMPLAINT_UNPROCESSED' }],
		});
		stage.sandbox.setSubMerchant('1900000112', {
			kind: 'alreadyCancelled',
			blockReasons: [{ type: 'OTHER_REASON', description: '其他原因' }],
		});
		// Reasons are returned while the sub-merchant is not canceled.
		expect(await validate('1900000112')).toEqual({
			sub_mchid: '1900000112',
			merchant_state: 'HAS_BEEN_CANCELLED',
			validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW',
		});
		await apply(withoutMoney('W1'));
		expect((await validate('1900000110')).block_reasons).toHaveLength(1);
		stage.sandbox.setSubMerchant('1900000113', 'noRelation');
		expect((await validate('1900000113')).message).toBe('服务商和子商户无受理关系');
	});
});
