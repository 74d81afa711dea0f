import type { INodeParameters } from 'n8n-workflow';
import { merchantMediaAt } from '../../nodes/WechatPay/item/images';
import { detailsOf, hintsOf, jsonOf, openBench } from '../support/bench';
import { SP_FORM, SUB_FORM } from '../support/cancelApplications';
import { jpeg, newNumber, newSubMchid, present, sha256, withFile } from '../support/inputs';
import { CANCEL_MEDIA, CREATE, MERCHANT_MEDIA } from '../support/paths';

const bench = openBench();

const MEBIBYTE = 1024 * 1024;
const upload: INodeParameters = { resource: 'merchantMedia', operation: 'upload' };

/** The `meta` part of an upload, as text. */
const metaOf = (body: Buffer): string =>
	present(/name="meta"\r\n[^]*?\r\n\r\n([^]*?)\r\n--/.exec(body.toString('latin1')))[1];

it('Upload Image sends file name and SHA-256 digest and returns them with the media ID', async () => {
	const content = jpeg(1234);
	const answer = await bench.one(upload, withFile({}, content, 'licence.jpg'));
	expect(answer).toEqual({
		media_id: expect.any(String),
		file_name: 'licence.jpg',
		sha256: sha256(content),
	});
	const [request, ...more] = bench.sent();
	expect(more).toEqual([]);
	expect(`${request.method} ${request.path}`).toBe(`POST ${MERCHANT_MEDIA}`);
	expect(metaOf(request.body)).toBe(
		JSON.stringify({ filename: 'licence.jpg', sha256: sha256(content) }),
	);
	expect(bench.sandbox.media.get(String(answer.media_id))).toMatchObject({
		endpoint: 'merchant',
		name: 'licence.jpg',
		digest: sha256(content),
		size: 1234,
	});
});

it('Upload Image sends the ASCII name in meta and file part, or else digits of the checksum', async () => {
	const content = jpeg(99);
	const digits = `${sha256(content).slice(0, 16)}.jpg`;
	for (const [fileName, given, expected] of [
		['营业执照.jpg', '', digits],
		['scan.JPEG', '', 'scan.jpg'],
		['scan.png', '', 'scan.png.jpg'],
		['scan.jpg', 'other name', 'other name.jpg'],
		['scan.jpg', '授权书.jpg', digits],
	]) {
		bench.reset();
		const answer = await bench.one(
			{ ...upload, options: { fileName: given } },
			withFile({}, content, fileName),
		);
		expect(answer).toMatchObject({ file_name: expected, sha256: sha256(content) });
		const [{ body }] = bench.sent();
		expect(JSON.parse(metaOf(body))).toMatchObject({ filename: expected });
		expect(body.toString('latin1')).toContain(`name="file"; filename="${expected}"`);
	}
});

it('Upload Image reads the image of each item from the given field', async () => {
	const contents = [jpeg(100), jpeg(200)];
	const items = await bench.outcomes(
		contents.map((data, i) => ({
			json: { field: `photo${i}` },
			binary: { [`photo${i}`]: { data, fileName: `${i}.jpg` } },
		})),
		{ ...upload, binaryPropertyName: '={{ $json.field }}' },
	);
	expect(items.map((item) => item.sha256)).toEqual(contents.map(sha256));
	expect(items.map((item) => item.file_name)).toEqual(['0.jpg', '1.jpg']);
});

