/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import FormDataPackage from 'form-data';
import { buildMultipart, multipartContentType } from '../../nodes/WechatPay/protocol/multipart';
import type { Part } from '../../nodes/WechatPay/protocol/multipart';
import type { OutgoingRequest } from '../../nodes/WechatPay/client/outgoingRequest';
import { rejection } from '../support/refusal';
import { GOLDEN_PNG } from '../support/vectors';
import {
	expectSigned,
	headersOf,
	isSigned,
	MEDIA,
	META,
	sign,
	signedPart,
} from '../support/signing';

const file: Part = {
	name: 'file',
	fileName: 'seal.png',
	contentType: 'image/png',
	content: GOLDEN_PNG,
};
const meta: Part = { name: 'meta', contentType: 'application/json', content: Buffer.from(META) };

describe('a multipart Buffer', () => {
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

	it('is sent unchanged and signed over its meta part', async () => {
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

	it('is signed over the exact bytes of meta, including Chinese characters and spaces', async () => {
		const content = Buffer.from('{ "file_name" : "注销申请书.png" }\n');
		const wire = expectSigned(await post([{ ...meta, content }, file]));
		expect(signedPart(wire)).toEqual(content);
	});

	it('may be a string', async () => {
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
	])('is rejected if %s', async (_why, parts, contentType, said) => {
		const { message, hint } = await rejection(post(parts, contentType));
		expect(message).toMatch(said);
		expect(hint).not.toBe('');
	});

	it.each(['multipart/form-data; boundary=B-1', 'multipart/form-data'])(
		'is rejected from the HTTP Request node (%s)',
		async (contentType) => {
			const { message, hint } = await rejection(
				post([meta, file], contentType, { url: undefined, uri: MEDIA }),
			);
			expect(message).toContain('cannot send a finished multipart body');
			expect(hint).toContain('Form-Data');
		},
	);
});

describe('a form-data instance', () => {
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
		it('is sent unchanged and signed over meta', async () => {
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
		])('is rejected if %s', async (_why, make, said) => {
			const { message, hint } = await rejection(sign(put(make())));
			expect(message).toMatch(said);
			expect(hint).toMatch(/meta/);
		});
	});

	it('may contain a file stream because only meta is signed', async () => {
		const made = new FormDataPackage();
		made.append('meta', META);
		made.append('file', Readable.from([GOLDEN_PNG]), {
			filename: 'a.png',
			knownLength: GOLDEN_PNG.length,
		});
		const result = await sign({ uri: MEDIA, method: 'POST', formData: made });
		expect(isSigned(result, new URL(MEDIA).pathname, Buffer.from(META))).toBe(true);
	});

	it('ignores a field value that looks like the header of meta', async () => {
		const made = new FormDataPackage();
		made.append('note', 'Content-Disposition: form-data; name="meta"');
		made.append('meta', META);
		expectSigned(await sign({ uri: MEDIA, method: 'POST', formData: made }));
	});
});

describe('a native FormData', () => {
	const form = () => {
		const made = new FormData();
		made.append('meta', META);
		made.append('file', new Blob([GOLDEN_PNG], { type: 'image/png' }), '注"销.png');
		return made;
	};
	const post = async (made: FormData) =>
		await sign({ url: MEDIA, method: 'POST', body: made as never });

	it('is serialized with its original line breaks and signed over meta', async () => {
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

	it('is serialized to the same bytes for the same time and nonce', async () => {
		const stamp = { timestamp: 1554208460, nonce: 'NONCE' };
		const request = { url: MEDIA, method: 'POST' as const, body: form() as never };
		const result = await sign(request, {}, stamp);
		expect(headersOf(result)['content-type']).toBe(
			'multipart/form-data; boundary=n8n-nodes-wechatpay-NONCE',
		);
		expect(await sign(request, {}, stamp)).toEqual(result);
	});

	it('uses application/octet-stream for a file without a type', async () => {
		const made = form();
		made.set('file', new Blob([GOLDEN_PNG]), 'a.png');
		const wire = expectSigned(await post(made));
		expect(wire.body.toString('latin1')).toContain(
			'Content-Type: application/octet-stream\r\n\r\n\x89PNG',
		);
	});

	it('replaces the Content-Type of the caller with a unique boundary', async () => {
		const headers = { 'Content-Type': 'multipart/form-data' };
		const result = await sign({ url: MEDIA, method: 'POST', body: form() as never, headers });
		expectSigned(result);
		const again = await post(form());
		expect(headersOf(again)['content-type']).not.toBe(headersOf(result)['content-type']);
	});

	it('is rejected if meta is a file or missing', async () => {
		const blob = form();
		blob.set('meta', new Blob([META], { type: 'application/json' }));
		expect((await rejection(post(blob))).message).toContain('"meta" has a file name');
		const none = form();
		none.delete('meta');
		expect((await rejection(post(none))).message).toContain('no text field "meta"');
	});
});

describe('a plain formData object (HTTP Request before 4.2)', () => {
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
	])('is sent unchanged and signed over meta given as %s', async (_how, value) => {
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
	])('is rejected with %s', async (_what, formData, said) => {
		expect((await rejection(post(formData))).message).toMatch(said);
	});
});
