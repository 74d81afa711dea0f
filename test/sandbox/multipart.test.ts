import { Sandbox, generateKeys, type SandboxKeys } from '../../sandbox';
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

const META = 'Content-Disposition: form-data; name="meta"';
const FILE = 'Content-Disposition: form-data; name="file"; filename="seal.png"';

describe('uploads', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox;

	beforeAll(async () => {
		keys = await generateKeys();
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

	it('takes pictures of the three kinds, and signs its answer', async () => {
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

	it('gives every upload an id of its own', async () => {
		const [first, second] = [await upload(sandbox), await upload(sandbox)];
		expect(first.body.media_id).not.toBe(second.body.media_id);
	});

	it('takes a meta part without Content-Type, and a quoted boundary', async () => {
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

	const digest = '图片sha256值有误,请检查后重新提交';
	const type = '图片Content-Type非法';
	const name = '文件名不合法，或与meta中的文件名不一致';
	const format = '图片格式错误，仅支持JPG、BMP、PNG';
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
		['a changed picture', { body: replace('IHDR', 'IHDX') }, 'PARAM_ERROR', digest],
		[
			'a digest in upper case',
			{ meta: JSON.stringify({ ...right, file_digest: sha256(PNG).toUpperCase() }) },
			'PARAM_ERROR',
			digest,
		],
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
			{ fileHeaders: FILE.replace('"file"', '"picture"') },
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
			'a PDF that calls itself a picture',
			{ content: Buffer.from('%PDF-1.7'), name: 'a.jpg', type: 'image/jpeg' },
			'PARAM_ERROR',
			format,
		],
		['.jpeg', { content: JPEG, name: 'a.jpeg', type: 'image/jpeg' }, 'PARAM_ERROR', format],
		['no extension', { name: 'seal' }, 'PARAM_ERROR', format],
		[
			'an extension that is not the content’s',
			{ name: 'seal.jpg' },
			'PARAM_ERROR',
			'图片格式与文件名后缀不一致',
		],
		['two names', { fileName: 'other.png' }, 'PARAM_ERROR', name],
		[
			'no file name',
			{ fileHeaders: 'Content-Disposition: form-data; name="file"\r\nContent-Type: image/png' },
			'PARAM_ERROR',
			name,
		],
		['a Chinese name', { name: '注销申请书.png' }, 'PARAM_ERROR', name],
		['an empty picture', { content: Buffer.alloc(0) }, 'PARAM_ERROR', '图片内容为空'],
		[
			'a picture above 2 MB',
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

	it('takes exactly 2 MB', async () => {
		const content = Buffer.concat([PNG, Buffer.alloc(2 * 1024 * 1024 - PNG.length)]);
		expect((await upload(sandbox, { content })).status).toBe(200);
	});

	describe('of the general kind', () => {
		const path = MERCHANT_MEDIA;

		it('tolerates application/octet-stream and .jpeg', async () => {
			const shape = { path, content: JPEG, name: 'a.jpeg', type: 'application/octet-stream' };
			const reply = await upload(sandbox, shape);
			expect(reply.status).toBe(200);
			expect(sandbox.media.get(String(reply.body.media_id))?.endpoint).toBe('merchant');
		});

		it('refuses the keys of the cancel upload, other content, and more than 5 MB', async () => {
			const keysOf = { meta: JSON.stringify(right) };
			expect(outcome(await upload(sandbox, { path, ...keysOf }))[1]).toBe('PARAM_ERROR');
			const pdf = { content: Buffer.from('%PDF-1.7'), type: 'application/octet-stream' };
			expect(outcome(await upload(sandbox, { path, ...pdf }))[2]).toBe(format);
			const large = { content: Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024)]) };
			expect(outcome(await upload(sandbox, { path, ...large }))[1]).toBe('PARAM_ERROR');
		});
	});

	describe('for the answer to a complaint', () => {
		const path = COMPLAINT_MEDIA;
		const wrongDigest = JSON.stringify({ filename: 'seal.png', sha256: sha256(JPEG) });
		const ofOther: UploadShape = {
			meta: JSON.stringify({ filename: 'seal.png', sha256: sha256(PNG), size: '70' }),
		};

		it('keeps name, digest and size, and signs its answer', async () => {
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
			['a changed picture', { body: replace('IHDR', 'IHDX') }, digest],
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
			['.jpeg', { content: JPEG, name: 'a.jpeg', type: 'image/jpeg' }, format],
			['a PDF', { content: Buffer.from('%PDF-1.7'), name: 'a.png' }, format],
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
