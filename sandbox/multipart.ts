// By hand: a library accepts more than WeChat Pay does, and does not return the bytes of a part as they were
// signed.
const CRLF = '\r\n';
const NAME = /^form-data; name="([^"]*)"(?:; filename="([^"]*)")?$/;

/** One part of a multipart body. */
export interface Part {
	name: string;
	filename?: string;
	/** Exactly as written; undefined if the part has none. */
	contentType?: string;
	content: Buffer;
}

/** The parts of a multipart body; `problem` says what is wrong with its format, if anything. */
export interface Multipart {
	parts: Part[];
	problem?: string;
}

/** The boundary in a Content-Type header, if that header is for a multipart form. */
export function boundaryOf(contentType: string | undefined): string | undefined {
	const match = /^multipart\/form-data;\s*boundary=(?:"([^"]+)"|([^\s;"]+))$/.exec(
		contentType ?? '',
	);
	const boundary = match?.[1] ?? match?.[2];
	// RFC 2046: up to 70 characters of this set.
	return boundary && /^[0-9A-Za-z'()+_,\-./:=? ]{1,70}$/.test(boundary) ? boundary : undefined;
}

/**
 * Parses a multipart form strictly by RFC 7578: no text before the first delimiter, CRLF at the end of
 * every line, a terminator with CRLF, nothing after it. For a body that breaks a rule the parts before
 * the error are returned, because the signature over the meta part is checked first.
 */
export function parseMultipart(body: Buffer, boundary: string): Multipart {
	const parts: Part[] = [];
	const delimiter = Buffer.from(`--${boundary}`);
	const fail = (problem: string): Multipart => ({ parts, problem });
	if (!body.subarray(0, delimiter.length).equals(delimiter)) {
		return fail('the body does not begin with the delimiter');
	}
	let at = delimiter.length;
	for (;;) {
		const next = body.subarray(at, at + 4).toString('latin1');
		if (next === `--${CRLF}`) {
			return at + 4 === body.length ? { parts } : fail('bytes after the terminator');
		}
		if (!next.startsWith(CRLF)) return fail('no CRLF after a delimiter, or no terminator');
		const headersEnd = body.indexOf(CRLF + CRLF, at);
		if (headersEnd < 0) return fail('no blank line after the headers of a part');
		const contentStart = headersEnd + 4;
		const contentEnd = body.indexOf(Buffer.concat([Buffer.from(CRLF), delimiter]), contentStart);
		if (contentEnd < 0) return fail('a part without a delimiter after it');
		const headers = body.subarray(at + 2, headersEnd).toString('utf8');
		const part = parseHeaders(headers, body.subarray(contentStart, contentEnd));
		if (!part) return fail('headers of a part that cannot be read');
		parts.push(part);
		at = contentEnd + 2 + delimiter.length;
	}
}

function parseHeaders(text: string, content: Buffer): Part | undefined {
	const headers = new Map<string, string>();
	for (const line of text.split(CRLF)) {
		const colon = line.indexOf(': ');
		const name = line.slice(0, colon).toLowerCase();
		// A single CR or LF is not a line break, and a repeated header has no meaning.
		if (colon < 1 || /[\r\n]/.test(line) || headers.has(name)) return undefined;
		headers.set(name, line.slice(colon + 2));
	}
	const disposition = NAME.exec(headers.get('content-disposition') ?? '');
	if (!disposition) return undefined;
	return {
		name: disposition[1],
		filename: disposition[2],
		contentType: headers.get('content-type'),
		content,
	};
}

/**
 * The bytes that the signature of an upload covers: the content of the plain field `meta`. A meta part
 * with a file name is a file and not a field: the signature then fails, as it does at WeChat Pay.
 * https://pay.weixin.qq.com/doc/v3/partner/4012365863
 */
export function signedMeta({ parts }: Multipart): Buffer {
	const meta = parts.find((part) => part.name === 'meta' && part.filename === undefined);
	return meta?.content ?? Buffer.alloc(0);
}
