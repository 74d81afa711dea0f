import fc from 'fast-check';
import { LosslessNumber, parse as parseLossless } from 'lossless-json';
import { readJson, toJsonBytes } from '../../nodes/WechatPay/protocol/json';
import type { JsonObject } from '../../nodes/WechatPay/protocol/json';
import { refusal } from '../support/refusal';
import { anyCharacter } from '../support/texts';

const textOf = (body: JsonObject) => toJsonBytes(body).toString('utf8');

describe('toJsonBytes', () => {
	it('writes fields in the given order without spaces and encodes them as UTF-8', () => {
		expect(toJsonBytes({ b: '中文', a: [{ n: 1, ok: false }] })).toEqual(
			Buffer.from('{"b":"中文","a":[{"n":1,"ok":false}]}', 'utf8'),
		);
	});

	it('omits null and undefined at every depth and keeps other empty values', () => {
		expect(
			textOf({
				a: null,
				b: undefined,
				c: { d: null, e: '' },
				f: [{ g: undefined, h: 0 }],
				i: false,
			}),
		).toBe('{"c":{"e":""},"f":[{"h":0}],"i":false}');
	});

	it.each<[string, JsonObject, string]>([
		['the top', { remark: 'a😀' }, 'remark'],
		['an object', { payee_info: { bank: { name: '𠮷野家' } } }, 'payee_info.bank.name'],
		['an array', { media: ['ok', '💰'] }, 'media[1]'],
		['an object in an array', { info: [{}, { id: '😀' }] }, 'info[1].id'],
	])('rejects a 4-byte character in %s and names the field', (_place, body, path) => {
		const { message, hint } = refusal(() => toJsonBytes(body));
		expect(message).toMatch(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')} holds`));
		expect(hint).toContain('Remove emoji and rare characters');
	});

	it('names the rejected character', () => {
		expect(refusal(() => toJsonBytes({ a: 'x\u{1F600}' })).message).toContain('(U+1F600)');
	});

	it.each([
		['a high', 'x\ud83d'],
		['a low', '\ude00x'],
		['a swapped', '\ude00\ud83d'],
	])('rejects %s surrogate on its own', (_kind, value) => {
		expect(refusal(() => toJsonBytes({ a: { b: value } })).message).toMatch(
			/^a\.b holds .*U\+D[8E]/,
		);
	});

	it('preserves every character of up to three bytes', () => {
		const unit = fc.integer({ min: 0, max: 0xffff }).filter((c) => c < 0xd800 || c > 0xdfff);
		const text = fc.array(unit).map((codes) => String.fromCharCode(...codes));
		fc.assert(
			fc.property(fc.dictionary(text, text), (body) => {
				expect(JSON.parse(textOf(body))).toEqual({ ...body });
			}),
		);
	});

	it('rejects every character of four bytes at any position', () => {
		const character = fc
			.integer({ min: 0x10000, max: 0x10ffff })
			.map((code) => String.fromCodePoint(code));
		fc.assert(
			fc.property(fc.string(), character, fc.string(), (before, wide, after) => {
				const { message } = refusal(() => toJsonBytes({ field: before + wide + after }));
				expect(message).toMatch(/^field holds/);
			}),
		);
	});
});

describe('readJson', () => {
	const read = (text: string) => readJson(Buffer.from(text, 'utf8'));

	it.each([
		['9007199254740991', 9007199254740991],
		['9007199254740992', '9007199254740992'],
		['9007199254740993', '9007199254740993'],
		['-9007199254740991', -9007199254740991],
		['-9007199254740993', '-9007199254740993'],
		['20000000000000001', '20000000000000001'],
		['1234567890123456', 1234567890123456],
		['123456789012345678901234567890', '123456789012345678901234567890'],
		['0', 0],
		['1.12345678901234567', Number('1.12345678901234567')],
		['9007199254740993e0', 2 ** 53],
		['1E400', Infinity],
	])('reads the number %s as %p', (text, value) => {
		expect(read(text)).toBe(value);
		expect(read(` { "a" : [ ${text} , { "b" :${text}} ] } `)).toEqual({
			a: [value, { b: value }],
		});
	});

	it.each([
		['a text of digits', '"9007199254740993"'],
		['digits in a text', '"a 9007199254740993, 12345678901234567890"'],
		['digits after an escaped quotation mark', '"\\"9007199254740993"'],
		['digits after an escaped backslash', '["\\\\",9007199254740991,"12345678901234567"]'],
		['an escape of four digits and more', '"\\u12345678901234567890"'],
		['digits as a key', '{"9007199254740993":1,"a\\"9007199254740993":2}'],
		['a key that every object has', '{"__proto__":{"a":1234567890123456},"constructor":1}'],
	])('preserves %s', (_what, text) => {
		expect(read(text)).toEqual(JSON.parse(text));
		expect(JSON.stringify(read(text))).toBe(JSON.stringify(JSON.parse(text)));
	});

	it.each([
		'',
		'<html>',
		'{"a":09007199254740993}',
		'{"a":+9007199254740993}',
		'{"a":9007199254740993.}',
		'{"a":9007199254740993',
		'9007199254740993 9007199254740993',
		'{9007199254740993:1}',
	])('rejects invalid JSON: %s', (text) => {
		expect(() => read(text)).toThrow(SyntaxError);
	});

	it('reads a response of several megabytes', () => {
		const long = 'x\\n'.repeat(1_000_000);
		const text = `{"a":"${long}","b":12345678901234567}`;
		expect(read(text)).toEqual({ a: 'x\n'.repeat(1_000_000), b: '12345678901234567' });
	});

	/** Numbers as texts: around the limit, long ones, and with fraction or exponent. */
	const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });
	const numberText = fc.oneof(
		fc.bigInt({ min: 2n ** 53n - 20n, max: 2n ** 53n + 20n }).map(String),
		fc.bigInt({ min: -(2n ** 53n) - 20n, max: -(2n ** 53n) + 20n }).map(String),
		fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
		fc.integer().map(String),
		fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
		fc
			.tuple(digits, fc.constantFrom('e', 'E', 'e+', 'E-'), fc.nat(400))
			.map(([d, e, n]) => `1.${d.join('')}${e}${n}`),
	);
	const stringText = fc
		.oneof(
			fc.string({ unit: anyCharacter, maxLength: 30 }),
			fc.stringMatching(/^["\\\d,:{}[\]e.-]{0,40}$/),
		)
		.map((value) => JSON.stringify(value));
	const space = fc.constantFrom('', ' ', '\n', '\t\r\n');
	const { json } = fc.letrec((tie) => ({
		json: fc.oneof(
			{ maxDepth: 4 },
			numberText,
			stringText,
			fc.constantFrom('true', 'false', 'null'),
			fc
				.tuple(space, fc.array(tie('json') as fc.Arbitrary<string>, { maxLength: 4 }))
				.map(([s, entries]) => `[${s}${entries.join(`${s},${s}`)}${s}]`),
			fc
				.tuple(
					space,
					fc.uniqueArray(fc.tuple(stringText, tie('json') as fc.Arbitrary<string>), {
						selector: ([key]) => key,
						maxLength: 4,
					}),
				)
				.map(
					([s, entries]) => `{${s}${entries.map((entry) => entry.join(`${s}:`)).join(`,${s}`)}}`,
				),
		),
	})) as { json: fc.Arbitrary<string> };

	/** The same value with a number in place of a text that was a number. */
	function inexact(value: unknown, plain: unknown): unknown {
		if (typeof value === 'string' && typeof plain === 'number') return Number(value);
		if (Array.isArray(value)) {
			return value.map((entry, i) => inexact(entry, (plain as unknown[])[i]));
		}
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, entry]) => [
				key,
				inexact(entry, (plain as Record<string, unknown>)[key]),
			]),
		);
	}

	it('matches JSON.parse except for large integers', () => {
		fc.assert(
			fc.property(json, (text) => {
				const plain: unknown = JSON.parse(text);
				expect(inexact(read(text), plain)).toEqual(plain);
			}),
			{ numRuns: 2000 },
		);
	});

	it('matches a lossless JSON parser', () => {
		const asOurs = (value: unknown): unknown => {
			if (!(value instanceof LosslessNumber)) return value;
			const isLarge = /^-?\d+$/.test(value.value) && !Number.isSafeInteger(Number(value.value));
			return isLarge ? value.value : Number(value.value);
		};
		fc.assert(
			fc.property(json, (text) => {
				expect(read(text)).toEqual(parseLossless(text, (_key, value) => asOurs(value)));
			}),
			{ numRuns: 2000 },
		);
	});

	it('rejects the same texts as JSON.parse', () => {
		const broken = fc
			.tuple(json, fc.nat(), fc.constantFrom('', '"', '\\', '0', '9007199254740993', ',', '}', '-'))
			.map(([text, at, put]) => {
				const place = at % (text.length + 1);
				return text.slice(0, place) + put + text.slice(place + 1);
			});
		const attempt = (parse: (text: string) => unknown, text: string): boolean => {
			try {
				parse(text);
				return true;
			} catch {
				return false;
			}
		};
		fc.assert(
			fc.property(broken, (text) => {
				expect(attempt(read, text)).toBe(attempt(JSON.parse, text));
			}),
			{ numRuns: 2000 },
		);
	});
});
