import type { Cause, Refusal, Sentence } from '../../nodes/WechatPay/failure/cause';
import { decide, type Attempt, type Decision } from '../../nodes/WechatPay/client/decide';
import { POLICY } from '../../nodes/WechatPay/client/policy';

// What follows an attempt that did not succeed, for each cause. No request is made here.

const refusal: Refusal = {
	status: 400,
	code: 'INVALID_REQUEST',
	message: 'm',
	issue: '',
	isVerified: true,
};
type RefusalKind = Extract<Cause, Refusal>['kind'];
const refused = (kind: RefusalKind, more: Partial<Refusal> = {}): Cause => ({
	...refusal,
	kind,
	...more,
});
const silent = (
	reason: 'unreachable' | 'tls' | 'blocked' | 'timeout' | 'cut',
	mayHaveArrived: boolean,
): Cause => ({
	kind: 'noResponse',
	reason,
	host: 'api.mch.weixin.qq.com',
	code: 'X',
	timeoutMs: 30_000,
	mayHaveArrived,
});
type Doubt = Extract<Cause, { kind: 'unverified' }>['reason'];
const unverified = (reason: Doubt, isConclusive = false): Cause => ({
	kind: 'unverified',
	reason,
	serial: 'S',
	knownSerials: [],
	isConclusive,
	status: 200,
});
const clock: Cause = { kind: 'clock', status: 401, code: 'SIGN_ERROR' };
const unreadable: Cause = { kind: 'unreadable', status: 200 };
const noKeys = (failure: Cause | Sentence, wasSent: boolean): Cause => ({
	kind: 'noKeys',
	failure,
	wasSent,
});

const first: Attempt = { number: 1, leftMs: 100_000, random: 1 };
const always = { repeat: 'always', maxAttempts: 4 } as const;
const once = { repeat: 'ifNotActedOn', maxAttempts: 4 } as const;
const unsentOnly = { repeat: 'ifNotSent', maxAttempts: 4 } as const;

const GIVE_UP: Decision = { next: 'giveUp' };
const STOP: Decision = { next: 'stop' };
const again = (waitMs = 1000, host: 'same' | 'other' = 'same'): Decision => ({
	next: 'repeat',
	waitMs,
	host,
});

/** The decision for what may be repeated always, and for what may not. */
const TABLE: Array<[string, Cause, Decision, Decision]> = [
	['a refusal', refused('refused'), GIVE_UP, GIVE_UP],
	['a wrong signature', refused('signature', { status: 401 }), STOP, STOP],
	['an unknown key', refused('unknownKey'), STOP, STOP],
	['the clock', clock, STOP, STOP],
	['a rate limit', refused('rateLimit', { status: 429 }), again(), again()],
	[
		'a rate limit with a time',
		refused('rateLimit', { retryAfterMs: 7000 }),
		again(7000),
		again(7000),
	],
	['a rate limit of 0 seconds', refused('rateLimit', { retryAfterMs: 0 }), again(0), again(0)],
	[
		'a rate limit that outlasts the call',
		refused('rateLimit', { retryAfterMs: POLICY.callMs }),
		STOP,
		STOP,
	],
	['the daily limit of uploads', refused('dailyLimit', { status: 429 }), GIVE_UP, GIVE_UP],
	['"try later"', refused('tryLater'), again(), again()],
	['a fault', refused('fault', { status: 500 }), again(), GIVE_UP],
	['a redirect', refused('redirect', { status: 302 }), again(), GIVE_UP],
	[
		'a host that cannot be reached',
		silent('unreachable', false),
		again(1000, 'other'),
		again(1000, 'other'),
	],
	['TLS', silent('tls', false), again(1000, 'other'), again(1000, 'other')],
	['a blocked address', silent('blocked', false), GIVE_UP, GIVE_UP],
	['a time-out', silent('timeout', true), again(1000, 'other'), GIVE_UP],
	['a cut connection', silent('cut', true), again(1000, 'other'), GIVE_UP],
	['no signature', unverified('missing'), again(), GIVE_UP],
	['a probe', unverified('probe'), again(), GIVE_UP],
	['a repeated response', unverified('repeated'), again(), GIVE_UP],
	['a response about something else', unverified('misdirected'), again(), GIVE_UP],
	['a key proven wrong', unverified('wrongSignature', true), STOP, STOP],
	['an unreadable response', unreadable, again(), GIVE_UP],
	['no keys, nothing sent', noKeys(silent('timeout', true), false), GIVE_UP, GIVE_UP],
	['no keys, sent', noKeys(silent('timeout', true), true), again(), GIVE_UP],
	['no keys by a wrong credential', noKeys({ message: 'x', hint: '' }, true), STOP, STOP],
	['no keys by a wrong signature', noKeys(refused('signature'), false), STOP, STOP],
];

it.each(TABLE)(
	'decide returns the decisions for always and ifNotActedOn: %s',
	(_name, cause, ifAlways, ifOnce) => {
		expect(decide(cause, first, always)).toEqual(ifAlways);
		expect(decide(cause, first, once)).toEqual(ifOnce);
	},
);

it.each(TABLE)(
	'decide repeats only unsent requests with ifNotSent: %s',
	(_name, cause, ifAlways) => {
		const wasSent = cause.kind !== 'noResponse' || cause.mayHaveArrived;
		const expected = ifAlways.next === 'repeat' && wasSent ? GIVE_UP : ifAlways;
		expect(decide(cause, first, unsentOnly)).toEqual(expected);
	},
);

describe('decide', () => {
	const fault = refused('fault', { status: 503 });

	it('gives up after the last attempt', () => {
		expect(decide(fault, { ...first, number: 3 }, always)).toMatchObject({ next: 'repeat' });
		expect(decide(fault, { ...first, number: 4 }, always)).toEqual(GIVE_UP);
	});

	it('gives up when the wait would exceed the time of the call', () => {
		expect(decide(fault, { ...first, leftMs: 1001 }, always)).toEqual(again(1000));
		expect(decide(fault, { ...first, leftMs: 1000 }, always)).toEqual(GIVE_UP);
	});

	it('doubles the wait up to a limit and applies random jitter', () => {
		const waits = [1, 2, 3, 4, 5, 9].map((number) =>
			decide(fault, { ...first, number }, { ...always, maxAttempts: 10 }),
		);
		expect(waits).toEqual([1000, 2000, 4000, 8000, 8000, 8000].map((ms) => again(ms)));
		expect(decide(fault, { ...first, random: 0.25 }, always)).toEqual(again(250));
	});
});
