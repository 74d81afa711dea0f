import { InputError } from './errors';

type Json = string | number | boolean | Json[] | JsonObject;
export interface JsonObject {
	[key: string]: Json | null | undefined;
}

const FOUR_BYTE_CHARACTER = /[\u{10000}-\u{10FFFF}]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * @param path how the message calls the field
 * @throws {InputError} for a character that UTF-8 writes in 4 bytes, or half a character
 */
export function assertCharacters(text: string, path: string): void {
	const character = (FOUR_BYTE_CHARACTER.exec(text) ?? LONE_SURROGATE.exec(text))?.[0];
	if (character === undefined) return;
	const code = character.codePointAt(0)?.toString(16).toUpperCase();
	throw new InputError(
		`${path} holds a character that WeChat Pay does not accept (U+${code})`,
		'Remove emoji and rare characters: WeChat Pay takes UTF-8 characters of up to 3 bytes.',
	);
}

function checkTexts(value: unknown, path: string): void {
	if (typeof value === 'string') assertCharacters(value, path);
	else if (Array.isArray(value)) value.forEach((entry, i) => checkTexts(entry, `${path}[${i}]`));
	else if (typeof value === 'object' && value !== null) {
		for (const [key, entry] of Object.entries(value)) {
			checkTexts(entry, path === '' ? key : `${path}.${key}`);
		}
	}
}

/**
 * Serialises a request body once, to the bytes that are both signed and sent. Fields that are null
 * or undefined are left out: WeChat Pay takes no null.
 *
 * @throws {InputError} naming the field that holds a 4-byte character
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012081726
 */
export function toJsonBytes(body: JsonObject): Buffer {
	checkTexts(body, '');
	const text = JSON.stringify(body, (_key, value: unknown) => (value === null ? undefined : value));
	return Buffer.from(text, 'utf8');
}
