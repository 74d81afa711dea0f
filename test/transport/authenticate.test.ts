/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import FormDataPackage from 'form-data';
import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { buildMultipart, multipartContentType } from '../../nodes/WechatPay/protocol/multipart';
import type { Part } from '../../nodes/WechatPay/protocol/multipart';
import { ABORT, signHttpRequest } from '../../nodes/WechatPay/transport/authenticate';
import type { OutgoingRequest } from '../../nodes/WechatPay/transport/authenticate';
import { rejection } from '../support/refusal';
import { DEMO, GOLDEN_PNG, GOLDEN_PNG_DIGEST, OFFICIAL_RESPONSE } from '../support/vectors';

const HOST = 'https://api.mch.weixin.qq.com';
const BACKUP = 'https://api2.mch.weixin.qq.com';
const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 });
const CREDENTIAL: ICredentialDataDecryptedObject = {
	mchid: DEMO.mchid,
	serial: DEMO.serial,
	privateKey: merchant.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
	verification: 'publicKey',
	wechatPayPublicKeyId: OFFICIAL_RESPONSE.serial,
	wechatPayPublicKey: OFFICIAL_RESPONSE.publicKey,
	host: HOST,
	failover: true,
};
const META = `{"file_name":"seal.png","file_digest":"${GOLDEN_PNG_DIGEST}"}`;
const MEDIA = `${HOST}/v3/ecommerce/account/cancel-applications/media`;

const sign = async (request: OutgoingRequest, fields: object = {}) =>
	(await signHttpRequest({ ...CREDENTIAL, ...fields }, request)) as OutgoingRequest;
const headersOf = (result: OutgoingRequest) => result.headers as Record<string, string>;

interface Wire {
	path: string;
	body: Buffer;
	contentType: string;
}

/** The form that n8n's older helper makes of a plain `formData` object (n8n-core's createFormDataObject). */
function formOf(data: Record<string, unknown>): FormDataPackage {
	const form = new FormDataPackage();
	for (const [name, entry] of Object.entries(data)) {
		for (const value of Array.isArray(entry) ? (entry as unknown[]) : [entry]) {
			const isPair =
				typeof value === 'object' && value !== null && 'value' in value && 'options' in value;
			if (isPair) form.append(name, value.value, value.options as FormDataPackage.AppendOptions);
			else form.append(name, value);
		}
	}
	return form;
}

/**
 * What n8n makes of the options: the older helper for requests that have a `uri`, the newer one for
 * the others. Written after @n8n/backend-network 2.41 (axios/legacy.js, axios/request.js).
 */
function onTheWire(result: OutgoingRequest): Wire {
	for (const left of ['qs', 'baseURL', 'form', 'auth'] as const)
		expect(result[left]).toBeUndefined();
	const isLegacy = result.uri !== undefined;
	const url = new URL(String(result.url ?? result.uri));
	if (isLegacy) expect(result.uri).toBe(result.url);
	const path = url.pathname + url.search;
	const contentType = headersOf(result)['content-type'] ?? '';
	const { body } = result;
	if (isLegacy) {
		expect(contentType).not.toBe('application/x-www-form-urlencoded');
		if (result.formData !== undefined) {
			const form =
				result.formData instanceof FormDataPackage
					? result.formData
					: formOf(result.formData as Record<string, unknown>);
			return { path, body: form.getBuffer(), contentType: form.getHeaders()['content-type'] };
		}
		// Below this type the older helper spreads the body into fields.
		expect(contentType).not.toContain('multipart/form-data');
	}
	if (body instanceof FormDataPackage) {
		return {
			path,
			body: body.getBuffer(),
			contentType: contentType || body.getHeaders()['content-type'],
		};
	}
	expect(body === undefined || Buffer.isBuffer(body)).toBe(true);
	return { path, body: (body as Buffer | undefined) ?? Buffer.alloc(0), contentType };
}

