import fc from 'fast-check';
import { toJsonBytes } from '../../nodes/WechatPay/protocol/json';
import type { JsonObject } from '../../nodes/WechatPay/protocol/json';
import { refusal } from '../support/refusal';

const textOf = (body: JsonObject) => toJsonBytes(body).toString('utf8');

describe('toJsonBytes', () => {
	it('writes fields in the order given, without spaces, Chinese as UTF-8', () => {
		expect(toJsonBytes({ b: '中文', a: [{ n: 1, ok: false }] })).toEqual(
			Buffer.from('{"b":"中文","a":[{"n":1,"ok":false}]}', 'utf8'),
		);
	});

	it('leaves out null and undefined, at every depth, and keeps what is only empty', () => {
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
	])('refuses a 4-byte character in %s and names the field', (_place, body, path) => {
		const { message, hint } = refusal(() => toJsonBytes(body));
		expect(message).toMatch(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')} holds`));
		expect(hint).toContain('Remove emoji and rare characters');
	});

	it('names the character', () => {
		expect(refusal(() => toJsonBytes({ a: 'x\u{1F600}' })).message).toContain('(U+1F600)');
	});

	it.each([
		['a high', 'x\ud83d'],
		['a low', '\ude00x'],
		['a swapped', '\ude00\ud83d'],
	])('refuses %s surrogate on its own', (_kind, value) => {
		expect(refusal(() => toJsonBytes({ a: { b: value } })).message).toMatch(
			/^a\.b holds .*U\+D[8E]/,
		);
	});

	it('takes every character of up to three bytes, and reads back as what was given', () => {
		const unit = fc.integer({ min: 0, max: 0xffff }).filter((c) => c < 0xd800 || c > 0xdfff);
		const text = fc.array(unit).map((codes) => String.fromCharCode(...codes));
		fc.assert(
			fc.property(fc.dictionary(text, text), (body) => {
				expect(JSON.parse(textOf(body))).toEqual({ ...body });
			}),
		);
	});

	it('refuses every text that UTF-8 writes with four bytes, wherever it stands', () => {
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
