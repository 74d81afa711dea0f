import fc from 'fast-check';
import FormDataPackage from 'form-data';
import {
	buildMultipart,
	findPart,
	multipartContentType,
	readBoundary,
	readPartHead,
} from '../../nodes/WechatPay/protocol/multipart';
import type { Part } from '../../nodes/WechatPay/protocol/multipart';
import { anyCharacter } from '../support/texts';

const BOUNDARY = 'n8n-nodes-wechatpay-0123456789ABCDEF';

/** What the form-data package writes for the same parts. */
function reference(parts: readonly Part[], boundary: string): FormDataPackage {
	const form = new FormDataPackage();
	form.setBoundary(boundary);
	for (const { name, content, fileName, contentType } of parts) {
		// It makes up a type for a Buffer without one, so a plain field goes in as text.
		const value =
			contentType === undefined ? Buffer.from(content).toString('utf8') : Buffer.from(content);
		form.append(name, value, { filename: fileName, contentType });
	}
	return form;
}

const drain = async (form: FormDataPackage): Promise<Buffer> =>
	await new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		form.on('data', (chunk: Buffer | string) => chunks.push(Buffer.from(chunk)));
		form.on('error', reject);
		form.on('end', () => resolve(Buffer.concat(chunks)));
		form.resume();
	});

