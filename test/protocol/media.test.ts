import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { withLabel } from '../../nodes/WechatPay/failure/problems';
import { InputError } from '../../nodes/WechatPay/failure/errors';
import {
	CANCEL_MEDIA,
	MERCHANT_MEDIA,
	checkMedia,
	chooseFileName,
	detectImageType,
	mediaMeta,
	packMedia,
} from '../../nodes/WechatPay/protocol/media';
import { buildMultipart } from '../../nodes/WechatPay/protocol/multipart';
import { refusal } from '../support/refusal';
import { anyCharacter } from '../support/texts';
import { GOLDEN_PNG, GOLDEN_PNG_DIGEST, GOLDEN_REQUESTS } from '../support/vectors';

const MEBIBYTE = 1024 * 1024;
const BOUNDARY = 'n8n-nodes-wechatpay-0123456789ABCDEF';
const hex = (digits: string, size = 64) =>
	Buffer.concat([
		Buffer.from(digits, 'hex'),
		Buffer.alloc(Math.max(0, size - digits.length / 2), 7),
	]);
const ascii = (text: string, size = 64) => hex(Buffer.from(text, 'latin1').toString('hex'), size);
const JPEG = hex('ffd8ffe000104a464946');
const bitmap = (stated: number, reserved: number, size = 64) => {
	const content = ascii('BM', size);
	content.writeUInt32LE(stated, 2);
	content.writeUInt32LE(reserved, 6);
	return content;
};
const box = (brand: string) => Buffer.concat([hex('00000018', 4), ascii(`ftyp${brand}`)]);
const check = (content: Buffer, name = 'a.png', rules = CANCEL_MEDIA) =>
	withLabel('the field data', () => ({ content, name, type: checkMedia(content, rules) }));
type Checked = ReturnType<typeof check>;
const pack = ({ content, name }: Checked, rules = CANCEL_MEDIA) =>
	packMedia(content, name, rules, BOUNDARY);

describe('image detection', () => {
	it.each([
		['PNG', GOLDEN_PNG, 'png', 'image/png'],
		['JPEG (JFIF)', JPEG, 'jpg', 'image/jpeg'],
		['JPEG (Exif)', hex('ffd8ffe1'), 'jpg', 'image/jpeg'],
		['BMP with its length', bitmap(64, 99), 'bmp', 'image/bmp'],
		['BMP with length 0, as some scanners write', bitmap(0, 99), 'bmp', 'image/bmp'],
		['BMP with a wrong length and zeros after it', bitmap(12345, 0), 'bmp', 'image/bmp'],
	])('recognizes %s regardless of the file name', (_kind, content, extension, mime) => {
		expect(detectImageType(content)).toMatchObject({ extension, mime });
		expect(pack(check(content, 'scan.pdf')).fileName).toBe(`scan.pdf.${extension}`);
	});

	it.each([
		['PDF', ascii('%PDF-1.7'), 'a PDF file'],
		['HEIC', box('heic'), 'a HEIC photo'],
		['HEIC with another brand', box('mif1'), 'a HEIC photo'],
		['AVIF', box('avif'), 'an AVIF image'],
		['WebP', ascii('RIFF\x10\x00\x00\x00WEBPVP8 '), 'a WebP image'],
		['GIF', ascii('GIF89a'), 'a GIF image'],
		['TIFF, Intel', hex('49492a00'), 'a TIFF image'],
		['TIFF, Motorola', hex('4d4d002a'), 'a TIFF image'],
		['ZIP', hex('504b0304'), 'a ZIP or Office file'],
		['a text', Buffer.from('hello'), 'not a supported image'],
		['one byte', Buffer.from([0xff]), 'not a supported image'],
		['WAV, RIFF too', ascii('RIFF\x10\x00\x00\x00WAVE'), 'not a supported image'],
		['a text that begins with BM', ascii('BMW invoice for your car'), 'not a supported image'],
		['BM alone', Buffer.from('BM'), 'not a supported image'],
		['PNG cut within its signature', GOLDEN_PNG.subarray(0, 7), 'not a supported image'],
		['JPEG cut within its signature', hex('ffd8', 2), 'not a supported image'],
	])('rejects %s with advice', (_kind, content, what) => {
		const { message, hint } = refusal(() => check(content, 'photo.jpg'));
		expect(message).toContain('The file in the field data is ' + what);
		expect(message).toContain('WeChat Pay accepts JPG, PNG and BMP');
		expect(hint).toMatch(/Edit Image node.*Resize.*width 2000.*JPEG/);
	});

	it.each([
		'https://example.com/a.png',
		' HTTP://example.com',
		'data:image/png;base64,iVBORw0KGgo=',
	])('rejects the link %s and recommends a download', (link) => {
		const { message, hint } = refusal(() => check(Buffer.from(link)));
		expect(message).toContain('a link, not the image itself');
		expect(hint).toContain('Download the image first');
		expect(hint).toContain('HTTP Request');
	});

	it('reports an empty file', () => {
		const { message, hint } = refusal(() => check(Buffer.alloc(0)));
		expect(message).toBe('The file in the field data is empty');
		expect(hint).not.toBe('');
	});
});

