import { Client } from '../../nodes/WechatPay/client/client';
import {
	merchantMedia,
	merchantMediaAt,
	readImage,
	readImages,
	uploadAll,
	uploadImages,
} from '../../nodes/WechatPay/item/images';
import type { ImageRow } from '../../nodes/WechatPay/item/images';
import { CANCEL_MEDIA, MERCHANT_MEDIA, packMedia } from '../../nodes/WechatPay/protocol/media';
import type { Upload } from '../../nodes/WechatPay/protocol/media';
import { newAccount } from '../support/accounts';
import { itemOf } from '../support/items';
import type { Given } from '../support/items';
import { rejection } from '../support/refusal';
import { GOLDEN_PNG, GOLDEN_PNG_DIGEST } from '../support/vectors';

// Where images come from, what is said of those that cannot be sent, and which limit holds at which host.
// Links are downloaded in the tests of links, through n8n.

const MEBIBYTE = 1024 * 1024;
const OVERSEAS = 'https://apihk.mch.weixin.qq.com';
const png = (size: number) => Buffer.concat([GOLDEN_PNG, Buffer.alloc(size - GOLDEN_PNG.length)]);

/** An item with these files, whose uploads give M1, M2, … until one fails. */
function open(given: Given = {}, { origin = 'http://127.0.0.1', failsAt = Infinity } = {}) {
	let uploads = 0;
	const send = async () => {
		uploads += 1;
		const statusCode = uploads === failsAt ? 400 : 200;
		const body = Buffer.from(JSON.stringify({ media_id: `M${uploads}` }));
		return await Promise.resolve({ statusCode, headers: {}, body });
	};
	const client = new Client(newAccount({ origins: [origin] }), send, {
		requestsPerSecond: 0,
		maxAttempts: 1,
	});
	return { item: itemOf(client, given), uploads: () => uploads };
}

describe('the general upload endpoint', () => {
	it.each([
		['https://api.mch.weixin.qq.com', 5 * MEBIBYTE],
		['https://api2.mch.weixin.qq.com', 5 * MEBIBYTE],
		[OVERSEAS, 2 * MEBIBYTE],
		['http://127.0.0.1:8600', 5 * MEBIBYTE],
	])('at %s accepts %d bytes', (origin, maxBytes) => {
		expect(merchantMediaAt(origin)).toEqual({ ...MERCHANT_MEDIA, maxBytes });
		const { item } = open({}, { origin });
		expect(merchantMedia(item)).toEqual({ ...MERCHANT_MEDIA, maxBytes });
	});
});

