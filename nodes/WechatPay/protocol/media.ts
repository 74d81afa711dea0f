import { createHash } from 'node:crypto';
import { buildMultipart, multipartContentType } from './multipart';
import { Problem } from './problem';

const MEBIBYTE = 1024 * 1024;
/** Maximum length of a file name including its extension, in characters. */
const MAX_NAME_LENGTH = 128;

export interface ImageType {
	extension: 'jpg' | 'png' | 'bmp';
	mime: string;
	/** Other extensions of the same type. The upload uses `extension`. */
	aliases: string[];
}

const JPG: ImageType = { extension: 'jpg', mime: 'image/jpeg', aliases: ['jpeg', 'jpe', 'jfif'] };
const PNG: ImageType = { extension: 'png', mime: 'image/png', aliases: [] };
const BMP: ImageType = { extension: 'bmp', mime: 'image/bmp', aliases: ['dib'] };

/** An upload endpoint: the keys of its `meta`, and its limits. */
export interface UploadEndpoint {
	path: string;
	nameKey: string;
	digestKey: string;
	maxBytes: number;
}

/**
 * The upload for the old flow: JPG, PNG or BMP up to 2 MB.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012691710
 */
export const CANCEL_MEDIA: UploadEndpoint = {
	path: '/v3/ecommerce/account/cancel-applications/media',
	nameKey: 'file_name',
	digestKey: 'file_digest',
	maxBytes: 2 * MEBIBYTE,
};

/**
 * The upload for everything else. The pages state limits of 2 MB and of 5 MB: more than 5 MB is refused here,
 * and what is between is left to the server.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012760432
 */
export const MERCHANT_MEDIA: UploadEndpoint = {
	path: '/v3/merchant/media/upload',
	nameKey: 'filename',
	digestKey: 'sha256',
	maxBytes: 5 * MEBIBYTE,
};

/**
 * The upload for replies to complaints: JPG, PNG or BMP up to 2 MB.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012467222
 */
export const COMPLAINT_MEDIA: UploadEndpoint = {
	path: '/v3/merchant-service/images/upload',
	nameKey: 'filename',
	digestKey: 'sha256',
	maxBytes: 2 * MEBIBYTE,
};

/** A checked image as the body of its upload. */
export interface Upload {
	/** Where it is uploaded. */
	path: string;
	/** The file name that is sent. */
	fileName: string;
	/** SHA-256 over the image's bytes, 64 lower-case hexadecimal digits. */
	digest: string;
	body: Buffer;
	contentType: string;
}

/** Whether a content begins with these bytes, in hexadecimal digits. */
export const startsWith = (content: Buffer, hex: string): boolean =>
	content.subarray(0, hex.length / 2).equals(Buffer.from(hex, 'hex'));

/** Formats that users send instead of a photo. */
export type OtherContent =
	| 'pdf'
	| 'heic'
	| 'avif'
	| 'webp'
	| 'gif'
	| 'tiff'
	| 'zip'
	| 'link'
	| 'html'
	| 'other';

/** Identifies a file that is not a supported image by its first bytes. */
function identifyOther(content: Buffer): OtherContent {
	const brand = content.toString('latin1', 4, 12);
	const start = content.toString('latin1', 0, 64);
	if (startsWith(content, '255044462d')) return 'pdf';
	if (/^ftyp(heic|heix|hevc|mif1|msf1)/.test(brand)) return 'heic';
	if (/^ftypavi[fs]/.test(brand)) return 'avif';
	if (start.startsWith('RIFF') && start.startsWith('WEBP', 8)) return 'webp';
	if (startsWith(content, '47494638')) return 'gif';
	if (startsWith(content, '49492a00') || startsWith(content, '4d4d002a')) return 'tiff';
	if (startsWith(content, '504b0304')) return 'zip';
	if (/^\s*(https?:\/\/|data:)/i.test(start)) return 'link';
	if (/^(\u00ef\u00bb\u00bf)?\s*<(!doctype|html|head|body|\?xml|!--)/i.test(start)) return 'html';
	return 'other';
}

/** Recognizes JPG, PNG and BMP by their first bytes; names and MIME types are often wrong. */
export function detectImageType(content: Buffer): ImageType | undefined {
	if (startsWith(content, 'ffd8ff')) return JPG;
	if (startsWith(content, '89504e470d0a1a0a')) return PNG;
	// Many texts begin with "BM". A bitmap also has its own length, or 0 from some scanners.
	if (startsWith(content, '424d') && content.length > 26) {
		const stated = content.readUInt32LE(2);
		if (stated === content.length || stated === 0 || content.readUInt32LE(6) === 0) return BMP;
	}
	return undefined;
}

/**
 * Chooses the file name for `meta` and the file part: the given name if it is ASCII and safe in a header,
 * otherwise the first 16 digits of the digest; always with the extension of the content.
 */
export function chooseFileName(given: string, digest: string, type: ImageType): string {
	const base = given.split(/[\\/]/).pop() ?? '';
	const dot = base.lastIndexOf('.');
	const extension = dot === -1 ? '' : base.slice(dot + 1).toLowerCase();
	const known = extension === type.extension || type.aliases.includes(extension);
	const stem = known ? base.slice(0, dot) : base;
	const name = `${stem}.${type.extension}`;
	const isSafe = /^[\x20-\x7e]+$/.test(stem) && !/["\\%;]/.test(stem) && stem.trim() !== '';
	return isSafe && name.length <= MAX_NAME_LENGTH
		? name
		: `${digest.slice(0, 16)}.${type.extension}`;
}

/**
 * Checks an image, before anything is sent.
 *
 * @throws {Problem} if it is empty, too large, or not a JPG, PNG or BMP
 */
export function checkMedia(content: Buffer, endpoint: UploadEndpoint): ImageType {
	if (content.length === 0) throw new Problem('mediaEmpty');
	const type = detectImageType(content);
	if (!type) throw new Problem('mediaType', { found: identifyOther(content) });
	if (content.length > endpoint.maxBytes) {
		throw new Problem('mediaTooLarge', { bytes: content.length, most: endpoint.maxBytes });
	}
	return type;
}

/** The `meta` text of an upload: the content of the part, which is also what is signed. */
export function mediaMeta(
	upload: Pick<Upload, 'fileName' | 'digest'>,
	endpoint: UploadEndpoint,
): string {
	return JSON.stringify({
		[endpoint.nameKey]: upload.fileName,
		[endpoint.digestKey]: upload.digest,
	});
}

/**
 * Makes the body of an upload: `meta` as a plain field without a file name, then the file.
 *
 * @param givenName original name of the file; may be empty
 * @param boundary must not occur in the image
 * @throws {Problem} if the image is empty, too large, or not a JPG, PNG or BMP
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012365863
 */
export function packMedia(
	content: Buffer,
	givenName: string,
	endpoint: UploadEndpoint,
	boundary: string,
): Upload {
	const type = checkMedia(content, endpoint);
	const digest = createHash('sha256').update(content).digest('hex');
	const fileName = chooseFileName(givenName, digest, type);
	const meta = Buffer.from(mediaMeta({ fileName, digest }, endpoint), 'utf8');
	const parts = [
		{ name: 'meta', contentType: 'application/json', content: meta },
		{ name: 'file', fileName, contentType: type.mime, content },
	];
	return {
		path: endpoint.path,
		fileName,
		digest,
		body: buildMultipart(parts, boundary),
		contentType: multipartContentType(boundary),
	};
}