/** What the server hashes: the body, or of a form the bytes of the part `meta`. */
function signedPart({ body, contentType }: Wire): Buffer {
	const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
	if (!contentType.startsWith('multipart/form-data') || boundary === undefined) return body;
	for (const piece of body.toString('latin1').split(`--${boundary}`)) {
		const [head, ...rest] = piece.split('\r\n\r\n');
		if (!/name="meta"/.test(head)) continue;
		expect(head).not.toMatch(/filename/i);
		return Buffer.from(rest.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1');
	}
	throw new Error('there is no meta part on the wire');
}

/** The Authorization header, taken apart. */
function authorizationOf(result: OutgoingRequest): Record<string, string> {
	const names = Object.keys(headersOf(result)).filter(
		(name) => name.toLowerCase() === 'authorization',
	);
	expect(names).toEqual(['authorization']);
	const [scheme, pairs] = headersOf(result).authorization.split(/ (.*)/s);
	expect(scheme).toBe('WECHATPAY2-SHA256-RSA2048');
	return Object.fromEntries(
		[...pairs.matchAll(/(\w+)="([^"]*)"(?:,|$)/g)].map(([, name, value]) => [name, value]),
	);
}

function isSigned(result: OutgoingRequest, path: string, signed: Buffer): boolean {
	const { timestamp, nonce_str: nonce, signature } = authorizationOf(result);
	const message = Buffer.concat([
		Buffer.from(`${String(result.method)}\n${path}\n${timestamp}\n${nonce}\n`),
		signed,
		Buffer.from('\n'),
	]);
	return verify('sha256', message, merchant.publicKey, Buffer.from(signature, 'base64'));
}

/** Checks the signature against what goes on the wire; gives that. */
function expectSigned(result: OutgoingRequest): Wire {
	const wire = onTheWire(result);
	expect(isSigned(result, wire.path, signedPart(wire))).toBe(true);
	expect(isSigned(result, `${wire.path}x`, signedPart(wire))).toBe(false);
	return wire;
}

/** A request in both shapes in which n8n hands it over. */
const SHAPES: Array<[string, (url: string, rest: OutgoingRequest) => OutgoingRequest]> = [
	['url', (url, rest) => ({ url, ...rest })],
	['uri', (uri, rest) => ({ uri, ...rest })],
];

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
		'is signed over nothing if the body is %p',
		async (body) => {
			const result = await sign(shape(`${HOST}/v3/x`, { method: 'POST', body: body as never }));
			expect(expectSigned(result).body).toHaveLength(0);
		},
	);

	it.each(['GET', 'HEAD', 'get'])('sends no body with %s, whatever was given', async (method) => {
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

	it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('signs the body of %s', async (method) => {
		const result = await sign(shape(`${HOST}/v3/x`, { method, body: { a: 1 } }));
		expect(expectSigned(result).body.toString()).toBe('{"a":1}');
	});

	it('is signed with its query, encoded once', async () => {
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
	])('is signed with the query that is in the URL: %s', async (given, path) => {
		const result = await sign(shape(HOST + given, {}));
		expect(expectSigned(result).path).toBe(path);
		expect(result.url).toBe(HOST + path);
	});

	it('is signed for the path alone', async () => {
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
	])('joins base %s and %j', async (baseURL, given, path) => {
		const result = await sign(shape(given, { baseURL }));
		expect(expectSigned(result).path).toBe(path);
		expect(
			String(result.url).startsWith(given.startsWith('http') ? HOST : new URL(baseURL).origin),
		).toBe(true);
	});

	it('may go to the backup host, as long as failover is on', async () => {
		expectSigned(await sign(shape(`${BACKUP}/v3/x`, {})));
		await rejection(sign(shape(`${BACKUP}/v3/x`, {}), { failover: false }));
	});

	it('may go to the custom host alone', async () => {
		const custom = { host: 'custom', customHost: 'http://127.0.0.1:8600' };
		expectSigned(await sign(shape('http://127.0.0.1:8600/v3/x', {}), custom));
		await rejection(sign(shape(`${HOST}/v3/x`, {}), custom));
		await rejection(sign(shape('http://127.0.0.1:8601/v3/x', {}), custom));
	});

	it('follows no redirect', async () => {
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

	it('is signed whatever its path, query and body are', async () => {
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
	it('names merchant, serial, a fresh nonce and the time in seconds', async () => {
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

	it('takes the place of what was there, under any name, and of basic authentication', async () => {
		const headers = { Authorization: 'Bearer old', AUTHORIZATION: 'x', authorization: 'y' };
		const auth = { username: 'u', password: 'p' };
		const result = await sign({ url: '/v3/x', headers, auth });
		expectSigned(result);
		expect(JSON.stringify(result)).not.toContain('Bearer old');
	});
});

describe('the other headers', () => {
	it('always hold Accept and User-Agent', async () => {
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
	])('turn Accept %j into %j', async (given, accept) => {
		const result = await sign({ url: '/v3/x', headers: { Accept: given } });
		expect(headersOf(result).accept).toBe(accept);
	});

	it('keep what the caller gives, under lower-case names', async () => {
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

	it('keep the Content-Type of the caller for JSON', async () => {
		const headers = { 'Content-Type': 'application/json; charset=utf-8' };
		const result = await sign({ url: '/v3/x', method: 'POST', headers, body: { a: 1 } });
		expect(expectSigned(result).contentType).toBe('application/json; charset=utf-8');
	});

	it('name the public key in public key mode alone, and never against the caller', async () => {
		const serial = async (fields: object, headers = {}) =>
			headersOf(await sign({ url: '/v3/x', headers }, fields))['wechatpay-serial'];
		expect(await serial({})).toBe(OFFICIAL_RESPONSE.serial);
		expect(await serial({ verification: 'none' })).toBeUndefined();
		expect(await serial({ verification: 'platformCertificate' })).toBeUndefined();
		expect(await serial({}, { 'Wechatpay-Serial': 'MINE' })).toBe('MINE');
		expect(await serial({ verification: 'none' }, { 'Wechatpay-Serial': 'MINE' })).toBe('MINE');
	});
});

const file: Part = {
	name: 'file',
	fileName: 'seal.png',
	contentType: 'image/png',
	content: GOLDEN_PNG,
};
const meta: Part = { name: 'meta', contentType: 'application/json', content: Buffer.from(META) };

describe('multipart as Buffer', () => {
	const post = async (
		parts: Part[],
		contentType = multipartContentType('B-1'),
		rest: OutgoingRequest = {},
	) =>
		await sign({
			url: MEDIA,
			method: 'POST',
			headers: { 'Content-Type': contentType },
			body: buildMultipart(parts, 'B-1') as never,
			...rest,
		});

	it('is sent as it is and signed over its meta part', async () => {
		for (const parts of [
			[meta, file],
			[file, meta],
			[{ name: 'meta', content: meta.content }, file],
		]) {
			const wire = expectSigned(await post(parts));
			expect(wire.body).toEqual(buildMultipart(parts, 'B-1'));
			expect(signedPart(wire).toString()).toBe(META);
			expect(wire.contentType).toBe('multipart/form-data; boundary=B-1');
		}
	});

	it('is signed over the very bytes of meta, Chinese and spaces included', async () => {
		const content = Buffer.from('{ "file_name" : "注销申请书.png" }\n');
		const wire = expectSigned(await post([{ ...meta, content }, file]));
		expect(signedPart(wire)).toEqual(content);
	});

	it('may be a text', async () => {
		const body = buildMultipart(
			[meta, { ...file, content: Buffer.from('text') }],
			'B-1',
		).toString();
		expectSigned(await post([], 'multipart/form-data; boundary="B-1"', { body: body as never }));
	});

	it.each<[string, Part[], string | undefined, RegExp]>([
		[
			'meta has a file name',
			[{ ...meta, fileName: 'm.json' }, file],
			undefined,
			/"meta" has a file name/,
		],
		[
			'meta has an empty file name',
			[{ ...meta, fileName: '' }, file],
			undefined,
			/"meta" has a file name/,
		],
		['there is no meta', [file], undefined, /no text field "meta"/],
		[
			'the boundary is another',
			[meta, file],
			'multipart/form-data; boundary=C',
			/no text field "meta"/,
		],
		['there is no boundary', [meta, file], 'multipart/form-data', /names no boundary/],
	])('is refused if %s', async (_why, parts, contentType, said) => {
		const { message, hint } = await rejection(post(parts, contentType));
		expect(message).toMatch(said);
		expect(hint).not.toBe('');
	});

	it.each(['multipart/form-data; boundary=B-1', 'multipart/form-data'])(
		'is refused from the HTTP Request node, which would spread it byte by byte (%s)',
		async (contentType) => {
			const { message, hint } = await rejection(
				post([meta, file], contentType, { url: undefined, uri: MEDIA }),
			);
			expect(message).toContain('cannot send a finished multipart body');
			expect(hint).toContain('Form-Data');
		},
	);
});

describe('multipart as form-data instance', () => {
	const form = (options?: FormDataPackage.AppendOptions, name = 'meta', value: unknown = META) => {
		const made = new FormDataPackage();
		made.append('file', GOLDEN_PNG, { filename: 'seal.png', contentType: 'image/png' });
		made.append(name, value, options);
		return made;
	};

	/** HTTP Request from 4.2 on puts it into `formData`, other nodes into `body`. */
	const PLACES: Array<[string, (made: FormDataPackage) => OutgoingRequest]> = [
		[
			'formData of uri',
			(made) => ({ uri: MEDIA, method: 'POST', formData: made, headers: made.getHeaders() }),
		],
		[
			'body of url',
			(made) => ({ url: MEDIA, method: 'POST', body: made as never, headers: made.getHeaders() }),
		],
		[
			'body of url, without headers',
			(made) => ({ url: MEDIA, method: 'POST', body: made as never }),
		],
	];

	describe.each(PLACES)('in %s', (_place, put) => {
		it('is sent as it is and signed over its meta', async () => {
			for (const made of [
				form(),
				form({ contentType: 'application/json' }),
				form(undefined, 'meta', Buffer.from(META)),
			]) {
				const result = await sign(put(made));
				expect(result.formData ?? result.body).toBe(made);
				expect(signedPart(expectSigned(result)).toString()).toBe(META);
			}
		});

		it.each<[string, () => FormDataPackage, RegExp]>([
			['meta has a file name', () => form({ filename: 'meta.json' }), /"meta" has a file name/],
			['meta has a file path', () => form({ filepath: 'a/meta.json' }), /"meta" has a file name/],
			['there is no meta', () => form(undefined, 'Meta'), /no text field "meta"/],
			[
				'meta is a stream',
				() => form(undefined, 'meta', Readable.from(['x'])),
				/no text field "meta"/,
			],
			['it is empty', () => new FormDataPackage(), /no text field "meta"/],
		])('is refused if %s', async (_why, make, said) => {
			const { message, hint } = await rejection(sign(put(make())));
			expect(message).toMatch(said);
			expect(hint).toMatch(/meta/);
		});
	});

	it('may hold a file as stream: only meta is signed', async () => {
		const made = new FormDataPackage();
		made.append('meta', META);
		made.append('file', Readable.from([GOLDEN_PNG]), {
			filename: 'a.png',
			knownLength: GOLDEN_PNG.length,
		});
		const result = await sign({ uri: MEDIA, method: 'POST', formData: made });
		expect(isSigned(result, new URL(MEDIA).pathname, Buffer.from(META))).toBe(true);
	});

	it('is not taken in by a field that looks like the head of meta', async () => {
		const made = new FormDataPackage();
		made.append('note', 'Content-Disposition: form-data; name="meta"');
		made.append('meta', META);
		expectSigned(await sign({ uri: MEDIA, method: 'POST', formData: made }));
	});
});

describe('multipart as native FormData', () => {
	const form = () => {
		const made = new FormData();
		made.append('meta', META);
		made.append('file', new Blob([GOLDEN_PNG], { type: 'image/png' }), '注"销.png');
		return made;
	};
	const post = async (made: FormData) =>
		await sign({ url: MEDIA, method: 'POST', body: made as never });

	it('is written out, with line breaks as they are, and signed over its meta', async () => {
		const made = form();
		made.set('meta', `${META}\n\r \r\n`);
		const wire = expectSigned(await post(made));
		expect(signedPart(wire).toString()).toBe(`${META}\n\r \r\n`);
		const text = wire.body.toString('latin1');
		expect(text).toContain('name="meta"\r\n\r\n');
		expect(text).toContain(`filename="${Buffer.from('注').toString('latin1')}%22`);
		expect(text).toContain('Content-Type: image/png\r\n\r\n\x89PNG');
		const digest = createHash('sha256').update(GOLDEN_PNG).digest('hex');
		const begin = wire.body.indexOf(GOLDEN_PNG);
		const sent = wire.body.subarray(begin, begin + GOLDEN_PNG.length);
		expect(createHash('sha256').update(sent).digest('hex')).toBe(digest);
	});

	it('gives a file without a type the general one', async () => {
		const made = form();
		made.set('file', new Blob([GOLDEN_PNG]), 'a.png');
		const wire = expectSigned(await post(made));
		expect(wire.body.toString('latin1')).toContain(
			'Content-Type: application/octet-stream\r\n\r\n\x89PNG',
		);
	});

	it('takes a boundary of its own over the header of the caller', async () => {
		const headers = { 'Content-Type': 'multipart/form-data' };
		const result = await sign({ url: MEDIA, method: 'POST', body: form() as never, headers });
		expectSigned(result);
		const again = await post(form());
		expect(headersOf(again)['content-type']).not.toBe(headersOf(result)['content-type']);
	});

	it('is refused if meta is a file or absent', async () => {
		const blob = form();
		blob.set('meta', new Blob([META], { type: 'application/json' }));
		expect((await rejection(post(blob))).message).toContain('"meta" has a file name');
		const none = form();
		none.delete('meta');
		expect((await rejection(post(none))).message).toContain('no text field "meta"');
	});
});

describe('multipart as plain formData (HTTP Request below 4.2)', () => {
	const filePart = {
		value: GOLDEN_PNG,
		options: { filename: 'seal.png', contentType: 'image/png' },
	};
	const post = async (formData: object) => await sign({ uri: MEDIA, method: 'POST', formData });

	it.each([
		['a text', META],
		['a Buffer', Buffer.from(META)],
		['a value with options', { value: META, options: {} }],
		['a value with a type', { value: META, options: { contentType: 'application/json' } }],
	])('is left as it is and signed over meta, given as %s', async (_how, value) => {
		const formData = { meta: value, file: filePart };
		const result = await post(formData);
		expect(result.formData).toBe(formData);
		expect(result.body).toBeUndefined();
		expect(signedPart(expectSigned(result)).toString()).toBe(META);
	});

	it.each<[string, object, RegExp]>([
		[
			'a file name',
			{ meta: { value: META, options: { filename: 'm.json' } } },
			/"meta" has a file name/,
		],
		[
			'a file path',
			{ meta: { value: META, options: { filepath: 'm.json' } } },
			/"meta" has a file name/,
		],
		['no meta', { file: filePart }, /no text field "meta"/],
		['meta as number', { meta: 5 }, /no text field "meta"/],
		['meta as list', { meta: [META] }, /no text field "meta"/],
		['meta as object', { meta: { a: 1 } }, /no text field "meta"/],
		['nothing', {}, /no text field "meta"/],
	])('is refused with %s', async (_what, formData, said) => {
		expect((await rejection(post(formData))).message).toMatch(said);
	});
});

describe.each(SHAPES)('a body that cannot be signed, with %s', (_name, shape) => {
	const post = async (rest: OutgoingRequest) =>
		await rejection(sign(shape(`${HOST}/v3/x`, { method: 'POST', ...rest })));

	it.each<[string, OutgoingRequest, RegExp, RegExp]>([
		[
			'a stream',
			{ body: Readable.from(['x']) as never },
			/stream cannot be signed/,
			/JSON.*Form-Data/,
		],
		['a URL-encoded form', { form: { a: 1 } }, /URL-encoded/, /JSON as Body Content Type/],
		['an empty URL-encoded form', { form: {} }, /URL-encoded/, /JSON/],
		['a URL-encoded form as text', { form: 'a=1' }, /URL-encoded/, /JSON/],
		['URL parameters', { body: new URLSearchParams('a=1') as never }, /URL-encoded/, /JSON/],
		[
			'a text under a URL-encoded type',
			{ body: 'a=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
			/URL-encoded/,
			/JSON/,
		],
		[
			'an object under a URL-encoded type',
			{
				body: { a: 1 },
				headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
			},
			/URL-encoded/,
			/JSON/,
		],
		[
			'an object under a multipart type',
			{ body: { meta: META }, headers: { 'Content-Type': 'multipart/form-data' } },
			/cannot be sent as JSON/,
			/Form-Data/,
		],
		[
			'a nested query object',
			{ qs: { filter: { a: 1 } } },
			/^Query parameter "filter" is an object$/,
			/no nested/,
		],
		[
			'an object in a list of the query',
			{ qs: { list: ['a', { b: 1 }] } },
			/^Query parameter "list" is an object$/,
			/no nested/,
		],
		['half a character in the query', { qs: { a: 'x\ud83d' } }, /half a character/, /again/],
		[
			'half a character in a name of the query',
			{ qs: { 'x\ude00': '1' } },
			/half a character/,
			/again/,
		],
	])('is refused: %s', async (_what, rest, said, remedy) => {
		const { message, hint } = await post(rest);
		expect(message).toMatch(said);
		expect(hint).toMatch(remedy);
	});
});

describe.each(SHAPES)("a URL that is not the credential's, with %s", (_name, shape) => {
	it.each([
		'https://evil.example/v3/x',
		'https://api.mch.weixin.qq.com@evil.example/v3/x',
		'https://api.mch.weixin.qq.com:443@evil.example/v3/x',
		'https://api.mch.weixin.qq.com.evil.example/v3/x',
		'https://api.mch.weixin.qq.com./v3/x',
		'https://evilapi.mch.weixin.qq.com/v3/x',
		'http://api.mch.weixin.qq.com/v3/x',
		'https://api.mch.weixin.qq.com:444/v3/x',
		'https://api.mch.weixin.qq.com:80/v3/x',
		'https://apihk.mch.weixin.qq.com/v3/x',
		'https://api.mch.weixin.qq.com%2eevil.example/v3/x',
		'https://user@api.mch.weixin.qq.com/v3/x',
		'https://user:secret@api.mch.weixin.qq.com/v3/x',
		'https://:secret@api.mch.weixin.qq.com/v3/x',
		'https://evil.example\\@api.mch.weixin.qq.com/v3/x',
		'//evil.example/v3/x',
		'\\\\evil.example/v3/x',
		'blob:https://api.mch.weixin.qq.com/v3/x',
		'blob:https:api.mch.weixin.qq.com/v3/x',
		'file://api.mch.weixin.qq.com/v3/x',
		'ftp://api.mch.weixin.qq.com/v3/x',
		'wss://api.mch.weixin.qq.com/v3/x',
		'data:text/plain,x',
		'javascript:alert(1)',
	])('%s is refused', async (url) => {
		const { message, hint } = await rejection(sign(shape(url, {})));
		expect(message).toMatch(
			/^This credential signs requests to https:\/\/api\.mch\.weixin\.qq\.com only, not to /,
		);
		expect(message).not.toContain('secret');
		expect(hint).toContain('API Host');
	});

	it('is refused as base', async () => {
		await rejection(sign(shape('/v3/x', { baseURL: 'https://evil.example' })));
		await rejection(sign(shape('//evil.example/x', { baseURL: HOST })));
		await rejection(sign(shape('@evil.example/x', { baseURL: 'https://user:x' })));
	});

	it.each(['https://', 'https://a b/', 'https://[::1/', 'http://api.mch.weixin.qq.com:99999'])(
		'%s is called no URL',
		async (url) => {
			expect((await rejection(sign(shape(url, {})))).message).toContain('is not a URL');
		},
	);

	it('is never signed for, whatever is typed', async () => {
		const piece = fc.oneof(
			fc.constantFrom(
				...[
					'https:',
					'http:',
					'//',
					'/',
					'\\',
					'@',
					':',
					'.',
					'#',
					'?',
					'%2f',
					'%40',
					'\t',
					'\n',
					'blob:',
					'443',
					'。',
					' ',
				],
				...['api.mch.weixin.qq.com', 'evil.example', 'v3', 'user'],
			),
			fc.string({ unit: 'binary', maxLength: 3 }),
		);
		const anyUrl = fc.array(piece, { maxLength: 9 }).map((all) => all.join(''));
		const origins = [HOST, BACKUP];
		await fc.assert(
			fc.asyncProperty(anyUrl, fc.option(anyUrl), async (url, baseURL) => {
				const attempt = sign(shape(url, { baseURL: baseURL ?? undefined }));
				const outcome = await attempt.then(
					(result) => new URL(String(result.url)),
					async () => await rejection(attempt),
				);
				if (!(outcome instanceof URL)) return;
				expect(origins).toContain(`${outcome.protocol}//${outcome.host}`);
				expect([outcome.username, outcome.password]).toEqual(['', '']);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('what n8n hands over beside', () => {
	it('is left as it is', async () => {
		const rest = {
			json: true,
			timeout: 5,
			encoding: 'arraybuffer' as const,
			skipSslCertificateValidation: false,
		};
		expect(await sign({ url: '/v3/x', ...rest })).toMatchObject(rest);
	});

	it('is not changed', async () => {
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

	it('gives way to the signal of the transport: n8n overwrites the other one', async () => {
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

	it('is refused with a credential that cannot be read', async () => {
		expect((await rejection(sign({ url: '/v3/x' }, { privateKey: 'x' }))).message).toMatch(
			/^Merchant Private Key/,
		);
	});
});
