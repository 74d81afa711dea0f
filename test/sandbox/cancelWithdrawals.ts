import { constants, publicEncrypt } from 'node:crypto';
import { get, post, type RawReply } from './client';
import { openStage } from './stage';

export const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';

export type Encrypt = (text: string) => string;

/** A payee whose sensitive fields are encrypted by a function. */
export const payeeWith = (encrypt: Encrypt) => ({
	account_type: 'ACCOUNT_TYPE_PERSONAL',
	bank_account_info: {
		account_name: encrypt('张三'),
		account_bank: '工商银行',
		bank_branch_name: '工商银行深圳支行',
		account_number: encrypt('6222000000000000001'),
	},
	identity_info: {
		id_doc_type: 'IDENTIFICATION_TYPE_ID_CARD',
		identification_name: encrypt('张三'),
		identification_no: encrypt('440300199001011234'),
	},
});

/** The body of an application without a payout. */
export const withoutMoney = (number: string) => ({
	sub_mchid: '1900000110',
	out_request_no: number,
	withdraw: 'NOT_APPLY_WITHDRAW',
});

/** A sandbox with a sub-merchant that has money, and the requests of the new flow. */
export function openCancelWithdrawals() {
	const stage = openStage({
		platformCertificates: 1,
		subMerchants: {
			'1900000109': {
				balances: { BASIC: { available: 1000, pending: 0 }, FEES: { available: 0, pending: 5 } },
			},
		},
	});
	beforeEach(() => {
		// The platform certificate is valid from now on.
		stage.now = Date.now();
	});
	const encrypt = (text: string, key = stage.keys.wechatPayPublicKeyPem, oaepHash = 'sha1') =>
		publicEncrypt(
			{ key, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING },
			Buffer.from(text),
		).toString('base64');
	/** The body of an application with a payout. */
	const withMoney = (number: string, by: Encrypt = encrypt) => ({
		sub_mchid: '1900000109',
		out_request_no: number,
		withdraw: 'APPLY_WITHDRAW',
		payee_info: payeeWith(by),
		remark: '注销提现',
	});
	const apply = async (
		body: unknown,
		serial = stage.keys.wechatPayPublicKeyId,
	): Promise<RawReply> =>
		await post(stage.sandbox, APPLY, body, { headers: { 'Wechatpay-Serial': serial } });
	const query = async (number: string) =>
		(await get(stage.sandbox, `${APPLY}/out-request-no/${number}`)).body;
	return { stage, encrypt, withMoney, apply, query };
}
