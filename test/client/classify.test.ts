import { causeOfResponse, clockSkew, isDone } from '../../nodes/WechatPay/client/classify';
import {
	isAbsentWithdrawal,
	isNotFound,
	outcomeOf,
	type Cause,
	type Outcome,
} from '../../nodes/WechatPay/failure/cause';

// What an HTTP answer means, by its status and its error body.

const NOW = Date.parse('2026-06-01T00:10:00Z');
const TIMESTAMP = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟';

function classify(status: number, code = '', message = '', headers = {}, isVerified = false) {
	const body = Buffer.from(code || message ? JSON.stringify({ code, message }) : '');
	return causeOfResponse({ status, headers, body }, isVerified, NOW);
}

it.each<[number, string, string, Cause['kind'], Outcome]>([
	[202, '', '', 'unfinished', 'open'],
	[301, '', '', 'redirect', 'open'],
	[302, 'SIGN_ERROR', 'x', 'redirect', 'open'],
	[304, '', '', 'redirect', 'open'],
	[400, 'INVALID_REQUEST', '该商户当前不允许注销', 'refused', 'refused'],
	[400, 'PARAM_ERROR', 'x', 'refused', 'refused'],
	[400, 'BIZ_ERR_NEED_RETRY', 'x', 'tryLater', 'notActedOn'],
	[400, 'FREQENCY_LIMIT', 'x', 'rateLimit', 'notActedOn'],
	[400, 'PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误', 'unknownKey', 'refused'],
	[401, 'SIGN_ERROR', '签名错误', 'signature', 'refused'],
	[401, 'sign_error', '签名错误', 'signature', 'refused'],
	[401, 'SIGN_ERROR', TIMESTAMP, 'clock', 'refused'],
	[401, '', '', 'refused', 'refused'],
	[403, 'NO_AUTH', 'x', 'refused', 'refused'],
	[403, 'SIGN_ERROR', 'x', 'refused', 'refused'],
	[403, 'FREQUENCY_LIMITED', 'x', 'rateLimit', 'notActedOn'],
	[403, 'FREQUENCY_LIMIT_EXCEED', '当天上传文件数已达上限', 'dailyLimit', 'refused'],
	[403, 'RATE_LIMITED', 'x', 'rateLimit', 'notActedOn'],
	[404, 'NOT_FOUND', 'x', 'refused', 'refused'],
	[409, 'ALREADY_EXISTS', 'x', 'refused', 'refused'],
	[429, '', '', 'rateLimit', 'notActedOn'],
	[429, 'RATELIMIT_EXCEEDED', 'x', 'rateLimit', 'notActedOn'],
	[429, 'FREQUENCY_LIMIT_EXCEED', '当天上传文件数已达上限', 'dailyLimit', 'refused'],
	[429, 'FREQUENCY_LIMIT_EXCEED', '当日上传已达上限', 'dailyLimit', 'refused'],
	[429, 'FREQUENCY_LIMIT_EXCEED', '操作过快，请稍后重试', 'rateLimit', 'notActedOn'],
	[500, 'SYSTEM_ERROR', 'x', 'fault', 'open'],
	[502, '', '', 'fault', 'open'],
	[503, 'RATELIMIT_EXCEEDED', 'x', 'fault', 'open'],
])(
	'HTTP %i %s %s is classified as %s with the outcome %s',
	(status, code, message, kind, outcome) => {
		const cause = classify(status, code, message);
		expect(cause).toMatchObject({ kind, status, code: code.toUpperCase() });
		expect(outcomeOf(cause)).toBe(outcome);
	},
);

it.each([200, 201, 204, 299])('isDone returns true for HTTP %i', (status) => {
	expect(isDone({ status, headers: {}, body: Buffer.alloc(0) })).toBe(true);
});

it.each([100, 199, 202, 300, 304, 400, 500])('isDone returns false for HTTP %i', (status) => {
	expect(isDone({ status, headers: {}, body: Buffer.alloc(0) })).toBe(false);
});

