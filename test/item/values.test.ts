import fc from 'fast-check';
import {
	assertLength,
	assertOwnNumber,
	assertPlain,
	requireText,
	option,
	toList,
	toText,
} from '../../nodes/WechatPay/item/values';
import { refusal } from '../support/refusal';

const LABEL = 'My Field';

describe('toText', () => {
	it.each<[unknown, string]>([
		['', ''],
		[' a ', ' a '],
		[undefined, ''],
		[null, ''],
		[0, '0'],
		[1900000109, '1900000109'],
		[Number.MAX_SAFE_INTEGER, '9007199254740991'],
	])('converts %j to %j', (value, text) => {
		expect(toText(value, LABEL)).toBe(text);
	});

	it.each([2 ** 53, 1e21, 0.5, -1, Number.NaN, Infinity])(
		'rejects the number %d instead of rounding it',
		(value) => {
			const { message, hint } = refusal(() => toText(value, LABEL));
			expect(message).toBe(
				`My Field is the number ${value}, which has lost digits or is not an integer`,
			);
			expect(hint).toMatch(/Enter it as text/);
		},
	);

	it.each([[[]], [['a']], [{}], [true], [() => 'a']])('rejects %p', (value) => {
		const { message, hint } = refusal(() => toText(value, LABEL));
		expect(message).toBe('My Field is not text');
		expect(hint).toMatch(/expression/);
	});

	it('keeps every digit of an integer or rejects it', () => {
		fc.assert(
			fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), (digits) => {
				let text: string | undefined;
				try {
					text = toText(Number(digits), LABEL);
				} catch {
					expect(digits).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
				}
				if (text !== undefined) expect(text).toBe(String(digits));
			}),
		);
	});
});

describe('toList', () => {
	it.each<[unknown, string[]]>([
		['', []],
		[undefined, []],
		[' , ;\n', []],
		['a', ['a']],
		['a, b;c d\ne', ['a', 'b', 'c', 'd', 'e']],
		['甲，乙、丙；丁', ['甲', '乙', '丙', '丁']],
		[1900000109, ['1900000109']],
		[
			['a', 2, '', null],
			['a', '2'],
		],
	])('converts %j to %j', (value, entries) => {
		expect(toList(value, LABEL)).toEqual(entries);
	});

	it('rejects entries that are unsafe numbers or lists', () => {
		expect(refusal(() => toList(['a', 2 ** 53], LABEL)).message).toMatch(/^My Field is the number/);
		expect(refusal(() => toList([['a']], LABEL)).message).toBe('My Field is not text');
	});
});

describe('assertOwnNumber', () => {
	it.each(['a', 'A1', '0'.repeat(32)])('accepts %s', (number) => {
		expect(() => assertOwnNumber(number, LABEL)).not.toThrow();
	});

	it.each(['', 'A-1', 'A_1', ' A1', 'A1\n', '注销', 'é', 'A'.repeat(33)])(
		'rejects %j',
		(number) => {
			const { message, hint } = refusal(() => assertOwnNumber(number, LABEL));
			expect(message).toBe(`My Field "${number}" is not 1 to 32 letters and digits`);
			expect(hint).toMatch(/For a UUID, remove the hyphens/);
		},
	);

	it('shows at most 64 characters of the value', () => {
		const { message } = refusal(() => assertOwnNumber('A'.repeat(100), LABEL));
		expect(message).toContain(`"${'A'.repeat(64)}"`);
	});
});

describe('requireText', () => {
	it('trims white space', () => {
		expect(requireText(' a b\n', LABEL)).toBe('a b');
	});

	it.each(['', ' \n\t'])('rejects %j', (text) => {
		expect(refusal(() => requireText(text, LABEL, 'Do this.'))).toMatchObject({
			message: 'My Field is empty',
			hint: 'Do this.',
		});
	});
});

describe('assertLength', () => {
	it.each(['', 'ab', '注销', '😀😀'])('accepts %j with a limit of two characters', (text) => {
		expect(() => assertLength(text, 2, LABEL)).not.toThrow();
	});

	it.each(['abc', '注销户', '😀😀😀'])('rejects %j with a limit of two characters', (text) => {
		expect(refusal(() => assertLength(text, 2, LABEL)).message).toBe(
			'My Field has 3 characters; WeChat Pay accepts 2 at most',
		);
	});
});

describe('assertPlain', () => {
	it.each(['', 'aZ09', '注销1号'])('accepts %j', (text) => {
		expect(() => assertPlain(text, LABEL, '')).not.toThrow();
	});

	it.each(['a b', 'a-b', '注销，', 'é', '😀', 'a\n'])('rejects %j', (text) => {
		expect(refusal(() => assertPlain(text, LABEL, 'Do this.'))).toMatchObject({
			message: 'My Field contains characters other than digits, letters and Chinese characters',
			hint: 'Do this.',
		});
	});
});

it('option() returns the path inside Options and keeps the display name', () => {
	expect(option({ name: 'fileName', displayName: 'File Name' })).toEqual({
		name: 'options.fileName',
		displayName: 'File Name',
	});
});
