import type {
	Cause,
	Refusal,
	Sentence,
	NoResponseReason,
} from '../../nodes/WechatPay/failure/cause';
import { CallError } from '../../nodes/WechatPay/failure/errors';
import { sentenceOf } from '../../nodes/WechatPay/failure/sentences';
import { unknownOutcome } from '../../nodes/WechatPay/failure/submission';

// Where the outcome is unknown, "run again with the same number" is said once. What has to be corrected
// before that helps stands in front of it; a hint that says no more than to run again is left out.

const SAME_NUMBER = 'Run again with the same number: that is safe, and finds what was accepted.';

type RefusalKind = Extract<Cause, Refusal>['kind'];
type Doubt = Extract<Cause, { kind: 'unverified' }>['reason'];

const answered = (kind: RefusalKind, status: number): Cause => ({
	kind,
	status,
	code: '',
	message: '',
	issue: '',
	isVerified: false,
});
const silent = (reason: NoResponseReason): Cause => ({
	kind: 'noResponse',
	reason,
	host: 'api.mch.weixin.qq.com',
	code: 'X',
	timeoutMs: 1000,
	mayHaveArrived: true,
});
const unverified = (reason: Doubt, isConclusive = false): Cause => ({
	kind: 'unverified',
	reason,
	differs: { name: 'sub_mchid', asked: '1' },
	serial: 'ABC',
	knownSerials: [],
	isConclusive,
	status: 200,
});
const noKeys = (failure: Cause | Sentence): Cause => ({ kind: 'noKeys', failure, wasSent: true });

it.each<[string, Cause]>([
	['a redirect', answered('redirect', 302)],
	['a refusal', answered('refused', 403)],
	['a wrong signature', answered('signature', 401)],
	['a key that is not known', answered('unknownKey', 400)],
	['the clock', { kind: 'clock', status: 401, code: 'SIGN_ERROR' }],
	['a host that cannot be reached', silent('unreachable')],
	['TLS', silent('tls')],
	['a blocked address', silent('blocked')],
	['no signature', unverified('missing')],
	['an old signature', unverified('stale')],
	['a wrong signature of a response', unverified('wrongSignature')],
	['one that proves the key wrong', unverified('wrongSignature', true)],
	['a serial number that is not known', unverified('unknownSerial', true)],
	['keys that the credential does not give', noKeys({ message: 'what', hint: 'do' })],
	['keys that could not be had for that', noKeys(silent('unreachable'))],
])('unknownOutcome gives the correction before the advice to run again: %s', (_what, cause) => {
	const { message, hint, details } = unknownOutcome('No. A1', new CallError(cause));
	expect(message).toBe(
		`It is not known whether WeChat Pay accepted No. A1: ${sentenceOf(cause).message}`,
	);
	expect(hint).toBe(`${sentenceOf(cause).hint} ${SAME_NUMBER}`);
	expect(details.outcome).toBe('unknown');
});

it.each<[string, Cause]>([
	['a fault', answered('fault', 500)],
	['202', answered('unfinished', 202)],
	['a time-out', silent('timeout')],
	['a cut connection', silent('cut')],
	['a probe', unverified('probe')],
	['a response that is not an object', { kind: 'unreadable', status: 200 }],
	['a response that says nothing', { kind: 'unreadable', status: 200, lacks: ['sub_mchid'] }],
	['"try later"', answered('tryLater', 400)],
	['a rate limit', answered('rateLimit', 429)],
	['keys that could not be had for that', noKeys(silent('cut'))],
])('unknownOutcome gives only the advice to run again: %s', (_what, cause) => {
	expect(unknownOutcome('No. A1', new CallError(cause)).hint).toBe(SAME_NUMBER);
});
