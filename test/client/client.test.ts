/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import type { KeyObject } from 'node:crypto';
import type { Account } from '../../nodes/WechatPay/client/account';
import { ABORT, type OutgoingRequest } from '../../nodes/WechatPay/client/outgoingRequest';
import type { ApiRequest } from '../../nodes/WechatPay/client/request';
import { Client } from '../../nodes/WechatPay/client/client';
import { CallError, StoppedError } from '../../nodes/WechatPay/failure/errors';
import { describeError } from '../../nodes/WechatPay/failure/describe';
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
const dailyLimit = () => ({
	...answer(429),
	body: Buffer.from('{"code":"FREQUENCY_LIMIT_EXCEED","message":"当天上传文件数已达上限"}'),
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

/** A client whose requests `behave` answers, and what became of them. */
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
	isCanceled = () => false,
) {
	const sent: Array<{ host: string; at: number }> = [];
	const account: Account = {
		fingerprint,
		// Requests of one merchant share their pace, whichever run they are of.
		signer: {
			mchid: String(1_900_000_000 + credentials),
			serial: 'AB',
			privateKey: undefined as unknown as KeyObject,
		},
		origins: readOrigins(host, customHost, failover),
		trust: { mode: 'none' },
	};
	const begin = Date.now();
	const send = async (request: OutgoingRequest) => {
		const index = sent.length;
		sent.push({ host: new URL(request.url!).origin, at: Date.now() - begin });
		const answered = await behave(request, index);
		if (answered instanceof Error) throw answered;
		return answered;
	};
	const client = new Client(
		account,
		send,
		{ requestsPerSecond: perSecond, maxAttempts },
		isCanceled,
	);
	/** Makes a call, lets all time pass that it wants, and gives its error, if any. */
	const call = async (request: ApiRequest = get): Promise<Error | undefined> => {
		let error: Error | undefined;
		const done = client.call(request, { sent: false }).catch((thrown: Error) => (error = thrown));
		await jest.advanceTimersByTimeAsync(400_000);
		await done;
		return error;
	};
	return { client, call, sent, hosts: () => sent.map((one) => one.host) };
}

/** What may have become of a call that failed. */
const outcome = (error: Error | undefined): string | undefined =>
	error instanceof CallError ? error.outcome : undefined;
const details = (error: Error | undefined) => describeError(error).details;

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
	])(
		'takes over when no host was reached (%s), also for a POST, and stays in use',
		async (_what, error) => {
			const { call, hosts } = open((request) => (request.url!.startsWith(MAIN) ? error() : ok));
			expect(await call(post)).toBeUndefined();
			expect(hosts()).toEqual([MAIN, BACKUP]);
			await call();
			expect(hosts()).toEqual([MAIN, BACKUP, BACKUP]);
		},
	);

	it('hands over to the main host when it is unreachable too', async () => {
		const { call, hosts } = open((_request, index) => (index < 2 ? refused() : ok));
		await call();
		expect(hosts()).toEqual([MAIN, BACKUP, MAIN]);
	});

	it('hands over to the main host when it is the configured host', async () => {
		const { call, hosts } = open((_request, index) => (index === 0 ? refused() : ok), {
			host: BACKUP,
		});
		await call();
		expect(hosts()).toEqual([BACKUP, MAIN]);
	});

	it.each(['ECONNRESET', 'EPIPE'])(
		'gets a repeated GET after %s without becoming the first host',
		async (code) => {
			const { call, hosts } = open((_request, index) => (index === 0 ? failure(code) : ok));
			await call();
			await call();
			expect(hosts()).toEqual([MAIN, BACKUP, MAIN]);
		},
	);

	it('gets a repeated GET after a timeout', async () => {
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
		expect(outcome(await call(post))).toBe('open');
		expect(hosts()).toEqual([MAIN]);
	});

	it.each([
		[500, {}],
		[502, {}],
		[503, {}],
		[429, {}],
		[429, { 'retry-after': '2' }],
		[302, { location: BACKUP }],
	])('is not used after an HTTP response: %d %j', async (status, headers) => {
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
	])('is not used: %s', async (_what, options, only) => {
		const { call, hosts } = open(refused, options);
		expect(outcome(await call())).toBe('notSent');
		expect(hosts()).toEqual([only, only, only, only]);
	});
});

