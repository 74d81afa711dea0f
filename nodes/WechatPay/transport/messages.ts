import { WAY_OUT } from '../protocol/media';
import type { Headers, Verdict } from '../protocol/verification';
import type { ErrorEnvelope } from '../protocol/errors';
import type { NoAnswer } from './exchange';

/** What is said to the user: what happened, and what to do about it. */
export interface Sentence {
	message: string;
	hint: string;
	/** The hint says no more than to run again. */
	retryOnly?: boolean;
}

const CREDENTIAL = 'Correct the credential';
const AGAIN = 'Run again later with the same number: that is safe.';

/**
 * What to do, by the text of WeChat Pay's message: most refusals share the code INVALID_REQUEST.
 * Kept in the order in which the patterns are tried.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012476217
 */
const HINTS_BY_MESSAGE: ReadonlyArray<readonly [RegExp, string]> = [
	[
		/商户证书序列号有误/,
		'Check two fields of the credential: Merchant Certificate Serial Number must be the serial of the API certificate that belongs to the private key, and Merchant ID must be the merchant that owns it.',
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
		/余额/,
		'Look up the balances with Get Balance, withdraw what is left, or use Cancel Withdrawal: Apply, which pays it out.',
	],
	[
		/不允许注销/,
		'Call Cancel Withdrawal: Validate to see what blocks it: open complaints, a restriction, or money that is frozen or on its way.',
	],
	[
		/申请书.*缺失/,
		'Send both forms: one row SP_CANCEL_ACCOUNT_APPLICATION and one row SUB_CANCEL_ACCOUNT_APPLICATION.',
	],
	[
		/media_id对应的图片不存在/,
		'Use media IDs of the right upload and of the same merchant: Upload Cancel Media for Create Cancel Application, Upload Image for Cancel Withdrawal: Apply.',
	],
	[
		/商户不存在/,
		'Check the numbers: Merchant ID in the credential, and Sub-Merchant ID in the node.',
	],
	[
		/(服务商|商户)已注销/,
		'This merchant is already cancelled: nothing is left to do for it. Check with Get if you expected otherwise.',
	],
	[
		/服务商非电商/,
		'The Merchant ID of the credential is not an ecommerce platform. This product is for ecommerce platforms only.',
	],
	[
		/子商户非电商/,
		'This sub-merchant was not opened as an ecommerce sub-merchant (二级商户), so it cannot be closed here.',
	],
	[
		/无受理关系/,
		'This sub-merchant does not belong to the Merchant ID of the credential. Check both numbers.',
	],
	[
		/重试请求和原请求数据不一致/,
		'This number was used before with other content. Look it up with Get; for another application use a new number.',
	],
	[
		/间隔太久/,
		'Too much time has passed since the first try with this number. Look it up with Get; if it is not there, use a new number.',
	],
	[/图片内容过大/, `Make the picture smaller than 2 MB. ${WAY_OUT}`],
	[/Content-Type非法/, 'Send JPG, PNG or BMP.'],
	[/sha256|哈希/i, 'Read the file again: its content changed on the way.'],
	[
		/平台私钥解密失败/,
		'The WeChat Pay public key and its ID in the credential do not belong together. Copy both again from the merchant platform.',
	],
	[
		/Wechatpay-Serial/,
		'WeChat Pay does not know the public key ID of the credential. Copy it again from the merchant platform.',
	],
	[/mchid.*不匹配/, 'Check Merchant ID in the credential against the numbers in the node.'],
	[
		/Http头缺少/,
		'A proxy between n8n and WeChat Pay removes the headers Accept or User-Agent. Let them through.',
	],
];

const SIGNATURE_HINT =
	'Check that Merchant Private Key is the key of the certificate that Merchant Certificate Serial Number names. If an older key file was pasted, paste the newer one.';

const HINTS_BY_CODE: Readonly<Record<string, string>> = {
	SIGN_ERROR: SIGNATURE_HINT,
	PARAM_ERROR: 'Correct the field that the message names.',
	INVALID_REQUEST: "Correct what WeChat Pay's message names.",
	NO_AUTH: 'Ask WeChat Pay for permission to use this interface with this Merchant ID.',
	ALREADY_EXISTS: 'Look the number up with Get.',
	RESOURCE_NOT_EXISTS: 'Check the number. Right after it was sent, look again in a minute.',
	NOT_FOUND: 'Check the number. Right after it was sent, look again in a minute.',
	BIZ_ERR_NEED_RETRY: AGAIN,
};

function hintForStatus(status: number): string {
	if (status === 429) return 'Lower Requests per Second in Options, and run again.';
	if (status >= 500) return AGAIN;
	if (status === 404) return 'Check the number, and the API Host of the credential.';
	if (status >= 300 && status < 400) {
		return 'Redirects are not followed. Check the API Host of the credential, and any proxy on the way.';
	}
	return 'Check the API Host of the credential, and any proxy on the way.';
}

const CLOCK_ALLOWANCE_SECONDS = 300;

