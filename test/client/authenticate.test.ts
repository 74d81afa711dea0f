import fc from 'fast-check';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { ABORT } from '../../nodes/WechatPay/client/outgoingRequest';
import { rejection } from '../support/refusal';
import { DEMO, OFFICIAL_RESPONSE } from '../support/vectors';
import {
	authorizationOf,
	BACKUP,
	expectSigned,
	headersOf,
	HOST,
	isSigned,
	SHAPES,
	sign,
} from '../support/signing';

describe.each(SHAPES)('a request with %s', (_name, shape) => {
	it('is signed without a body', async () => {
		const result = await sign(shape(`${HOST}/v3/certificates`, {}));
		expect(result.method).toBe('GET');
		const { path, body } = expectSigned(result);
		expect([path, body.length]).toEqual(['/v3/certificates', 0]);
		expect(headersOf(result)).not.toHaveProperty('content-type');
	});

	it.each<[string, unknown, string]>([
		[
			'an object',
			{ sub_mchid: '1900000109', name: '注销', n: [1, null] },
			'{"sub_mchid":"1900000109","name":"注销","n":[1,null]}',
		],
		['an empty object', {}, '{}'],
		['a list', [1, 'a'], '[1,"a"]'],
		['a JSON text', '{ "a" : "中" }\n', '{ "a" : "中" }\n'],
		['a Buffer', Buffer.from('{"b":"é"}'), '{"b":"é"}'],
		['a Uint8Array', new Uint8Array([0x7b, 0x7d]), '{}'],
	])('is signed over the bytes that are sent: %s', async (_kind, body, text) => {
		const result = await sign(shape(`${HOST}/v3/x`, { method: 'POST', body: body as never }));
		const wire = expectSigned(result);
		expect(wire.body).toEqual(Buffer.from(text, 'utf8'));
		expect(wire.contentType).toBe('application/json');
	});

	it.each([undefined, null, '', Buffer.alloc(0)])(
		'is signed over an empty body for %p',
		async (body) => {
			const result = await sign(shape(`${HOST}/v3/x`, { method: 'POST', body: body as never }));
			expect(expectSigned(result).body).toHaveLength(0);
		},
	);

	it.each(['GET', 'HEAD', 'get'])('is sent without a body for %s', async (method) => {
		const body = { a: 1 };
		const result = await sign(
			shape(`${HOST}/v3/x`, {
				method: method as 'GET',
				body,
				form: { a: 1 },
				formData: { meta: 'x' },
			}),
		);
		expect(result.method).toBe(method.toUpperCase());
		expect([result.body, result.form, result.formData]).toEqual([undefined, undefined, undefined]);
		expect(isSigned(result, '/v3/x', Buffer.alloc(0))).toBe(true);
	});

	it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
		'is signed with its body for %s',
		async (method) => {
			const result = await sign(shape(`${HOST}/v3/x`, { method, body: { a: 1 } }));
			expect(expectSigned(result).body.toString()).toBe('{"a":1}');
		},
	);

	it('is signed with its query, which is encoded once', async () => {
		const qs = {
			a: 'b c:d+e',
			pipe: 'x|y',
			name: '注销',
			list: ['1', 2, undefined, null],
			yes: true,
			zero: 0,
			empty: '',
			none: undefined,
			nil: null,
			"odd'name&=": "it's (1)*!~",
		};
		const result = await sign(shape(`${HOST}/v3/x?first=1#part`, { qs: qs as never }));
		const { path } = expectSigned(result);
		expect(path).toBe(
			'/v3/x?first=1&a=b%20c%3Ad%2Be&pipe=x%7Cy&name=%E6%B3%A8%E9%94%80&list=1&list=2&yes=true&zero=0&empty=' +
				'&odd%27name%26%3D=it%27s%20(1)*!~',
		);
		expect(result.url).toBe(HOST + path);
		expect(new URL(String(result.url)).searchParams.get('a')).toBe('b c:d+e');
	});

	it.each([
		['/v3/x', '/v3/x'],
		['/v3/x?', '/v3/x'],
		['/v3/x?a=b%7cc', '/v3/x?a=b%7cc'],
		['/v3/x?a=b|c d', '/v3/x?a=b|c%20d'],
		['/v3/x?a=b+c', '/v3/x?a=b+c'],
		['/v3/注/x?a=注', '/v3/%E6%B3%A8/x?a=%E6%B3%A8'],
		['/v3/a b/%2F/x', '/v3/a%20b/%2F/x'],
		['/v3/a/../b', '/v3/b'],
	])('is signed with the path and query of the URL: %s', async (given, path) => {
		const result = await sign(shape(HOST + given, {}));
		expect(expectSigned(result).path).toBe(path);
		expect(result.url).toBe(HOST + path);
	});

	it('is signed for a relative URL', async () => {
		const result = await sign(shape('/v3/x', {}));
		expectSigned(result);
		expect(result.url).toBe(`${HOST}/v3/x`);
	});

	it.each([
		[HOST, '/v3/x', '/v3/x'],
		[`${HOST}/`, 'v3/x', '/v3/x'],
		[`${HOST}/v3`, '/x?a=1', '/v3/x?a=1'],
		[`${HOST}/v3/`, '/x', '/v3/x'],
		[`${HOST}/v3`, '', '/v3'],
		[`${HOST}/v3`, `${HOST}/v3/y`, '/v3/y'],
		[`${BACKUP}/v3`, '/x', '/v3/x'],
	])('joins the base URL %s and the URL %j', async (baseURL, given, path) => {
		const result = await sign(shape(given, { baseURL }));
		expect(expectSigned(result).path).toBe(path);
		expect(
			String(result.url).startsWith(given.startsWith('http') ? HOST : new URL(baseURL).origin),
		).toBe(true);
	});

	it('may use the backup host only with failover', async () => {
		expectSigned(await sign(shape(`${BACKUP}/v3/x`, {})));
		await rejection(sign(shape(`${BACKUP}/v3/x`, {}), { failover: false }));
	});

	it('may use only the custom host when one is set', async () => {
		const custom = { host: 'custom', customHost: 'http://127.0.0.1:8600' };
		expectSigned(await sign(shape('http://127.0.0.1:8600/v3/x', {}), custom));
		await rejection(sign(shape(`${HOST}/v3/x`, {}), custom));
		await rejection(sign(shape('http://127.0.0.1:8601/v3/x', {}), custom));
	});

	it('disables redirects', async () => {
		const result = await sign(
			shape(`${HOST}/v3/x`, {
				disableFollowRedirect: false,
				followRedirect: true,
				followAllRedirects: true,
			}),
		);
		expect(result).toMatchObject({
			disableFollowRedirect: true,
			followRedirect: false,
			followAllRedirects: false,
		});
	});

	it('is signed correctly for random paths, queries and bodies', async () => {
		const character = fc.oneof(
			fc.string({ unit: 'grapheme', maxLength: 5 }),
			fc.constantFrom(
				'|',
				"'",
				'"',
				'%',
				'%7c',
				'+',
				'&',
				'=',
				'\\',
				'^',
				'{',
				'[',
				'/',
				'..',
				'?',
			),
		);
		const piece = fc.array(character, { maxLength: 5 }).map((all) => all.join(''));
		const query = fc.dictionary(
			piece,
			fc.oneof(
				piece,
				fc.integer(),
				fc.boolean(),
				fc.constant(null),
				fc.array(piece, { maxLength: 3 }),
			),
		);
		await fc.assert(
			fc.asyncProperty(piece, query, fc.option(fc.jsonValue()), async (path, qs, body) => {
				const request = {
					method: 'POST' as const,
					qs: qs as never,
					body: (body ?? undefined) as never,
				};
				const result = await sign(shape(`${HOST}/v3/${path}`, request));
				const wire = expectSigned(result);
				// A client that reads the URL again sends the same.
				const again = new URL(String(result.url));
				expect(again.pathname + again.search).toBe(wire.path);
				expect(again.origin).toBe(HOST);
				expect(wire.path).toMatch(/^\/[\x21-\x7e]*$/);
				expect(result.url).toBe(HOST + wire.path);
			}),
			{ numRuns: 150 },
		);
	});
});

