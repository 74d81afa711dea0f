import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	always,
	apiRequest,
	decrypted,
	forMerchant,
	signedStatus,
	unsigned,
	withBody,
} from '../support/apiRequests';
import { IN_PLACE, detailsOf, hintsOf, jsonOf, openBench } from '../support/bench';
import { pemPair } from '../support/keys';
import { Proxy, signedBy, type ProxiedRequest } from '../support/proxy';

// Texts that are encrypted for WeChat Pay, and those that it encrypted for the merchant.

const bench = openBench({ platformCertificates: 1 });
let proxy: Proxy;
/** What the last request brought. */
let got: ProxiedRequest;
beforeAll(async () => (proxy = await Proxy.start(bench.sandbox.port)));
beforeEach(() => {
	proxy.alter = (request) => {
		got = request;
		return signed({ ok: true });
	};
});
afterEach(() => proxy.reset());
afterAll(async () => await proxy.stop());

const signed = (content: object | string) => signedBy(bench.sandbox.keys, content);
const run = async (parameters: INodeParameters, credential: IDataObject = {}) =>
	await bench.run([{ json: {} }], parameters, {
		credential: { customHost: proxy.url, ...credential },
		nodeOptions: IN_PLACE,
	});
const one = async (parameters: INodeParameters, credential: IDataObject = {}) =>
	jsonOf((await run(parameters, credential)).main[0])[0];
const bodyOf = () => got.body.toString('utf8');
const plainOf = (text: string) => decrypted(bench.sandbox.keys, text);

describe('Encrypt Fields', () => {
	const body =
		'{ "out_no": 12345678901234567890, "name": "n", "receivers": [ {"name":"张三","n":1.10}, {"name":"李四"} ] }';

	it('encrypts the text at the given paths and changes nothing else', async () => {
		expect(
			await one(withBody('POST', '/v3/x', body, { encryptFields: 'receivers[].name' })),
		).toEqual({ ok: true });
		const { receivers } = JSON.parse(bodyOf()) as { receivers: Array<{ name: string }> };
		expect(receivers.map(({ name }) => plainOf(name))).toEqual(['张三', '李四']);
		const [first, second] = receivers.map(({ name }) => name);
		expect(bodyOf().replace(first, '张三').replace(second, '李四')).toBe(body);
	});

	it('sends the ID of the encryption key in Wechatpay-Serial', async () => {
		bench.reset();
		await bench.one(withBody('POST', '/v3/x', body, { encryptFields: 'name' }));
		const [{ headers }] = bench.sent();
		expect(headers['wechatpay-serial']).toBe(bench.sandbox.keys.wechatPayPublicKeyId);
	});

	it('sends the serial number of the platform certificate even if nothing is encrypted', async () => {
		const { serial } = bench.sandbox.keys.platformCertificates[0];
		const { apiV3SecretKey } = bench.sandbox.keys;
		const credential = { verification: 'platformCertificate' as const, apiV3SecretKey };
		await bench.one(withBody('POST', '/v3/x', body), { json: {} }, { credential });
		expect(bench.sent('/v3/x')[0].headers['wechatpay-serial']).toBe(serial);
	});

	it('encrypts query parameters of GET by name', async () => {
		const queryParameters = {
			parameter: [
				{ name: 'mobile', value: '13800000000' },
				{ name: 'limit', value: '5' },
			],
		};
		await one(apiRequest('/v3/x?a=1', { queryParameters, encryptFields: 'mobile' }));
		const query = new URLSearchParams(got.path.split('?')[1]);
		expect(plainOf(query.get('mobile') ?? '')).toBe('13800000000');
		expect([query.get('limit'), query.get('a')]).toEqual(['5', '1']);
		expect(got.path).toMatch(/[?&]mobile=[\w%]+%3D%3D&/);
	});

	it.each<[string, INodeParameters, RegExp]>([
		[
			'a path without a text',
			withBody('POST', '/v3/x', '{"a":1,"b":"secret-text"}', { encryptFields: 'a, c.d' }),
			/^"Encrypt Fields": "JSON Body" has no text at a, c\.d$/,
		],
		[
			'a name that is not a parameter',
			apiRequest('/v3/x?mobile=1', { encryptFields: 'mobile' }),
			/^"Encrypt Fields": "Query Parameters" has no text at mobile$/,
		],
		[
			'a text that is too long',
			withBody('POST', '/v3/x', `{"a":"${'secret-text'.repeat(20)}"}`, { encryptFields: 'a' }),
			/^a has 220 bytes; 214 can be encrypted$/,
		],
	])('rejects %s and sends nothing', async (_what, parameters, message) => {
		const item = await one(parameters);
		expect(item.error).toMatch(message);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(JSON.stringify(item)).not.toContain('secret-text');
		expect(proxy.asked).toEqual([]);
	});

	it('is rejected if Response Verification is None', async () => {
		const item = await one(withBody('POST', '/v3/x', body, { encryptFields: 'name' }), {
			verification: 'none',
		});
		expect(item.error).toMatch(/^"Response Verification" is "None"/);
		expect(proxy.asked).toEqual([]);
		expect(await one(withBody('POST', '/v3/x', body), { verification: 'none' })).toEqual({
			ok: true,
		});
	});

	it('masks plain text that WeChat Pay repeats in an error', async () => {
		const name = '王小明-secret';
		for (const status of [400, 500, 429]) {
			proxy.alter = always(() =>
				signedStatus(bench.sandbox.keys, status, {
					code: 'PARAM_ERROR',
					message: `姓名 ${name} / ${encodeURIComponent(name)} 错误`,
				}),
			);
			const result = await run(
				withBody('POST', '/v3/x', `{"a":"${name}"}`, { encryptFields: 'a' }),
			);
			const text = JSON.stringify(result.main);
			expect(text).toContain('***');
			expect(text).not.toContain('王小明');
			expect(text).not.toContain(encodeURIComponent('王小明'));
		}
	});
});

