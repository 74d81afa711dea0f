/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import type { KeyObject } from 'node:crypto';
import type { Account } from '../../nodes/WechatPay/transport/account';
import { ABORT, type OutgoingRequest } from '../../nodes/WechatPay/transport/outgoingRequest';
import { CallError } from '../../nodes/WechatPay/transport/fate';
import { Run, type ApiRequest } from '../../nodes/WechatPay/transport/run';
import { readOrigins } from '../../nodes/WechatPay/protocol/hosts';

// Which host, how often and until when: with a clock of the test's own. Signatures, and everything that
// an item sees, are tested through the engine.

const MAIN = 'https://api.mch.weixin.qq.com';
const BACKUP = 'https://api2.mch.weixin.qq.com';
const OVERSEAS = 'https://apihk.mch.weixin.qq.com';

beforeEach(() => {
	jest.useFakeTimers({ now: 1_700_000_000_000 });
	// Full jitter at its longest: the waits of the tests are the bounds of the real ones.
	jest.spyOn(Math, 'random').mockReturnValue(0.999);
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

type Behave = (request: OutgoingRequest, index: number) => unknown;

const ok = { statusCode: 200, headers: {}, body: Buffer.from('{}') };
const answer = (statusCode: number, headers: Record<string, string> = {}, code = '') => ({
	statusCode,
	headers,
	body: Buffer.from(code && JSON.stringify({ code, message: 'm' })),
});
const failure = (code: string, syscall?: string) =>
	Object.assign(new Error(code), { cause: { code, syscall } });
const refused = () => failure('ECONNREFUSED', 'connect');

const get: ApiRequest = { method: 'GET', path: '/v3/x', repeat: 'always', timeout: 30_000 };
const post: ApiRequest = {
	...get,
	method: 'POST',
	body: Buffer.from('{}'),
	repeat: 'ifNotActedOn',
};

/** Each run has a credential that no run had before. */
let credentials = 0;

/** A run whose requests `behave` answers, and what became of it. */
function open(
	behave: Behave,
	{
		host = MAIN,
		customHost = '',
		failover = true,
		maxAttempts = 4,
		perSecond = 0,
		fingerprint = `credential ${++credentials}`,
	} = {},
	isCancelled = () => false,
) {
	const sent: Array<{ host: string; at: number }> = [];
	const account: Account = {
		fingerprint,
		signer: { mchid: '1900007291', serial: 'AB', privateKey: undefined as unknown as KeyObject },
		origins: readOrigins(host, customHost, failover),
		trust: { mode: 'none' },
	};
	const begin = Date.now();
	const send = async (request: OutgoingRequest) => {
		const index = sent.length;
		sent.push({ host: new URL(request.url!).origin, at: Date.now() - begin });
		const outcome = await behave(request, index);
		if (outcome instanceof Error) throw outcome;
		return outcome;
	};
	const run = new Run(account, send, { requestsPerSecond: perSecond, maxAttempts }, isCancelled);
	/** Makes a call, lets all time pass that it wants, and gives its error, if any. */
	const call = async (request: ApiRequest = get): Promise<CallError | undefined> => {
		let error: unknown;
		const done = run.call(request, { sent: false }).catch((thrown: unknown) => (error = thrown));
		await jest.advanceTimersByTimeAsync(400_000);
		await done;
		return error as CallError | undefined;
	};
	return { run, call, sent, hosts: () => sent.map((one) => one.host) };
}

/** Never answers; gives up when it is told to. */
const hang: Behave = async (request) =>
	await new Promise((_resolve, reject) => {
		request[ABORT]!.addEventListener('abort', () => reject(failure('ERR_CANCELED')));
	});

describe('the backup host', () => {
	it.each([
		['refused', () => refused()],
		['no such name', () => failure('ENOTFOUND', 'getaddrinfo')],
		['no route', () => failure('EHOSTUNREACH', 'connect')],
		['a certificate that is not trusted', () => failure('SELF_SIGNED_CERT_IN_CHAIN')],
	])('takes over when nobody was reached (%s), for a POST too, and stays', async (_what, error) => {
		const { call, hosts } = open((request) => (request.url!.startsWith(MAIN) ? error() : ok));
		expect(await call(post)).toBeUndefined();
		expect(hosts()).toEqual([MAIN, BACKUP]);
		await call();
		expect(hosts()).toEqual([MAIN, BACKUP, BACKUP]);
	});

	it('hands back when it cannot be reached either', async () => {
		const { call, hosts } = open((_request, index) => (index < 2 ? refused() : ok));
		await call();
		expect(hosts()).toEqual([MAIN, BACKUP, MAIN]);
	});

	it('works both ways', async () => {
		const { call, hosts } = open((_request, index) => (index === 0 ? refused() : ok), {
			host: BACKUP,
		});
		await call();
		expect(hosts()).toEqual([BACKUP, MAIN]);
	});

	it.each(['ECONNRESET', 'EPIPE'])(
		'repeats a GET after %s, but does not become the first',
		async (code) => {
			const { call, hosts } = open((_request, index) => (index === 0 ? failure(code) : ok));
			await call();
			await call();
			expect(hosts()).toEqual([MAIN, BACKUP, MAIN]);
		},
	);

	it('repeats a GET after a time-out', async () => {
		const { call, hosts } = open(async (request, index) =>
			index === 0 ? await hang(request, index) : ok,
		);
		await call();
		expect(hosts()).toEqual([MAIN, BACKUP]);
	});

	it.each([
		['a reset', () => failure('ECONNRESET')],
		['a time-out', hang],
	])('never gets a POST that may have arrived: %s', async (_what, behave) => {
		const { call, hosts } = open(behave as Behave);
		expect((await call(post))?.fate).toBe('open');
		expect(hosts()).toEqual([MAIN]);
	});

	it.each([
		[500, {}],
		[502, {}],
		[503, {}],
		[429, {}],
		[429, { 'retry-after': '2' }],
		[302, { location: BACKUP }],
	])('is not asked after an HTTP answer: %d %j', async (status, headers) => {
		const { call, hosts } = open(() => answer(status, headers as Record<string, string>));
		await call();
		expect(hosts()).toEqual([MAIN, MAIN, MAIN, MAIN]);
	});

	it.each([
		['switched off', { failover: false }, MAIN],
		['the overseas host', { host: OVERSEAS }, OVERSEAS],
		[
			'a host of the user',
			{ host: 'custom', customHost: 'https://pay.example.com' },
			'https://pay.example.com',
		],
		[
			'the sandbox',
			{ host: 'custom', customHost: 'http://127.0.0.1:8600' },
			'http://127.0.0.1:8600',
		],
		['the main host, as custom', { host: 'custom', customHost: MAIN }, MAIN],
	])('is none: %s', async (_what, options, only) => {
		const { call, hosts } = open(refused, options);
		expect((await call())?.fate).toBe('notSent');
		expect(hosts()).toEqual([only, only, only, only]);
	});
});

describe('bounds', () => {
	it.each([1, 2, 7])('makes %d tries at most', async (maxAttempts) => {
		const { call, sent } = open(() => answer(503), { maxAttempts });
		expect((await call())?.details.httpStatus).toBe(503);
		expect(sent).toHaveLength(maxAttempts);
	});

	it('waits longer from try to try, eight seconds at most', async () => {
		const { call, sent } = open(() => answer(503), { maxAttempts: 8 });
		await call();
		const waits = sent.slice(1).map(({ at }, i) => Math.round((at - sent[i]!.at) / 1000));
		expect(waits).toEqual([1, 2, 4, 8, 8, 8, 8]);
	});

	it('ends a call with all its tries within 120 seconds, the last one cut short', async () => {
		const { run, sent } = open(hang, { maxAttempts: 10 });
		let endedAt = 0;
		const begin = Date.now();
		void run.call(get, { sent: false }).catch(() => (endedAt = Date.now() - begin));
		await jest.advanceTimersByTimeAsync(300_000);
		expect(sent.length).toBeGreaterThanOrEqual(4);
		expect(sent.length).toBeLessThan(10);
		expect(endedAt).toBeGreaterThan(100_000);
		expect(endedAt).toBeLessThanOrEqual(120_500);
	});

	it('sends nothing when a slow pace gives the turn after that', async () => {
		// One request in 50 seconds, three calls: a second try would get its turn 150 seconds after the first.
		const { run, sent } = open(() => answer(503), { perSecond: 0.02 });
		const errors: unknown[] = [];
		for (let i = 0; i < 3; i++) {
			void run.call(get, { sent: false }).catch((error: unknown) => errors.push(error));
		}
		await jest.advanceTimersByTimeAsync(900_000);
		expect(errors).toHaveLength(3);
		// The server's own answer is what is reported, not a time-out of ours.
		for (const error of errors) expect((error as CallError).details.httpStatus).toBe(503);
		expect(sent.map(({ at }) => at)).toEqual([0, 50_000, 100_000]);
	});

	it.each([
		['1', 1000],
		['30', 30_000],
		['100', 100_000],
		[new Date(1_700_000_000_000 + 20_000).toUTCString(), 20_000],
	])('honours Retry-After: %s', async (value, wait) => {
		const { call, sent } = open((_request, index) =>
			index === 0 ? answer(429, { 'retry-after': value }) : ok,
		);
		expect(await call()).toBeUndefined();
		expect(sent).toHaveLength(2);
		expect(sent[1]!.at).toBeGreaterThanOrEqual(wait);
		// One turn of the slower pace may come on top.
		expect(sent[1]!.at).toBeLessThanOrEqual(wait + 2500);
	});

	it('does not wait for what would come after the limit', async () => {
		const { call, sent } = open(() => answer(429, { 'retry-after': '3600' }));
		expect((await call())?.fate).toBe('busy');
		expect(sent).toHaveLength(1);
	});

	it('one long Retry-After does not hold up the others for as long', async () => {
		const { run, call, sent } = open((_request, index) =>
			index === 0 ? answer(429, { 'retry-after': '3600' }) : ok,
		);
		void run.call(get, { sent: false }).catch(() => undefined);
		expect(await call()).toBeUndefined();
		expect(sent[1]!.at).toBeLessThanOrEqual(65_000);
	});
});

describe('what is repeated', () => {
	it.each([
		['a GET that failed', get, 500, '', 4],
		['a POST whose fate is open', post, 500, '', 1],
		['a POST that was not executed', post, 429, '', 4],
		['a POST with one of the names of a rate limit', post, 403, 'FREQUENCY_LIMITED', 4],
		['a POST with the misspelt one', post, 400, 'FREQENCY_LIMIT', 4],
		['a POST that is asked for again', post, 400, 'BIZ_ERR_NEED_RETRY', 4],
		['a GET that is refused', get, 400, 'INVALID_REQUEST', 1],
		['a GET that is forbidden', get, 403, 'NO_AUTH', 1],
		['a GET of nothing', get, 404, 'NOT_FOUND', 1],
		['a GET with a wrong signature', get, 401, 'SIGN_ERROR', 1],
	] as const)('%s', async (_what, request, status, code, tries) => {
		const { call, sent } = open(() => answer(status, {}, code));
		await call(request);
		expect(sent).toHaveLength(tries);
	});

	it('not what n8n itself forbids', async () => {
		const blocked = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
		const { call, sent } = open(() => Object.assign(new Error('x'), { cause: blocked }));
		const error = await call();
		expect(error?.fate).toBe('refused');
		expect(error?.message).toContain('SSRF');
		expect(sent).toHaveLength(1);
	});
});

describe('a run', () => {
	it('sends its first request alone', async () => {
		const { run, sent } = open(async (_request, index) => {
			if (index === 0) await new Promise((resolve) => setTimeout(resolve, 5000));
			return ok;
		});
		const calls = Array.from({ length: 5 }, async () => await run.call(get, { sent: false }));
		await jest.advanceTimersByTimeAsync(4900);
		expect(sent).toHaveLength(1);
		await jest.advanceTimersByTimeAsync(200);
		await Promise.all(calls);
		expect(sent).toHaveLength(5);
	});

	describe('with a credential of an earlier one', () => {
		const MINUTE = 60_000;
		/** How many of five requests were sent before the first was answered. */
		async function sentAtOnce(fingerprint: string): Promise<number> {
			const { run, sent } = open(
				async () => await new Promise((resolve) => setTimeout(() => resolve(ok), 5000)),
				{ fingerprint },
			);
			const calls = Array.from({ length: 5 }, async () => await run.call(get, { sent: false }));
			await jest.advanceTimersByTimeAsync(4900);
			const atOnce = sent.length;
			await jest.advanceTimersByTimeAsync(10_000);
			await Promise.all(calls);
			return atOnce;
		}

		it('that was accepted minutes ago sends all at once', async () => {
			expect(await sentAtOnce('accepted')).toBe(1);
			await jest.advanceTimersByTimeAsync(9 * MINUTE);
			expect(await sentAtOnce('accepted')).toBe(5);
		});

		it('that was accepted long ago sends its first request alone', async () => {
			expect(await sentAtOnce('old')).toBe(1);
			await jest.advanceTimersByTimeAsync(10 * MINUTE);
			expect(await sentAtOnce('old')).toBe(1);
		});

		it('that was refused since sends its first request alone', async () => {
			expect(await sentAtOnce('refused')).toBe(1);
			await open(() => answer(401, {}, 'SIGN_ERROR'), { fingerprint: 'refused' }).call();
			expect(await sentAtOnce('refused')).toBe(1);
		});

		it('that was never accepted is not helped by another one', async () => {
			expect(await sentAtOnce('one')).toBe(1);
			expect(await sentAtOnce('another')).toBe(1);
		});
	});

	it('sends nothing after a wrong signature was refused', async () => {
		const { run, sent, call } = open(() => answer(401, {}, 'SIGN_ERROR'));
		const errors: Error[] = [];
		for (let i = 0; i < 5; i++) {
			void run.call(get, { sent: false }).catch((error: Error) => errors.push(error));
		}
		const late = await call();
		expect(sent).toHaveLength(1);
		expect(errors).toHaveLength(5);
		expect(new Set([...errors, late].map((error) => error?.message)).size).toBe(1);
	});

	it('starts no try after a cancel, and wakes from its wait', async () => {
		let isCancelled = false;
		const { run, sent } = open(
			() => answer(503),
			{},
			() => isCancelled,
		);
		let error: Error | undefined;
		void run.call(get, { sent: false }).catch((thrown: Error) => (error = thrown));
		await jest.advanceTimersByTimeAsync(100);
		expect(sent).toHaveLength(1);
		isCancelled = true;
		await jest.advanceTimersByTimeAsync(300);
		expect(error?.message).toBe('The execution was canceled before this was sent');
		await jest.advanceTimersByTimeAsync(60_000);
		expect(sent).toHaveLength(1);
	});
});
