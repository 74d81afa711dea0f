import type { ErrorEnvelope } from '../../nodes/WechatPay/protocol/errors';
import type { Doubt } from '../../nodes/WechatPay/protocol/verification';
import {
	clockSentence,
	clockSkew,
	doubtSentence,
	faultSentence,
	noAnswerSentence,
	refusalSentence,
} from '../../nodes/WechatPay/transport/messages';

const NOW = Date.parse('2026-06-01T00:10:00Z');
const refuse = (status: number, envelope: Partial<ErrorEnvelope>, headers = {}) =>
	refusalSentence(status, { code: '', message: '', issue: '', ...envelope }, headers, NOW);

const INVALID = 'INVALID_REQUEST';
/** The texts that WeChat Pay's pages and its users report, and what each of them must bring up. */
const TEXTS: Array<[number, string, string, RegExp]> = [
	[400, INVALID, '该商户当前不允许注销', /Cancel Withdrawal: Validate/],
	[
		400,
		INVALID,
		'“服务商注销电商子申请书”或“子商户注销电商子申请书”缺失',
		/Send both forms.*SP_CANCEL_ACCOUNT_APPLICATION.*SUB_CANCEL_ACCOUNT_APPLICATION/,
	],
	[400, INVALID, 'media_id对应的图片不存在', /Upload Cancel Media/],
	[400, INVALID, '服务商或子商户不存在', /Merchant ID in the credential, and Sub-Merchant ID/],
	[400, INVALID, '服务商或子商户已注销', /already cancelled/],
	[400, INVALID, '服务商非电商服务商', /credential is not an ecommerce platform/],
	[400, INVALID, '子商户非电商子商户', /not opened as an ecommerce sub-merchant/],
	[400, INVALID, '服务商和子商户无受理关系', /does not belong to the Merchant ID/],
	[400, INVALID, '重试请求和原请求数据不一致', /used before with other content/],
	[400, INVALID, '重试请求距离上次请求间隔太久', /Too much time has passed/],
	[409, 'ALREADY_EXISTS', '申请单已存在', /Look the number up with Get/],
	[400, INVALID, '该商户号账户有余额，请先提现后再申请注销', /Get Balance/],
	[400, INVALID, '图片内容过大', /smaller than 2 MB.*Edit Image.*width 2000.*JPEG/],
	[400, INVALID, '图片Content-Type非法', /JPG, PNG or BMP/],
	[401, 'SIGN_ERROR', 'Http头Authorization值格式错误', /proxy.*Authorization/],
	[400, 'PARAM_ERROR', '图片sha256值有误,请检查后重新提交', /Read the file again/],
	[
		401,
		'SIGN_ERROR',
		'签名信息错误，验签失败',
		/Merchant Private Key is the key of the certificate/,
	],
	[401, 'SIGN_ERROR', '签名错误', /Merchant Private Key is the key of the certificate/],
	[401, 'SIGN_ERROR', 'sign not match', /Merchant Private Key is the key of the certificate/],
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
		/Check Merchant ID in the credential/,
	],
	[400, INVALID, 'Http头缺少Accept或User-Agent', /proxy.*Accept or User-Agent/],
	[400, 'PARAM_ERROR', '平台私钥解密失败', /public key and its ID.*do not belong together/],
	[400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误', /does not know the public key ID/],
];

