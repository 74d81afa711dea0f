import { constants, publicEncrypt } from 'node:crypto';
import { Sandbox, type SandboxKeys } from '../../sandbox';
import { MERCHANT_MEDIA, get, post, upload, type RawReply } from './client';
import { sandboxKeys } from '../support/keys';

const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';
const DAY = 24 * 3600_000;

describe('cancel and withdraw', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox;
	let now: number;

	beforeAll(async () => {
		keys = await sandboxKeys(1);
	});
	beforeEach(async () => {
		now = Date.now();
		sandbox = await Sandbox.start({ keys, now: () => now });
		sandbox.setSubMerchant('1900000109', {
			balances: { BASIC: { available: 1000, pending: 0 }, FEES: { available: 0, pending: 5 } },
		});
	});
	afterEach(async () => await sandbox.stop());

	const encrypt = (text: string, key = keys.wechatPayPublicKeyPem, oaepHash = 'sha1') =>
		publicEncrypt(
			{ key, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING },
			Buffer.from(text),
		).toString('base64');

	type Encrypt = (text: string) => string;
	const payee = (e: Encrypt = encrypt) => ({
		account_type: 'ACCOUNT_TYPE_PERSONAL',
		bank_account_info: {
			account_name: e('张三'),
			account_bank: '工商银行',
			bank_branch_name: '工商银行深圳支行',
			account_number: e('6222000000000000001'),
		},
		identity_info: {
			id_doc_type: 'IDENTIFICATION_TYPE_ID_CARD',
			identification_name: e('张三'),
			identification_no: e('440300199001011234'),
		},
	});
	const withMoney = (number: string, e?: Encrypt) => ({
		sub_mchid: '1900000109',
		out_request_no: number,
		withdraw: 'APPLY_WITHDRAW',
		payee_info: payee(e),
		remark: '注销提现',
	});
	const withoutMoney = (number: string) => ({
		sub_mchid: '1900000110',
		out_request_no: number,
		withdraw: 'NOT_APPLY_WITHDRAW',
	});
	const apply = async (body: unknown, serial: string | undefined = keys.wechatPayPublicKeyId) =>
		await post(sandbox, APPLY, body, { headers: { 'Wechatpay-Serial': serial } });
	const query = async (number: string) =>
		(await get(sandbox, `${APPLY}/out-request-no/${number}`)).body;
	const outcome = ({ status, body }: RawReply) => [status, body.code, body.message];

	it('is created, decrypted, and read by either number', async () => {
		const reply = await apply(withMoney('W1'));
		expect(reply.status).toBe(200);
		expect(reply.body.out_request_no).toBe('W1');
		expect(sandbox.withdrawals.get('W1')?.decrypted).toEqual({
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
		const byId = await get(sandbox, `${APPLY}/applyment-id/${String(reply.body.applyment_id)}`);
		expect(byId.body).toEqual(read);
		expect((await get(sandbox, `${APPLY}/applyment-id/1`)).status).toBe(404);
	});

	it('decrypts with the platform certificate if the header names that', async () => {
		const [{ serial, certificatePem }] = keys.platformCertificates;
		const e: Encrypt = (text) => encrypt(text, certificatePem);
		expect((await apply(withMoney('W1', e), serial)).status).toBe(200);
		expect(sandbox.withdrawals.get('W1')?.decrypted.account_name).toBe('张三');
	});

	it('refuses fields that were encrypted with another key or another hash', async () => {
		const wrong: Encrypt[] = [
			(text) => encrypt(text, keys.merchantPublicKeyPem),
			(text) => encrypt(text, keys.platformCertificates[0].certificatePem),
			(text) => encrypt(text, keys.wechatPayPublicKeyPem, 'sha256'),
			(text) => text,
			(text) => `${encrypt(text)}\n`,
		];
		for (const e of wrong) {
			const reply = await apply(withMoney('W1', e));
			expect(outcome(reply)).toEqual([400, 'PARAM_ERROR', '平台私钥解密失败']);
		}
		const serial = keys.platformCertificates[0].serial;
		expect((await apply(withMoney('W1'), serial)).body.message).toBe('平台私钥解密失败');
		expect(sandbox.withdrawals.size).toBe(0);
	});

	it('refuses a missing Wechatpay-Serial, and an unknown one', async () => {
		const missing = await post(sandbox, APPLY, withMoney('W1'));
		expect(missing.body.message).toBe('HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)');
		const unknown = await apply(withMoney('W1'), 'PUB_KEY_ID_123');
		expect(unknown.body.message).toBe('平台证书序列号Wechatpay-Serial错误');
	});

	it('repeats the first response for the same number with the same bytes', async () => {
		const body = withMoney('W1');
		const first = await apply(body);
		expect((await apply(body)).body).toEqual(first.body);
		sandbox.move('W1', { state: 'REJECTED' });
		expect((await apply(body)).body).toEqual(first.body);
		expect(sandbox.withdrawals.get('W1')).toMatchObject({ requests: 3, state: 'REJECTED' });
	});

	it('compares ciphertexts: newly encrypted fields are other information', async () => {
		await apply(withMoney('W1'));
		const used = [400, 'ALREADY_EXISTS', 'out_request_no已使用'];
		expect(outcome(await apply(withMoney('W1')))).toEqual(used);
		expect(outcome(await apply({ ...withMoney('W1'), remark: '其他' }))).toEqual(used);
		expect(outcome(await apply(withoutMoney('W1')))).toEqual(used);
		expect(sandbox.withdrawals.size).toBe(1);
	});

	it('compares clear texts if the option says so', async () => {
		sandbox.behaviour.sameInformation = 'plaintext';
		const first = await apply(withMoney('W1'));
		expect((await apply(withMoney('W1'))).body).toEqual(first.body);
		const other = withMoney('W1');
		other.payee_info.bank_account_info.account_number = encrypt('6222000000000000002');
		expect(outcome(await apply(other)).slice(0, 2)).toEqual([400, 'ALREADY_EXISTS']);
		expect(outcome(await apply({ ...withMoney('W1'), remark: '其他' }))[0]).toBe(400);
		expect(JSON.stringify([...sandbox.state.records()])).not.toContain('6222');
	});

	it.each([
		['money without a payee', { payee_info: undefined }],
		['a payee without money', { withdraw: 'NOT_APPLY_WITHDRAW' }],
		['a person without an identity', { payee_info: { ...payee2(), identity_info: undefined } }],
		[
			'a company with an identity',
			{ payee_info: { ...payee2(), account_type: 'ACCOUNT_TYPE_CORPORATE' } },
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

	// The table above is created before the keys: its cases do not depend on what is encrypted.
	function payee2() {
		return payee(() => 'x');
	}

	it('accepts the other value for the identity card only if the option says so', async () => {
		const body = withMoney('W1');
		body.payee_info.identity_info.id_doc_type = 'IDENTIFICATION_TYPE_IDCARD';
		expect((await apply(body)).body.code).toBe('PARAM_ERROR');
		sandbox.behaviour.idCard = 'IDENTIFICATION_TYPE_IDCARD';
		expect((await apply(body)).status).toBe(200);
	});

	it('accepts only proofs of the general upload', async () => {
		const cancel = String((await upload(sandbox)).body.media_id);
		const merchant = String((await upload(sandbox, { path: MERCHANT_MEDIA })).body.media_id);
		const proof = (id: string) => ({
			proof_medias: [{ proof_media_type: 'WITHDRAWAL_APPLICATION', proof_media: id }],
			additional_materials: [merchant],
		});
		const refused = await apply({ ...withMoney('W1'), ...proof(cancel) });
		expect(refused.body.message).toBe('media_id对应的图片不存在');
		expect((await apply({ ...withMoney('W1'), ...proof(merchant) })).status).toBe(200);
		expect(sandbox.withdrawals.get('W1')?.materials).toHaveLength(2);
	});

	it('refuses a sub-merchant with money but without a payout, and one that may not be closed', async () => {
		const behind = await apply({ ...withoutMoney('W1'), sub_mchid: '1900000109' });
		expect(behind.body.code).toBe('INVALID_REQUEST');
		sandbox.setSubMerchant('1900000110', 'notAllowed');
		expect((await apply(withoutMoney('W1'))).body.message).toBe('该商户当前不允许注销');
	});

	describe('validate', () => {
		const validate = async (number: string) =>
			(await get(sandbox, `${APPLY}/validate-cancel/${number}`)).body;

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
			sandbox.setSubMerchant('1900000111', 'notAllowed');
			expect(await validate('1900000111')).toMatchObject({
				validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW',
				block_reasons: [{ type: 'CONSUMER_COMPLAINT_UNPROCESSED' }],
			});
			sandbox.setSubMerchant('1900000112', {
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
			sandbox.setSubMerchant('1900000113', 'noRelation');
			expect((await validate('1900000113')).message).toBe('服务商和子商户无受理关系');
		});
	});

	describe('its states', () => {
		it('are confirmation, closing, payout, and a possible refund by the bank', async () => {
			await apply(withMoney('W1'));
			sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
			expect((await query('W1')).confirm_cancel).toEqual({
				confirm_cancel_url: expect.stringContaining('https://') as string,
			});
			sandbox.move('W1', { state: 'SYSTEM_PROCESSING' });
			expect(await query('W1')).not.toHaveProperty('confirm_cancel');
			sandbox.move('W1', { state: 'CANCELED' });
			expect(await query('W1')).not.toHaveProperty('withdraw_state');
			sandbox.move('W1', { state: 'FUND_PROCESSING' });
			expect((await query('W1')).withdraw_state).toBe('WITHDRAW_PROCESSING');
			sandbox.move('W1', { payState: { BASIC_ACCOUNT: 'PAY_SUCCEED' } });
			expect((await query('W1')).account_withdraw_result).toMatchObject([
				{ out_account_type: 'BASIC_ACCOUNT', pay_state: 'PAY_SUCCEED' },
				{ out_account_type: 'TRADE_FEE_ACCOUNT', pay_state: 'PAY_PROCESSING' },
			]);
			sandbox.move('W1', { state: 'FINISH' });
			expect(await query('W1')).toMatchObject({
				cancel_state: 'FINISH',
				withdraw_state: 'WITHDRAW_SUCCEED',
			});
			sandbox.move('W1', { payState: 'BANK_REFUNDED' });
			expect(await query('W1')).toMatchObject({
				cancel_state: 'FINISH',
				withdraw_state: 'WITHDRAW_EXCEPTION',
				account_withdraw_result: [{ pay_state: 'BANK_REFUNDED' }, { pay_state: 'BANK_REFUNDED' }],
			});
			expect(() => sandbox.move('W1', { state: 'REVIEWING' })).toThrow('that is final');
		});

		it('end with the failed payments, and the others are paid', async () => {
			await apply(withMoney('W1'));
			sandbox.move('W1', { state: 'FUND_PROCESSING' });
			sandbox.move('W1', { payState: { TRADE_FEE_ACCOUNT: 'PAY_FAIL' } });
			sandbox.move('W1', { state: 'FINISH' });
			expect(await query('W1')).toMatchObject({
				cancel_state: 'FINISH',
				withdraw_state: 'WITHDRAW_EXCEPTION',
				account_withdraw_result: [
					{ out_account_type: 'BASIC_ACCOUNT', pay_state: 'PAY_SUCCEED' },
					{ out_account_type: 'TRADE_FEE_ACCOUNT', pay_state: 'PAY_FAIL' },
				],
			});
		});

		const CLOSING = ['SYSTEM_PROCESSING', 'CANCELED'];
		it.each<[kind: string, from: string, to: string[]]>([
			[
				'payout',
				'ACCEPTED',
				[
					'REVIEWING',
					'WAITING_MERCHANT_CONFIRM',
					'REJECTED',
					...CLOSING,
					'REVOKED',
					'FUND_PROCESSING',
					'FINISH',
				],
			],
			['payout', 'REVIEWING', ['REJECTED', ...CLOSING, 'FUND_PROCESSING', 'FINISH']],
			['payout', 'WAITING_MERCHANT_CONFIRM', [...CLOSING, 'REVOKED', 'FUND_PROCESSING', 'FINISH']],
			['payout', 'SYSTEM_PROCESSING', ['CANCELED', 'FUND_PROCESSING', 'FINISH']],
			['payout', 'CANCELED', ['FUND_PROCESSING', 'FINISH']],
			['payout', 'FUND_PROCESSING', ['FINISH']],
			['payout', 'FINISH', []],
			['payout', 'REJECTED', []],
			['payout', 'REVOKED', []],
			['closing', 'CANCELED', ['FINISH']],
			['closing', 'REVIEWING', ['REJECTED', ...CLOSING, 'FINISH']],
			// Money on an account that is already closed: it is paid out after a review.
			['further payout', 'ACCEPTED', ['REVIEWING', 'REJECTED', 'FUND_PROCESSING', 'FINISH']],
			['further payout', 'REVIEWING', ['REJECTED', 'FUND_PROCESSING', 'FINISH']],
		])('for %s: all states that can follow %s', async (kind, from, to) => {
			if (kind === 'further payout') {
				sandbox.setSubMerchant('1900000109', {
					kind: 'alreadyCancelled',
					balances: { BASIC: { available: 1000, pending: 0 } },
				});
				const { body } = await upload(sandbox, { path: MERCHANT_MEDIA });
				const proof = { proof_media_type: 'WITHDRAWAL_APPLICATION', proof_media: body.media_id };
				const applied = await apply({ ...withMoney('W1'), proof_medias: [proof] });
				expect(applied.status).toBe(200);
			} else {
				await apply(kind === 'payout' ? withMoney('W1') : withoutMoney('W1'));
			}
			const every = [
				'ACCEPTED',
				'REVIEWING',
				'REJECTED',
				'WAITING_MERCHANT_CONFIRM',
				'REVOKED',
				...CLOSING,
				'FUND_PROCESSING',
				'FINISH',
			];
			const possible = every.filter((state) => {
				sandbox.move('W1', { state: from, force: true });
				try {
					sandbox.move('W1', { state });
					return true;
				} catch {
					return false;
				}
			});
			expect(possible.sort()).toEqual([...to].sort());
		});

		it('end with money that came back, which a new application with paper forms pays out', async () => {
			await apply(withMoney('W1'));
			sandbox.move('W1', { state: 'FINISH' });
			sandbox.move('W1', { payState: 'BANK_REFUNDED' });
			expect((await apply(withMoney('W2'))).body.message).toBe('服务商或子商户已注销');
			const { body } = await upload(sandbox, { path: MERCHANT_MEDIA });
			const proof = { proof_media_type: 'WITHDRAWAL_APPLICATION', proof_media: body.media_id };
			const further = (number: string) => ({ ...withMoney(number), proof_medias: [proof] });
			expect((await apply(further('W2'))).status).toBe(200);
			sandbox.move('W2', { state: 'FUND_PROCESSING' });
			// One application at a time, also during the payout.
			expect((await apply(further('W3'))).body.message).toBe('该商户当前不允许注销');
			sandbox.move('W2', { state: 'FINISH' });
			expect(await query('W2')).toMatchObject({ withdraw_state: 'WITHDRAW_SUCCEED' });
			expect(await query('W1')).toMatchObject({ withdraw_state: 'WITHDRAW_EXCEPTION' });
		});

		it('include a rejection with a reason, after which the sub-merchant can apply again', async () => {
			await apply(withoutMoney('W1'));
			expect((await apply(withoutMoney('W2'))).body.message).toBe('该商户当前不允许注销');
			sandbox.move('W1', { state: 'REJECTED', reason: '存在未完结交易' });
			expect(await query('W1')).toMatchObject({
				cancel_state: 'REJECTED',
				cancel_state_description: '存在未完结交易',
			});
			expect((await apply(withoutMoney('W2'))).status).toBe(200);
		});

		it('include REVOKED if nobody confirms for thirty days', async () => {
			await apply(withoutMoney('W1'));
			sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
			now += 30 * DAY;
			expect((await query('W1')).cancel_state).toBe('WAITING_MERCHANT_CONFIRM');
			now += 1;
			expect((await query('W1')).cancel_state).toBe('REVOKED');
		});

		it('include no payout if none was requested', async () => {
			await apply(withoutMoney('W1'));
			expect(() => sandbox.move('W1', { state: 'FUND_PROCESSING' })).toThrow('nothing to pay out');
			sandbox.move('W1', { state: 'FINISH' });
			expect(await query('W1')).not.toHaveProperty('withdraw_state');
		});
	});

	describe('confirm', () => {
		const body = {
			out_request_no: 'W1',
			sub_mchid: '1900000110',
			operator_identification: '客服001',
			confirm_time: '2026-03-01T16:00:00+08:00',
			cancel_contract_version: 'V20241213',
		};
		const confirm = async (change = {}) =>
			await post(sandbox, `${APPLY}/confirm`, { ...body, ...change });

		beforeEach(async () => {
			await apply(withoutMoney('W1'));
		});

		it('works in WAITING_MERCHANT_CONFIRM, and again with the same information', async () => {
			expect((await confirm()).body.code).toBe('INVALID_REQUEST');
			sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
			const { applymentId } = sandbox.withdrawals.get('W1') ?? {};
			expect((await confirm()).body).toEqual({
				applyment_id: applymentId,
				out_request_no: 'W1',
				sub_mchid: '1900000110',
			});
			expect(sandbox.withdrawals.get('W1')).toMatchObject({
				state: 'SYSTEM_PROCESSING',
				confirmedBy: '客服001',
			});
			expect((await confirm()).body).toEqual({
				applyment_id: applymentId,
				out_request_no: 'W1',
				sub_mchid: '1900000110',
			});
			sandbox.move('W1', { state: 'FINISH' });
			expect((await confirm()).status).toBe(200);
			const other = await confirm({ operator_identification: '客服002' });
			expect(other.body.code).toBe('INVALID_REQUEST');
			expect(sandbox.withdrawals.get('W1')?.confirmedBy).toBe('客服001');
		});

		it('does not work for an application that was never confirmed, even when repeated', async () => {
			sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
			sandbox.move('W1', { state: 'REVOKED' });
			for (let i = 0; i < 2; i++)
				expect((await confirm()).body.message).toBe('申请单当前状态不允许确认');
		});

		it.each([
			['both numbers', { applyment_id: '1' }],
			['no number', { out_request_no: undefined }],
			['a time without an offset', { confirm_time: '2026-03-01T16:00:00' }],
			['a date that does not exist', { confirm_time: '2026-13-01T16:00:00Z' }],
			['special characters in the name', { operator_identification: 'a b' }],
			['another sub-merchant', { sub_mchid: '1900000111' }],
		])('refuses %s', async (_what, change) => {
			sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
			expect((await confirm(change)).status).toBe(400);
			expect(sandbox.withdrawals.get('W1')?.state).toBe('WAITING_MERCHANT_CONFIRM');
		});
	});
});