/** How far this machine's clock is from the server's, in seconds; undefined without a Date header. */
export function clockSkew(headers: Headers, now: number): number | undefined {
	const server = Date.parse(headers.date ?? '');
	return Number.isNaN(server) ? undefined : Math.round((now - server) / 1000);
}

/** The sentence for a clock that is wrong, with how far if the server said its time. */
export function clockSentence(skew: number | undefined): Sentence {
	// A proxy's Date header may be no better than this clock: a small number would be nonsense here.
	const off =
		skew === undefined || Math.abs(skew) < CLOCK_ALLOWANCE_SECONDS
			? 'by five minutes or more'
			: `by ${Math.abs(skew)} seconds (${skew > 0 ? 'ahead' : 'behind'})`;
	return {
		message: `The clock of the machine that runs n8n is off ${off}`,
		hint: `Set its clock, best with NTP: WeChat Pay refuses requests that are ${CLOCK_ALLOWANCE_SECONDS / 60} minutes away.`,
	};
}

/** A refusal by WeChat Pay, in its own words, with what to do. */
export function refusalSentence(
	status: number,
	envelope: ErrorEnvelope,
	headers: Headers,
	now: number,
): Sentence {
	const { code, message, issue } = envelope;
	if (status === 401 && /timestamp/i.test(message)) return clockSentence(clockSkew(headers, now));
	const said = [code, message].filter((part) => part !== '').join(': ');
	const hint = HINTS_BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
	return {
		message: said
			? `WeChat Pay refused: ${said}${issue && status !== 401 ? ` (${issue})` : ''}`
			: `HTTP ${status} came without a message of WeChat Pay`,
		hint: hint ?? HINTS_BY_CODE[code] ?? hintForStatus(status),
	};
}

/** A fault on WeChat Pay's side (5xx). */
export function faultSentence(status: number, envelope: ErrorEnvelope): Sentence {
	const said = [envelope.code, envelope.message].filter((part) => part !== '').join(': ');
	return {
		message: `WeChat Pay answered HTTP ${status}${said && ` ${said}`}`,
		hint: AGAIN,
		retryOnly: true,
	};
}

/** No HTTP answer. */
export function noAnswerSentence(noAnswer: NoAnswer, host: string, timeout: number): Sentence {
	switch (noAnswer.kind) {
		case 'unreachable':
			return {
				message: `${host} cannot be reached (${noAnswer.code})`,
				hint: 'Check the API Host of the credential, and the network and DNS of the machine that runs n8n.',
			};
		case 'tls':
			return {
				message: `The TLS certificate of ${host} is not trusted (${noAnswer.code})`,
				hint: 'Check the API Host of the credential, and whether a proxy replaces certificates.',
			};
		case 'blocked':
			return {
				message: `This n8n does not allow requests to ${host}: its protection against server-side request forgery (SSRF) blocks the address`,
				hint: 'Ask the administrator of n8n to allow this host, or correct the API Host of the credential.',
			};
		case 'timeout':
			return {
				message: `${host} did not answer within ${Math.round(timeout / 100) / 10} seconds`,
				hint: `${AGAIN} A longer Timeout can be set in Options.`,
				retryOnly: true,
			};
		case 'cut':
			return {
				message: `The connection to ${host} was cut (${noAnswer.code})`,
				hint: AGAIN,
				retryOnly: true,
			};
	}
}

/** An answer that is not proven to be WeChat Pay's. */
export function doubtSentence(
	verdict: Extract<Verdict, { verified: false }>,
	known: readonly string[],
): Sentence {
	switch (verdict.doubt) {
		case 'missing':
			return {
				message: 'The answer carries no signature of WeChat Pay',
				hint: 'A proxy or gateway removes the Wechatpay-* headers, or the API Host is not WeChat Pay. Let the headers through, or correct the host.',
			};
		case 'stale':
			return {
				message:
					'The signature of the answer is five minutes or more away from the time of this machine',
				hint: 'Check the clock of the machine that runs n8n. If it is right, the answer is an old one, replayed: run again.',
			};
		case 'probe':
			return {
				message: 'WeChat Pay sent a deliberately wrong signature to see that it is refused',
				hint: 'Nothing is wrong: run again.',
				retryOnly: true,
			};
		case 'unknownSerial':
			return {
				message: `The answer was signed with ${verdict.serial}, which the credential does not know (it knows ${known.join(', ') || 'none'})`,
				hint: verdict.serial.startsWith('PUB_KEY_ID_')
					? `${CREDENTIAL}: choose Public Key under Response Verification and enter the public key with this ID.`
					: `${CREDENTIAL}: while the merchant moves from platform certificates to the public key, enter APIv3 Secret Key too. Otherwise check that the keys are of this Merchant ID.`,
			};
		case 'wrongSignature':
			return {
				message: `The signature of the answer does not fit the key ${verdict.serial} of the credential`,
				hint: `${CREDENTIAL}: copy WeChat Pay Public Key and its ID again from the merchant platform. If they are right, a proxy changes the answers.`,
			};
	}
}