it('causeOfResponse keeps the Request-ID, isVerified and the detail of the error', () => {
	const body = Buffer.from('{"code":"A","message":"m","detail":{"field":"/x","issue":"short"}}');
	const headers = { 'request-id': 'R1' };
	expect(causeOfResponse({ status: 400, headers, body }, true, NOW)).toMatchObject({
		requestId: 'R1',
		isVerified: true,
		message: 'm',
		issue: '/x: short',
	});
});

it.each<[string | undefined, number | undefined]>([
	[undefined, undefined],
	['', undefined],
	['soon', undefined],
	['0', 0],
	[' 30 ', 30_000],
	['3600', 3_600_000],
	['Mon, 01 Jun 2026 00:10:20 GMT', 20_000],
	['Mon, 01 Jun 2026 00:00:00 GMT', 0],
])('causeOfResponse reads Retry-After %j as %j milliseconds', (value, retryAfterMs) => {
	const headers = value === undefined ? {} : { 'retry-after': value };
	for (const status of [429, 503]) {
		expect(classify(status, '', '', headers)).toMatchObject({ status, retryAfterMs });
	}
});

describe('clockSkew', () => {
	it.each([
		['Mon, 01 Jun 2026 00:00:00 GMT', 600],
		['Mon, 01 Jun 2026 00:20:30 GMT', -630],
		['Mon, 01 Jun 2026 00:05:00 GMT', 300],
		['Mon, 01 Jun 2026 00:15:00 GMT', -300],
	])('returns for %s that this machine is %d seconds ahead', (date, skew) => {
		expect(clockSkew(date, NOW)).toBe(skew);
	});

	it.each([
		['Mon, 01 Jun 2026 00:09:58 GMT'],
		['Mon, 01 Jun 2026 00:10:00 GMT'],
		['Mon, 01 Jun 2026 00:05:01 GMT'],
		['Mon, 01 Jun 2026 00:14:59 GMT'],
		[undefined],
		[''],
		['yesterday'],
	])('returns undefined for %j, which is unknown or too small', (date) => {
		expect(clockSkew(date, NOW)).toBeUndefined();
	});

	it('is included in the cause of a timestamp error', () => {
		const headers = { date: 'Mon, 01 Jun 2026 00:00:00 GMT', 'request-id': 'R1' };
		expect(classify(401, 'SIGN_ERROR', TIMESTAMP, headers)).toEqual({
			kind: 'clock',
			skewSeconds: 600,
			status: 401,
			code: 'SIGN_ERROR',
			requestId: 'R1',
		});
	});
});

describe('not-found responses', () => {
	it.each<[number, string, boolean]>([
		[404, 'NOT_FOUND', true],
		[404, 'RESOURCE_NOT_EXISTS', true],
		[404, 'ORDER_NOT_EXIST', true],
		[404, 'ORDER_NOT_EXISTS', true],
		[404, 'SOMETHING_NEW', true],
		[400, 'RESOURCE_NOT_EXISTS', true],
		[404, '', false],
		[400, 'INVALID_REQUEST', false],
		[403, 'NO_AUTH', false],
		[500, 'NOT_FOUND', false],
		[429, 'NOT_FOUND', false],
	])('isNotFound returns for HTTP %i %s: %s', (status, code, notFound) => {
		expect(isNotFound(classify(status, code))).toBe(notFound);
	});

	it.each<[number, string, boolean, boolean]>([
		[404, 'ORDER_NOT_EXIST', true, true],
		[404, 'ORDER_NOT_EXIST', false, false],
		[404, 'NOT_FOUND', true, false],
		[400, 'ORDER_NOT_EXIST', true, false],
	])(
		'isAbsentWithdrawal returns for HTTP %i %s (verified: %s): %s',
		(status, code, verified, absent) => {
			expect(isAbsentWithdrawal(classify(status, code, '', {}, verified))).toBe(absent);
		},
	);
});
