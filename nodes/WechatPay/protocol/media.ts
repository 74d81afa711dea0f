import { createHash } from 'node:crypto';
import { InputError } from './errors';
import { frameFile, multipartContentType } from './multipart';

const MEBIBYTE = 1024 * 1024;

export interface ImageType {
	extension: 'jpg' | 'png' | 'bmp';
	mime: string;
	/** Other extensions that name the same type; the upload goes out with `extension`. */
	aliases: string[];
}

const JPG: ImageType = { extension: 'jpg', mime: 'image/jpeg', aliases: ['jpeg', 'jpe', 'jfif'] };
const PNG: ImageType = { extension: 'png', mime: 'image/png', aliases: [] };
const BMP: ImageType = { extension: 'bmp', mime: 'image/bmp', aliases: ['dib'] };

/** How an upload endpoint wants its `meta` and what it takes. */
export interface MediaRules {
	nameKey: string;
	digestKey: string;
	maxBytes: number;
	/** The longest file name, extension included, in characters. */
	maxNameLength: number;
}

/**
 * POST /v3/ecommerce/account/cancel-applications/media: JPG, PNG or BMP up to 2 MB.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012691710
 */
export const CANCEL_MEDIA: MediaRules = {
	nameKey: 'file_name',
	digestKey: 'file_digest',
	maxBytes: 2 * MEBIBYTE,
	maxNameLength: 128,
};

/**
 * POST /v3/merchant/media/upload: the pages name limits of 2 MB and of 5 MB; 5 MB is refused here,
 * what lies between is left to the server.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012760432
 */
export const MERCHANT_MEDIA: MediaRules = {
	nameKey: 'filename',
	digestKey: 'sha256',
	maxBytes: 5 * MEBIBYTE,
	maxNameLength: 128,
};

/** A checked image. */
export interface Media {
	content: Buffer;
	type: ImageType;
	/** What it is called so far; may be empty. */
	givenName: string;
}

/** An image as the body of its upload. */
export interface Upload {
	/** The name that WeChat Pay gets. */
	fileName: string;
	/** SHA-256 over the image's bytes, 64 lower-case hexadecimal digits. */
	digest: string;
	/** Bytes of the image. */
	size: number;
	body: Buffer;
	contentType: string;
}

const startsWith = (content: Buffer, hex: string): boolean =>
	content.subarray(0, hex.length / 2).equals(Buffer.from(hex, 'hex'));

/** What people send instead of a photo, by its first bytes. */
function describeContent(content: Buffer): string {
	const brand = content.toString('latin1', 4, 12);
	if (startsWith(content, '255044462d')) return 'a PDF file';
	if (/^ftyp(heic|heix|hevc|mif1|msf1)/.test(brand)) return 'a HEIC photo';
	if (/^ftypavi[fs]/.test(brand)) return 'an AVIF picture';
	if (content.toString('latin1', 0, 4) === 'RIFF' && content.toString('latin1', 8, 12) === 'WEBP') {
		return 'a WebP picture';
	}
	if (startsWith(content, '47494638')) return 'a GIF picture';
	if (startsWith(content, '49492a00') || startsWith(content, '4d4d002a')) return 'a TIFF picture';
	if (startsWith(content, '504b0304')) return 'a ZIP or Office file';
	if (/^\s*(https?:\/\/|data:)/i.test(content.toString('latin1', 0, 64))) {
		return 'a link, not the picture itself';
	}
	return 'not a picture that WeChat Pay takes';
}

/** Recognises JPG, PNG and BMP by their first bytes; names and MIME types are often wrong. */
export function detectImageType(content: Buffer): ImageType | undefined {
	if (startsWith(content, 'ffd8ff')) return JPG;
	if (startsWith(content, '89504e470d0a1a0a')) return PNG;
	// "BM" alone begins many texts; a bitmap also holds its own length, or 0 from some scanners.
	if (startsWith(content, '424d') && content.length > 26) {
		const stated = content.readUInt32LE(2);
		if (stated === content.length || stated === 0 || content.readUInt32LE(6) === 0) return BMP;
	}
	return undefined;
}

/** What a user does about a picture that is too large or of another kind; n8n's default height is 500. */
export const WAY_OUT =
	"Put n8n's Edit Image node before this one: operation Resize, width 2000, height 2000, option Only if Larger, format JPEG.";