describe('a call', () => {
	it.each([1, 2, 7])('makes at most %d attempts', async (maxAttempts) => {
		const { call, sent } = open(() => answer(503), { maxAttempts });
		expect(details(await call()).httpStatus).toBe(503);
		expect(sent).toHaveLength(maxAttempts);
	});

	it('doubles the wait between attempts up to eight seconds', async () => {
		const { call, sent } = open(() => answer(503), { maxAttempts: 8 });
		await call();
		const waits = sent.slice(1).map(({ at }, i) => Math.round((at - sent[i]!.at) / 1000));
		expect(waits).toEqual([1, 2, 4, 8, 8, 8, 8]);
	});

	it('ends within 120 seconds, including all attempts', async () => {
		const { client, sent } = open(hang, { maxAttempts: 10 });
		let endedAt = 0;
		const begin = Date.now();
		void client.call(get, { sent: false }).catch(() => (endedAt = Date.now() - begin));
		await jest.advanceTimersByTimeAsync(300_000);
		expect(sent.length).toBeGreaterThanOrEqual(4);
		expect(sent.length).toBeLessThan(10);
		expect(endedAt).toBeGreaterThan(100_000);
		expect(endedAt).toBeLessThanOrEqual(120_500);
	});

	it('is not repeated when a slow pace would exceed the time limit', async () => {
		// One request in 50 seconds, three calls: a second attempt would get its turn 150 seconds after the first.
		const { client, sent } = open(() => answer(503), { perSecond: 0.02 });
		const errors: Error[] = [];
		for (let i = 0; i < 3; i++) {
			void client.call(get, { sent: false }).catch((error: Error) => errors.push(error));
		}
		await jest.advanceTimersByTimeAsync(900_000);
		expect(errors).toHaveLength(3);
		// The server's own answer is what is reported, not a time-out of ours.
		for (const error of errors) expect(details(error).httpStatus).toBe(503);
		expect(sent.map(({ at }) => at)).toEqual([0, 50_000, 100_000]);
	});

	it.each([
		['1', 1000],
		['30', 30_000],
		['100', 100_000],
		['110', 110_000],
		[new Date(1_700_000_000_000 + 20_000).toUTCString(), 20_000],
	])('honors Retry-After: %s', async (value, wait) => {
		const { call, sent } = open((_request, index) =>
			index === 0 ? answer(429, { 'retry-after': value }) : ok,
		);
		expect(await call()).toBeUndefined();
		expect(sent).toHaveLength(2);
		expect(sent[1]!.at).toBeGreaterThanOrEqual(wait);
		// One turn of the slower pace may come on top.
		expect(sent[1]!.at).toBeLessThanOrEqual(wait + 2500);
	});

	it('does not wait for a Retry-After beyond the time limit', async () => {
		const { call, sent } = open(() => answer(429, { 'retry-after': '3600' }));
		expect(outcome(await call())).toBe('notActedOn');
		expect(sent).toHaveLength(1);
	});

	it.each([
		[429, '120', '', '2 minutes'],
		[429, '3600', '', '60 minutes'],
		[429, '86400', 'RATELIMIT_EXCEEDED', '24 hours'],
		[429, '99999999999', '', 'hours'],
		[429, new Date(1_700_000_000_000 + 7_200_000).toUTCString(), '', '2 hours'],
		[403, '3600', 'FREQUENCY_LIMITED', '60 minutes'],
		[400, '3600', 'BIZ_ERR_NEED_RETRY', '60 minutes'],
	])(
		'stops the run on HTTP %i with Retry-After %s, which exceeds the time limit',
		async (status, value, code, said) => {
			const { client, call, sent } = open(() => answer(status, { 'retry-after': value }, code));
			const first = client.call(get, { sent: false }).catch((error: Error) => error);
			const second = client.call(post, { sent: false }).catch((error: Error) => error);
			const late = await call();
			const [one, two] = (await Promise.all([first, second])) as Error[];
			expect(sent).toHaveLength(1);
			expect(outcome(one)).toBe('notActedOn');
			expect(details(one).httpStatus).toBe(status);
			const { message, hint } = describeError(one);
			expect(hint).toContain(said);
			expect(hint).toMatch(/^WeChat Pay asks to wait .* longer than a run waits/);
			// What had not started fails with the same sentence, at once.
			for (const error of [two, late]) {
				expect(error).toBeInstanceOf(StoppedError);
				expect(describeError(error)).toMatchObject({ message, hint });
			}
			expect(() => client.runState.assertRunning()).toThrow(StoppedError);
		},
	);

	it('fails on a daily limit without a wait and without slowing down the run', async () => {
		const { client, sent } = open((_request, index) => (index === 1 ? dailyLimit() : ok), {
			perSecond: 10,
		});
		const upload: ApiRequest = { ...post, repeat: 'always' };
		const calls = Array.from({ length: 4 }, async () => await client.call(upload, { sent: false }));
		const outcomes = Promise.allSettled(calls);
		await jest.advanceTimersByTimeAsync(1000);
		const [first, second, ...rest] = await outcomes;
		expect([first, ...rest].map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
		const { reason } = second as PromiseRejectedResult;
		expect(outcome(reason as Error)).toBe('refused');
		expect(describeError(reason)).toMatchObject({
			details: { httpStatus: 429, code: 'FREQUENCY_LIMIT_EXCEED' },
			hint: expect.stringMatching(/daily limit.*Run again tomorrow/) as string,
		});
		expect(sent.map(({ at }) => at)).toEqual([0, 100, 200, 300]);
	});
});

describe('attempts', () => {
	it.each([
		['a GET that failed', get, 500, '', 4],
		['a POST whose outcome is open', post, 500, '', 1],
		['a POST that was not executed', post, 429, '', 4],
		['a POST with one of the names of a rate limit', post, 403, 'FREQUENCY_LIMITED', 4],
		['a POST with the misspelt one', post, 400, 'FREQENCY_LIMIT', 4],
		['a POST that is asked for again', post, 400, 'BIZ_ERR_NEED_RETRY', 4],
		['a GET that is refused', get, 400, 'INVALID_REQUEST', 1],
		['a GET that is forbidden', get, 403, 'NO_AUTH', 1],
		['a GET of nothing', get, 404, 'NOT_FOUND', 1],
		['a GET with a wrong signature', get, 401, 'SIGN_ERROR', 1],
		['a GET that was taken and not dealt with', get, 202, '', 4],
		['a POST that was taken and not dealt with', post, 202, '', 1],
	] as const)(
		'are limited to the expected number: %s',
		async (_what, request, status, code, attempts) => {
			const { call, sent } = open(() => answer(status, {}, code));
			await call(request);
			expect(sent).toHaveLength(attempts);
		},
	);

	it.each([
		[429, 'RATELIMIT_EXCEEDED'],
		[429, 'FREQUENCY_LIMIT_EXCEED'],
		[403, 'FREQUENCY_LIMITED'],
		[400, 'FREQENCY_LIMIT'],
		[403, 'RATE_LIMITED'],
	])('report HTTP %i %s and slow down its endpoint', async (status, code) => {
		const { client, sent } = open(
			(_request, index) => (index === 1 ? answer(status, {}, code) : ok),
			{
				perSecond: 100,
				maxAttempts: 1,
			},
		);
		await client.call(get, { sent: false });
		const failed = client.call(get, { sent: false }).catch((thrown: Error) => thrown);
		await jest.advanceTimersByTimeAsync(20);
		const error = (await failed) as Error;
		expect(outcome(error)).toBe('notActedOn');
		expect(describeError(error)).toMatchObject({
			details: { httpStatus: status, code },
			hint: expect.stringContaining('Lower "Requests per Second"') as string,
		});
		const last = client.call(get, { sent: false });
		await jest.advanceTimersByTimeAsync(10_000);
		await last;
		// Without the refusal it would be 10: the first pause is 150 to 300 milliseconds.
		expect(sent[2]!.at - sent[1]!.at).toBeGreaterThanOrEqual(299);
	});

	it('end when n8n blocks the request', async () => {
		const blocked = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
		const { call, sent } = open(() => Object.assign(new Error('x'), { cause: blocked }));
		const error = await call();
		expect(outcome(error)).toBe('refused');
		expect(describeError(error).message).toContain('SSRF');
		expect(sent).toHaveLength(1);
	});
});

describe('a run', () => {
	it('sends its first request alone', async () => {
		const { client, sent } = open(async (_request, index) => {
			if (index === 0) await new Promise((resolve) => setTimeout(resolve, 5000));
			return ok;
		});
		const calls = Array.from({ length: 5 }, async () => await client.call(get, { sent: false }));
		await jest.advanceTimersByTimeAsync(4900);
		expect(sent).toHaveLength(1);
		await jest.advanceTimersByTimeAsync(200);
		await Promise.all(calls);
		expect(sent).toHaveLength(5);
	});

	it('sends its first request alone even with a credential that an earlier run used', async () => {
		const fingerprint = 'accepted before';
		await open(() => ok, { fingerprint }).call();
		const { client, sent } = open(
			async () => await new Promise((resolve) => setTimeout(() => resolve(ok), 5000)),
			{ fingerprint },
		);
		const calls = Array.from({ length: 5 }, async () => await client.call(get, { sent: false }));
		await jest.advanceTimersByTimeAsync(4900);
		expect(sent).toHaveLength(1);
		await jest.advanceTimersByTimeAsync(10_000);
		await Promise.all(calls);
		expect(sent).toHaveLength(5);
	});

	it('continues after a failed first request', async () => {
		const { client, sent } = open((_request, index) => (index === 0 ? answer(400) : ok));
		const calls = Array.from({ length: 5 }, async () => await client.call(get, { sent: false }));
		const settled = Promise.allSettled(calls);
		await jest.advanceTimersByTimeAsync(10);
		expect((await settled).map(({ status }) => status)).toEqual([
			'rejected',
			...Array<string>(4).fill('fulfilled'),
		]);
		expect(sent).toHaveLength(5);
	});

	it('sends nothing after a signature error', async () => {
		const { client, sent, call } = open(() => answer(401, {}, 'SIGN_ERROR'));
		const errors: Error[] = [];
		for (let i = 0; i < 5; i++) {
			void client.call(get, { sent: false }).catch((error: Error) => errors.push(error));
		}
		const late = await call();
		expect(sent).toHaveLength(1);
		expect(errors).toHaveLength(5);
		expect(new Set([...errors, late].map((error) => describeError(error).message)).size).toBe(1);
		expect(errors.filter((error) => error instanceof StoppedError)).toHaveLength(4);
	});

	it('stops waiting and makes no further attempt when it is canceled', async () => {
		let isCanceled = false;
		const { client, sent } = open(
			() => answer(503),
			{},
			() => isCanceled,
		);
		let error: Error | undefined;
		void client.call(get, { sent: false }).catch((thrown: Error) => (error = thrown));
		await jest.advanceTimersByTimeAsync(100);
		expect(sent).toHaveLength(1);
		isCanceled = true;
		await jest.advanceTimersByTimeAsync(300);
		expect(error?.message).toBe('The execution was canceled before this item was sent');
		await jest.advanceTimersByTimeAsync(60_000);
		expect(sent).toHaveLength(1);
	});
});
