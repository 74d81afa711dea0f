import { HOSTS } from './hosts';
import { assertCharacters } from './json';
import { Problem } from './problem';

/** Stands for any host while a path is held against what the URL standard makes of it. */
const ANY_ORIGIN = 'https://host';
/** What has to be percent-encoded in a path or query, and what has a meaning of its own there. */
const TO_ENCODE = /[^\x21-\x7e]|["'<>^`{|}]/;
const PLACEHOLDER = /[{<]([A-Za-z_]\w*)[}>]/;

/** A text of a query, percent-encoded so that no URL parser changes it. */
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

function attemptDecoding(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}

function decoded(text: string): string {
	const plain = attemptDecoding(text);
	if (plain === undefined) throw new Problem('pathPercent');
	return plain;
}

/** Decodes as often as anybody on the way could do it. */
function fullyDecoded(path: string): string {
	let text = path;
	for (let next = decoded(text); next !== text; next = decoded(text)) {
		text = next;
		// A percent sign that was encoded need not begin an escape.
		if (!/%[\da-f]{2}/i.test(text) || /%(?![\da-f]{2})/i.test(text)) break;
	}
	return text;
}

const hasControl = (text: string): boolean => /\p{Cc}/u.test(text);

/** @throws {Problem} unless the path leads where it says, whoever decodes it */
function assertPlainPath(path: string): void {
	if (path.includes('//')) throw new Problem('pathEmptyPart');
	const text = fullyDecoded(path);
	if (hasControl(text) || text.split(/[/\\]/).some((part) => part === '.' || part === '..')) {
		throw new Problem('pathChanged');
	}
}

/** Path and query of a URL, if it begins with an origin that may be asked for. */
function withoutOrigin(url: string, origins: readonly string[]): string {
	const known = [...HOSTS.map(({ origin }) => origin), ...origins];
	const origin = known.find((one) => url.startsWith(`${one}/`));
	if (origin === undefined) throw new Problem('pathHost');
	return url.slice(origin.length);
}

/**
 * Checks the path of a request, its query included, as it is signed and sent: nothing of it is
 * normalized, and what a URL parser would change is refused.
 *
 * @param given a path below `/v3/`, or a URL of one of WeChat Pay's hosts, such as a `download_url`:
 *   it is asked for by its path and query. Samples have blanks and angle brackets around it.
 * @param origins the origins of the credential
 * @throws {Problem} with what is wrong with it
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

/** A parameter of a query, not yet encoded. */
export interface QueryParameter {
	name: string;
	value: string;
}

/**
 * Appends parameters to a path that may have a query.
 *
 * @throws {Problem} for a character that WeChat Pay does not take
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

/** The parameters of a query as they stand in a path. */
export function queryOf(path: string): QueryParameter[] {
	const at = path.indexOf('?');
	if (at === -1) return [];
	return [...new URLSearchParams(path.slice(at + 1))].map(([name, value]) => ({ name, value }));
}
