import fc from 'fast-check';
import { appendQuery, queryOf, readApiPath } from '../../nodes/WechatPay/protocol/apiPath';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import { anyCharacter } from '../support/texts';

const SANDBOX = 'http://127.0.0.1:8600';
const read = (given: string) => readApiPath(given, [SANDBOX]);
const codeOf = (given: string): string => {
	try {
		return `taken: ${read(given)}`;
	} catch (error) {
		return error instanceof Problem ? error.code : String(error);
	}
};

describe('readApiPath with a path', () => {
	it.each([
		'/v3/certificates',
		'/v3/ecommerce/applyments/',
		'/v3/applyment4sub/applyment/',
		'/v3/ecommerce/fund/balance/1900000109?account_type=BASIC',
		'/v3/x?a=%E4%B8%AD&b=1+2&c=a/b?c',
		'/v3/merchant-service/images/ChsyMDAw%2FMDAwMDA%3D:v2',
		'/v3/x/100%25',
	])('accepts %s unchanged', (path) => expect(read(path)).toBe(path));

	it.each([
		['', 'pathEmpty'],
		['   ', 'pathEmpty'],
		['v3/certificates', 'pathStart'],
		['/v2/x', 'pathStart'],
		['/v3', 'pathStart'],
		['/V3/x', 'pathStart'],
		['/v3/../v2/x', 'pathChanged'],
		['/v3/./x', 'pathChanged'],
		['/v3/x/..', 'pathChanged'],
		['/v3/%2e%2e/x', 'pathChanged'],
		['/v3/%2E%2e/x', 'pathChanged'],
		['/v3/.%2e/x', 'pathChanged'],
		['/v3/a%2f..%2fb', 'pathChanged'],
		['/v3/%252e%252e/x', 'pathChanged'],
		['/v3/%25252e%25252e%25252fx', 'pathChanged'],
		['/v3/a%5c..%5cb', 'pathChanged'],
		['/v3\\x', 'pathStart'],
		['/v3/a\\b', 'pathChanged'],
		['/v3/a\tb', 'pathChanged'],
		['/v3/a\nb', 'pathChanged'],
		['/v3/a\r\nHost: x', 'pathChanged'],
		['/v3/a\n', 'pathChanged'],
		['\t/v3/a', 'pathStart'],
		['/v3/a%0Ab', 'pathChanged'],
		['/v3/a%00b', 'pathChanged'],
		['/v3/x?', 'pathChanged'],
		['/v3/x#y', 'pathChanged'],
		['/v3/x?a=1#', 'pathChanged'],
		['/v3/a b', 'pathEncoding'],
		['/v3/x?name=张三', 'pathEncoding'],
		["/v3/x?a='b'", 'pathEncoding'],
		['/v3/x?a="b"', 'pathEncoding'],
		['/v3/a|b', 'pathEncoding'],
		['/v3/balance/{sub_mchid}', 'pathPlaceholder'],
		['/v3/balance/<sub_mchid>', 'pathPlaceholder'],
		['/v3//x', 'pathEmptyPart'],
		['/v3/balance//detail', 'pathEmptyPart'],
		['/v3/x%', 'pathPercent'],
		['/v3/x%zz', 'pathPercent'],
		['/v3/x?a=%E4', 'pathPercent'],
	])('rejects %j with %s', (given, code) => expect(codeOf(given)).toBe(code));
});

