import fc from 'fast-check';
import { createMask, maskStrings } from '../../nodes/WechatPay/failure/mask';
import { anyCharacter } from '../support/texts';

const mask = (text: string, ...secrets: string[]) => createMask(secrets)(text);

const ACCOUNT = '6222020200112233445';
const IDENTITY = '11010119900101123X';
const NAME = '张三丰';

describe('createMask', () => {
	it.each([
		['as it is', `账号 ${ACCOUNT} 有误`, '账号 *** 有误'],
		['twice', `${ACCOUNT},${ACCOUNT}`, '***,***'],
		['in other case', '证件 11010119900101123x', '证件 ***'],
		['with spaces', '账号 6222 0202 0011 2233 445。', '账号 ***。'],
		['with dashes', '6222-0202-0011-2233-445', '***'],
		['with dots, underscores and slashes', '6222.0202_0011/2233\\445', '***'],
		['with spaces that are not seen', '6222\u00a00202\u200b0011\u30002233\ufeff445', '***'],
		['character by character', '["6","2","2","2",0,2,0,2,0,0,1,1,2,2,3,3,4,4,5]', '["***]'],
		['in wide digits', '６２２２０２０２００１１２２３３４４５', '***'],
		['URL-encoded', '/x?name=%E5%BC%A0%E4%B8%89%E4%B8%B0&y=1', '/x?name=***&y=1'],
		['URL-encoded in lower case', 'name=%e5%bc%a0%e4%b8%89%e4%b8%b0', 'name=***'],
		['partly URL-encoded', 'name=张%E4%B8%89丰', 'name=***'],
		['with digits that need no encoding', '%36222%30202%2000112233%2D445', '***'],
		['after a percent sign', '费率100%6222020200112233445', '费率***'],
		['beside broken encodings', `%E5%BC 100% %zz %ff ${ACCOUNT} %`, '%E5%BC 100% %zz %ff *** %'],
	])('masks a sensitive text: %s', (_how, text, masked) => {
		// The digits before the account number are none of it.
		const expected = masked.replace('费率***', '费率100%***');
		expect(mask(text, NAME, ACCOUNT, IDENTITY)).toBe(expected);
	});

	it('masks a sensitive text that contains spaces or punctuation', () => {
		expect(mask('to LIWEI, to li%20wei, to Li  Wei', 'Li Wei')).toBe('to ***, to ***, to ***');
		expect(mask("o'brien", 'O’Brien')).toBe('***');
		expect(mask('Li+Wei', 'Li Wei')).toBe('***');
	});

	it('masks a sensitive text in another case or Unicode normalization', () => {
		expect(mask('STRASSE', 'Straße')).toBe('***');
		expect(mask('x Jose\u0301s y', 'JOS\u00c9S')).toBe('x *** y');
		expect(mask('x Andre\u0301 y', 'ANDR\u00c9')).toBe('x *** y');
	});

	it('masks sensitive texts that overlap or contain each other', () => {
		expect(mask('abcdefgh', 'abcde', 'defgh')).toBe('***');
		expect(mask('xabcdefx', 'abcdef', 'bcde')).toBe('x***x');
		expect(mask('xbcdex abcdef', 'abcdefg', 'bcde')).toBe('x***x a***f');
	});
});

describe('createMask with short or unrelated texts', () => {
	it.each(['', '0', '12', '123', ' 1-2-3 ', '***', '李', 'Xu'])(
		'does not mask the short text %j',
		(short) => {
			const text = `WeChat Pay refused: 400 123 ${short} 1-2-3, 李, Xu Li`;
			expect(mask(text, short)).toBe(text);
		},
	);

	it.each(['1234', 'Xu Li', '张三', 'ab 12'])('masks %j, which is long enough', (text) => {
		expect(mask(`(${text})`, text)).toBe('(***)');
	});

	it('leaves a text without sensitive content unchanged', () => {
		fc.assert(
			fc.property(fc.string({ unit: anyCharacter }), (text) => {
				expect(mask(text)).toBe(text);
				expect(mask(text, '')).toBe(text);
				// Letters of a script that nobody types by chance.
				expect(mask(text, '\u{10380}\u{10381}\u{10382}\u{10383}')).toBe(text);
			}),
		);
	});
});

