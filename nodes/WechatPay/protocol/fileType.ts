import { isGzip } from './bill';
import { detectImageType, startsWith } from './media';

/** Name and MIME type of a file. */
export interface FileType {
	name: string;
	mime: string;
}

/** Number of bytes that are searched for a zero byte, which a text does not have. */
const LOOKED_AT = 65_536;

function kindOf(content: Buffer, path: string, contentType: string): [string, string] {
	const image = detectImageType(content);
	if (image) return [image.extension, image.mime];
	if (isGzip(content)) return ['gz', 'application/gzip'];
	if (startsWith(content, '25504446')) return ['pdf', 'application/pdf'];
	if (startsWith(content, '504b0304')) return ['zip', 'application/zip'];
	if (content.subarray(0, LOOKED_AT).includes(0)) return ['bin', 'application/octet-stream'];
	if (/^application\/json\b/i.test(contentType)) return ['json', 'application/json'];
	return isBill(path) ? ['csv', 'text/csv'] : ['txt', 'text/plain'];
}

const isBill = (path: string): boolean =>
	/^\/v3\/(billdownload|(global\/)?statements)\b/.test(path);

/** Names a downloaded file by its path and its first bytes, because WeChat Pay's own names are tokens. */
export function identifyFile(content: Buffer, path: string, contentType: string): FileType {
	const [extension, mime] = kindOf(content, path, contentType);
	const base = isBill(path) ? 'bill' : /\/images\/[^/]+$/.test(path) ? 'image' : 'file';
	return { name: `${base}.${extension}`, mime };
}
