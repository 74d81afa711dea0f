import { sign } from 'node:crypto';
import type { ICredentialDataDecryptedObject, ICredentialTestFunctions } from 'n8n-workflow';
import { testCredential, wechatPayApiTest } from '../../nodes/WechatPay/client/credentialTest';
import { keyPair, pemPair } from '../support/keys';
import { OFFICIAL_ERRORS } from '../support/officialErrors';
import { DEMO, OFFICIAL_RESPONSE } from '../support/vectors';

// What the test of the credential says, over every answer that can come; and that it says it in time.

const merchant = pemPair('merchant');
const wechatPay = keyPair('wechatPay');
const PUBLIC_ID = OFFICIAL_RESPONSE.serial;
const DATA: ICredentialDataDecryptedObject = {
	mchid: DEMO.mchid,
	serial: DEMO.serial,
	privateKey: merchant.privateKey,
	verification: 'publicKey',
	wechatPayPublicKeyId: PUBLIC_ID,
	wechatPayPublicKey: wechatPay.publicKey.export({ format: 'pem', type: 'spki' }) as string,
	host: 'custom',
	customHost: 'http://127.0.0.1:9',
};

type Helpers = ICredentialTestFunctions['helpers'];

const helpersWith = (request: () => Promise<unknown>): Helpers =>
	({ request }) as unknown as Helpers;

/** Presses the button; the request gets this answer, or fails with this error. */
async function press(outcome: object, fields: object = {}) {
	const helpers = helpersWith(async () => {
		if (outcome instanceof Error) throw outcome;
		return await Promise.resolve(outcome);
	});
	return await testCredential(helpers, { ...DATA, ...fields }, 15_000);
}