describe('Upload Image size limit', () => {
	it('allows 2 MB, adds one hint up to 5 MB and rejects more before sending', async () => {
		const small = await bench.run([withFile({}, jpeg(2 * MEBIBYTE))], upload);
		expect(jsonOf(small.main[0])).toMatchObject([{ media_id: expect.any(String) }]);
		expect(hintsOf(small)).toEqual([]);

		const large = await bench.run(
			[withFile({}, jpeg(2 * MEBIBYTE + 1)), withFile({}, jpeg(5 * MEBIBYTE))],
			upload,
		);
		expect(jsonOf(large.main[0])).toMatchObject(Array(2).fill({ media_id: expect.any(String) }));
		expect(hintsOf(large)).toEqual([
			'An image has more than 2 MB. Some pages of WeChat Pay allow 5 MB here, others 2 MB: make it smaller if it is refused.',
		]);

		bench.reset();
		const tooLarge = await bench.one(upload, withFile({}, jpeg(5 * MEBIBYTE + 1)));
		expect(tooLarge.error).toBe(
			'The image in binary field "data" has 5.01 MB; WeChat Pay accepts 5 MB at most',
		);
		expect(detailsOf(tooLarge)).toMatchObject({ not_sent: true });
		expect(bench.sent()).toEqual([]);
	});

	it('is 2 MB on the overseas host and 5 MB on the mainland hosts', () => {
		const limit = (host: string) => merchantMediaAt(`https://${host}`).maxBytes;
		expect(limit('apihk.mch.weixin.qq.com')).toBe(2 * MEBIBYTE);
		expect(limit('api.mch.weixin.qq.com')).toBe(5 * MEBIBYTE);
		expect(limit('api2.mch.weixin.qq.com')).toBe(5 * MEBIBYTE);
		expect(merchantMediaAt('https://apihk.mch.weixin.qq.com')).toMatchObject({
			nameKey: 'filename',
			digestKey: 'sha256',
		});
	});
});

it.each([
	['a PDF file', '%PDF-1.4 and so on'],
	['a link, not the image itself', 'https://example.com/a.jpg'],
	['a GIF image', 'GIF89a........'],
])('Upload Image rejects %s before sending', async (what, content) => {
	const item = await bench.one(upload, withFile({}, Buffer.from(content), 'a.jpg'));
	expect(item.error).toBe(
		`The file in binary field "data" is ${what}; WeChat Pay accepts JPG, PNG and BMP`,
	);
	expect(detailsOf(item)).toMatchObject({ not_sent: true });
	expect(bench.sent()).toEqual([]);
});

it('Upload Image rejects an item without the field and names the fields that it has', async () => {
	const parameters = { ...upload, binaryPropertyName: 'photo' };
	expect((await bench.one(parameters, withFile())).message).toBe(
		'The item has no binary field "photo". It has: data. Enter one of these.',
	);
	expect((await bench.one(parameters)).message).toContain('Tool calls of AI agents carry no files');
	expect(bench.sent()).toEqual([]);
});

describe('wrong kind of media ID', () => {
	const create = (sp: unknown, sub: unknown): INodeParameters => ({
		resource: 'cancelApplication',
		operation: 'create',
		subMchid: newSubMchid(),
		outApplyNo: newNumber(),
		materials: {
			material: [
				{ applicationType: SP_FORM, source: 'mediaId', mediaId: String(sp) },
				{ applicationType: SUB_FORM, source: 'mediaId', mediaId: String(sub) },
			],
		},
	});

	it('causes a hint to Upload Cancel Media in Create Cancel Application', async () => {
		const { media_id: merchant } = await bench.one(upload, withFile());
		const cancel = await bench.one(
			{ resource: 'cancelApplication', operation: 'uploadMedia' },
			withFile(),
		);
		const parameters = create(cancel.media_id, merchant);
		const item = await bench.one(parameters);
		expect(item.error).toBe('WeChat Pay refused: INVALID_REQUEST: media_id对应的图片不存在');
		expect(detailsOf(item)).toMatchObject({
			code: 'INVALID_REQUEST',
			out_apply_no: parameters.outApplyNo,
			hint: expect.stringContaining('Upload Cancel Media'),
		});
		expect(bench.sandbox.applications.size).toBe(0);
		expect(bench.sent(CREATE)).toHaveLength(1);
		expect(bench.sent(CANCEL_MEDIA)).toHaveLength(1);
	});

	it('causes a hint to Upload Image in Apply', async () => {
		const { media_id } = await bench.one(
			{ resource: 'cancelApplication', operation: 'uploadMedia' },
			withFile(),
		);
		const item = await bench.one({
			resource: 'cancelWithdrawal',
			operation: 'apply',
			subMchid: newSubMchid(),
			outRequestNo: newNumber(),
			withdraw: 'NOT_APPLY_WITHDRAW',
			additionalMaterials: String(media_id),
		});
		expect(item.error).toBe('WeChat Pay refused: INVALID_REQUEST: media_id对应的图片不存在');
		expect(detailsOf(item).hint).toContain('"Upload Image" for "Account Cancellation"');
	});
});
