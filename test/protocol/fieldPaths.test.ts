import fc from 'fast-check';
import { changeTexts, readFieldPaths } from '../../nodes/WechatPay/protocol/fieldPaths';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import { anyCharacter } from '../support/texts';

const upper = (json: string, paths: string) =>
	changeTexts(json, readFieldPaths(paths), (value) => value.toUpperCase());
const namesOf = (paths: ReadonlyArray<{ text: string }>) => paths.map(({ text }) => text);

describe('readFieldPaths', () => {
	it.each([
		['', []],
		['name', ['name']],
		['a.b, c[].d\ne[][].f', ['a.b', 'c[].d', 'e[][].f']],
		['a，b、c；d', ['a', 'b', 'c', 'd']],
		['a,a', ['a']],
		['tags[]', ['tags[]']],
	])('reads %j', (given, expected) => expect(namesOf(readFieldPaths(given))).toEqual(expected));

	it.each(['a..b', '.a', 'a.', 'a[0]', '[].a', 'a[', 'a]', '$.a', 'a.[]', '"a"'])(
		'rejects %j',
		(given) => expect(() => readFieldPaths(given)).toThrow(Problem),
	);
});

describe('changeTexts', () => {
	it('changes only the texts at the given paths', () => {
		const json = '{ "name": "a", "x": {"name":"b"}, "list": [ {"name": "c"}, {"name":"d"} ] }';
		expect(upper(json, 'list[].name').json).toBe(
			'{ "name": "a", "x": {"name":"b"}, "list": [ {"name": "C"}, {"name":"D"} ] }',
		);
		expect(upper(json, 'name,x.name').json).toBe(
			'{ "name": "A", "x": {"name":"B"}, "list": [ {"name": "c"}, {"name":"d"} ] }',
		);
	});

	it('preserves digits, order, spaces and escapes', () => {
		const json = '{"amount":12345678901234567890,"rate":1.10,"e":"\\u00e9\\/","n":"x", "z":null}';
		expect(upper(json, 'n').json).toBe(json.replace('"x"', '"X"'));
	});

	it('treats texts that look like JSON as texts', () => {
		const json = '{"a":"{\\"n\\":\\"x\\"},[","n":"y","b":"\\\\","c":["]"]}';
		expect(upper(json, 'n').json).toBe(json.replace('"y"', '"Y"'));
		expect(upper(json, 'c[]').missing).toEqual([]);
	});

	it('handles very long texts', () => {
		const long = 'x\\"'.repeat(1_000_000);
		expect(upper(`{"long":"${long}","n":"y"}`, 'n').json).toBe(`{"long":"${long}","n":"Y"}`);
	});

	it('handles lists of texts and nested lists', () => {
		expect(upper('{"t":["a","b"],"u":[["c"],[]]}', 't[],u[][]').json).toBe(
			'{"t":["A","B"],"u":[["C"],[]]}',
		);
	});

	it('returns the paths that match no text', () => {
		const json = '{"a":1,"b":{"c":"x"},"d":[],"e":null}';
		expect(namesOf(upper(json, 'a,b,b.c,b.d,d[].x,e,f').missing)).toEqual([
			'a',
			'b',
			'b.d',
			'd[].x',
			'e',
			'f',
		]);
	});

	it('handles prototype property names like other keys', () => {
		expect(upper('{"__proto__":{"x":"a"},"constructor":"b"}', '__proto__.x,constructor').json).toBe(
			'{"__proto__":{"x":"A"},"constructor":"B"}',
		);
	});

	it('changes every matching text once and preserves the rest of any JSON', () => {
		const key = fc.constantFrom('a', 'b', 'name', 'list', '[]x', 'a,b', '"', '{');
		const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
			tree: fc.oneof(
				{ maxDepth: 4 },
				fc.string({ unit: anyCharacter }),
				fc.double({ noNaN: true, noDefaultInfinity: true }),
				fc.constant(null),
				fc.boolean(),
				fc.array(tie('tree'), { maxLength: 4 }),
				fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
			),
		}));
		/** The same by walking the parsed value. */
		const walk = (value: unknown, place: string, seen: string[]): unknown => {
			if (typeof value === 'string' && place === '.list[].name') {
				seen.push(value);
				return `<${value}>`;
			}
			if (Array.isArray(value)) return value.map((entry) => walk(entry, `${place}[]`, seen));
			if (typeof value !== 'object' || value === null) return value;
			return Object.fromEntries(
				Object.entries(value).map(([name, entry]) => [name, walk(entry, `${place}.${name}`, seen)]),
			);
		};
		fc.assert(
			fc.property(
				fc.array(fc.record({ name: tree, b: tree }, { requiredKeys: [] })),
				tree,
				fc.constantFrom(undefined, 2, '\t'),
				(list, other, indent) => {
					const value = { other, list };
					const [seen, given]: [string[], string[]] = [[], []];
					const expected = walk(value, '', seen);
					const { json, missing } = changeTexts(
						JSON.stringify(value, null, indent),
						readFieldPaths('list[].name'),
						(text) => {
							given.push(text);
							return `<${text}>`;
						},
					);
					expect(json).toBe(JSON.stringify(expected, null, indent));
					expect(given).toEqual(seen);
					expect(missing.length).toBe(seen.length === 0 ? 1 : 0);
				},
			),
			{ numRuns: 500 },
		);
	});

	it('rejects invalid paths only with a Problem (readFieldPaths)', () => {
		fc.assert(
			fc.property(fc.string({ unit: anyCharacter }), (given) => {
				try {
					for (const { place } of readFieldPaths(given)) expect(place).not.toContain('');
				} catch (error) {
					expect(error).toBeInstanceOf(Problem);
				}
			}),
			{ numRuns: 2000 },
		);
	});
});
