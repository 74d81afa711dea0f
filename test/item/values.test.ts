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
	])('%j is %j', (value, text) => {
		expect(toText(value, LABEL)).toBe(text);
	});

	it.each([2 ** 53, 1e21, 0.5, -1, Number.NaN, Infinity])(
		'the number %d is refused, never rounded',
		(value) => {
			const { message, hint } = refusal(() => toText(value, LABEL));
			expect(message).toBe(
				`My Field is the number ${value}, which has lost digits or is not an integer`,
			);
			expect(hint).toMatch(/Enter it as text/);
		},
	);

	it.each([[[]], [['a']], [{}], [true], [() => 'a']])('%p is no text', (value) => {
		const { message, hint } = refusal(() => toText(value, LABEL));
		expect(message).toBe('My Field is not text');
		expect(hint).toMatch(/expression/);
	});

	it('keeps every digit of a whole number, or refuses it', () => {
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
	])('%j is %j', (value, entries) => {
		expect(toList(value, LABEL)).toEqual(entries);
	});

	it('refuses what lost digits in a list, too', () => {
		expect(refusal(() => toList(['a', 2 ** 53], LABEL)).message).toMatch(/^My Field is the number/);
		expect(refusal(() => toList([['a']], LABEL)).message).toBe('My Field is not text');
	});
});

describe('assertOwnNumber', () => {
	it.each(['a', 'A1', '0'.repeat(32)])('takes %s', (number) => {
		expect(() => assertOwnNumber(number, LABEL)).not.toThrow();
	});

	it.each(['', 'A-1', 'A_1', ' A1', 'A1\n', '注销', 'é', 'A'.repeat(33)])(
		'refuses %j',
		(number) => {
			const { message, hint } = refusal(() => assertOwnNumber(number, LABEL));
			expect(message).toBe(`My Field "${number}" is not 1 to 32 letters and digits`);
			expect(hint).toMatch(/For a UUID, remove the hyphens/);
		},
	);

	it('shows no more than 64 characters of what was given', () => {
		const { message } = refusal(() => assertOwnNumber('A'.repeat(100), LABEL));
		expect(message).toContain(`"${'A'.repeat(64)}"`);
	});
});

describe('needed', () => {
	it('takes white space off', () => {
		expect(requireText(' a b\n', LABEL)).toBe('a b');
	});

	it.each(['', ' \n\t'])('refuses %j', (text) => {
		expect(refusal(() => requireText(text, LABEL, 'Do this.'))).toMatchObject({
			message: 'My Field is empty',
			hint: 'Do this.',
		});
	});
});

describe('assertLength', () => {
	it.each(['', 'ab', '注销', '😀😀'])('takes %j as two characters at most', (text) => {
		expect(() => assertLength(text, 2, LABEL)).not.toThrow();
	});

	it.each(['abc', '注销户', '😀😀😀'])('refuses %j as three', (text) => {
		expect(refusal(() => assertLength(text, 2, LABEL)).message).toBe(
			'My Field has 3 characters; WeChat Pay accepts 2 at most',
		);
	});
});

describe('assertPlain', () => {
	it.each(['', 'aZ09', '注销1号'])('takes %j', (text) => {
		expect(() => assertPlain(text, LABEL, '')).not.toThrow();
	});

	it.each(['a b', 'a-b', '注销，', 'é', '😀', 'a\n'])('refuses %j', (text) => {
		expect(refusal(() => assertPlain(text, LABEL, 'Do this.'))).toMatchObject({
			message: 'My Field contains characters other than digits, letters and Chinese characters',
			hint: 'Do this.',
		});
	});
});

it('an entry of Options is read from there, under the same label', () => {
	expect(option({ name: 'fileName', displayName: 'File Name' })).toEqual({
		name: 'options.fileName',
		displayName: 'File Name',
	});
});