describe('the Authorization header', () => {
	it('contains the merchant ID, serial number, a new nonce and the time in seconds', async () => {
		const before = Math.floor(Date.now() / 1000);
		const [one, two] = [await sign({ url: '/v3/x' }), await sign({ url: '/v3/x' })].map(
			authorizationOf,
		);
		expect(one).toMatchObject({ mchid: DEMO.mchid, serial_no: DEMO.serial });
		expect(Object.keys(one).sort()).toEqual([
			'mchid',
			'nonce_str',
			'serial_no',
			'signature',
			'timestamp',
		]);
		expect(Number(one.timestamp)).toBeGreaterThanOrEqual(before);
		expect(Number(one.timestamp)).toBeLessThanOrEqual(Date.now() / 1000);
		expect(one.nonce_str).toMatch(/^[0-9A-F]{32}$/);
		expect(two.nonce_str).not.toBe(one.nonce_str);
	});

	it('uses the given time and nonce, so that equal inputs give equal requests', async () => {
		const stamp = { timestamp: 1554208460, nonce: 'NONCE' };
		const request = { url: '/v3/x', method: 'POST' as const, body: { a: 1 } };
		const result = await sign(request, {}, stamp);
		expectSigned(result);
		expect(authorizationOf(result)).toMatchObject({ timestamp: '1554208460', nonce_str: 'NONCE' });
		expect(await sign(request, {}, stamp)).toEqual(result);
		const later = await sign(request, {}, { ...stamp, timestamp: 1554208461 });
		expect(authorizationOf(later).signature).not.toBe(authorizationOf(result).signature);
	});

	it('replaces existing Authorization headers and basic authentication', async () => {
		const headers = { Authorization: 'Bearer old', AUTHORIZATION: 'x', authorization: 'y' };
		const auth = { username: 'u', password: 'p' };
		const result = await sign({ url: '/v3/x', headers, auth });
		expectSigned(result);
		expect(JSON.stringify(result)).not.toContain('Bearer old');
	});
});

