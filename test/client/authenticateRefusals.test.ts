/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { OutgoingRequest } from '../../nodes/WechatPay/client/outgoingRequest';
import { rejection } from '../support/refusal';
import { BACKUP, expectSigned, HOST, META, SHAPES, sign } from '../support/signing';
import { anyCharacter } from '../support/texts';

describe.each(SHAPES)('an unsupported body or query, with %s', (_name, shape) => {
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
		['half a character in the query', { qs: { a: 'x\ud83d' } }, /incomplete character/, /again/],
		[
			'half a character in a name of the query',
			{ qs: { 'x\ude00': '1' } },
			/incomplete character/,
			/again/,
		],
	])('is rejected: %s', async (_what, rest, said, remedy) => {
		const { message, hint } = await post(rest);
		expect(message).toMatch(said);
		expect(hint).toMatch(remedy);
	});
});

describe.each(SHAPES)('a JSON body, with %s', (_name, shape) => {
	const post = (body: unknown) =>
		sign(shape(`${HOST}/v3/x`, { method: 'POST', body: body as never }));

	const lost: Array<[type: string, value: unknown]> = [
		['Blob', new Blob(['x'])],
		['File', new File(['x'], 'a.png')],
		['ArrayBuffer', new ArrayBuffer(3)],
		['SharedArrayBuffer', new SharedArrayBuffer(3)],
		['DataView', new DataView(new ArrayBuffer(3))],
		['Float32Array', new Float32Array([1, 2])],
		['Uint16Array', new Uint16Array(0)],
		['Map', new Map([['a', 1]])],
		['Set', new Set([1])],
		['WeakMap', new WeakMap()],
		['Promise', Promise.resolve({ a: 1 })],
		['RegExp', /a/],
		['Error', new Error('x')],
		['ReadableStream', new ReadableStream()],
		['Headers', new Headers({ a: 'b' })],
		[
			'Hidden',
			new (class Hidden {
				readonly #a = 1;

				get a() {
					return this.#a;
				}
			})(),
		],
	];

	it.each(lost)('is rejected if it is of the type %s', async (type, value) => {
		const { message, hint } = await rejection(post(value));
		expect(message).toBe(`The body is of the type ${type}, which JSON cannot hold`);
		expect(hint).toMatch(/object.*Form-Data/);
	});

	it.each(lost)('is rejected if a field is of the type %s', async (type, value) => {
		for (const body of [{ a: 1, file: value }, { list: [{ file: value }] }]) {
			const { message } = await rejection(post(body));
			expect(message).toBe(`"file" in the body is of the type ${type}, which JSON cannot hold`);
		}
	});

	it.each([
		['a function', () => 1],
		['a symbol', Symbol('x')],
	])('is rejected if it is %s', async (what, value) => {
		expect((await rejection(post(value))).message).toBe(
			`The body is ${what}, which JSON cannot hold`,
		);
	});

	it.each<[string, unknown, string]>([
		['a plain object', { a: { b: {} }, c: [] }, '{"a":{"b":{}},"c":[]}'],
		['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
		['an empty one', Object.create(null), '{}'],
		[
			'an object of another realm',
			runInNewContext('({ a: 1, b: {}, c: [{}] })'),
			'{"a":1,"b":{},"c":[{}]}',
		],
		[
			'a class with fields',
			new (class {
				a = 1;
			})(),
			'{"a":1}',
		],
		['a date', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
		['what says how it is written', { a: { toJSON: () => ({}) } }, '{"a":{}}'],
		['a number', 5, '5'],
	])('is signed and sent if it is %s', async (_what, body, text) => {
		expect(expectSigned(await post(body)).body.toString()).toBe(text);
	});
});

describe.each(SHAPES)('the URL, with %s', (_name, shape) => {
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
	])('is rejected: %s', async (url) => {
		const { message, hint } = await rejection(sign(shape(url, {})));
		expect(message).toMatch(
			/^This credential signs requests to https:\/\/api\.mch\.weixin\.qq\.com only, not to /,
		);
		expect(message).not.toContain('secret');
		expect(hint).toContain('API Host');
	});

	it('is rejected if the base URL has another origin', async () => {
		await rejection(sign(shape('/v3/x', { baseURL: 'https://evil.example' })));
		await rejection(sign(shape('//evil.example/x', { baseURL: HOST })));
		await rejection(sign(shape('@evil.example/x', { baseURL: 'https://user:x' })));
	});

	it.each(['https://', 'https://a b/', 'https://[::1/', 'http://api.mch.weixin.qq.com:99999'])(
		'is rejected as invalid: %s',
		async (url) => {
			expect((await rejection(sign(shape(url, {})))).message).toContain('is not a URL');
		},
	);

	it('is never signed for another origin with random input', async () => {
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
			fc.string({ unit: anyCharacter, maxLength: 3 }),
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
