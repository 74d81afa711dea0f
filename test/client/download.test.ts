/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { Readable } from 'node:stream';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { download, type DownloadLimits } from '../../nodes/WechatPay/client/download';
import { RunState } from '../../nodes/WechatPay/client/runState';
import { LinkError, describeLink } from '../../nodes/WechatPay/failure/links';

// What a server of a test cannot do without a trusted certificate: https.

const LIMITS: DownloadLimits = {
	maxBytes: 100,
	timeoutMs: 1000,
	maxAttempts: 2,
	allowsLocalHttp: false,
};

interface Reply {
	status?: number;
	location?: string;
	body?: Iterable<Buffer> | AsyncIterable<Buffer>;
	error?: object;
}

/** A web of links: each URL has its answers, the last of which stays. */
function web(pages: Record<string, Reply | Reply[]>) {
	const asked: IHttpRequestOptions[] = [];
	const streams: Readable[] = [];
	/** Milliseconds of each pause between attempts; none of them takes time here. */
	const pauses: number[] = [];
	const fetch = async (request: IHttpRequestOptions) => {
		const replies = [pages[request.url] ?? { status: 404 }].flat();
		const times = asked.filter(({ url }) => url === request.url).length;
		asked.push(request);
		const reply = replies[Math.min(times, replies.length - 1)];
		if (reply.error) throw Object.assign(new Error('failed'), reply.error);
		const body = Readable.from(reply.body ?? [Buffer.from('x')]);
		streams.push(body);
		const { status = reply.location === undefined ? 200 : 302, location } = reply;
		return { statusCode: status, headers: location === undefined ? {} : { location }, body };
	};
	const get = async (
		link: string,
		limits: Partial<DownloadLimits> = {},
		isCanceled = () => false,
	) => {
		const stopping = new RunState(isCanceled);
		jest.spyOn(stopping, 'wait').mockImplementation(async (ms) => {
			pauses.push(ms);
			await Promise.resolve();
		});
		return (await download(fetch, link, { ...LIMITS, ...limits }, stopping)).toString();
	};
	return { get, asked, streams, pauses, urls: () => asked.map(({ url }) => url) };
}

const failureOf = async (promise: Promise<unknown>) => {
	const error: unknown = await promise.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(LinkError);
	return (error as LinkError).failure;
};

const A = 'https://a.example/1?secret=1';

describe('download', () => {
	it('requests the link over HTTPS without credential data or automatic redirects', async () => {
		const { get, asked } = web({ [A]: { body: [Buffer.from('one'), Buffer.from('two')] } });
		expect(await get(`  ${A}\n`)).toBe('onetwo');
		expect(asked).toEqual([
			{
				method: 'GET',
				url: A,
				headers: { accept: 'image/*,*/*' },
				encoding: 'stream',
				json: false,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				timeout: 1000,
				abortSignal: expect.any(AbortSignal),
			},
		]);
	});

	it('follows redirects between HTTPS hosts and never from HTTPS to HTTP', async () => {
		const pages = { 'https://b.example/2': { location: 'http://127.0.0.1/3' } };
		const { get, urls } = web({ ...pages, [A]: { location: 'https://b.example/2' } });
		// Not even to this machine, where http alone would be allowed.
		expect(await failureOf(get(A, { allowsLocalHttp: true }))).toEqual({
			kind: 'redirect',
			host: 'b.example',
			reason: 'toHttp',
		});
		expect(urls()).toEqual([A, 'https://b.example/2']);
	});

	it('follows a redirect from local HTTP to HTTPS', async () => {
		const { get } = web({ 'http://localhost/1': { location: A }, [A]: {} });
		expect(await get('http://localhost/1', { allowsLocalHttp: true })).toBe('x');
	});

	it.each([
		['http://a.example/1', true],
		['http://10.0.0.1/1', true],
		['http://localhost/1', false],
		['http://127.0.0.1:8080/1', false],
	])('does not request %s with allowsLocalHttp %s', async (link, allowsLocalHttp) => {
		const { get, asked } = web({});
		expect(await failureOf(get(link, { allowsLocalHttp }))).toEqual({ kind: 'plainHttp' });
		expect(asked).toEqual([]);
	});

	it.each([
		['https://user@a.example/1', 'user'],
		['https://user:password@a.example/1', 'user'],
		['https://:password@a.example/1', 'user'],
		['ftp://a.example/1', 'notHttps'],
		['data:image/png;base64,AAAA', 'notHttps'],
		['a.example/1', 'notUrl'],
		['https://', 'notUrl'],
	])('does not request %s', async (link, kind) => {
		const { get, asked } = web({});
		expect(await failureOf(get(link))).toEqual({ kind });
		expect(asked).toEqual([]);
	});
});