describe('the image size limit', () => {
	const png = (size: number) => Buffer.concat([GOLDEN_PNG, Buffer.alloc(size - GOLDEN_PNG.length)]);

	it.each([
		['cancel media', CANCEL_MEDIA, 2 * MEBIBYTE, '2 MB'],
		['merchant media', MERCHANT_MEDIA, 5 * MEBIBYTE, '5 MB'],
	])('accepts %s of the maximum size and rejects one byte more', (_kind, rules, limit, said) => {
		expect(check(png(limit), 'a.png', rules).content).toHaveLength(limit);
		const { message, hint } = refusal(() => check(png(limit + 1), 'a.png', rules));
		expect(message).toMatch(/^The image in the field data has \d\.01 MB; /);
		expect(message).toContain(`accepts ${said} at most`);
		expect(hint).toMatch(/Edit Image node.*Resize.*width 2000.*JPEG/);
	});

	it('is reported with the size of the image', () => {
		expect(refusal(() => check(png(3.5 * MEBIBYTE))).message).toContain('has 3.5 MB');
	});
});

describe('chooseFileName', () => {
	const digest = '0123456789abcdef'.repeat(4);
	const JPG = detectImageType(JPEG);
	const PNG = detectImageType(GOLDEN_PNG);
	if (!JPG || !PNG) throw new Error('not recognised');
	const byDigest = '0123456789abcdef';

	it.each([
		['seal.jpg', 'seal.jpg'],
		['seal.jpeg', 'seal.jpg'],
		['SEAL.JPEG', 'SEAL.jpg'],
		['IMG_0001.JPG', 'IMG_0001.jpg'],
		['a.jfif', 'a.jpg'],
		['a.png', 'a.png.jpg'],
		['a.b.jpg', 'a.b.jpg'],
		['no extension', 'no extension.jpg'],
		["it's (1) [x] {y} #1 & +.jpg", "it's (1) [x] {y} #1 & +.jpg"],
		['C:\\scans\\seal.jpg', 'seal.jpg'],
		['../../etc/seal.jpg', 'seal.jpg'],
		['https://example.com/a/seal.jpg', 'seal.jpg'],
		['注销申请书.jpg', `${byDigest}.jpg`],
		['é.jpg', `${byDigest}.jpg`],
		['a"b.jpg', `${byDigest}.jpg`],
		['a%22b.jpg', `${byDigest}.jpg`],
		['a;b.jpg', `${byDigest}.jpg`],
		['a\r\nX: y.jpg', `${byDigest}.jpg`],
		['a\tb.jpg', `${byDigest}.jpg`],
		['a\x7f.jpg', `${byDigest}.jpg`],
		['', `${byDigest}.jpg`],
		['   .jpg', `${byDigest}.jpg`],
		['.jpg', `${byDigest}.jpg`],
		['dir/', `${byDigest}.jpg`],
	])('converts %j to %j', (given, name) => {
		expect(chooseFileName(given, digest, JPG)).toBe(name);
	});

	it('keeps only extensions that match the content', () => {
		expect(chooseFileName('a.PNG', digest, PNG)).toBe('a.png');
		expect(chooseFileName('a.jpg', digest, PNG)).toBe('a.jpg.png');
	});

	it('limits the name to 128 characters, including the extension', () => {
		expect(chooseFileName(`${'a'.repeat(124)}.jpg`, digest, JPG)).toHaveLength(128);
		expect(chooseFileName(`${'a'.repeat(125)}.jpg`, digest, JPG)).toBe(`${byDigest}.jpg`);
		expect(chooseFileName(`${'a'.repeat(123)}.jpeg`, digest, JPG)).toHaveLength(127);
		expect(chooseFileName('x'.repeat(20_000), digest, JPG)).toBe(`${byDigest}.jpg`);
	});

	it('returns a short, header-safe ASCII name for any name', () => {
		const name = fc.oneof(
			fc.string({ unit: anyCharacter, maxLength: 300 }),
			fc.string({ unit: 'grapheme', maxLength: 300 }),
			fc.string({ maxLength: 300 }),
		);
		fc.assert(
			fc.property(name, fc.constantFrom(JPG, PNG), (given, type) => {
				const chosen = chooseFileName(given, digest, type);
				expect(chosen).toMatch(/^[\x20-\x7e]{1,128}$/);
				expect(chosen).not.toMatch(/["\\/%;]/);
				expect(chosen.endsWith(`.${type.extension}`)).toBe(true);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('checkMedia', () => {
	it('returns the image type', () => {
		const media = check(GOLDEN_PNG, 'seal.png');
		expect(media.type).toMatchObject({ mime: 'image/png', extension: 'png' });
	});

	it('returns an image type or throws an InputError for any name and content', () => {
		const beginning = fc.constantFrom(
			...[
				'',
				'ffd8ff',
				'89504e470d0a1a0a',
				'424d',
				'255044462d',
				'52494646',
				'00000018667479706865',
			],
		);
		fc.assert(
			fc.property(
				beginning,
				fc.uint8Array({ maxLength: 200 }),
				fc.string({ unit: anyCharacter, maxLength: 100 }),
				(start, rest, name) => {
					const content = Buffer.concat([Buffer.from(start, 'hex'), rest]);
					try {
						const { type } = check(content, name);
						expect(['image/png', 'image/jpeg', 'image/bmp']).toContain(type.mime);
					} catch (error) {
						expect(error).toBeInstanceOf(InputError);
						expect((error as InputError).message).toContain('the field data');
					}
				},
			),
			{ numRuns: 1000 },
		);
	});
});

describe('packMedia and mediaMeta', () => {
	const media = check(GOLDEN_PNG, 'seal.png');

	it('write the exact meta text of each endpoint', () => {
		const packed = pack(media);
		expect(mediaMeta(packed, CANCEL_MEDIA)).toBe(
			`{"file_name":"seal.png","file_digest":"${GOLDEN_PNG_DIGEST}"}`,
		);
		expect(mediaMeta(packed, MERCHANT_MEDIA)).toBe(
			`{"filename":"seal.png","sha256":"${GOLDEN_PNG_DIGEST}"}`,
		);
		expect(mediaMeta(packed, MERCHANT_MEDIA)).toBe(GOLDEN_REQUESTS[2].body);
	});

	it('return file name, digest, path and content type', () => {
		expect(pack(media)).toMatchObject({
			fileName: 'seal.png',
			digest: GOLDEN_PNG_DIGEST,
			path: CANCEL_MEDIA.path,
			contentType: `multipart/form-data; boundary=${BOUNDARY}`,
		});
	});

	it('use the digest as the file name if the name is not ASCII', () => {
		expect(pack(check(GOLDEN_PNG, '注销申请书.png')).fileName).toBe('6b7fa434f92a8b80.png');
	});

	/** The same form, written without knowing where the image will stand. */
	function expected(content: Buffer, fileName: string, rules = CANCEL_MEDIA): Buffer {
		const digest = createHash('sha256').update(content).digest('hex');
		const meta = Buffer.from(mediaMeta({ fileName, digest }, rules));
		return buildMultipart(
			[
				{ name: 'meta', contentType: 'application/json', content: meta },
				{ name: 'file', fileName, contentType: 'image/png', content },
			],
			BOUNDARY,
		);
	}

	it.each([GOLDEN_PNG.length + 1, 64 * 1024, 5 * MEBIBYTE])(
		'write the meta part and then the file part: %d bytes',
		(size) => {
			const content = Buffer.concat([GOLDEN_PNG, randomBytes(size - GOLDEN_PNG.length)]);
			const { body, digest } = pack(check(content, 'a.png', MERCHANT_MEDIA), MERCHANT_MEDIA);
			expect(body.equals(expected(content, 'a.png', MERCHANT_MEDIA))).toBe(true);
			expect(digest).toBe(createHash('sha256').update(content).digest('hex'));
		},
	);

	it('write the same body as buildMultipart for any image and name', () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 300 }),
				fc.string({ unit: anyCharacter, maxLength: 200 }),
				(rest, name) => {
					const content = Buffer.concat([GOLDEN_PNG, rest]);
					const { body, fileName } = pack(check(content, name));
					expect(body).toEqual(expected(content, fileName));
				},
			),
		);
	});

	it('support the longest file name and boundary', () => {
		const name = `${'n'.repeat(128 - 4)}.png`;
		const boundary = 'b'.repeat(70);
		const { body, fileName } = packMedia(GOLDEN_PNG, name, CANCEL_MEDIA, boundary);
		expect(fileName).toBe(name);
		expect(body.toString('latin1').split(`--${boundary}`)).toHaveLength(4);
		expect(body.toString('latin1')).toMatch(/^--b{70}\r\n[^]*\r\n--b{70}--\r\n$/);
	});
});