describe('the other headers', () => {
	it('always include Accept and User-Agent', async () => {
		const { accept, 'user-agent': agent } = headersOf(await sign({ url: '/v3/x' }));
		expect(accept).toBe('application/json');
		expect(agent).toMatch(/\S/);
	});

	it.each([
		['application/json', 'application/json'],
		['application/json, text/plain', 'application/json, text/plain'],
		['*/*', '*/*'],
		['text/html', 'application/json'],
		['', 'application/json'],
	])('map Accept %j to %j', async (given, accept) => {
		const result = await sign({ url: '/v3/x', headers: { Accept: given } });
		expect(headersOf(result).accept).toBe(accept);
	});

	it('keep the headers of the caller under lower-case names', async () => {
		const headers = {
			'User-Agent': 'mine',
			'X-Number': 5,
			'Accept-Language': 'en',
			none: undefined,
			nil: null,
		};
		expect(headersOf(await sign({ url: '/v3/x', headers: headers as never }))).toMatchObject({
			'user-agent': 'mine',
			'x-number': '5',
			'accept-language': 'en',
		});
		expect(headersOf(await sign({ url: '/v3/x', headers: headers as never }))).not.toHaveProperty(
			'none',
		);
		expect(
			headersOf(await sign({ url: '/v3/x', headers: { 'User-Agent': '' } }))['user-agent'],
		).toMatch(/\S/);
	});

	it('keep the JSON Content-Type of the caller', async () => {
		const headers = { 'Content-Type': 'application/json; charset=utf-8' };
		const result = await sign({ url: '/v3/x', method: 'POST', headers, body: { a: 1 } });
		expect(expectSigned(result).contentType).toBe('application/json; charset=utf-8');
	});

	it('name the public key only in public key mode and keep the value of the caller', async () => {
		const serial = async (fields: object, headers = {}) =>
			headersOf(await sign({ url: '/v3/x', headers }, fields))['wechatpay-serial'];
		expect(await serial({})).toBe(OFFICIAL_RESPONSE.serial);
		expect(await serial({ verification: 'none' })).toBeUndefined();
		expect(await serial({ verification: 'platformCertificate' })).toBeUndefined();
		expect(await serial({}, { 'Wechatpay-Serial': 'MINE' })).toBe('MINE');
		expect(await serial({ verification: 'none' }, { 'Wechatpay-Serial': 'MINE' })).toBe('MINE');
	});
});

describe('the request options', () => {
	it('keep unrelated settings', async () => {
		const rest = {
			json: true,
			timeout: 5,
			encoding: 'arraybuffer' as const,
			skipSslCertificateValidation: false,
		};
		expect(await sign({ url: '/v3/x', ...rest })).toMatchObject(rest);
	});

	it('are not mutated', async () => {
		const request = {
			url: '/v3/x',
			method: 'POST' as const,
			body: { a: 1 },
			qs: { b: 2 },
			headers: { Authorization: 'x' },
		};
		const copy = structuredClone(request);
		await sign(request);
		expect(request).toEqual(copy);
	});

	it('prefer the abort signal of the transport', async () => {
		const { signal } = new AbortController();
		const n8ns = new AbortController().signal;
		const mine = (await sign({
			url: '/v3/x',
			abortSignal: n8ns,
			[ABORT]: signal,
		})) as IHttpRequestOptions;
		expect(mine.abortSignal).toBe(signal);
		expect((await sign({ url: '/v3/x', abortSignal: n8ns })).abortSignal).toBe(n8ns);
	});

	it('are rejected with an invalid credential', async () => {
		expect((await rejection(sign({ url: '/v3/x' }, { privateKey: 'x' }))).message).toMatch(
			/^"Merchant Private Key"/,
		);
	});
});