describe('download attempts', () => {
	it.each<[string, Reply, number]>([
		['404', { status: 404 }, 1],
		['401', { status: 401 }, 1],
		['304', { status: 304 }, 1],
		['500', { status: 500 }, 2],
		['503', { status: 503 }, 2],
		['429', { status: 429 }, 2],
		['a reset', { error: { code: 'ECONNRESET' } }, 2],
		['an unknown host', { error: { code: 'ENOTFOUND' } }, 2],
		['a certificate', { error: { code: 'CERT_HAS_EXPIRED' } }, 1],
		['the SSRF protection', { error: { name: 'SsrfBlockedIpError' } }, 1],
	])('stop after the expected number for %s', async (_what, reply, attempts) => {
		const { get, asked, streams, pauses } = web({ [A]: reply });
		const failure = await failureOf(get(A));
		expect(asked).toHaveLength(attempts);
		expect(pauses).toHaveLength(attempts - 1);
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
		const { message, hint } = describeLink(failure, '"Link" in Materials row 1');
		expect(message).toMatch(/^"Link" in Materials row 1 returned no file: a\.example /);
		expect(`${message} ${hint}`).not.toContain('secret');
		expect(hint).not.toBe('');
	});

	it('start at the original link again after a redirect', async () => {
		const b = 'https://b.example/2';
		const { get, urls } = web({ [A]: { location: b }, [b]: [{ status: 502 }, {}] });
		expect(await get(A)).toBe('x');
		expect(urls()).toEqual([A, b, A, b]);
	});
});

describe('download limits', () => {
	it('accept a file of maxBytes and reject a larger one', async () => {
		const { get, streams } = web({ [A]: { body: [Buffer.alloc(60), Buffer.alloc(40)] } });
		expect(await get(A)).toHaveLength(100);
		expect(await failureOf(get(A, { maxBytes: 99 }))).toEqual({
			kind: 'tooLarge',
			host: 'a.example',
			maxBytes: 99,
		});
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('abort an endless file after the timeout', async () => {
		let isOpen = true;
		async function* endless() {
			try {
				for (;;) {
					yield Buffer.from('');
					await new Promise((resolve) => setImmediate(resolve));
				}
			} finally {
				isOpen = false;
			}
		}
		const { get, asked } = web({ [A]: { status: 200, body: { [Symbol.asyncIterator]: endless } } });
		expect(await failureOf(get(A, { timeoutMs: 100 }))).toEqual({
			kind: 'tooSlow',
			host: 'a.example',
			seconds: 0.1,
		});
		expect(isOpen).toBe(false);
		// Like a GET to WeChat Pay.
		expect(asked).toHaveLength(2);
	});

	it('end all attempts when the time of a call is over', async () => {
		let passed = 0;
		const { now } = Date;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + passed);
		try {
			const { get, asked } = web({
				get [A]() {
					passed += 50_000;
					return { status: 500 };
				},
			});
			await failureOf(get(A, { maxAttempts: 10, timeoutMs: 60_000 }));
			expect(asked.map(({ timeout }) => Number(timeout) > 30_000)).toEqual([true, true, false]);
		} finally {
			clock.mockRestore();
		}
	});

	it('send no request in a canceled execution', async () => {
		const { get, asked } = web({ [A]: {} });
		await expect(get(A, {}, () => true)).rejects.toThrow(/canceled/);
		expect(asked).toEqual([]);
	});
});