describe('refusalSentence', () => {
	it.each(TEXTS)('%i %s %s', (status, code, message, hint) => {
		const sentence = refuse(status, { code, message });
		expect(sentence.message).toBe(`WeChat Pay refused: ${code}: ${message}`);
		expect(sentence.hint).toMatch(hint);
	});

	it('gives each refusal of create a hint of its own', () => {
		const create = TEXTS.slice(0, 12).map(
			([status, code, message]) => refuse(status, { code, message }).hint,
		);
		expect(new Set(create).size).toBe(create.length);
	});

	it.each([
		['SIGN_ERROR', 401, /Merchant Private Key/],
		['PARAM_ERROR', 400, /Correct the field that the message names/],
		[INVALID, 400, /Correct what WeChat Pay's message names/],
		['NO_AUTH', 403, /Ask WeChat Pay for permission/],
		['ALREADY_EXISTS', 400, /Look the number up/],
		['RESOURCE_NOT_EXISTS', 404, /Check the number/],
		['NOT_FOUND', 404, /Check the number/],
		['BIZ_ERR_NEED_RETRY', 400, /Run again later with the same number/],
		['SOMETHING_NEW', 400, /API Host/],
		['RATELIMIT_EXCEEDED', 429, /Requests per Second/],
	])('falls back on the code %s, then on the status %i', (code, status, hint) => {
		expect(refuse(status, { code, message: 'a text that nobody knows' }).hint).toMatch(hint);
	});

	it('adds what detail says, but not the signature details of a 401', () => {
		const envelope = { code: 'PARAM_ERROR', message: 'm', issue: '/sub_mchid: too short' };
		expect(refuse(400, envelope).message).toBe(
			'WeChat Pay refused: PARAM_ERROR: m (/sub_mchid: too short)',
		);
		expect(refuse(401, { ...envelope, code: 'SIGN_ERROR' }).message).toBe(
			'WeChat Pay refused: SIGN_ERROR: m',
		);
	});

	it.each([
		[404, /Check the number, and the API Host/],
		[405, /API Host/],
		[302, /Redirects are not followed/],
		[429, /Requests per Second/],
	])('says that HTTP %i came without a message', (status, hint) => {
		const sentence = refuse(status, {});
		expect(sentence.message).toBe(`HTTP ${status} came without a message of WeChat Pay`);
		expect(sentence.hint).toMatch(hint);
	});

	it('calls the clock by its name, with how far the server says', () => {
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
		expect(refuse(401, envelope).message).toContain('by five minutes or more');
		expect(refuse(401, envelope, { date: 'yesterday' }).message).toContain(
			'by five minutes or more',
		);
	});
});

describe('clockSkew', () => {
	it('is how far this machine is ahead of the Date header, in seconds', () => {
		expect(clockSkew({ date: 'Mon, 01 Jun 2026 00:09:58 GMT' }, NOW)).toBe(2);
		expect(clockSkew({ date: 'Mon, 01 Jun 2026 00:10:00 GMT' }, NOW)).toBe(0);
		expect(clockSkew({ date: 'Mon, 01 Jun 2026 00:10:05 GMT' }, NOW)).toBe(-5);
		expect(clockSkew({}, NOW)).toBeUndefined();
		expect(clockSkew({ date: '' }, NOW)).toBeUndefined();
	});

	it('is not put in words if it is too small to be the reason', () => {
		expect(clockSentence(299).message).toContain('by five minutes or more');
		expect(clockSentence(-10).message).toContain('by five minutes or more');
		expect(clockSentence(300).message).toContain('by 300 seconds');
	});

	it('is put in words', () => {
		expect(clockSentence(400).message).toContain('by 400 seconds (ahead)');
		expect(clockSentence(-400).message).toContain('by 400 seconds (behind)');
	});
});

describe('faultSentence', () => {
	it('says the status and what WeChat Pay says, if anything', () => {
		const envelope = { code: 'SYSTEM_ERROR', message: '系统错误', issue: '' };
		expect(faultSentence(500, envelope).message).toBe(
			'WeChat Pay answered HTTP 500 SYSTEM_ERROR: 系统错误',
		);
		const nothing = { code: '', message: '', issue: '' };
		expect(faultSentence(502, nothing).message).toBe('WeChat Pay answered HTTP 502');
		expect(faultSentence(502, nothing).hint).toContain('Run again later with the same number');
	});
});

// Where the outcome is unknown, "run again" is said once: what these hints say is left out.
describe('a hint that says no more than to run again is marked', () => {
	it.each(['unreachable', 'tls', 'blocked', 'timeout', 'cut'] as const)('no answer: %s', (kind) => {
		const { retryOnly = false } = noAnswerSentence({ mayHaveArrived: true, kind, code: '' }, '', 1);
		expect(retryOnly).toBe(['timeout', 'cut'].includes(kind));
	});

	it.each(['missing', 'stale', 'probe', 'wrongSignature', 'unknownSerial'] as const)(
		'not verified: %s',
		(doubt) => {
			const { retryOnly = false } = doubtSentence({ verified: false, doubt, serial: 'ABC' }, []);
			expect(retryOnly).toBe(doubt === 'probe');
		},
	);

	it('a fault is, a refusal is not', () => {
		const envelope = { code: 'BIZ_ERR_NEED_RETRY', message: '', issue: '' };
		expect(faultSentence(500, envelope).retryOnly).toBe(true);
		expect(refuse(400, envelope).retryOnly).toBeUndefined();
	});
});

describe('noAnswerSentence', () => {
	const HOST = 'api.mch.weixin.qq.com';

	it.each([
		['unreachable', 'ECONNREFUSED', /cannot be reached \(ECONNREFUSED\)/, /network and DNS/],
		[
			'tls',
			'CERT_HAS_EXPIRED',
			/TLS certificate.*not trusted \(CERT_HAS_EXPIRED\)/,
			/proxy replaces certificates/,
		],
		['blocked', 'SSRF', /does not allow requests/, /administrator of n8n/],
		['timeout', 'ETIMEDOUT', /did not answer within 31 seconds/, /same number.*Timeout/],
		['cut', 'ECONNRESET', /was cut \(ECONNRESET\)/, /same number/],
	] as const)('%s names host and cause', (kind, code, message, hint) => {
		const sentence = noAnswerSentence({ mayHaveArrived: false, kind, code }, HOST, 31_000);
		expect(sentence.message).toContain(HOST);
		expect(sentence.message).toMatch(message);
		expect(sentence.hint).toMatch(hint);
	});
});

describe('doubtSentence', () => {
	const say = (doubt: Doubt, serial = 'ABC', known = ['PUB_KEY_ID_1', 'DEF']) =>
		doubtSentence({ verified: false, doubt, serial }, known);

	it.each<[Doubt, RegExp, RegExp]>([
		['missing', /no signature/, /proxy or gateway removes the Wechatpay-\* headers/],
		['stale', /five minutes or more/, /clock/],
		['probe', /deliberately wrong signature/, /Nothing is wrong: run again/],
		['wrongSignature', /does not fit the key ABC/, /WeChat Pay Public Key and its ID/],
		['unknownSerial', /signed with ABC.*knows PUB_KEY_ID_1, DEF/, /APIv3 Secret Key/],
	])('%s', (doubt, message, hint) => {
		expect(say(doubt).message).toMatch(message);
		expect(say(doubt).hint).toMatch(hint);
	});

	it('asks for the public key if that signed', () => {
		expect(say('unknownSerial', 'PUB_KEY_ID_9').hint).toContain(
			'enter the public key with this ID',
		);
		expect(say('unknownSerial', 'PUB_KEY_ID_9', []).message).toContain('(it knows none)');
	});
});
