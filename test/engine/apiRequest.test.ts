import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { FaultKind } from '../../sandbox';
import { always, apiRequest, signedStatus, unsigned, withBody } from '../support/apiRequests';
import { IN_PLACE, detailsOf, hintsOf, jsonOf, openBench } from '../support/bench';
import { newNumber, newSubMchid, withFile } from '../support/inputs';
import { Proxy, signedBy } from '../support/proxy';

const bench = openBench();
let proxy: Proxy;
beforeAll(async () => (proxy = await Proxy.start(bench.sandbox.port)));
afterEach(() => proxy.reset());
afterAll(async () => await proxy.stop());

const throughProxy = async (parameters: INodeParameters, more: IDataObject = {}) =>
	await bench.one(parameters, { json: {} }, { credential: { customHost: proxy.url, ...more } });
const signed = (content: object | string) => signedBy(bench.sandbox.keys, content);

const balance = (subMchid: string) => `/v3/ecommerce/fund/balance/${subMchid}`;
const funded = (available = 100) => {
	const subMchid = newSubMchid();
	bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available, pending: 0 } } });
	return subMchid;
};
const withdrawBody = (subMchid: string, number: string) =>
	JSON.stringify({ sub_mchid: subMchid, out_request_no: number, amount: 10 });
const WITHDRAW = '/v3/ecommerce/fund/withdraw';
const attempts = (maxAttempts: number) => ({ options: { maxAttempts } });

describe('API Request with GET', () => {
	it('returns the response unchanged, with the query in the path or as parameters', async () => {
		const subMchid = funded();
		const expected = {
			sub_mchid: subMchid,
			account_type: 'BASIC',
			available_amount: 100,
			pending_amount: 0,
		};
		expect(await bench.one(apiRequest(`${balance(subMchid)}?account_type=BASIC`))).toEqual(
			expected,
		);
		const queryParameters = {
			parameter: [
				{ name: 'account_type', value: 'BASIC' },
				{ name: '', value: '' },
			],
		};
		expect(await bench.one(apiRequest(balance(subMchid), { queryParameters }))).toEqual(expected);
		const [one, other] = bench.sent();
		expect(other.path).toBe(one.path);
		expect(one.headers['wechatpay-serial']).toBe(bench.sandbox.keys.wechatPayPublicKeyId);
	});

	it('encodes query parameters once and keeps a trailing slash', async () => {
		const queryParameters = { parameter: [{ name: 'a b', value: "é'&=中" }] };
		await bench.one(apiRequest('/v3/ecommerce/applyments/', { queryParameters }));
		expect(bench.sent().map(({ path }) => path)).toEqual([
			'/v3/ecommerce/applyments/?a%20b=%C3%A9%27%26%3D%E4%B8%AD',
		]);
	});

	it('sends a URL of a WeChat Pay host to the configured host', async () => {
		const subMchid = funded(7);
		const url = `https://api2.mch.weixin.qq.com${balance(subMchid)}?account_type=BASIC`;
		expect(await bench.one(apiRequest(url))).toMatchObject({ available_amount: 7 });
	});

	it('sends no body, even if a body is filled in', async () => {
		const parameters = withBody('GET', `${balance(funded())}?account_type=BASIC`, '{"a":1}');
		expect(await bench.one(parameters)).toMatchObject({ account_type: 'BASIC' });
		expect(bench.sent()[0].body).toHaveLength(0);
	});

	it('returns integers beyond 2^53 as text with all digits', async () => {
		proxy.alter = always(() => signed('{"id":12345678901234567890,"n":1}'));
		expect(await throughProxy(apiRequest('/v3/x'))).toEqual({ id: '12345678901234567890', n: 1 });
	});

	it('repeats the request after an HTTP 500 response', async () => {
		bench.sandbox.fault({ kind: '500-before' });
		const item = await bench.one(apiRequest(`${balance(funded())}?account_type=BASIC`));
		expect(item).toMatchObject({ available_amount: 100 });
		expect(bench.sent()).toHaveLength(2);
	});

	it('names the method, path and known numbers in the error, but no other query value', async () => {
		const item = await bench.one(apiRequest('/v3/ecommerce/fund/nothing/1?x=secret-value'));
		expect(detailsOf(item)).toMatchObject({ method: 'GET', path: '/v3/ecommerce/fund/nothing/1' });
		expect(JSON.stringify(item)).not.toContain('secret-value');
		const query = '/v3/x/out-request-no/A1?sub_mchid=1900000109';
		const known = { out_request_no: 'A1', sub_mchid: '1900000109' };
		expect(detailsOf(await bench.one(apiRequest(query)))).toMatchObject(known);
	});
});