const answer = (statusCode: number, body: unknown, headers: object = {}) => ({
	statusCode,
	headers,
	body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** The headers of WeChat Pay's signature. */
function signed(body: string, { serial = PUBLIC_ID, age = 0 } = {}) {
	const timestamp = String(Math.floor(Date.now() / 1000) - age);
	const message = Buffer.from(`${timestamp}\nNONCE\n${body}\n`);
	return {
		'wechatpay-timestamp': timestamp,
		'wechatpay-nonce': 'NONCE',
		'wechatpay-serial': serial,
		'wechatpay-signature': sign('sha256', message, wechatPay.privateKey).toString('base64'),
	};
}

const failure = (code: string, more: object = {}) =>
	Object.assign(new Error(code), { code, ...more });

describe('testCredential', () => {
	const statuses = [301, 302, 304, 400, 401, 403, 404, 405, 409, 429, 500, 501, 502, 503];
	const codes = [
		'',
		'PARAM_ERROR',
		'INVALID_REQUEST',
		'NO_AUTH',
		'NOT_FOUND',
		'SYSTEM_ERROR',
	].concat(
		['RESOURCE_NOT_EXISTS', 'ALREADY_EXISTS', 'BIZ_ERR_NEED_RETRY', 'SIGN_ERROR', 'SOMETHING_NEW'],
		['RATELIMIT_EXCEEDED', 'FREQUENCY_LIMITED'],
	);
	const byStatus = statuses.flatMap((status) =>
		codes.map((code): [string, object] => [
			`HTTP ${status} ${code}`,
			answer(status, { code, message: code && '一段没人认识的文字' }),
		]),
	);
	const byText = OFFICIAL_ERRORS.map(([status, code, message]): [string, object] => [
		`${status} ${code} ${message}`,
		answer(status, { code, message }),
	]);
	const byFailure: Array<[string, object]> = [
		['no connection', failure('ECONNREFUSED', { syscall: 'connect' })],
		['no name', failure('ENOTFOUND')],
		['no route', failure('EHOSTUNREACH', { syscall: 'connect' })],
		['a foreign certificate', failure('SELF_SIGNED_CERT_IN_CHAIN')],
		['idle', failure('ETIMEDOUT')],
		['aborted', failure('ECONNABORTED')],
		['cut', failure('ECONNRESET')],
		['something else', failure('EPROTO')],
		['blocked', Object.assign(new Error('x'), { name: 'SsrfBlockedIpError' })],
	];
	const list = '{"data":[]}';
	const byDoubt: Array<[string, object]> = [
		['unsigned', answer(200, list)],
		['HTML', answer(200, '<html>')],
		['old', answer(200, list, signed(list, { age: 400 }))],
		[
			'probe',
			answer(200, list, { ...signed(list), 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' }),
		],
		['signed by another public key', answer(200, list, signed(list, { serial: 'PUB_KEY_ID_02' }))],
		['signed by a certificate', answer(200, list, signed(list, { serial: 'ABCDEF' }))],
		['changed', answer(200, list, signed('{}'))],
		['a signed 404 that was changed', answer(404, { code: 'NOT_FOUND' }, signed('{}'))],
	];
	const fields: Array<[string, object]> = [
		['no merchant ID', { mchid: '' }],
		['no serial', { serial: '' }],
		['a key as serial', { serial: 'PUB_KEY_ID_01' }],
		['no key', { privateKey: '' }],
		['no public key', { wechatPayPublicKey: '' }],
		['its own public key', { wechatPayPublicKey: merchant.publicKey }],
		['no public key ID', { wechatPayPublicKeyId: '' }],
		['no APIv3 key', { verification: 'platformCertificate' }],
		['a wrong verification', { verification: 'x' }],
		['a wrong host', { customHost: 'ftp://x' }],
	];
	const cases: Array<[what: string, outcome: object, fields: object]> = [
		...[...byStatus, ...byText, ...byFailure, ...byDoubt].map(
			([what, outcome]): [string, object, object] => [what, outcome, {}],
		),
		...fields.map(([what, given]): [string, object, object] => [what, new Error(), given]),
	];

	it.each(cases)(
		'refers to the credential and never to numbers or options: %s',
		async (_what, outcome, overrides) => {
			for (const verification of ['publicKey', 'platformCertificate', 'none']) {
				const apiV3SecretKey = verification === 'platformCertificate' ? 'k'.repeat(32) : '';
				const credential = { verification, apiV3SecretKey, ...overrides };
				const { status, message } = await press(outcome, credential);
				expect(['OK', 'Error']).toContain(status);
				expect(message).not.toMatch(
					/run again|same number|\boptions?\b|requests per second|sub-merchant id|the numbers?\b|\bGet\b|\bCancel\b/i,
				);
				if (status === 'Error') {
					expect(message).toMatch(
						/credential|Merchant ID|Serial Number|Private Key|Public Key|Response Verification|APIv3|API Host|clock|proxy|WeChat Pay/,
					);
					// A sentence, and what to do.
					expect(message).toMatch(/\S\. \S/);
				}
			}
		},
	);

	it('returns more than 80 distinct errors', async () => {
		const said = await Promise.all(
			cases.map(async ([, outcome, given]) => await press(outcome, given)),
		);
		const errors = said.filter(({ status }) => status === 'Error');
		expect(errors.length).toBeGreaterThan(200);
		expect(new Set(errors.map(({ message }) => message)).size).toBeGreaterThan(80);
		expect(OFFICIAL_ERRORS.length).toBeGreaterThan(25);
	});
});

describe('the advice of testCredential', () => {
	const remedies: Array<[string, object, RegExp]> = [
		[
			'a wrong key',
			answer(401, { code: 'SIGN_ERROR', message: '签名错误' }),
			/"Merchant Private Key" is the key/,
		],
		[
			'serial and merchant ID',
			answer(401, { code: 'SIGN_ERROR', message: '商户证书序列号有误' }),
			/"Merchant Certificate Serial Number" must be.*"Merchant ID" must be/,
		],
		['too fast', answer(429, {}), /Test the credential again in a minute/],
		[
			'no permission',
			answer(403, { code: 'NO_AUTH', message: '无权限' }),
			/permission.*"Merchant ID"/,
		],
		['a fault', answer(500, {}), /Test the credential again in a minute/],
		[
			'an unknown refusal',
			answer(400, { code: 'NEW', message: 'x' }),
			/"Merchant ID".*Private Key/,
		],
		['a redirect', answer(302, ''), /Redirects are not followed.*"API Host"/],
		['cut', failure('ECONNRESET'), /Test the credential again.*"API Host"/],
		['idle', failure('ETIMEDOUT'), /did not respond within 15 seconds\. Test the credential again/],
	];
	it.each(remedies)('matches %s', async (_what, outcome, remedy) => {
		const { status, message } = await press(outcome);
		expect([status, message]).toEqual(['Error', expect.stringMatching(remedy)]);
	});
});

it('the credential test times out after 15 seconds', async () => {
	jest.useFakeTimers();
	try {
		const helpers = helpersWith(async () => await new Promise(() => {}));
		const pressed = wechatPayApiTest.call({ helpers } as ICredentialTestFunctions, {
			id: '1',
			name: 'x',
			type: 'wechatPayApi',
			data: DATA,
		});
		let result: unknown;
		void pressed.then((given) => (result = given));
		await jest.advanceTimersByTimeAsync(14_700);
		expect(result).toBeUndefined();
		await jest.advanceTimersByTimeAsync(600);
		expect(result).toEqual({
			status: 'Error',
			message: expect.stringContaining('did not respond within 15 seconds') as string,
		});
	} finally {
		jest.useRealTimers();
	}
});
