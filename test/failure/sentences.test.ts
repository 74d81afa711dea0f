import type { Cause, NoResponseReason } from '../../nodes/WechatPay/failure/cause';
import { detailsOf, sentenceOf } from '../../nodes/WechatPay/failure/sentences';
import { causeOfResponse } from '../../nodes/WechatPay/client/classify';

interface Envelope {
	code?: string;
	message?: string;
	/** What `detail` says of a field. */
	field?: string;
	issue?: string;
}

const NOW = Date.parse('2026-06-01T00:10:00Z');

/** The cause that an answer with this status and this error body gives. */
const causeOf = (status: number, envelope: Envelope, headers = {}): Cause => {
	const { code, message, field, issue } = envelope;
	const detail = field === undefined ? undefined : { field, issue };
	const body = Buffer.from(JSON.stringify({ code, message, detail }));
	return causeOfResponse({ status, headers, body }, false, NOW);
};
const refuse = (status: number, envelope: Envelope, headers = {}) =>
	sentenceOf(causeOf(status, envelope, headers));

const INVALID = 'INVALID_REQUEST';
/** The texts that WeChat Pay's pages and its users report, and what each of them must bring up. */
const TEXTS: Array<[number, string, string, RegExp]> = [
	[400, INVALID, '该商户当前不允许注销', /"Check Readiness" of "Account Cancellation"/],
	[
		400,
		INVALID,
		'“服务商注销电商子申请书”或“子商户注销电商子申请书”缺失',
		/Send both forms.*SP_CANCEL_ACCOUNT_APPLICATION.*SUB_CANCEL_ACCOUNT_APPLICATION/,
	],
	[400, INVALID, 'media_id对应的图片不存在', /Upload Cancel Media/],
	[400, INVALID, '服务商或子商户不存在', /"Merchant ID" in the credential, and "Sub-Merchant ID"/],
	[400, INVALID, '服务商或子商户已注销', /already canceled/],
	[400, INVALID, '服务商非电商服务商', /credential is not an ecommerce platform/],
	[400, INVALID, '子商户非电商子商户', /not opened as an ecommerce sub-merchant/],
	[400, INVALID, '服务商和子商户无受理关系', /does not belong to the "Merchant ID"/],
	[400, INVALID, '重试请求和原请求数据不一致', /used before with other content/],
	[400, INVALID, '重试请求距离上次请求间隔太久', /Too much time has passed/],
	[409, 'ALREADY_EXISTS', '申请单已存在', /Look the number up with "Get"\./],
	[400, INVALID, '该商户号账户有余额，请先提现后再申请注销', /Get Balance/],
	[403, 'NO_AUTH', '你无权查询该商户余额', /does not belong to the "Merchant ID"/],
	[403, 'NO_AUTH', '受理关系无效', /does not belong to the "Merchant ID"/],
	[403, 'NO_AUTH', '你无权调用此接口', /Ask WeChat Pay for permission/],
	[400, INVALID, '输入账户类型未开通', /never opened this account/],
	[400, INVALID, '商户账户类型不存在或未开通', /never opened this account/],
	[404, 'NOT_FOUND', '申请单不存在', /Check the number/],
	[404, 'ORDER_NOT_EXIST', '预约提现单号不存在', /Check the number/],
	[400, 'ALREADY_EXISTS', 'out_request_no已使用', /Look the number up with "Get"\./],
	[400, 'RESOURCE_ALREADY_EXISTS', '单号已存在', /Look the number up with "Get"\./],
	[429, 'FREQUENCY_LIMIT_EXCEED', '操作过快，请稍后重试', /Lower "Requests per Second"/],
	[429, 'FREQUENCY_LIMIT_EXCEED', '当天上传文件数已达上限', /daily limit.*Run again tomorrow/],
	[400, 'PARAM_ERROR', '图片文件名称不正确', /JPG, PNG or BMP/],
	[400, 'PARAM_ERROR', '文件二进制内容不是图片', /JPG, PNG or BMP/],
	[400, 'PARAM_ERROR', '文件大小不能超过2M', /smaller than 2 MB/],
	[400, 'PARAM_ERROR', '文件为空', /Check the node that reads the file/],
	[400, INVALID, '图片内容过大', /smaller than 2 MB.*Edit Image.*width 2000.*JPEG/],
	[400, INVALID, '图片Content-Type非法', /JPG, PNG or BMP/],
	[401, 'SIGN_ERROR', 'Http头Authorization值格式错误', /proxy.*Authorization/],
	[400, 'PARAM_ERROR', '图片sha256值有误,请检查后重新提交', /Read the file again/],
	[
		401,
		'SIGN_ERROR',
		'签名信息错误，验签失败',
		/"Merchant Private Key" is the key of the certificate/,
	],
	[401, 'SIGN_ERROR', '签名错误', /"Merchant Private Key" is the key of the certificate/],
	[401, 'SIGN_ERROR', 'sign not match', /"Merchant Private Key" is the key of the certificate/],
	[
		401,
		'SIGN_ERROR',
		'商户证书序列号有误。请使用签名私钥匹配的证书序列号',
		/Merchant Certificate Serial Number.*Merchant ID/,
	],
	[401, 'SIGN_ERROR', '商户证书已过期', /Make a new API certificate/],
	[401, 'SIGN_ERROR', '商户证书已作废', /Make a new API certificate/],
	[401, 'SIGN_ERROR', '商户证书已更换', /Make a new API certificate/],
	[401, 'SIGN_ERROR', '商户未设置APIv3密钥。', /Set the APIv3 key/],
	[401, 'SIGN_ERROR', '商户未申请过证书。', /Apply for an API certificate/],
	[
		400,
		'PARAM_ERROR',
		'http header中的mchid与post payload中的mchid不匹配',
		/Check "Merchant ID" in the credential/,
	],
	[400, INVALID, 'Http头缺少Accept或User-Agent', /proxy.*Accept or User-Agent/],
	[400, 'PARAM_ERROR', '平台私钥解密失败', /public key and its ID.*do not belong together/],
	[400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误', /does not know the public key ID/],
];

describe('a refusal', () => {
	it.each(TEXTS)('gets a matching hint: %i %s %s', (status, code, message, hint) => {
		const sentence = refuse(status, { code, message });
		expect(sentence.message).toBe(`WeChat Pay refused: ${code}: ${message}`);
		expect(sentence.hint).toMatch(hint);
	});

	it('gets a distinct hint for each known error of Create', () => {
		const create = TEXTS.slice(0, 12).map(
			([status, code, message]) => refuse(status, { code, message }).hint,
		);
		expect(new Set(create).size).toBe(create.length);
	});

	it.each([
		['SIGN_ERROR', 401, /Merchant Private Key/],
		[
			'PARAM_ERROR',
			400,
			/Correct the field that the message names\. If it is unclear, send the Request-ID to WeChat Pay's support\./,
		],
		[
			INVALID,
			400,
			/Correct what WeChat Pay's message names\. If it is unclear, send the Request-ID to WeChat Pay's support\./,
		],
		['NO_AUTH', 403, /Ask WeChat Pay for permission/],
		['ALREADY_EXISTS', 400, /Look the number up/],
		['RESOURCE_NOT_EXISTS', 404, /Check the number/],
		['NOT_FOUND', 404, /Check the number/],
		['BIZ_ERR_NEED_RETRY', 400, /Run again later with the same number/],
		['SOMETHING_NEW', 400, /Correct what WeChat Pay's message names/],
		['', 400, /API Host/],
		['RATELIMIT_EXCEEDED', 429, /Requests per Second/],
		['FREQUENCY_LIMITED', 403, /Requests per Second/],
		['FREQUENCY_LIMIT_EXCEED', 403, /Requests per Second/],
		['FREQENCY_LIMIT', 400, /Requests per Second/],
	])('uses the hint for code %s or HTTP %i when the message is unknown', (code, status, hint) => {
		expect(refuse(status, { code, message: 'an unknown text' }).hint).toMatch(hint);
	});

	it('includes the detail of the error, except for a 401', () => {
		const envelope = { code: 'PARAM_ERROR', message: 'm', field: '/sub_mchid', issue: 'too short' };
		expect(refuse(400, envelope).message).toBe(
			'WeChat Pay refused: PARAM_ERROR: m (/sub_mchid: too short)',
		);
		expect(refuse(401, { ...envelope, code: 'SIGN_ERROR' }).message).toBe(
			'WeChat Pay refused: SIGN_ERROR: m',
		);
	});

	it.each([
		[404, /Check the number, and the "API Host"/],
		[405, /API Host/],
		[302, /Redirects are not followed/],
		[429, /Requests per Second/],
		[418, /API Host/],
	])('reports HTTP %i without a message', (status, hint) => {
		const sentence = refuse(status, {});
		expect(sentence.message).toBe(`HTTP ${status} without a message from WeChat Pay`);
		expect(sentence.hint).toMatch(hint);
	});

	it('reports a clock error with the offset from the Date header', () => {
		const envelope = {
			code: 'SIGN_ERROR',
			message: 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟',
		};
		const ahead = refuse(401, envelope, { date: 'Mon, 01 Jun 2026 00:00:00 GMT' });
		expect(ahead.message).toBe(
			'The clock of the machine that runs n8n is off by 600 seconds (ahead)',
		);
		expect(ahead.hint).toMatch(/NTP.*5 minutes/);
		const behind = refuse(401, envelope, { date: 'Mon, 01 Jun 2026 00:20:30 GMT' });
		expect(behind.message).toContain('by 630 seconds (behind)');
		expect(refuse(401, envelope).message).toContain('by 5 minutes or more');
		expect(refuse(401, envelope, { date: 'yesterday' }).message).toContain('by 5 minutes or more');
		// A proxy's own clock: what is less than the limit is not the reason.
		expect(refuse(401, envelope, { date: 'Mon, 01 Jun 2026 00:09:58 GMT' }).message).toContain(
			'by 5 minutes or more',
		);
	});
});

describe('a response with an unknown outcome', () => {
	it('includes the status and the message of a server error', () => {
		expect(refuse(500, { code: 'SYSTEM_ERROR', message: '系统错误' }).message).toBe(
			'WeChat Pay returned HTTP 500 SYSTEM_ERROR: 系统错误',
		);
		expect(refuse(502, {}).message).toBe('WeChat Pay returned HTTP 502');
		expect(refuse(502, {}).hint).toContain('Run again later with the same number');
	});

	it('explains HTTP 202 as accepted but not processed', () => {
		expect(refuse(202, {}).message).toBe(
			'WeChat Pay accepted the request and has not processed it yet (HTTP 202)',
		);
	});

	it('explains a body that is not a JSON object or lacks identifying fields', () => {
		const cause: Cause = { kind: 'unreadable', status: 200 };
		expect(sentenceOf(cause).message).toBe(
			'WeChat Pay returned something that is not a JSON object',
		);
		expect(sentenceOf(cause).hint).toMatch(/same number.*Request-ID/);
		expect(sentenceOf({ ...cause, lacks: ['out_apply_no', 'sub_mchid'] }).message).toBe(
			'The response has no out_apply_no or sub_mchid, so it cannot be matched to the request',
		);
	});
});

describe('Retry-After', () => {
	it.each([
		['119', 429, 'RATELIMIT_EXCEEDED', /^Lower "Requests per Second"/],
		[
			'120',
			429,
			'RATELIMIT_EXCEEDED',
			/^WeChat Pay asks to wait 2 minutes, which is longer than a run/,
		],
		['3600', 429, '', /asks to wait 60 minutes.*same numbers: that is safe/],
		['86400', 400, 'BIZ_ERR_NEED_RETRY', /asks to wait 24 hours/],
		['120', 400, 'INVALID_REQUEST', /^Correct what WeChat Pay's message names/],
	])('selects the hint for %s seconds after HTTP %i %s', (seconds, status, code, hint) => {
		const sentence = refuse(status, { code, message: 'm' }, { 'retry-after': seconds });
		expect(sentence.message).toMatch(/^WeChat Pay refused: .*m$/);
		expect(sentence.hint).toMatch(hint);
	});
});

describe('a missing response', () => {
	const HOST = 'api.mch.weixin.qq.com';

	it.each<[NoResponseReason, string, RegExp, RegExp]>([
		['unreachable', 'ECONNREFUSED', /cannot be reached \(ECONNREFUSED\)/, /network and DNS/],
		[
			'tls',
			'CERT_HAS_EXPIRED',
			/TLS certificate.*not trusted \(CERT_HAS_EXPIRED\)/,
			/proxy replaces certificates/,
		],
		['blocked', 'SSRF', /does not allow requests/, /administrator of n8n/],
		['timeout', 'ETIMEDOUT', /did not respond within 31 seconds/, /same number.*"Timeout"/],
		['cut', 'ECONNRESET', /was cut \(ECONNRESET\)/, /same number/],
	])('names the host and the cause for %s', (reason, code, message, hint) => {
		const sentence = sentenceOf({
			kind: 'noResponse',
			reason,
			host: HOST,
			code,
			timeoutMs: 31_000,
			mayHaveArrived: false,
		});
		expect(sentence.message).toContain(HOST);
		expect(sentence.message).toMatch(message);
		expect(sentence.hint).toMatch(hint);
	});
});

describe('an unverified response', () => {
	type Unverified = Extract<Cause, { kind: 'unverified' }>;
	const say = (
		reason: Unverified['reason'],
		serial = 'ABC',
		knownSerials = ['PUB_KEY_ID_1', 'DEF'],
		differs?: Unverified['differs'],
	) =>
		sentenceOf({
			kind: 'unverified',
			reason,
			differs,
			serial,
			knownSerials,
			isConclusive: false,
			status: 200,
		});

	it.each<[Unverified['reason'], RegExp, RegExp]>([
		['missing', /no WeChat Pay signature/, /proxy or gateway removes the Wechatpay-\* headers/],
		['stale', /five minutes or more/, /clock/],
		['probe', /deliberately wrong signature/, /Nothing is wrong: run again/],
		['repeated', /received before.*Wechatpay-Nonce/, /proxy.*same number: that is safe/],
		['unknownSerial', /signed with ABC.*knows PUB_KEY_ID_1, DEF/, /APIv3 Secret Key/],
	])('explains the reason %s', (reason, message, hint) => {
		expect(say(reason).message).toMatch(message);
		expect(say(reason).hint).toMatch(hint);
	});

	it('names the key that does not match the signature', () => {
		const byKey = say('wrongSignature', 'PUB_KEY_ID_9');
		expect(byKey.message).toContain('does not fit the key PUB_KEY_ID_9 of the credential');
		expect(byKey.hint).toMatch(/"WeChat Pay Public Key" and its ID.*a proxy changes the responses/);
		const byCertificate = say('wrongSignature', '5157F09EFDC096DE');
		expect(byCertificate.message).toContain('the platform certificate 5157F09EFDC096DE');
		expect(byCertificate.hint).toMatch(/no field of the credential.*a proxy changes the responses/);
		expect(byCertificate.hint).not.toContain('Public Key');
	});

	it('names the field of a misdirected response that differs', () => {
		const differs = { name: 'sub_mchid', asked: '1900000109' };
		const sentence = say('misdirected', 'ABC', [], differs);
		expect(sentence.message).toBe(
			'The response is about something else: its sub_mchid is not 1900000109',
		);
		expect(sentence.hint).toMatch(/proxy.*mixes up the responses/);
	});

	it('asks for the public key that signed the response', () => {
		expect(say('unknownSerial', 'PUB_KEY_ID_9').hint).toContain(
			'enter the public key with this ID',
		);
		expect(say('unknownSerial', 'PUB_KEY_ID_9', []).message).toContain('(it knows none)');
	});
});

describe('missing verification keys', () => {
	it('are explained by the failure that prevented the download', () => {
		const failure = causeOf(403, { code: 'NO_AUTH', message: '无权限' });
		expect(sentenceOf({ kind: 'noKeys', failure, wasSent: true })).toEqual(sentenceOf(failure));
		const sentence = { message: 'what', hint: 'do' };
		expect(sentenceOf({ kind: 'noKeys', failure: sentence, wasSent: true })).toEqual(sentence);
	});
});

describe('detailsOf', () => {
	const answered = causeOf(400, { code: 'PARAM_ERROR', message: 'm' }, { 'request-id': 'R1' });

	it('returns only the available code, status and Request-ID', () => {
		expect(detailsOf(answered)).toEqual({
			code: 'PARAM_ERROR',
			httpStatus: 400,
			requestId: 'R1',
		});
		expect(detailsOf(causeOf(502, {}))).toEqual({ httpStatus: 502 });
		const silent = { reason: 'cut', host: 'h', code: 'ECONNRESET', timeoutMs: 1 } as const;
		expect(detailsOf({ kind: 'noResponse', mayHaveArrived: true, ...silent })).toEqual({
			code: 'ECONNRESET',
		});
	});

	it('returns the details of the underlying failure when keys are missing', () => {
		expect(detailsOf({ kind: 'noKeys', failure: answered, wasSent: false })).toEqual(
			detailsOf(answered),
		);
		const failure = { message: 'x', hint: '' };
		expect(detailsOf({ kind: 'noKeys', failure, wasSent: false })).toEqual({});
	});
});
