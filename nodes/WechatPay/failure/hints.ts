import type { Refusal } from './cause';
import { RESIZE } from './problems';

export const AGAIN = 'Run again later with the same number: that is safe.';
const SLOWER = 'Lower "Requests per Second" in "Options", and run again.';

/**
 * Hints by the text of WeChat Pay's message, because most refusals share the code INVALID_REQUEST. The
 * patterns are tried in this order.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012476217
 */
const HINTS_BY_MESSAGE: ReadonlyArray<readonly [RegExp, string]> = [
	[
		/商户证书序列号有误/,
		'Check two fields of the credential: "Merchant Certificate Serial Number" must be the serial of the API certificate that belongs to the private key, and "Merchant ID" must be the merchant that owns it.',
	],
	[
		/商户证书已(过期|作废|更换)/,
		'Make a new API certificate on the merchant platform, then enter its serial number and private key in the credential.',
	],
	[
		/Authorization(值格式错误|认证类型不正确)/,
		'A proxy between n8n and WeChat Pay changes the header Authorization. Let it through as it is.',
	],
	[/未设置APIv3密钥/, 'Set the APIv3 key on the merchant platform: Account Center, API Security.'],
	[
		/未申请过证书/,
		'Apply for an API certificate on the merchant platform: Account Center, API Security.',
	],
	[
		/账户有余额/,
		'Look up the balances with "Get Balance", then pay them out with "Create" of "Withdrawal", or use "Apply" of "Account Cancellation", which pays them out.',
	],
	[
		/不允许注销/,
		'Run "Check Readiness" of "Account Cancellation" to see what blocks it: open complaints, a limitation, or money that is frozen or in transit.',
	],
	[
		/申请书.*缺失/,
		`Send both forms under "Materials": one row "Platform's Cancellation Form" (SP_CANCEL_ACCOUNT_APPLICATION) and one row "Sub-Merchant's Cancellation Form" (SUB_CANCEL_ACCOUNT_APPLICATION).`,
	],
	[
		/media_id对应的图片不存在/,
		'Use media IDs of the right upload and of the same merchant: "Upload Cancel Media" for "Account Cancellation (Old Flow)", "Upload Image" for "Account Cancellation".',
	],
	[
		/商户不存在/,
		'Check the numbers: "Merchant ID" in the credential, and "Sub-Merchant ID" in the node.',
	],
	[
		/(服务商|商户)已注销/,
		'This merchant is already canceled: there is nothing left to do. If you did not expect this, look the application up with "Get".',
	],
	[
		/服务商非电商/,
		'The "Merchant ID" of the credential is not an ecommerce platform. This product is for ecommerce platforms only.',
	],
	[
		/子商户非电商/,
		'This sub-merchant was not opened as an ecommerce sub-merchant (二级商户), so it cannot be closed here.',
	],
	[
		/无受理关系|受理关系无效|无权查询该商户/,
		'This sub-merchant does not belong to the "Merchant ID" of the credential. Check both numbers.',
	],
	[
		/重试请求和原请求数据不一致/,
		'This number was used before with other content. Look it up with "Get". For another application, use a new number.',
	],
	[
		/间隔太久/,
		'Too much time has passed since the first attempt with this number. Look it up with "Get". If it is not found, use a new number.',
	],
	[
		/账户类型.*未开通/,
		'The sub-merchant never opened this account, so there is no money on it. Choose another account.',
	],
	[
		/当[天日].*已达上限/,
		'This "Merchant ID" has reached a daily limit, so waiting within a run does not help. Run again tomorrow with the same number: that is safe.',
	],
	[/图片内容过大|文件大小不能超过/, `Make the image smaller than 2 MB. ${RESIZE}`],
	[/Content-Type非法|文件名称不正确|不是图片/, 'Send JPG, PNG or BMP.'],
	[/文件为空/, 'Check the node that reads the file: it has no content.'],
	[/sha256|哈希/i, 'Read the file again: its content changed in transit.'],
	[
		/平台私钥解密失败/,
		'The WeChat Pay public key and its ID in the credential do not belong together. Copy both again from the merchant platform.',
	],
	[
		/Wechatpay-Serial/,
		'WeChat Pay does not know the public key ID of the credential. Copy it again from the merchant platform.',
	],
	[/mchid.*不匹配/, 'Check "Merchant ID" in the credential against the numbers in the node.'],
	[
		/身份校验不通过/,
		'WeChat Pay does not let this "Merchant ID" ask for the limitations of sub-merchants. Continue without them: this does not mean that there are none.',
	],
	[
		/不存在受理关系/,
		'This sub-merchant does not belong to the "Merchant ID" of the credential. Check both numbers.',
	],
	[
		/无权限为该投诉单|无权限访问该投诉单|商户信息不合法/,
		'Check that "Complaint ID" and "Sub-Merchant ID" are of the same complaint, and that the sub-merchant belongs to the "Merchant ID" of the credential.',
	],
	[
		/单次回复上限/,
		'The consumer has not responded to the last 20 messages. Wait for a response, or complete the complaint.',
	],
	[
		/当前单据状态不支持操作/,
		'Look the complaint up with "Get" of "Complaint". Right after a reply, wait a few seconds, then run again.',
	],
	[/数据量过大/, 'Set "End Date" closer to "Begin Date", or enter a "Sub-Merchant ID".'],
	[
		/Http头缺少/,
		'A proxy between n8n and WeChat Pay removes the headers Accept or User-Agent. Let them through.',
	],
];

