import type { GenericValue, IDataObject } from 'n8n-workflow';
import { InputError } from '../failure/errors';
import type { OutgoingRequest } from './outgoingRequest';

/** Percent-encodes the query once, so that what is signed is what is sent. */
function appendQuery(url: URL, query: IDataObject): void {
	const pairs = Object.entries(query).flatMap(([name, value]) =>
		(Array.isArray(value) ? value : [value]).map((entry) => [name, entry] as const),
	);
	const encoded = pairs
		.filter(([, value]) => value !== undefined && value !== null)
		.map(([name, value]) => `${encodeText(name)}=${encodeQueryValue(name, value)}`);
	if (encoded.length === 0) return;
	url.search = [url.search.replace(/^\?/, ''), ...encoded].filter((part) => part !== '').join('&');
}

function encodeQueryValue(name: string, value: IDataObject | GenericValue): string {
	if (typeof value === 'object') {
		throw new InputError(
			`Query parameter "${name}" is an object`,
			'Give text or a number: WeChat Pay accepts no nested query parameters.',
		);
	}
	return encodeText(String(value));
}

function encodeText(text: string): string {
	if (/\p{Surrogate}/u.test(text)) {
		throw new InputError(
			'A query parameter contains an incomplete character (half of a surrogate pair)',
			'Enter the value again.',
		);
	}
	return encodeURIComponent(text);
}

/** Joins a base URL and a path as n8n's HTTP client does: the path of the base is kept. */
function joinUrl(base: string | undefined, given: string): string {
	if (!base || /^([a-z][a-z\d+.-]*:)?\/\//i.test(given)) return given;
	return given === '' ? base : `${base.replace(/\/+$/, '')}/${given.replace(/^\/+/, '')}`;
}

const notAUrl = (given: string): InputError =>
	new InputError(`"${given}" is not a URL`, 'Give the whole URL of the WeChat Pay endpoint.');

/**
 * Resolves a request to one absolute URL that includes its query.
 *
 * @param origins the hosts that the credential may sign for, the configured one first
 * @throws {InputError} for another origin, an invalid URL, or a query that cannot be sent
 */
export function resolveUrl(request: OutgoingRequest, origins: readonly string[]): URL {
	const given = request.url ?? request.uri ?? '';
	let url: URL;
	try {
		url = new URL(joinUrl(request.baseURL, given), origins[0]);
	} catch {
		throw notAUrl(given);
	}
	// Never signed: a signature for another host could be replayed at WeChat Pay from there.
	// Not `url.origin`: a blob: URL has the origin of the URL inside it.
	if (
		!origins.includes(`${url.protocol}//${url.host}`) ||
		url.username !== '' ||
		url.password !== ''
	) {
		throw new InputError(
			`This credential signs requests to ${origins[0]} only, not to ${url.host || url.protocol}`,
			'Correct the URL, or the "API Host" of the credential.',
		);
	}
	if (request.qs) appendQuery(url, request.qs);
	return url;
}
