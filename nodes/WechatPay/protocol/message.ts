/** The parts of a request that WeChat Pay's signature covers. */
export interface SignedRequest {
	/** HTTP method, in any case. */
	method: string;
	/** Path and query exactly as they are sent. */
	canonicalUrl: string;
	/** Unix time in seconds. */
	timestamp: number;
	nonce: string;
	/** The bytes of the body; empty for GET; for multipart only the text of the `meta` part. */
	body: Uint8Array;
}

const LINE_FEED = Buffer.from('\n');

const lines = (...parts: Array<string | number | Uint8Array>): Buffer =>
	Buffer.concat(
		parts.flatMap((part) => [
			part instanceof Uint8Array ? part : Buffer.from(String(part), 'utf8'),
			LINE_FEED,
		]),
	);

/**
 * Builds the string to sign for a request: five lines, each ending with a line feed.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012365864
 */
export function buildRequestMessage(request: SignedRequest): Buffer {
	const { method, canonicalUrl, timestamp, nonce, body } = request;
	return lines(method.toUpperCase(), canonicalUrl, timestamp, nonce, body);
}

/**
 * Builds the string that the signature of a response covers: three lines, each ending with a line feed.
 *
 * @param body the raw bytes of the response, not a serialized object
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059017
 */
export function buildResponseMessage(timestamp: string, nonce: string, body: Uint8Array): Buffer {
	return lines(timestamp, nonce, body);
}

/** Path and query of an absolute URL, as a WHATWG client sends them. */
export function getCanonicalUrl(url: URL): string {
	return url.pathname + url.search;
}