const SIGNATURE_HINT =
	'Check that "Merchant Private Key" is the key of the certificate that "Merchant Certificate Serial Number" names. If an older key file was pasted, paste the newer one.';

const IF_UNCLEAR = "If it is unclear, send the Request-ID to WeChat Pay's support.";
const NOT_THERE = 'Check the number. If it was just sent, look again in a minute.';

const HINTS_BY_CODE: Readonly<Record<string, string>> = {
	SIGN_ERROR: SIGNATURE_HINT,
	PARAM_ERROR: `Correct the field that the message names. ${IF_UNCLEAR}`,
	INVALID_REQUEST: `Correct what WeChat Pay's message names. ${IF_UNCLEAR}`,
	NO_AUTH: 'Ask WeChat Pay for permission to use this interface with this "Merchant ID".',
	ALREADY_EXISTS: 'Look the number up with "Get".',
	RESOURCE_ALREADY_EXISTS: 'Look the number up with "Get".',
	RESOURCE_NOT_EXISTS: NOT_THERE,
	NOT_FOUND: NOT_THERE,
	ORDER_NOT_EXIST: NOT_THERE,
	BIZ_ERR_NEED_RETRY: AGAIN,
	NOT_ENOUGH:
		'Less is available than the amount. Look the balance up with "Get Balance", then run again with the same number and the same values.',
	ACCOUNT_ERROR:
		'The sub-merchant has no settlement account. Have one added, then run again with the same number.',
	ACCOUNT_NOT_VERIFIED:
		'The settlement account of the sub-merchant could not be verified. Have the account data corrected, then run again with the same number.',
	CONTRACT_NOT_CONFIRMED:
		'Withdrawals of this sub-merchant are disabled. "Get" of "Merchant Limitation" may say why.',
	REQUEST_BLOCKED:
		'WeChat Pay has frozen withdrawals of this sub-merchant. "Get" of "Merchant Limitation" says why and what to do.',
};

function hintForStatus(status: number, code: string): string {
	if (status >= 500) return AGAIN;
	// Only WeChat Pay sends a code, so the host is right.
	if (status >= 400 && code !== '') return `Correct what WeChat Pay's message names. ${IF_UNCLEAR}`;
	if (status === 404) return 'Check the number, and the "API Host" of the credential.';
	if (status >= 300 && status < 400) {
		return 'Redirects are not followed. Check the "API Host" of the credential, and any proxy on the way.';
	}
	return 'Check the "API Host" of the credential, and any proxy on the way.';
}

/** The hint for a refusal. */
export function hintFor({ kind, status, code, message }: Refusal & { kind: string }): string {
	const byMessage = HINTS_BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
	return (
		byMessage ??
		HINTS_BY_CODE[code] ??
		(kind === 'rateLimit' ? SLOWER : hintForStatus(status, code))
	);
}
