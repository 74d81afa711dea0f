/** One part of a multipart/form-data body. */
export interface Part {
	name: string;
	content: Uint8Array;
	/** Undefined for a plain field. WeChat Pay refuses a `meta` part with a file name. */
	fileName?: string;
	contentType?: string;
}

const CRLF = '\r\n';

/**
 * Quotes and escapes a name like the HTML standard and the form-data package, so that it cannot break the
 * header.
 */
const quote = (name: string): string =>
	`"${name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')}"`;

const headerValue = (value: string): string => value.replace(/[\r\n]+/g, ' ');

/** The delimiter before a part, its headers and the blank line. */
function writeHead(part: Omit<Part, 'content'>, boundary: string): Buffer {
	const { name, fileName, contentType } = part;
	const disposition =
		`Content-Disposition: form-data; name=${quote(name)}` +
		(fileName === undefined ? '' : `; filename=${quote(fileName)}`);
	const headers = [
		`--${boundary}`,
		disposition,
		...(contentType === undefined ? [] : [`Content-Type: ${headerValue(contentType)}`]),
	];
	return Buffer.from(headers.join(CRLF) + CRLF + CRLF, 'utf8');
}

const writeParts = (parts: readonly Part[], boundary: string): Uint8Array[] =>
	parts.flatMap((part) => [writeHead(part, boundary), part.content, Buffer.from(CRLF)]);

const writeEnd = (boundary: string): Buffer => Buffer.from(`--${boundary}--${CRLF}`);

/**
 * Builds a multipart/form-data body, with the parts in the given order.
 *
 * @param boundary must not occur in any part
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012365863
 */
export function buildMultipart(parts: readonly Part[], boundary: string): Buffer {
	return Buffer.concat([...writeParts(parts, boundary), writeEnd(boundary)]);
}

/** The Content-Type header for a body of `buildMultipart`. */
export function multipartContentType(boundary: string): string {
	return `multipart/form-data; boundary=${boundary}`;
}

/** The boundary in a Content-Type header; undefined if it is not multipart. */
export function readBoundary(contentType: string): string | undefined {
	if (!/^\s*multipart\/form-data\b/i.test(contentType)) return undefined;
	const match = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
	return match?.[1] ?? match?.[2];
}

export interface PartHead {
	name: string;
	fileName: string | undefined;
}

/** Reads the header lines of one part. */
export function readPartHead(head: string): PartHead {
	const disposition = /^content-disposition:([^\r\n]*)/im.exec(head)?.[1] ?? '';
	return {
		name: /;\s*name="([^"]*)"/i.exec(disposition)?.[1] ?? '',
		fileName: /;\s*filename\*?=("?)([^";]*)\1/i.exec(disposition)?.[2],
	};
}

/**
 * Finds a part in a body and returns its bytes unchanged. Those of `meta` are the ones that are signed.
 */
export function findPart(
	body: Buffer,
	boundary: string,
	name: string,
): (PartHead & { content: Buffer }) | undefined {
	const delimiter = Buffer.from(`--${boundary}`);
	const separator = Buffer.concat([Buffer.from(CRLF), delimiter]);
	let start = body.indexOf(delimiter);
	while (start !== -1) {
		const headStart = start + delimiter.length;
		const headEnd = body.indexOf('\r\n\r\n', headStart);
		if (headEnd === -1) return undefined;
		const next = body.indexOf(separator, headEnd + 4);
		if (next === -1 || body.subarray(headStart, headEnd).includes(separator)) return undefined;
		const head = readPartHead(body.toString('utf8', headStart, headEnd));
		if (head.name === name) return { ...head, content: body.subarray(headEnd + 4, next) };
		start = next + CRLF.length;
	}
	return undefined;
}
