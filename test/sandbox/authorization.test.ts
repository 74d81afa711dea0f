import { Sandbox, generateKeys, type SandboxKeys } from '../../sandbox';
import { CREATE, authorizationFor, get, post, send, verified, type RawRequest } from './client';
import { sandboxKeys } from '../support/keys';

const QUERY = `${CREATE}/out-apply-no/A1`;
const NOW = Date.parse('2026-03-01T08:00:00Z');

describe('authorization', () => {
	let keys: SandboxKeys;
	let foreign: SandboxKeys;
	let sandbox: Sandbox;
	let now = NOW;

	beforeAll(async () => {
		[keys, foreign] = await Promise.all([sandboxKeys(), generateKeys({ mchid: '1900000001' })]);
	});
	beforeEach(async () => {
		now = NOW;
		sandbox = await Sandbox.start({ keys, now: () => now });
	});
	afterEach(async () => await sandbox.stop());

	const seconds = (offset: number) => String(NOW / 1000 + offset);
	const refusals: Array<[string, Partial<RawRequest>, string]> = [
		['no header', { authorization: () => undefined }, 'Http头Authorization值格式错误'],
		['another scheme', { authorization: (a) => a.replace('RSA2048', 'RSA1024') }, '认证类型不正确'],
		['no quotes', { authorization: (a) => a.replace(/"/g, '') }, '值格式错误'],
		['spaces after commas', { authorization: (a) => a.replace(/,/g, ', ') }, '值格式错误'],
		['a pair missing', { authorization: (a) => a.replace(/,timestamp="\d+"/, '') }, '值格式错误'],
		['a pair twice', { authorization: (a) => `${a},mchid="1900007291"` }, '值格式错误'],
		['a pair too many', { authorization: (a) => `${a},extra="1"` }, '值格式错误'],
		['a long nonce', { nonce: 'a'.repeat(33) }, '值格式错误'],
		['a timestamp five minutes old', { timestamp: seconds(-300) }, '不得超过5分钟'],
		['a timestamp five minutes ahead', { timestamp: seconds(300) }, '不得超过5分钟'],
		['milliseconds', { timestamp: String(NOW) }, '不得超过5分钟'],
	];

	it.each(refusals)('refuses %s', async (_what, change, text) => {
		const reply = await get(sandbox, QUERY, change);
		expect(reply.status).toBe(401);
		expect(reply.body.code).toBe('SIGN_ERROR');
		expect(reply.body.message).toContain(text);
		expect(reply.signed).toBe(false);
		expect(reply.headers['request-id']).toMatch(/-268443699$/);
	});

	it('has the same message for a wrong serial number and for another merchant ID', async () => {
		const text = '商户证书序列号有误。请使用签名私钥匹配的证书序列号';
		for (const change of [
			{ serial: foreign.serial },
			{ serial: keys.wechatPayPublicKeyId },
			{ mchid: foreign.mchid },
		]) {
			const reply = await get(sandbox, QUERY, change);
			expect([reply.status, reply.body.message]).toEqual([401, text]);
		}
	});

	it('refuses a forged signature, and checks the clock first', async () => {
		const forged = { privateKeyPem: foreign.merchantPrivateKeyPem };
		expect((await get(sandbox, QUERY, forged)).body.message).toBe('签名信息错误，验签失败');
		const late = await get(sandbox, QUERY, { ...forged, timestamp: seconds(-600) });
		expect(late.body.message).toContain('5分钟');
	});

	it('refuses a request that is not the one that was signed', async () => {
		const path = '/v3/ecommerce/fund/balance/1900000109?account_type=BASIC';
		const other = { path: path.replace('BASIC', '%42ASIC') };
		for (const signed of [other, { path, method: 'POST' }, { path, body: '{}' }]) {
			const authorization = () => authorizationFor(sandbox, signed);
			const reply = await get(sandbox, path, { authorization });
			expect([reply.status, reply.body.message]).toEqual([401, '签名信息错误，验签失败']);
			expect(reply.body.detail).toMatchObject({ sign_information: { method: 'GET', url: path } });
		}
		const body = { sub_mchid: '1900000109' };
		const changed = await post(sandbox, CREATE, body, { signed: `${JSON.stringify(body)} ` });
		expect(changed.status).toBe(401);
	});

	it('refuses a nonce that was used before, also with another signature', async () => {
		const nonce = 'N'.repeat(32);
		expect((await get(sandbox, QUERY, { nonce })).status).toBe(404);
		const again = await get(sandbox, `${QUERY}2`, { nonce });
		expect([again.status, again.body.message]).toEqual([401, '签名错误']);
		now += 11 * 60_000;
		expect((await get(sandbox, QUERY, { nonce })).status).toBe(404);
	});

	it('does not let a forged request use up a nonce', async () => {
		const nonce = 'F'.repeat(32);
		await get(sandbox, QUERY, { nonce, privateKeyPem: foreign.merchantPrivateKeyPem });
		expect((await get(sandbox, QUERY, { nonce })).status).toBe(404);
	});

	it.each([
		['User-Agent', undefined],
		['User-Agent', ' '],
		['Accept', undefined],
		['Accept', 'text/html'],
	])('refuses %s: %s before it checks the signature, unsigned', async (name, value) => {
		const reply = await get(sandbox, '/v3/nowhere', {
			headers: { [name]: value },
			authorization: () => undefined,
		});
		expect(reply.status).toBe(400);
		expect(reply.body).toEqual({
			code: 'INVALID_REQUEST',
			message: 'Http头缺少Accept或User-Agent',
		});
		expect(reply.signed).toBe(false);
	});

	it('accepts Accept: */* and a list with application/json', async () => {
		for (const Accept of ['*/*', 'text/plain, application/json;q=0.9']) {
			expect((await get(sandbox, QUERY, { headers: { Accept } })).status).toBe(404);
		}
	});

	it('answers unknown routes and wrong methods without a body or a signature', async () => {
		for (const [method, path, status] of [
			['GET', '/v3/nowhere', 404],
			['GET', `${QUERY}/`, 404],
			['GET', CREATE, 405],
			['DELETE', QUERY, 405],
		] as const) {
			const reply = await send(sandbox, { method, path });
			expect([reply.status, reply.raw.length, reply.signed]).toEqual([status, 0, false]);
			expect(reply.headers['request-id']).toBeDefined();
		}
	});

	it('signs a refusal after authorization, with the public key if the merchant has no certificates', async () => {
		const reply = await get(sandbox, QUERY);
		expect(reply.status).toBe(404);
		expect(reply.body.code).toBe('NOT_FOUND');
		expect(reply.headers['wechatpay-serial']).toBe(keys.wechatPayPublicKeyId);
		expect(verified(reply, keys.wechatPayPublicKeyPem)).toBe(true);
	});

	it('refuses a Wechatpay-Serial that belongs to no key of the merchant', async () => {
		for (const serial of ['PUB_KEY_ID_0', keys.serial]) {
			const reply = await get(sandbox, QUERY, { headers: { 'Wechatpay-Serial': serial } });
			expect(reply.status).toBe(400);
			expect(reply.body.message).toBe('平台证书序列号Wechatpay-Serial错误');
			expect(reply.signed).toBe(true);
		}
	});

	it('refuses in the requested language', async () => {
		const english = await get(sandbox, QUERY, { headers: { 'Accept-Language': 'en' } });
		expect(english.body.message).toBe('The request was refused: NOT_FOUND');
		expect(verified(english, keys.wechatPayPublicKeyPem)).toBe(true);
		const chinese = await get(sandbox, QUERY, { headers: { 'Accept-Language': 'zh-CN' } });
		expect(chinese.body.message).toBe('申请单不存在');
	});
});