describe('readImages', () => {
	const files = {
		data: { content: GOLDEN_PNG, fileName: 'seal.png' },
		large: { content: png(2 * MEBIBYTE + 1) },
		text: { content: Buffer.from('hello') },
	};
	const read = async (rows: ImageRow[], endpoint = MERCHANT_MEDIA) => {
		const { item, uploads } = open({ files });
		const images = await readImages(item, rows, 'Materials', endpoint);
		expect(uploads()).toBe(0);
		return { images, hints: [...item.run.hints] };
	};

	it('returns binary files and existing media IDs in row order', async () => {
		const { images, hints } = await read([
			{ source: 'mediaId', mediaId: 'M7' },
			{ source: 'binary', binaryPropertyName: ' data ' },
			{ binaryPropertyName: 'data' },
		]);
		const seal = { path: MERCHANT_MEDIA.path, fileName: 'seal.png', digest: GOLDEN_PNG_DIGEST };
		expect(images).toEqual(['M7', expect.objectContaining(seal), expect.objectContaining(seal)]);
		expect(hints).toEqual([]);
	});

	it('creates upload bodies with distinct boundaries', async () => {
		const row = { binaryPropertyName: 'data' };
		const uploads = (await read([row, row])).images as Upload[];
		const boundaries = uploads.map(({ body, contentType }) => {
			const boundary = /^multipart\/form-data; boundary=(n8n-nodes-wechatpay-[0-9A-F]{32})$/.exec(
				contentType,
			)?.[1];
			expect(body.includes(`--${boundary}--`)).toBe(true);
			expect(body.includes(GOLDEN_PNG)).toBe(true);
			return boundary;
		});
		expect(new Set(boundaries).size).toBe(2);
	});

	it('allocates separate memory for each image, even after an upload', async () => {
		const { item } = open({ files: { data: { content: GOLDEN_PNG } } });
		const read = async () =>
			(await readImages(item, [{ binaryPropertyName: 'data' }], '', MERCHANT_MEDIA)) as Upload[];
		const [first] = await read();
		const before = Buffer.from(first.body);
		await item.upload(first);
		const [second] = await read();
		second.body.fill(0);
		expect(first.body.equals(before)).toBe(true);
	});

	it('warns once about an image larger than 2 MB and rejects it for Upload Cancel Media', async () => {
		const row = { binaryPropertyName: 'large' };
		const { hints } = await read([row, row]);
		expect(hints).toEqual([expect.stringMatching(/more than 2 MB/)]);
		const error = await rejection(read([row], CANCEL_MEDIA));
		expect(error.message).toBe(
			'The image in binary field "large" has 2.01 MB; WeChat Pay accepts 2 MB at most',
		);
	});

	it.each<[string, ImageRow, RegExp, RegExp]>([
		[
			'no field',
			{ binaryPropertyName: '' },
			/^"Input Binary Field" is empty$/,
			/It has: data, large/,
		],
		[
			'a field that is not there',
			{ binaryPropertyName: 'photo' },
			/^The item has no binary field "photo"$/,
			/It has: data, large, text\. Enter one of these/,
		],
		[
			'a field that is not text',
			{ binaryPropertyName: 5 },
			/^"Input Binary Field" is empty$/,
			/Enter one of these/,
		],
		[
			'a link in place of the field',
			{ binaryPropertyName: 'https://example.com/a.png' },
			/^"Input Binary Field" contains a link instead of the name of a binary field$/,
			/its Response Format set to File/,
		],
		[
			'no image',
			{ binaryPropertyName: 'text' },
			/^The file in binary field "text" is not a supported image; WeChat Pay accepts JPG/,
			/Edit Image/,
		],
		[
			'no media ID',
			{ source: 'mediaId', mediaId: '' },
			/^"Media ID" in Materials row 2 is empty$/,
			/set "Source" to "Binary Field"/,
		],
		[
			'a media ID that is not text',
			{ source: 'mediaId', mediaId: { media_id: 'M1' } },
			/^"Media ID" in Materials row 2 is empty$/,
			/set "Source" to "Binary Field"/,
		],
		[
			'a link as media ID',
			{ source: 'mediaId', mediaId: 'https://example.com/a.png' },
			/^"Media ID" in Materials row 2 contains a link$/,
			/comes from an upload/,
		],
		[
			'a media ID with a space',
			{ source: 'mediaId', mediaId: 'M 1' },
			/^"Media ID" in Materials row 2 has spaces/,
			/exactly as the upload returned it/,
		],
		[
			'a media ID of 513 characters',
			{ source: 'mediaId', mediaId: 'M'.repeat(513) },
			/^"Media ID" in Materials row 2 has .*512 characters$/,
			/exactly as the upload returned it/,
		],
		[
			'a link that is empty',
			{ source: 'url', url: ' ' },
			/^"Link" in Materials row 2 is empty$/,
			/Enter the link/,
		],
		[
			'another source',
			{ source: 'disk' },
			/^"Source" in Materials row 2 is not "Binary Field" \(binary\), "Link" \(url\) or "Media ID" \(mediaId\)$/,
			/Choose one from the list/,
		],
	])('rejects rows with %s before it sends anything', async (_what, row, said, remedy) => {
		const error = await rejection(read([{ source: 'mediaId', mediaId: 'M7' }, row]));
		expect(error.message).toMatch(said);
		expect(error.hint).toMatch(remedy);
	});

	it('reports an item without files', async () => {
		const { item } = open();
		const error = await rejection(
			readImages(item, [{ binaryPropertyName: 'data' }], 'Materials', CANCEL_MEDIA),
		);
		expect(error.hint).toMatch(/^The item has no file\./);
	});

	it('rejects a file that is far too large without reading it', async () => {
		const content = Buffer.alloc(0);
		const { item } = open({ files: { data: { content, bytes: 30 * MEBIBYTE } } });
		jest.spyOn(item.run.context.helpers, 'getBinaryDataBuffer').mockImplementation(() => {
			throw new Error('it was read');
		});
		const error = await rejection(
			readImages(item, [{ binaryPropertyName: 'data' }], 'Materials', CANCEL_MEDIA),
		);
		expect(error.message).toBe(
			'The file in binary field "data" has 30 MB; WeChat Pay accepts 2 MB at most',
		);
	});
});

describe('readImage', () => {
	const files = { data: { content: GOLDEN_PNG, fileName: 'seal.png' } };

	it.each([
		['its own name', {}, 'seal.png'],
		['the name that is given', { fileName: 'other.png' }, 'other.png'],
	])('uses %s', async (_what, options, name) => {
		const { item } = open({ files, parameters: { binaryPropertyName: 'data', options } });
		expect(await readImage(item, CANCEL_MEDIA)).toMatchObject({ fileName: name });
	});

	it('rejects a media ID as the source', async () => {
		const { item } = open({ files, parameters: { source: 'mediaId', mediaId: 'M1' } });
		expect((await rejection(readImage(item, CANCEL_MEDIA))).message).toBe(
			'"Source" is not "Binary Field" (binary) or "Link" (url)',
		);
	});
});

describe('uploadImages and uploadAll', () => {
	const image = packMedia(GOLDEN_PNG, 'seal.png', CANCEL_MEDIA, 'boundary');
	const images = [image, 'M7', image];
	const toEntry = (media_id: string, index: number) => ({ type: `T${index}`, media_id });

	it('upload each image and keep existing media IDs', async () => {
		const { item, uploads } = open();
		expect(await uploadImages(item, images, toEntry)).toEqual([
			{ type: 'T0', media_id: 'M1' },
			{ type: 'T1', media_id: 'M7' },
			{ type: 'T2', media_id: 'M2' },
		]);
		expect(uploads()).toBe(2);
		expect(await uploadAll(item, images)).toEqual(['M3', 'M7', 'M4']);
	});

	it('report the media IDs obtained so far when an upload fails', async () => {
		const { item } = open({}, { failsAt: 2 });
		const error: unknown = await uploadImages(item, images, toEntry).catch(
			(thrown: unknown) => thrown,
		);
		expect(item.report(error).details).toMatchObject({
			httpStatus: 400,
			media_ids: [
				{ type: 'T0', media_id: 'M1' },
				{ type: 'T1', media_id: 'M7' },
			],
		});
		const all = open({}, { failsAt: 2 });
		const failed: unknown = await uploadAll(all.item, images).catch((thrown: unknown) => thrown);
		expect(all.item.report(failed).details).toMatchObject({
			additional_media_ids: ['M1', 'M7'],
		});
	});
});
