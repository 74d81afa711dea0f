import { Problem } from './problem';

type Json = string | number | boolean | Json[] | JsonObject;
export interface JsonObject {
	[key: string]: Json | null | undefined;
}

const FOUR_BYTE_CHARACTER = /[\u{10000}-\u{10FFFF}]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * @param path path of the text in the body, e.g. `payee_info.bank_account_info.account_bank`; empty for a
 *   text outside a body
 * @throws {Problem} for a 4-byte UTF-8 character, or half of a surrogate pair
 */
export function assertCharacters(text: string, path: string): void {
	const character = (FOUR_BYTE_CHARACTER.exec(text) ?? LONE_SURROGATE.exec(text))?.[0];
	if (character === undefined) return;
	const code = character.codePointAt(0)?.toString(16).toUpperCase() ?? '';
	throw new Problem('character', { path, code });
}

/** @throws {Problem} with the path of a text that has such a character */
export function checkTexts(value: unknown, path: string): void {
	if (typeof value === 'string') assertCharacters(value, path);
	else if (Array.isArray(value)) value.forEach((entry, i) => checkTexts(entry, `${path}[${i}]`));
	else if (typeof value === 'object' && value !== null) {
		for (const [key, entry] of Object.entries(value)) {
			checkTexts(entry, path === '' ? key : `${path}.${key}`);
		}
	}
}

/**
 * Serializes a request body to the bytes that are signed and sent. Fields that are null or undefined are
 * omitted, because WeChat Pay does not accept null.
 *
 * @throws {Problem} with the path of a text that has a 4-byte character
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012081726
 */
export function toJsonBytes(body: JsonObject): Buffer {
	checkTexts(body, '');
	const text = JSON.stringify(body, (_key, value: unknown) => (value === null ? undefined : value));
	return Buffer.from(text, 'utf8');
}

/** Whether a value is an integer that has lost digits. */
export const hasLostDigits = (value: unknown): boolean =>
	typeof value === 'number' ? Number.isInteger(value) && !Number.isSafeInteger(value) : false;

/**
 * Finds a value inside another one.
 *
 * @returns its path; undefined if there is none
 */
export function findValue(
	value: unknown,
	isMeant: (value: unknown) => boolean,
	path = '',
): string | undefined {
	if (isMeant(value)) return path;
	if (typeof value !== 'object' || value === null) return undefined;
	for (const [key, entry] of Object.entries(value)) {
		const place = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
		const found = findValue(entry, isMeant, place);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** Enough digits for an integer that may exceed the range of safe integers. */
const MAY_BE_LARGE = /\d{16}/;
/** In valid JSON: escapes and quotation marks, to track texts, and numbers. */
const TOKEN = /\\.|"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const isLargeWhole = (token: string): boolean =>
	/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));

/**
 * Parses JSON like `JSON.parse`, but an integer beyond 2^53 becomes a text with all its digits. Numbers with a
 * fraction or an exponent are parsed as usual.
 *
 * @throws {SyntaxError} if it is not JSON
 */
export function readJson(bytes: Buffer): unknown {
	const text = bytes.toString('utf8');
	const parsed: unknown = JSON.parse(text);
	if (!MAY_BE_LARGE.test(text)) return parsed;
	let isInText = false;
	return JSON.parse(
		text.replace(TOKEN, (token) => {
			if (token === '"') isInText = !isInText;
			return !isInText && isLargeWhole(token) ? `"${token}"` : token;
		}),
	);
}
