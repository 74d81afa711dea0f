import { HOSTS } from './hosts';
import { assertCharacters } from './json';
import { orUndefined } from './orUndefined';
import { Problem } from './problem';

/** Placeholder for the host while a path is compared with what a URL parser makes of it. */
const ANY_ORIGIN = 'https://host';
/** Characters that must be percent-encoded in a path or query. */
const TO_ENCODE = /[^\x21-\x7e]|["'<>^`{|}]/;
const PLACEHOLDER = /[{<]([A-Za-z_]\w*)[}>]/;

/** Percent-encodes a text for a query so that no URL parser changes it. */
const encode = (text: string): string =>
	encodeURIComponent(text).replace(
		/[!'()*]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);

const unchanged = (path: string): boolean => {
	try {
		const { origin, username, pathname, search, hash } = new URL(ANY_ORIGIN + path);
		return origin === ANY_ORIGIN && username === '' && hash === '' && pathname + search === path;
	} catch {
		return false;
	}
};

function decoded(text: string): string {
	const plain = orUndefined(() => decodeURIComponent(text));
	if (plain === undefined) throw new Problem('pathPercent');
	return plain;
}

/** Decodes repeatedly, as proxies on the way might. */
function fullyDecoded(path: string): string {
	let text = path;
	for (let next = decoded(text); next !== text; next = decoded(text)) {
		text = next;
		// A percent sign that was encoded itself need not begin an escape.
		if (!/%[\da-f]{2}/i.test(text) || /%(?![\da-f]{2})/i.test(text)) break;
	}
	return text;
}

const hasControl = (text: string): boolean => /\p{Cc}/u.test(text);

/** @throws {Problem} if the path could change when it is decoded */
function assertPlainPath(path: string): void {
	if (path.includes('//')) throw new Problem('pathEmptyPart');
	const text = fullyDecoded(path);
	if (hasControl(text) || text.split(/[/\\]/).some((part) => part === '.' || part === '..')) {
		throw new Problem('pathChanged');
	}
}

/** Path and query of a URL with an allowed origin. */
function withoutOrigin(url: string, origins: readonly string[]): string {
	const known = [...HOSTS.map(({ origin }) => origin), ...origins];
	const origin = known.find((one) => url.startsWith(`${one}/`));
	if (origin === undefined) throw new Problem('pathHost');
	return url.slice(origin.length);
}

/**
 * Checks the path of a request, including its query, as it is signed and sent. It is not normalized: what a
 * URL parser would change is refused.
 *
 * @param given a path below `/v3/`, or a URL of one of WeChat Pay's hosts, such as a `download_url`, of which
 *   only path and query are used. Samples have spaces and angle brackets around it.
 * @param origins the origins of the credential
 * @throws {Problem} if it cannot be used
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012365864
 */
export function readApiPath(given: string, origins: readonly string[]): string {
	const trimmed = given.replace(/^ +| +$/g, '').replace(/^<(https?:[^<>]*)>$/, '$1');
	if (trimmed === '') throw new Problem('pathEmpty');
	const isUrl = /^[a-z][a-z\d+.-]*:|^\/\//i.test(trimmed);
	const path = isUrl ? withoutOrigin(trimmed, origins) : trimmed;
	if (!path.startsWith('/v3/')) throw new Problem('pathStart');
	const placeholder = PLACEHOLDER.exec(path)?.[1];
	if (placeholder !== undefined) throw new Problem('pathPlaceholder', { name: placeholder });
	if (/[\\#]/.test(path) || hasControl(path)) throw new Problem('pathChanged');
	if (TO_ENCODE.test(path)) throw new Problem('pathEncoding');
	assertPlainPath(path.split('?', 1)[0]);
	decoded(path);
	if (!unchanged(path)) throw new Problem('pathChanged');
	return path;
}

/** A query parameter, not encoded. */
export interface QueryParameter {
	name: string;
	value: string;
}

/**
 * Appends parameters to a path that may have a query.
 *
 * @throws {Problem} for a character that WeChat Pay does not accept
 */
export function appendQuery(path: string, parameters: readonly QueryParameter[]): string {
	const pairs = parameters.map(({ name, value }) => {
		assertCharacters(name, '');
		assertCharacters(value, name);
		return `${encode(name)}=${encode(value)}`;
	});
	if (pairs.length === 0) return path;
	const joint = path.includes('?') ? (/[?&]$/.test(path) ? '' : '&') : '?';
	return path + joint + pairs.join('&');
}

/** The query parameters of a path, decoded. */
export function queryOf(path: string): QueryParameter[] {
	const at = path.indexOf('?');
	if (at === -1) return [];
	return [...new URLSearchParams(path.slice(at + 1))].map(([name, value]) => ({ name, value }));
}