describe('Decrypt Fields', () => {
	it('returns plain text, also in lists, and keeps all digits of numbers', async () => {
		const phone = forMerchant(bench.sandbox.keys, '13800000000');
		proxy.alter = always(() =>
			signed(`{"id":12345678901234567890,"data":[{"phone":"${phone}"},{"phone":""},{}]}`),
		);
		expect(await one(apiRequest('/v3/x', { decryptFields: 'data[].phone' }))).toEqual({
			id: '12345678901234567890',
			data: [{ phone: '13800000000' }, { phone: '' }, {}],
		});
		expect(await one(apiRequest('/v3/x'))).toMatchObject({ data: [{ phone }, {}, {}] });
	});

	it('keeps text that cannot be decrypted and adds a hint', async () => {
		const other = forMerchant(
			{ ...bench.sandbox.keys, merchantPublicKeyPem: pemPair('foreign').publicKey },
			'x',
		);
		proxy.alter = always(() => signed({ a: other, b: forMerchant(bench.sandbox.keys, 'B') }));
		const result = await run(apiRequest('/v3/x', { decryptFields: 'a,b,c' }));
		expect(jsonOf(result.main[0])).toEqual([{ a: other, b: 'B' }]);
		expect(hintsOf(result)).toEqual([
			expect.stringMatching(/^"Decrypt Fields": a could not be decrypted/),
			expect.stringMatching(/^"Decrypt Fields": a response has no text at c\./),
		]);
	});

	it('masks decrypted text in later errors of the item', async () => {
		const name = forMerchant(bench.sandbox.keys, 'secret-name');
		proxy.alter = ({ path }) =>
			path.includes('offset=0')
				? signed({ data: [{ name }, { name }], total_count: 4 })
				: signedStatus(bench.sandbox.keys, 400, { code: 'X', message: 'about secret-name' });
		const pagination = { mode: 'records', pageSize: 2 };
		const item = await one(apiRequest('/v3/x', { pagination, decryptFields: 'data[].name' }));
		expect(item.error).toBe('WeChat Pay refused: X: about ***');
	});

	it('does not decrypt an unsigned response', async () => {
		const name = forMerchant(bench.sandbox.keys, 'secret-name');
		proxy.alter = always(() => unsigned(JSON.stringify({ name })));
		const parameters = apiRequest('/v3/x', { decryptFields: 'name', options: { maxAttempts: 1 } });
		expect(JSON.stringify(await one(parameters))).not.toMatch(/secret-name/);
	});
});

it('security echo encrypts the request and decrypts the response', async () => {
	proxy.alter = ({ body }) => {
		const { echo_message, encrypted_echo_message } = JSON.parse(body.toString()) as IDataObject;
		const text = plainOf(String(encrypted_echo_message));
		return signed({ echo_message, encrypted_echo_message: forMerchant(bench.sandbox.keys, text) });
	};
	const body = '{"echo_message":"hello","encrypted_echo_message":"你好"}';
	const parameters = withBody('POST', '/v3/security/echo', body, {
		encryptFields: 'encrypted_echo_message',
		decryptFields: 'encrypted_echo_message',
	});
	expect(await one(parameters)).toEqual({ echo_message: 'hello', encrypted_echo_message: '你好' });
});