// Rounded up: what is one byte too large must not read like the limit itself.
const inMegabytes = (bytes: number): string => `${Math.ceil((bytes / MEBIBYTE) * 100) / 100} MB`;

/**
 * The one name that `meta` and the file part get: the given one if it is ASCII and safe inside a
 * header, else the first 16 digits of the digest; always with the extension of the content.
 */
export function chooseFileName(
	given: string,
	digest: string,
	type: ImageType,
	max: number,
): string {
	const base = given.split(/[\\/]/).pop() ?? '';
	const dot = base.lastIndexOf('.');
	const extension = dot === -1 ? '' : base.slice(dot + 1).toLowerCase();
	const known = extension === type.extension || type.aliases.includes(extension);
	const stem = known ? base.slice(0, dot) : base;
	const name = `${stem}.${type.extension}`;
	const isSafe = /^[\x20-\x7e]+$/.test(stem) && !/["\\%;]/.test(stem) && stem.trim() !== '';
	return isSafe && name.length <= max ? name : `${digest.slice(0, 16)}.${type.extension}`;
}

/**
 * Checks an image, before anything is sent.
 *
 * @param where how the message calls the place that the file came from
 * @throws {InputError} when it is empty, too large, or no JPG, PNG or BMP
 */
export function checkMedia(
	content: Buffer,
	givenName: string,
	rules: MediaRules,
	where: string,
): Media {
	if (content.length === 0) {
		throw new InputError(`The file in ${where} is empty`, 'Check the node that reads the file.');
	}
	const type = detectImageType(content);
	if (!type) {
		const found = describeContent(content);
		throw new InputError(
			`The file in ${where} is ${found}; WeChat Pay takes JPG, PNG and BMP`,
			found.startsWith('a link')
				? 'Download the picture first, with an HTTP Request node and Response Format File.'
				: found === 'a PDF file'
					? `Photograph the page or save it as a picture first. ${WAY_OUT}`
					: WAY_OUT,
		);
	}
	if (content.length > rules.maxBytes) {
		throw new InputError(
			`The picture in ${where} has ${inMegabytes(content.length)}; WeChat Pay takes ${inMegabytes(rules.maxBytes)} at most`,
			WAY_OUT,
		);
	}
	return { content, type, givenName };
}

/** The `meta` text of an upload: what is signed, and what the part holds. */
export function mediaMeta(upload: Pick<Upload, 'fileName' | 'digest'>, rules: MediaRules): string {
	return JSON.stringify({ [rules.nameKey]: upload.fileName, [rules.digestKey]: upload.digest });
}

/** More than the boundary, the headers and `meta` can take: a name has 128 characters at most. */
const ROOM = 2048;
/** Bytes that stay in the processor's cache between being copied and being hashed. */
const STEP = 64 * 1024;

/** Copies and hashes in one pass, in three quarters of the time of two. Gives the SHA-256. */
function copyAndHash(content: Buffer, target: Buffer): string {
	const hash = createHash('sha256');
	for (let start = 0; start < content.length; start += STEP) {
		const end = start + content.copy(target, start, start, start + STEP);
		hash.update(target.subarray(start, end));
	}
	return hash.digest('hex');
}

/**
 * Makes the body of an image's upload: `meta` first, as plain field without a file name, then the
 * file. The image itself is not needed any more then.
 *
 * @param boundary must not occur in the image
 * @param allocate gives memory for the body, as many bytes as it is asked for
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012365863
 */
export function packMedia(
	{ content, type, givenName }: Media,
	rules: MediaRules,
	boundary: string,
	allocate: (length: number) => Buffer,
): Upload {
	const size = content.length;
	// `meta` stands in front of the file and holds its digest: it is written when that is known.
	const memory = allocate(ROOM + size + ROOM);
	const file = memory.subarray(ROOM, ROOM + size);
	const digest = copyAndHash(content, file);
	const fileName = chooseFileName(givenName, digest, type, rules.maxNameLength);
	const meta = Buffer.from(mediaMeta({ fileName, digest }, rules), 'utf8');
	const { before, after } = frameFile(
		[{ name: 'meta', contentType: 'application/json', content: meta }],
		{ name: 'file', fileName, contentType: type.mime },
		boundary,
	);
	memory.set(before, ROOM - before.length);
	memory.set(after, ROOM + size);
	return {
		fileName,
		digest,
		size,
		body: memory.subarray(ROOM - before.length, ROOM + size + after.length),
		contentType: multipartContentType(boundary),
	};
}