describe('readApiPath with a URL', () => {
	const rest = '/v3/billdownload/file?token=a_b-c.d%3D';
	it.each([
		'https://api.mch.weixin.qq.com',
		'https://api2.mch.weixin.qq.com',
		'https://apihk.mch.weixin.qq.com',
		SANDBOX,
	])('returns the path and query at %s', (origin) => expect(read(origin + rest)).toBe(rest));

	it.each([` https://api.mch.weixin.qq.com${rest}`, ` <https://api.mch.weixin.qq.com${rest}> `])(
		'accepts the notation of the samples: %j',
		(given) => expect(read(given)).toBe(rest),
	);

	it.each([
		'https://evil.example/v3/x',
		'http://api.mch.weixin.qq.com/v3/x',
		'https://api.mch.weixin.qq.com@evil.example/v3/x',
		'https://api.mch.weixin.qq.com.evil.example/v3/x',
		'https://user@api.mch.weixin.qq.com/v3/x',
		'https://user:pw@api.mch.weixin.qq.com/v3/x',
		'https://api.mch.weixin.qq.com:444/v3/x',
		'https://api.mch.weixin.qq.com\\@evil.example/v3/x',
		'https:api.mch.weixin.qq.com/v3/x',
		'//evil.example/v3/x',
		'https://pay.wechatpay.cn/v3/x',
		'http://127.0.0.1:8601/v3/x',
		'http://127.0.0.1:86001/v3/x',
		'file:///v3/x',
		'javascript:/v3/x',
	])('rejects %s', (given) => expect(codeOf(given)).toBe('pathHost'));

	it('applies the rules for paths', () => {
		expect(codeOf('https://api.mch.weixin.qq.com/v2/x')).toBe('pathStart');
		expect(codeOf('https://api.mch.weixin.qq.com/v3/../x')).toBe('pathChanged');
		expect(codeOf('https://api.mch.weixin.qq.com//evil.example/v3/x')).toBe('pathStart');
	});
});

describe('readApiPath with random input', () => {
	const pieces = fc.constantFrom(
		...['/', '//', '..', '.', '%2e', '%2E', '%252e', '%2f', '%5c', '\\', '\t', '\n', '\r', ' '],
		...['#', '?', '&', '=', '@', ':', 'a', '1', '中', '%E4%B8%AD', '%', '😀', '\ud800', '\0'],
		...['https://', 'evil.example', 'api.mch.weixin.qq.com', '/v3/', '<', '>', '{a}', "'", '"'],
	);
	const wild = fc.oneof(
		fc.string({ unit: anyCharacter }),
		fc.array(pieces, { maxLength: 12 }).map((parts) => `/v3/${parts.join('')}`),
		fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
		fc
			.array(pieces, { maxLength: 8 })
			.map((parts) => `https://api.mch.weixin.qq.com/v3/${parts.join('')}`),
	);

	it('returns a path below /v3/ unchanged or throws a Problem', () => {
		fc.assert(
			fc.property(wild, (given) => {
				let path: string;
				try {
					path = read(given);
				} catch (error) {
					expect(error).toBeInstanceOf(Problem);
					return;
				}
				const url = new URL(path, 'https://api.mch.weixin.qq.com');
				expect(url.href).toBe(`https://api.mch.weixin.qq.com${path}`);
				expect(path.startsWith('/v3/')).toBe(true);
				expect(path).toMatch(/^[\x21-\x7e]+$/);
				expect(given).toContain(path);
				const [bare] = path.split('?');
				expect(decodeURIComponent(bare).split(/[/\\]/)).not.toContain('..');
			}),
			{ numRuns: 5000 },
		);
	});
});

describe('appendQuery', () => {
	it('appends parameters to a path with or without a query', () => {
		const parameters = [
			{ name: 'a', value: '1' },
			{ name: 'b', value: '' },
		];
		expect(appendQuery('/v3/x', parameters)).toBe('/v3/x?a=1&b=');
		expect(appendQuery('/v3/x?c=2', parameters)).toBe('/v3/x?c=2&a=1&b=');
		expect(appendQuery('/v3/x', [])).toBe('/v3/x');
	});

	it('encodes any parameters without loss', () => {
		const text = fc
			.string({ unit: 'grapheme' })
			.filter((value) => !/[\u{10000}-\u{10FFFF}\p{Surrogate}]/u.test(value));
		fc.assert(
			fc.property(fc.array(fc.record({ name: text, value: text })), (parameters) => {
				const path = appendQuery('/v3/x', parameters);
				expect(read(path)).toBe(path);
				expect(queryOf(path)).toEqual(parameters);
			}),
			{ numRuns: 1000 },
		);
	});

	it('rejects characters that WeChat Pay does not accept', () => {
		expect(() => appendQuery('/v3/x', [{ name: 'a', value: '😀' }])).toThrow(Problem);
		expect(() => appendQuery('/v3/x', [{ name: 'a', value: '\ud800' }])).toThrow(Problem);
	});
});
