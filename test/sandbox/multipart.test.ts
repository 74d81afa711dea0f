import { Sandbox, type SandboxKeys } from '../../sandbox';
import {
	BMP,
	COMPLAINT_MEDIA,
	JPEG,
	MERCHANT_MEDIA,
	PNG,
	sha256,
	upload,
	verified,
	type RawReply,
	type UploadShape,
} from './client';
import { sandboxKeys } from '../support/keys';

const PDF = Buffer.from('%PDF-1.7');
const META = 'Content-Disposition: form-data; name="meta"';
const FILE = 'Content-Disposition: form-data; name="file"; filename="seal.png"';

describe('uploads', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox;

	beforeAll(async () => {
		keys = await sandboxKeys();
		sandbox = await Sandbox.start({ keys });
	});
	afterAll(async () => await sandbox.stop());

	const replace = (from: string, to: string) => (body: Buffer) =>
		Buffer.from(body.toString('latin1').replace(from, to), 'latin1');
	const withoutSecond = (body: Buffer, text: string) => {
		const at = body.indexOf(text, body.indexOf(text) + 1);
		return Buffer.concat([body.subarray(0, at), body.subarray(at + text.length)]);
	};
	const outcome = ({ status, body }: RawReply) => [status, body.code, body.message];

	it('accepts images of the three types, and signs its response', async () => {
		for (const [content, name, type] of [
			[PNG, 'a.png', 'image/png'],
			[JPEG, 'a.jpg', 'image/jpeg'],
			[JPEG, 'IMG_0001.JPG', 'image/jpeg'],
			[BMP, 'a.bmp', 'image/bmp'],
		] as const) {
			const reply = await upload(sandbox, { content, name, type });
			expect(reply.status).toBe(200);
			expect(verified(reply, keys.wechatPayPublicKeyPem)).toBe(true);
			const media = sandbox.media.get(String(reply.body.media_id));
			expect(media).toMatchObject({ endpoint: 'cancel', name, digest: sha256(content) });
		}
	});

	it('gives every upload its own media ID', async () => {
		const [first, second] = [await upload(sandbox), await upload(sandbox)];
		expect(first.body.media_id).not.toBe(second.body.media_id);
	});

	it('accepts a meta part without Content-Type, and a quoted boundary', async () => {
		expect((await upload(sandbox, { metaHeaders: META })).status).toBe(200);
		const contentType = 'multipart/form-data; boundary="sandbox-test-boundary"';
		expect((await upload(sandbox, { contentType })).status).toBe(200);
	});

	const signature: Array<[string, UploadShape]> = [
		['a file name on the meta part', { metaHeaders: `${META}; filename="meta.json"` }],
		['meta that was written anew', { body: replace('{"file_name":', '{ "file_name":') }],
		['a signature over the whole body', { request: { signed: undefined } }],
		['no meta part', { body: replace('name="meta"', 'name="data"') }],
		[
			'a body that does not begin with its delimiter',
			{ body: replace('--sandbox', '\r\n--sandbox') },
		],
		['another boundary in the header', { contentType: 'multipart/form-data; boundary=other' }],
		[
			'the keys of the other upload',
			{ meta: JSON.stringify({ filename: 'seal.png', sha256: sha256(PNG) }) },
		],
		[
			'no delimiter before the file',
			{ body: (body) => withoutSecond(body, '--sandbox-test-boundary\r\n') },
		],
	];

	it.each(signature)('answers SIGN_ERROR to %s', async (_what, shape) => {
		const reply = await upload(sandbox, shape);
		expect(outcome(reply)).toEqual([401, 'SIGN_ERROR', 'sign not match']);
		expect(reply.signed).toBe(false);
	});

	const digest = '图片sha256值有误，请检查后重新提交';
	const type = '图片Content-Type非法';
	const name = '图片文件名称不正确，请检查后重新提交';
	const format = '文件二进制内容不是图片，请检查后重新提交';
	const tooLarge = '文件大小不能超过2M，请检查后重新提交';
	const right = { file_name: 'seal.png', file_digest: sha256(PNG) };
	const refusals: Array<[string, UploadShape, string, string]> = [
		['no terminator', { body: replace('boundary--\r\n', 'boundary\r\n') }, 'PARAM_ERROR', digest],
		['a terminator without CRLF', { body: (b) => b.subarray(0, -2) }, 'PARAM_ERROR', digest],
		['bytes after the terminator', { body: (b) => Buffer.concat([b, b]) }, 'PARAM_ERROR', digest],
		[
			'LF in place of CRLF',
			{ fileHeaders: `${FILE}\nContent-Type: image/png` },
			'PARAM_ERROR',
			digest,
		],
		['a changed image', { body: replace('IHDR', 'IHDX') }, 'PARAM_ERROR', digest],
		[
			'a part too many',
			{
				fileHeaders: `${FILE}\r\nContent-Type: image/png\r\n\r\nx\r\n--sandbox-test-boundary\r\n${FILE}`,
			},
			'PARAM_ERROR',
			'请求必须依次包含meta和file两部分',
		],
		[
			'a file part of another name',
			{ fileHeaders: FILE.replace('"file"', '"image"') },
			'PARAM_ERROR',
			'请求必须依次包含meta和file两部分',
		],
		[
			'a key too many in meta',
			{ meta: JSON.stringify({ ...right, size: '70' }) },
			'SIGN_ERROR',
			'sign not match',
		],
		['meta that is no JSON', { meta: 'file_name=seal.png' }, 'PARAM_ERROR', 'meta不是合法的JSON'],
		[
			'a Content-Type of meta that is not JSON',
			{ metaHeaders: `${META}\r\nContent-Type: text/plain` },
			'PARAM_ERROR',
			'meta的Content-Type必须为application/json',
		],
		['no Content-Type of the file', { type: null }, 'INVALID_REQUEST', type],
		['application/octet-stream', { type: 'application/octet-stream' }, 'INVALID_REQUEST', type],
		['image/jpg', { content: JPEG, name: 'a.jpg', type: 'image/jpg' }, 'INVALID_REQUEST', type],
		['a type that is not the content’s', { type: 'image/jpeg' }, 'INVALID_REQUEST', type],
		[
			'a PDF that is declared as an image',
			{ content: PDF, name: 'a.jpg', type: 'image/jpeg' },
			'PARAM_ERROR',
			format,
		],
		['.jpeg', { content: JPEG, name: 'a.jpeg', type: 'image/jpeg' }, 'PARAM_ERROR', name],
		['.pdf', { content: PDF, name: 'a.pdf', type: 'application/pdf' }, 'PARAM_ERROR', name],
		['a PDF', { content: PDF, name: 'a.png', type: 'application/pdf' }, 'INVALID_REQUEST', type],
		['no extension', { name: 'seal' }, 'PARAM_ERROR', name],
		['an extension that is not the content’s', { name: 'seal.jpg' }, 'PARAM_ERROR', name],
		['two names', { fileName: 'other.png' }, 'PARAM_ERROR', name],
		[
			'no file name',
			{ fileHeaders: 'Content-Disposition: form-data; name="file"\r\nContent-Type: image/png' },
			'PARAM_ERROR',
			name,
		],
		['a Chinese name', { name: '注销申请书.png' }, 'PARAM_ERROR', name],
		['an empty image', { content: Buffer.alloc(0) }, 'PARAM_ERROR', '文件为空，请检查后重新提交'],
		[
			'an image above 2 MB',
			{ content: Buffer.concat([PNG, Buffer.alloc(2 * 1024 * 1024 - PNG.length + 1)]) },
			'INVALID_REQUEST',
			'图片内容过大',
		],
		[
			'a chunked body',
			{ request: { chunked: true, signed: JSON.stringify(right) } },
			'PARAM_ERROR',
			'Http头缺少Content-Length',
		],
		[
			'no form at all',
			{
				contentType: 'application/json',
				request: { headers: { 'Content-Type': 'application/json' }, body: '{}', signed: '{}' },
			},
			'INVALID_REQUEST',
			'Http头Content-Type必须为multipart/form-data',
		],
	];

	it.each(refusals)('refuses %s', async (_what, shape, code, message) => {
		const before = sandbox.media.size;
		const reply = await upload(sandbox, shape);
		expect(outcome(reply)).toEqual([code === 'SIGN_ERROR' ? 401 : 400, code, message]);
		expect(sandbox.media.size).toBe(before);
	});

	it('accepts an uppercase digest, and stores it in lowercase', async () => {
		const meta = JSON.stringify({ ...right, file_digest: sha256(PNG).toUpperCase() });
		const reply = await upload(sandbox, { meta });
		expect(reply.status).toBe(200);
		expect(sandbox.media.get(String(reply.body.media_id))?.digest).toBe(sha256(PNG));
	});

	it('accepts exactly 2 MB', async () => {
		const content = Buffer.concat([PNG, Buffer.alloc(2 * 1024 * 1024 - PNG.length)]);
		expect((await upload(sandbox, { content })).status).toBe(200);
	});

	describe('of the general upload', () => {
		const path = MERCHANT_MEDIA;

		it('accept application/octet-stream and .jpeg', async () => {
			const shape = { path, content: JPEG, name: 'a.jpeg', type: 'application/octet-stream' };
			const reply = await upload(sandbox, shape);
			expect(reply.status).toBe(200);
			expect(sandbox.media.get(String(reply.body.media_id))?.endpoint).toBe('merchant');
		});

		it('refuse the keys of the cancel upload, other content, and more than 5 MB', async () => {
			const keysOf = { meta: JSON.stringify(right) };
			expect(outcome(await upload(sandbox, { path, ...keysOf }))[1]).toBe('PARAM_ERROR');
			const text = { content: Buffer.from('GIF89a'), type: 'application/octet-stream' };
			expect(outcome(await upload(sandbox, { path, ...text }))[2]).toBe(format);
			const content = (size: number) => Buffer.concat([PNG, Buffer.alloc(size - PNG.length)]);
			const large = async (size: number) =>
				outcome(await upload(sandbox, { path, content: content(size) }));
			expect((await large(5 * 1024 * 1024))[0]).toBe(200);
			expect(await large(5 * 1024 * 1024 + 1)).toEqual([400, 'PARAM_ERROR', tooLarge]);
		});

		it('accept a PDF of up to 7.5 MB with its own extension and type', async () => {
			const document = (size: number) => Buffer.concat([PDF, Buffer.alloc(size - PDF.length)]);
			const right = { path, content: PDF, name: 'form.pdf', type: 'application/pdf' };
			const most = 7.5 * 1024 * 1024;
			for (const shape of [
				right,
				{ ...right, type: 'application/octet-stream' },
				{ ...right, name: 'FORM.PDF', content: document(most) },
			]) {
				const reply = await upload(sandbox, shape);
				expect(reply.status).toBe(200);
				expect(sandbox.media.get(String(reply.body.media_id))?.name).toBe(shape.name);
			}
			const refused = async (change: UploadShape) =>
				outcome(await upload(sandbox, { ...right, ...change })).slice(1);
			expect(await refused({ content: document(most + 1) })).toEqual(['PARAM_ERROR', tooLarge]);
			expect(await refused({ name: 'form.png' })).toEqual(['PARAM_ERROR', name]);
			expect(await refused({ content: PNG })).toEqual(['PARAM_ERROR', '图片Content-Type非法']);
			expect(await refused({ type: 'image/png' })).toEqual(['PARAM_ERROR', '图片Content-Type非法']);
		});

		it('refuse an uppercase digest, which is not documented', async () => {
			const upper = { filename: 'seal.png', sha256: sha256(PNG).toUpperCase() };
			const reply = await upload(sandbox, { path, meta: JSON.stringify(upper) });
			expect(outcome(reply)).toEqual([400, 'PARAM_ERROR', digest]);
		});

		it('have a daily limit by days in Beijing, if it is set', async () => {
			// 23:59 in Beijing.
			let now = Date.parse('2026-03-01T15:59:00Z');
			const capped = await Sandbox.start({ keys, now: () => now, dailyUploads: 2 });
			try {
				const send = async () => outcome(await upload(capped, { path }));
				expect([(await send())[0], (await send())[0]]).toEqual([200, 200]);
				expect(await send()).toEqual([429, 'FREQUENCY_LIMIT_EXCEED', '当天上传文件数已达上限']);
				// Not documented for the other uploads.
				expect((await upload(capped)).status).toBe(200);
				now += 60_000;
				expect((await send())[0]).toBe(200);
				capped.behaviour.dailyUploads = 0;
				expect((await send())[0]).toBe(429);
			} finally {
				await capped.stop();
			}
		});
	});

	describe('for the reply to a complaint', () => {
		const path = COMPLAINT_MEDIA;
		const wrongDigest = JSON.stringify({ filename: 'seal.png', sha256: sha256(JPEG) });
		const ofOther: UploadShape = {
			meta: JSON.stringify({ filename: 'seal.png', sha256: sha256(PNG), size: '70' }),
		};

		it('store name, digest and size, and sign the response', async () => {
			const reply = await upload(sandbox, {
				path,
				content: JPEG,
				name: 'a.jpg',
				type: 'image/jpeg',
			});
			expect(reply.status).toBe(200);
			expect(verified(reply, keys.wechatPayPublicKeyPem)).toBe(true);
			expect(Object.keys(reply.body)).toEqual(['media_id']);
			expect(sandbox.media.get(String(reply.body.media_id))).toMatchObject({
				endpoint: 'complaint',
				name: 'a.jpg',
				digest: sha256(JPEG),
				size: JPEG.length,
			});
		});

		it.each<[string, UploadShape]>([
			['a file name on the meta part', { metaHeaders: `${META}; filename="meta.json"` }],
			['meta that was written anew', { body: replace('{"filename":', '{ "filename":') }],
			['no meta part', { body: replace('name="meta"', 'name="data"') }],
			['a signature over the whole body', { request: { signed: undefined } }],
		])('answers SIGN_ERROR to %s', async (_what, shape) => {
			const reply = await upload(sandbox, { path, ...shape });
			expect(outcome(reply)).toEqual([401, 'SIGN_ERROR', '签名信息错误，验签失败']);
		});

		it.each<[string, UploadShape, string]>([
			['a wrong digest', { meta: wrongDigest }, digest],
			['a changed image', { body: replace('IHDR', 'IHDX') }, digest],
			[
				'the keys of the cancel upload',
				{ meta: JSON.stringify(right) },
				'meta必须且仅包含filename和sha256',
			],
			['a key too many', ofOther, 'meta必须且仅包含filename和sha256'],
			[
				'no meta, rightly signed',
				{ metaHeaders: FILE, request: { signed: '' } },
				'请求必须依次包含meta和file两部分',
			],
			['application/octet-stream', { type: 'application/octet-stream' }, type],
			['.jpeg', { content: JPEG, name: 'a.jpeg', type: 'image/jpeg' }, name],
			['a PDF', { content: PDF, name: 'a.png' }, format],
			[
				'more than 2 MB',
				{ content: Buffer.concat([PNG, Buffer.alloc(2 * 1024 * 1024)]) },
				'图片大小不能超过2M',
			],
		])('refuses %s', async (_what, shape, message) => {
			const before = sandbox.media.size;
			const reply = await upload(sandbox, { path, ...shape });
			expect(outcome(reply)).toEqual([400, 'PARAM_ERROR', message]);
			expect(sandbox.media.size).toBe(before);
		});
	});
});