describe('buildMultipart', () => {
	it('matches the layout of the official documentation', () => {
		const parts = [
			{ name: 'meta', contentType: 'application/json', content: Buffer.from('{"a":"中"}') },
			{
				name: 'file',
				fileName: 'a.png',
				contentType: 'image/png',
				content: Buffer.from([0, 255, 13]),
			},
		];
		expect(buildMultipart(parts, 'B')).toEqual(
			Buffer.concat([
				Buffer.from('--B\r\nContent-Disposition: form-data; name="meta"\r\n'),
				Buffer.from('Content-Type: application/json\r\n\r\n{"a":"中"}\r\n'),
				Buffer.from('--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'),
				Buffer.from('Content-Type: image/png\r\n\r\n'),
				Buffer.from([0, 255, 13]),
				Buffer.from('\r\n--B--\r\n'),
			]),
		);
	});

	it('writes no Content-Type for a part without one', () => {
		const text = buildMultipart([{ name: 'meta', content: Buffer.from('x') }], 'B').toString();
		expect(text).toBe('--B\r\nContent-Disposition: form-data; name="meta"\r\n\r\nx\r\n--B--\r\n');
	});

	it('keeps a content type on one line', () => {
		const part = { name: 'a', contentType: 'image/png\r\nX-Evil: 1', content: Buffer.alloc(0) };
		const text = buildMultipart([part], 'B').toString();
		expect(text).toContain('Content-Type: image/png X-Evil: 1\r\n\r\n');
	});

	const anyText = fc.oneof(
		fc.string({ unit: anyCharacter, maxLength: 60 }),
		fc.string({ unit: 'grapheme', maxLength: 60 }),
		fc
			.array(fc.constantFrom('"', '\r', '\n', '\\', ';', '%22', '注', '\u0000', '\ud83d', 'a'), {
				maxLength: 12,
			})
			.map((all) => all.join('')),
	);
	// form-data cuts a file name at a slash, and leaves an empty one out.
	const fileName = anyText.map((text) => text.replace(/\//g, '')).filter((text) => text !== '');
	const field = fc.record({
		name: anyText,
		content: fc.string({ unit: anyCharacter }).map((text) => Buffer.from(text)),
	});
	const typed = fc.record({
		name: anyText,
		content: fc.uint8Array({ maxLength: 500 }),
		contentType: fc.constantFrom('application/json', 'image/png', 'text/plain; charset=utf-8'),
	});
	const file = fc.tuple(typed, fileName).map(([part, name]): Part => ({ ...part, fileName: name }));
	const anyParts = fc.array(fc.oneof<fc.Arbitrary<Part>[]>(field, typed, file), {
		minLength: 1,
		maxLength: 5,
	});
	const boundary = fc.stringMatching(/^[0-9A-Za-z'()+_,./:=?-]{20,60}$/);

	it('matches the output of form-data byte for byte', () => {
		fc.assert(
			fc.property(anyParts, boundary, (parts, mark) => {
				expect(buildMultipart(parts, mark)).toEqual(reference(parts, mark).getBuffer());
			}),
			{ numRuns: 500 },
		);
	});

	it('matches the stream of form-data', async () => {
		const run = async (parts: Part[], mark: string) =>
			expect(buildMultipart(parts, mark)).toEqual(await drain(reference(parts, mark)));
		await fc.assert(fc.asyncProperty(anyParts, boundary, run), { numRuns: 50 });
	});

	it('has the same Content-Type header as form-data', () => {
		const form = reference([{ name: 'a', content: Buffer.from('b') }], BOUNDARY);
		expect(multipartContentType(BOUNDARY)).toBe(form.getHeaders()['content-type']);
		expect(readBoundary(multipartContentType(BOUNDARY))).toBe(BOUNDARY);
	});

	it('keeps any name within its header line', () => {
		fc.assert(
			fc.property(anyText, anyText, (name, given) => {
				const parts = [
					{ name, fileName: given, contentType: 'image/png', content: Buffer.from('first') },
					{ name: 'last', content: Buffer.from('second') },
				];
				const body = buildMultipart(parts, BOUNDARY).toString('utf8');
				const pieces = body.split(`--${BOUNDARY}`);
				expect(pieces).toHaveLength(4);
				const [disposition, type, blank, content, rest] = pieces[1].split('\r\n').slice(1);
				expect(disposition).toMatch(
					/^Content-Disposition: form-data; name="[^"\r\n]*"; filename="[^"\r\n]*"$/,
				);
				expect([type, blank, content, rest]).toEqual(['Content-Type: image/png', '', 'first', '']);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('readBoundary', () => {
	it.each([
		['multipart/form-data; boundary=abc', 'abc'],
		['multipart/form-data;boundary=abc', 'abc'],
		['Multipart/Form-Data; charset=utf-8; Boundary=abc; x=y', 'abc'],
		['multipart/form-data; boundary="a b;c"', 'a b;c'],
		[' multipart/form-data; boundary=a=b', 'a=b'],
		['multipart/form-data', undefined],
		['multipart/form-data; boundary=', undefined],
		['multipart/form-data; notboundary=abc', undefined],
		['multipart/mixed; boundary=abc', undefined],
		['application/json; boundary=abc', undefined],
		['application/json', undefined],
		['', undefined],
	])('reads %j as %j', (contentType, named) => {
		expect(readBoundary(contentType)).toBe(named);
	});

	it('handles any header without an exception', () => {
		const any = fc.oneof(
			fc.string({ unit: anyCharacter, maxLength: 300 }),
			fc.string({ maxLength: 100 }).map((text) => `multipart/form-data; boundary=${text}`),
		);
		fc.assert(
			fc.property(any, (header) => {
				const named = readBoundary(header);
				expect(named === undefined || (named.length > 0 && header.includes(named))).toBe(true);
			}),
		);
		expect(readBoundary(`multipart/form-data${'; '.repeat(10_000)}`)).toBeUndefined();
	});
});

describe('readPartHead', () => {
	it.each([
		['Content-Disposition: form-data; name="meta"', 'meta', undefined],
		['content-disposition:form-data;name="meta"', 'meta', undefined],
		['Content-Type: a\r\nContent-Disposition: form-data; name="meta"\r\nX: y', 'meta', undefined],
		['Content-Disposition: form-data; name="meta"; filename="m.json"', 'meta', 'm.json'],
		['Content-Disposition: form-data; filename="m.json"; name="meta"', 'meta', 'm.json'],
		['Content-Disposition: form-data; name="meta"; filename=m.json', 'meta', 'm.json'],
		['Content-Disposition: form-data; name="meta"; filename=""', 'meta', ''],
		[
			'Content-Disposition: form-data; name="meta"; filename*=UTF-8\'\'m.json',
			'meta',
			"UTF-8''m.json",
		],
		['Content-Disposition: form-data; filename="name=meta"', '', 'name=meta'],
		['Content-Type: name="meta"', '', undefined],
		['', '', undefined],
	])('reads %j', (head, name, fileName) => {
		expect(readPartHead(head)).toEqual({ name, fileName });
	});

	it('detects a file name with a semicolon', () => {
		const head = 'Content-Disposition: form-data; name="meta"; filename="a;b.json"';
		expect(readPartHead(head).fileName).toBeDefined();
	});
});

describe('findPart', () => {
	const meta = (content: Buffer): Part => ({
		name: 'meta',
		contentType: 'application/json',
		content,
	});
	// Everything that looks like a boundary without being one.
	const lookalike = fc.constantFrom(
		...['--', '\r\n', '\r\n\r\n', '\r\n--', '\n', BOUNDARY, `--${BOUNDARY}`, `-${BOUNDARY}`],
		...[`\n--${BOUNDARY}`, `\r--${BOUNDARY}`, `\r\n-${BOUNDARY}`, `\r\n --${BOUNDARY}`],
		...[`\r\n--${BOUNDARY.slice(0, -1)}`, `--${BOUNDARY}--`, `\r\n--${BOUNDARY.toLowerCase()}`],
		'Content-Disposition: form-data; name="meta"\r\n\r\nfalse',
	);
	const content = fc
		.array(fc.oneof(lookalike, fc.string({ unit: anyCharacter, maxLength: 9 })), { maxLength: 9 })
		.map((pieces) => Buffer.from(pieces.join('')))
		.filter((bytes) => !bytes.includes(`\r\n--${BOUNDARY}`));
	const others = fc.array(
		fc
			.record({
				name: fc.constantFrom('file', 'Meta', 'metadata', 'x"; name="meta', ''),
				content,
				fileName: fc.constantFrom(undefined, 'a.png', '"; name="meta'),
			})
			.map((part): Part => part),
		{ maxLength: 3 },
	);

	it('returns the exact bytes of the part at any position', () => {
		fc.assert(
			fc.property(others, content, others, (before, bytes, after) => {
				const body = buildMultipart([...before, meta(bytes), ...after], BOUNDARY);
				expect(findPart(body, BOUNDARY, 'meta')).toEqual({
					name: 'meta',
					fileName: undefined,
					content: bytes,
				});
			}),
			{ numRuns: 1000 },
		);
	});

	it('returns undefined if the part is missing', () => {
		fc.assert(
			fc.property(others, (parts) => {
				expect(findPart(buildMultipart(parts, BOUNDARY), BOUNDARY, 'meta')).toBeUndefined();
			}),
		);
	});

	it('returns the file name of the part', () => {
		const body = buildMultipart([{ ...meta(Buffer.from('{}')), fileName: 'm.json' }], BOUNDARY);
		expect(findPart(body, BOUNDARY, 'meta')).toMatchObject({ fileName: 'm.json' });
	});

	it('skips text before the first boundary', () => {
		const body = Buffer.concat([
			Buffer.from('preamble\r\n'),
			buildMultipart([meta(Buffer.from('{}'))], 'B'),
		]);
		expect(findPart(body, 'B', 'meta')?.content.toString()).toBe('{}');
	});

	it.each([
		['an empty body', ''],
		[
			'another boundary',
			'--C\r\nContent-Disposition: form-data; name="meta"\r\n\r\nx\r\n--C--\r\n',
		],
		['a part that is cut', '--B\r\nContent-Disposition: form-data; name="meta"\r\n\r\nx'],
		['a head that is cut', '--B\r\nContent-Disposition: form-data; name="meta"\r\n'],
		['line feeds alone', '--B\nContent-Disposition: form-data; name="meta"\n\nx\n--B--\n'],
		[
			'a head without its blank line: the next part is not its content',
			'--B\r\nContent-Disposition: form-data; name="meta"\r\n--B\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--B--\r\n',
		],
		['the last boundary alone', '--B--\r\n'],
	])('returns undefined for %s', (_what, body) => {
		expect(findPart(Buffer.from(body), 'B', 'meta')).toBeUndefined();
	});

	it('handles any bytes and boundary without an exception', () => {
		const pieces = fc.array(
			fc.oneof(lookalike, fc.constant(`\r\n--${BOUNDARY}\r\n`), fc.string({ unit: anyCharacter })),
			{
				maxLength: 20,
			},
		);
		fc.assert(
			fc.property(
				pieces,
				fc.oneof(fc.constant(BOUNDARY), fc.string({ maxLength: 5 })),
				(all, mark) => {
					const found = findPart(Buffer.from(all.join('')), mark, 'meta');
					expect(found === undefined || found.name === 'meta').toBe(true);
				},
			),
			{ numRuns: 1000 },
		);
	});

	it('visits each of 20,000 boundaries only once', () => {
		const body = Buffer.from('\r\n--B'.repeat(20_000));
		const indexOf = jest.spyOn(body, 'indexOf');
		expect(findPart(body, 'B', 'meta')).toBeUndefined();
		expect(indexOf.mock.calls.length).toBeLessThan(10);
		const parts = Array.from({ length: 5_000 }, () => ({ name: 'x', content: Buffer.from('y') }));
		expect(findPart(buildMultipart(parts, 'B'), 'B', 'meta')).toBeUndefined();
	});
});