describe('createMask with random texts', () => {
	/** Letters and digits of the scripts that names and numbers have. */
	const significant = fc.oneof(
		fc.constantFrom(...'0123456789'),
		fc.constantFrom(...'abcxyzABCXYZ'),
		fc.constantFrom(...'张三豐李注销'),
		fc.constantFrom(...'éßÅΣςİıﬁǆ'),
		fc
			.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })
			.filter((s) => /^\p{L}$/u.test(s) && /^\p{L}/u.test(s.normalize('NFKD'))),
	);
	const secret = fc.array(significant, { minLength: 4, maxLength: 20 });
	/** What may stand around it: none of it can be taken for a part of it. */
	const around = fc
		.array(fc.constantFrom(...'ЖжЩщЮюЯя .,:，。()"\'/-\n'), { maxLength: 12 })
		.map((all) => all.join(''));
	const separator = fc.constantFrom(
		'',
		'',
		'',
		' ',
		'-',
		'–',
		'.',
		'_',
		'·',
		'\u3000',
		' - ',
		'%2D',
		'+',
	);
	const change = fc.constantFrom<(text: string) => string>(
		(text) => text,
		(text) => text.toUpperCase(),
		(text) => text.toLowerCase(),
		encodeURIComponent,
		(text) => encodeURIComponent(text).toLowerCase(),
		(text) =>
			[...Buffer.from(text, 'utf8')]
				.map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
				.join(''),
	);
	/** A text, and one way to write it: each character changed in its own way. */
	const echoed = secret.chain((characters) =>
		fc
			.array(fc.tuple(change, separator), {
				minLength: characters.length,
				maxLength: characters.length,
			})
			.map((ways) => ({
				text: characters.join(''),
				echo: characters
					.map((c, i) => ways[i][0](c) + (i + 1 < ways.length ? ways[i][1] : ''))
					.join(''),
			})),
	);

	it('masks the sensitive text in any spelling and leaves the surrounding text unchanged', () => {
		fc.assert(
			fc.property(echoed, around, around, ({ text, echo }, before, after) => {
				expect(mask(before + echo + after, text)).toBe(`${before}***${after}`);
			}),
			{ numRuns: 1000 },
		);
	});

	it('masks the same characters as a naive search with many sensitive texts', () => {
		/** What is covered, found the slow way: letter by letter, secret by secret. */
		const slowly = (text: string, secrets: string[]): string => {
			const places = [...text].flatMap((c, i) => (/[ab]/.test(c) ? [i] : []));
			const letters = text.replace(/[^ab]/g, '');
			const isCovered = [...text].map(() => false);
			for (const each of secrets.filter((s) => s.length >= 4)) {
				for (let at = letters.indexOf(each); at >= 0; at = letters.indexOf(each, at + 1)) {
					isCovered.fill(true, places[at], places[at + each.length - 1] + 1);
				}
			}
			return [...text].map((c, i) => (isCovered[i] ? (isCovered[i - 1] ? '' : '***') : c)).join('');
		};
		// Two letters only, so that finds overlap and words begin like the ends of others.
		const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 });
		const text = fc.string({ unit: fc.constantFrom('a', 'b', 'a', 'b', '-'), maxLength: 60 });
		fc.assert(
			fc.property(text, fc.array(word, { maxLength: 8 }), (given, secrets) => {
				expect(mask(given, ...secrets)).toBe(slowly(given, secrets));
			}),
			{ numRuns: 2000 },
		);
	});
});

it('createMask handles long texts and 10,000 sensitive texts', () => {
	// Comparing every text at every place would take minutes.
	const almost = `${'a'.repeat(40_000)}b`;
	const many = Array.from({ length: 10_000 }, (_, i) => `622202${String(i).padStart(13, '0')}`);
	const find = createMask([almost, ...many]);
	const hostile = ['a', '6', '622202', '%', '%6', '%e5%bc', '%25', ' ', '张'];
	for (const piece of hostile) {
		const text = piece.repeat(100_000 / piece.length);
		expect(find(text)).toBe(text);
	}
	expect(find(`x ${many[9_999]} y`)).toBe('x *** y');
});

describe('maskStrings', () => {
	it('masks every string of a value and leaves other values unchanged', () => {
		const value = {
			code: `NO_${ACCOUNT}`,
			httpStatus: 6222,
			nothing: null,
			not_sent: true,
			media_ids: [{ type: 'A', media_id: ACCOUNT }, ACCOUNT, [IDENTITY, 1]],
			deep: { deeper: { deepest: `${NAME}!` } },
		};
		const copy = structuredClone(value);
		expect(maskStrings(value, createMask([ACCOUNT, IDENTITY, NAME, '6222']))).toEqual({
			code: 'NO_***',
			httpStatus: 6222,
			nothing: null,
			not_sent: true,
			media_ids: [{ type: 'A', media_id: '***' }, '***', ['***', 1]],
			deep: { deeper: { deepest: '***!' } },
		});
		expect(value).toEqual(copy);
	});
});
