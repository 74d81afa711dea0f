import { readErrorEnvelope } from '../protocol/envelope';
import type { ErrorEnvelope } from '../protocol/envelope';
import type { Cause, Refusal } from '../failure/cause';
import { POLICY } from './policy';
import type { ApiResponse, NoResponse } from './exchange';

/** The spellings on WeChat Pay's pages, and others that were observed. */
const RATE_LIMIT = /^(RATE_?LIMIT|FREQUENCY_LIMIT|FREQENCY_LIMIT)/;
/**
 * A daily limit, which is sent as 429. Waiting within a run does not help.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012760432
 */
const DAILY_LIMIT = /当[天日].*已达上限/;

/** How far this machine's clock is ahead of the server's, in seconds; undefined if that is not known. */
export function clockSkew(date: string | undefined, now: number): number | undefined {
	const skew = Math.round((now - Date.parse(date ?? '')) / 1000);
	// WeChat Pay refused the timestamp, so a small difference cannot be right: the Date may be a proxy's.
	return Math.abs(skew) >= POLICY.clockSeconds ? skew : undefined;
}

function readRetryAfter(value: string | undefined, now: number): number | undefined {
	if (value === undefined) return undefined;
	if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
	const at = Date.parse(value);
	return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

type RefusalKind = Extract<Cause, Refusal>['kind'];

function kindOf(status: number, { code, message }: ErrorEnvelope): RefusalKind {
	if (status >= 500) return 'fault';
	if (status === 202) return 'unfinished';
	// WeChat Pay does not redirect. Whoever sent this may have forwarded the request.
	if (status < 400) return 'redirect';
	if (status === 429 || RATE_LIMIT.test(code)) {
		return DAILY_LIMIT.test(message) ? 'dailyLimit' : 'rateLimit';
	}
	if (code === 'BIZ_ERR_NEED_RETRY') return 'tryLater';
	if (status === 401 && code === 'SIGN_ERROR') return 'signature';
	if (status === 400 && /Wechatpay-Serial/.test(message)) return 'unknownKey';
	return 'refused';
}

/** Whether a response says that the request was processed. Only such a response can become data. */
export const isDone = ({ status }: ApiResponse): boolean =>
	status >= 200 && status < 300 && status !== 202;

/**
 * The cause for a response that is not a success. Such a response need not be signed, so it never
 * becomes data. It only decides what happens next.
 *
 * @param isVerified whether its signature was verified
 * @param now Unix time in milliseconds
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012081726
 */
export function causeOfResponse(response: ApiResponse, isVerified: boolean, now: number): Cause {
	const { status, headers, body } = response;
	const envelope = readErrorEnvelope(body);
	const { code, message } = envelope;
	const requestId = headers['request-id'];
	if (status === 401 && /timestamp/i.test(message)) {
		return { kind: 'clock', skewSeconds: clockSkew(headers.date, now), status, code, requestId };
	}
	const retryAfterMs = readRetryAfter(headers['retry-after'], now);
	const kind = kindOf(status, envelope);
	return { kind, status, ...envelope, requestId, isVerified, retryAfterMs };
}

/** The cause for a request without an HTTP response. */
export const causeOfNoResponse = (
	noResponse: NoResponse,
	host: string,
	timeoutMs: number,
): Cause => ({
	kind: 'noResponse',
	host,
	timeoutMs,
	...noResponse,
});

/** The cause for a verified response that cannot be used. */
export const causeOfUnreadable = (
	{ status, headers }: ApiResponse,
	lacks?: readonly string[],
): Cause => ({
	kind: 'unreadable',
	...(lacks && { lacks }),
	status,
	requestId: headers['request-id'],
});