describe('API Request input validation', () => {
	const header = (name: string, value = 'x') => ({
		options: { headers: { header: [{ name, value }] } },
	});
	it.each<[string, INodeParameters, RegExp]>([
		['no path', apiRequest('={{ "" }}'), /^"Path" is empty/],
		['another host', apiRequest('https://evil.example/v3/x'), /^"Path" is a URL of another host/],
		['another version', apiRequest('/v2/x'), /^"Path" does not begin with \/v3\//],
		['dots', apiRequest('/v3/../x'), /^"Path" contains dot segments/],
		['a placeholder', apiRequest('/v3/x/{sub_mchid}'), /^"Path" holds the placeholder sub_mchid/],
		['a space', apiRequest('/v3/x y'), /^"Path" holds a character that must be percent-encoded/],
		['a method', apiRequest('/v3/x', { method: 'TRACE' }), /^"Method" is none of/],
		[
			'a URL to POST to',
			apiRequest('https://api.mch.weixin.qq.com/v3/x', { method: 'POST' }),
			/^"Path" is a URL, which requires GET/,
		],
		['no JSON', withBody('POST', '/v3/x', '{"a":'), /^"JSON Body" is not a JSON object/],
		['an empty body', withBody('POST', '/v3/x', ''), /^"JSON Body" is not a JSON object/],
		['a list', withBody('POST', '/v3/x', '[1]'), /^"JSON Body" is not a JSON object/],
		['null', withBody('POST', '/v3/x', '{"a":[{"b":null}]}'), /^"JSON Body": a\[0\]\.b is null/],
		[
			'an emoji',
			withBody('POST', '/v3/x', '{"a":{"b":"\\ud83d\\ude00"}}'),
			/^a\.b holds a character/,
		],
		[
			'lost digits',
			withBody('POST', '/v3/x', '={{ { a: 12345678901234567890 } }}'),
			/^"JSON Body": a is a number that has lost digits/,
		],
		[
			'a body type',
			withBody('POST', '/v3/x', '{}', { bodyType: 'form' }),
			/^"Body Type" is not "JSON" \(json\) or "Image Upload" \(file\)$/,
		],
		[
			'a format',
			apiRequest('/v3/x', { responseFormat: 'xml' }),
			/^"Response Format" is not "JSON" \(json\) or "File" \(file\)$/,
		],
		[
			'a file of POST',
			apiRequest('/v3/x', { method: 'POST', responseFormat: 'file' }),
			/^"Response Format" is "File", which requires GET/,
		],
		[
			'a value without name',
			apiRequest('/v3/x', { queryParameters: { parameter: [{ name: '', value: '1' }] } }),
			/^"Query Parameters" has a value without a name/,
		],
		[
			'a field path',
			apiRequest('/v3/x', { decryptFields: 'a[0]' }),
			/^"Decrypt Fields" holds "a\[0\]"/,
		],
		[
			'Authorization',
			apiRequest('/v3/x', header('Authorization')),
			/^The header Authorization cannot be set/,
		],
		[
			'a serial',
			apiRequest('/v3/x', header('wechatpay-Serial')),
			/^The header wechatpay-Serial cannot be set/,
		],
		['Host', apiRequest('/v3/x', header('HOST')), /^The header HOST cannot be set/],
		[
			'Content-Length',
			apiRequest('/v3/x', header('Content-Length', '1')),
			/^The header Content-Length cannot be set/,
		],
		[
			'two headers in one',
			apiRequest('/v3/x', header('X-A', 'a\r\nHost: b')),
			/^The value of the header X-A contains non-ASCII/,
		],
		[
			'a language',
			apiRequest('/v3/x', { options: { acceptLanguage: '={{ "zh\\r\\nHost: x" }}' } }),
			/^"Accept Language" is not/,
		],
		['a header name', apiRequest('/v3/x', header('X A')), /^The header name "X A" is not valid/],
	])('rejects invalid input before sending: %s', async (_what, parameters, message) => {
		const item = await bench.one(parameters);
		expect(item.error).toMatch(message);
		expect(detailsOf(item)).toMatchObject({ not_sent: true, hint: expect.stringMatching(/\w/) });
		expect(bench.sent()).toEqual([]);
	});
});

describe('API Request with POST, PUT or PATCH', () => {
	it('sends the JSON body byte for byte as typed', async () => {
		const body = '{ "b": 12345678901234567890,\n\t"a": 1.10, "text": "\\u4e2d/\\/" }';
		await bench.one(withBody('POST', '/v3/x', body));
		const [{ method, headers, body: sent }] = bench.sent();
		expect([method, sent.toString('utf8')]).toEqual(['POST', body]);
		expect(headers['content-type']).toBe('application/json');
	});

	it('sends an object from an expression as JSON', async () => {
		await bench.one(withBody('PUT', '/v3/x', '={{ { a: "中" } }}'));
		expect(bench.sent().map(({ method, body }) => `${method} ${body.toString()}`)).toEqual([
			'PUT {"a":"中"}',
		]);
	});

	it('sends a PATCH request without a body', async () => {
		await bench.one(apiRequest('/v3/x', { method: 'PATCH' }));
		expect(bench.sent().map(({ method, body }) => [method, body.length])).toEqual([['PATCH', 0]]);
	});

	it('sends custom headers and the chosen language', async () => {
		const header = [{ name: 'Idempotency-Key', value: 'K1' }];
		const options = { headers: { header }, acceptLanguage: 'en' };
		await bench.one(withBody('POST', '/v3/x', '{}', { options }));
		expect(bench.sent()[0].headers).toMatchObject({
			'idempotency-key': 'K1',
			'accept-language': 'en',
		});
	});

	it.each<FaultKind>([
		'cut-after',
		'500-after',
		'html-after',
		'truncate',
		'unsigned',
		'tampered',
		'stale',
	])(
		'reports an unknown outcome after %s, advises a query and does not repeat the request',
		async (kind) => {
			const [subMchid, number] = [funded(), newNumber()];
			bench.sandbox.fault({ kind, match: { method: 'POST' } });
			const item = await bench.one(withBody('POST', WITHDRAW, withdrawBody(subMchid, number)));
			expect(item.error).toMatch(/^It is not known whether this POST took effect at WeChat Pay: /);
			expect(detailsOf(item)).toMatchObject({
				outcome: 'unknown',
				hint: expect.stringMatching(/query the result with the GET/i),
				path: WITHDRAW,
			});
			expect(bench.sent()).toHaveLength(1);
		},
	);

	it.each<FaultKind>(['429', '429-retry-after'])(
		'reports an unknown outcome after %s and does not repeat the request',
		async (kind) => {
			const [subMchid, number] = [funded(), newNumber()];
			bench.sandbox.fault({ kind, match: { method: 'POST' } });
			const item = await bench.one(withBody('POST', WITHDRAW, withdrawBody(subMchid, number)));
			expect(detailsOf(item)).toMatchObject({ outcome: 'unknown', httpStatus: 429 });
			expect(bench.sent()).toHaveLength(1);
		},
	);

	it('reports a refusal without an unknown outcome', async () => {
		const body = withdrawBody('1999999999', newNumber());
		const item = await bench.one(withBody('POST', WITHDRAW, body));
		expect(detailsOf(item)).not.toHaveProperty('outcome');
		expect(item.error).toMatch(/^WeChat Pay refused/);
	});

	it('reports a request to an unreachable host as not sent', async () => {
		const customHost = 'http://127.0.0.1:1';
		const item = await bench.one(
			withBody('POST', '/v3/x', '{}', attempts(2)),
			{ json: {} },
			{ credential: { customHost } },
		);
		expect(item.error).toMatch(/cannot be reached/);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(detailsOf(item)).not.toHaveProperty('outcome');
	});
});

describe('API Request response verification', () => {
	it.each<FaultKind>([
		'unsigned',
		'wrong-signature',
		'stale',
		'probe',
		'unknown-serial',
		'tampered',
	])('returns no data from a response that fails verification (%s)', async (kind) => {
		const subMchid = funded(123_456);
		bench.sandbox.fault({ kind, count: Infinity });
		const path = `${balance(subMchid)}?account_type=BASIC`;
		const item = await bench.one(apiRequest(path, attempts(1)));
		expect(detailsOf(item)).toMatchObject({ httpStatus: 200 });
		expect(JSON.stringify(item)).not.toContain('123456');
	});

	it('rejects a response to another request', async () => {
		const [mine, theirs] = [funded(1), funded(654_321)];
		proxy.alter = always(() =>
			signed({ sub_mchid: theirs, account_type: 'BASIC', available_amount: 654_321 }),
		);
		const path = `${balance(mine)}?account_type=BASIC`;
		const item = await throughProxy(apiRequest(path, attempts(1)));
		expect(item.error).toBe(`The response is about something else: its sub_mchid is not ${mine}`);
		expect(JSON.stringify(item)).not.toContain('654321');
		const number = newNumber();
		proxy.alter = always(() => signed({ out_request_no: 'OTHER', withdraw_id: '1' }));
		const post = await throughProxy(withBody('POST', WITHDRAW, withdrawBody(mine, number)));
		expect(post.error).toMatch(/this POST took effect at WeChat Pay: .*its out_request_no is not/);
	});

	it('rejects a response that was received before', async () => {
		const subMchid = funded();
		proxy.alter = (_request, answer, [first]) => first ?? answer;
		const path = `${balance(subMchid)}?account_type=BASIC`;
		expect(await throughProxy(apiRequest(path))).toMatchObject({ available_amount: 100 });
		const again = await throughProxy(apiRequest(path, attempts(1)));
		expect(again.error).toMatch(/received before/);
	});

	it('returns the status of a verified 204, and an unknown outcome for an unsigned one', async () => {
		proxy.alter = always(() => signedStatus(bench.sandbox.keys, 204, ''));
		expect(await throughProxy(apiRequest('/v3/x', { method: 'DELETE' }))).toEqual({
			http_status: 204,
		});
		proxy.alter = always(() => ({ ...unsigned(''), status: 204 }));
		const item = await throughProxy(apiRequest('/v3/x', { method: 'DELETE' }));
		expect(detailsOf(item)).toMatchObject({ outcome: 'unknown', httpStatus: 204 });
	});

	it('returns a verified 202 with a hint, and an unknown outcome for an unsigned one', async () => {
		proxy.alter = always(() => signedStatus(bench.sandbox.keys, 202, { state: 'TAKEN' }));
		const result = await bench.run([{ json: {} }], withBody('POST', '/v3/x', '{}'), {
			credential: { customHost: proxy.url },
			nodeOptions: IN_PLACE,
		});
		expect(jsonOf(result.main[0])).toEqual([{ http_status: 202, state: 'TAKEN' }]);
		expect(hintsOf(result)).toEqual([expect.stringMatching(/has not processed it yet/)]);
		proxy.alter = always(() => ({ ...unsigned('{"state":"TAKEN"}'), status: 202 }));
		const item = await throughProxy(withBody('POST', '/v3/x', '{}'));
		expect(detailsOf(item)).toMatchObject({ outcome: 'unknown', httpStatus: 202 });
	});

	it('rejects a verified response that is not a JSON object', async () => {
		proxy.alter = always(() => signed('[1,2]'));
		expect((await throughProxy(apiRequest('/v3/x'))).error).toMatch(/not a JSON object/);
		const item = await throughProxy(withBody('POST', '/v3/x', '{}'));
		expect(detailsOf(item)).toMatchObject({ outcome: 'unknown' });
	});
});

describe('API Request with an image upload', () => {
	const upload = (path: string, more: INodeParameters = {}): INodeParameters =>
		apiRequest(path, {
			method: 'POST',
			sendBody: true,
			bodyType: 'file',
			binaryPropertyName: 'data',
			...more,
		});

	it('uploads an image with the meta keys of the endpoint', async () => {
		const general = await bench.one(upload('/v3/merchant/media/upload'), withFile());
		expect(general).toEqual({ media_id: expect.any(String) });
		const path = '/v3/merchant-service/images/upload';
		expect(await bench.one(upload(path), withFile())).toEqual({ media_id: expect.any(String) });
		const old = '/v3/ecommerce/account/cancel-applications/media';
		const keys = { nameKey: 'file_name', digestKey: 'file_digest' };
		expect(await bench.one(upload(old, keys), withFile())).toEqual({
			media_id: expect.any(String),
		});
		expect(bench.sent()).toHaveLength(3);
	});

	it.each<[string, INodeParameters, RegExp]>([
		['a file that is not an image', {}, /WeChat Pay accepts JPG, PNG and BMP/],
		['an invalid meta key', { nameKey: 'a b' }, /^"Meta Key of the File Name" is not made of/],
		['something to encrypt', { encryptFields: 'a' }, /^"Encrypt Fields" is set for an upload/],
	])('rejects invalid input before sending: %s', async (_what, more, message) => {
		const item = await bench.one(
			upload('/v3/merchant/media/upload', more),
			withFile({}, Buffer.from('hello')),
		);
		expect(item.error).toMatch(message);
		expect(bench.sent()).toEqual([]);
	});
});
