import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Account } from '../../nodes/WechatPay/transport/account';
import { CallError, isNotFound, isVerifiedNotFound } from '../../nodes/WechatPay/transport/fate';
import { Run } from '../../nodes/WechatPay/transport/run';

// An answer that is not 2xx need not be signed. Whether it was is known, because some of what it says
// is believed only then.

const SERIAL = 'PUB_KEY_ID_0000000000000000000000000000001';
const wechatPay = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });

const error = (code: string) => JSON.stringify({ code, message: 'm' });
const now = () => Math.floor(Date.now() / 1000);

function signed(body: string, key: KeyObject = wechatPay.privateKey, time = now()) {
	const message = `${time}\nnonce\n${body}\n`;
	return {
		'wechatpay-timestamp': String(time),
		'wechatpay-nonce': 'nonce',
		'wechatpay-serial': SERIAL,
		'wechatpay-signature': sign('sha256', Buffer.from(message), key).toString('base64'),
	};
}

/** The error of a call that is answered like this. */
async function errorOf(
	statusCode: number,
	body: string,
	headers: Record<string, string>,
	mode: Account['trust']['mode'] = 'publicKey',
): Promise<CallError> {
	const account: Account = {
		fingerprint: 'verified refusals',
		signer: { mchid: '1900007291', serial: 'AB', privateKey: wechatPay.privateKey },
		origins: ['https://api.mch.weixin.qq.com'],
		trust: {
			mode,
			...(mode === 'publicKey' && { publicKey: { id: SERIAL, key: wechatPay.publicKey } }),
		},
	};
	const send = async () => await Promise.resolve({ statusCode, headers, body: Buffer.from(body) });
	const run = new Run(account, send, { requestsPerSecond: 0, maxAttempts: 1 });
	const request = { method: 'GET', path: '/v3/x', repeat: 'always', timeout: 1000 } as const;
	const thrown: unknown = await run
		.call(request, { sent: false })
		.catch((reason: unknown) => reason);
	if (thrown instanceof CallError) return thrown;
	throw new Error(`No CallError, but ${String(thrown)}`);
}

const NOT_FOUND = error('NOT_FOUND');

it.each([
	['signed', true, signed(NOT_FOUND)],
	['unsigned', false, {}],
	['signed over another body', false, signed(error('NO_AUTH'))],
	['signed with another key', false, signed(NOT_FOUND, other.privateKey)],
	['signed long ago', false, signed(NOT_FOUND, wechatPay.privateKey, now() - 600)],
])('a 404 that is %s: isVerified is %s', async (_how, verified, headers) => {
	const thrown = await errorOf(404, NOT_FOUND, headers);
	expect(isNotFound(thrown)).toBe(true);
	expect([thrown.isVerified, isVerifiedNotFound(thrown)]).toEqual([verified, verified]);
	expect(thrown.fate).toBe('refused');
});

it('without verification, every answer counts as verified', async () => {
	expect(isVerifiedNotFound(await errorOf(404, NOT_FOUND, {}, 'none'))).toBe(true);
});

it.each([
	['another status', 400, NOT_FOUND],
	['no code of WeChat Pay', 404, ''],
	['another refusal', 403, error('NO_AUTH')],
	['a fault', 500, error('SYSTEM_ERROR')],
])('a verified answer with %s is no verified 404', async (_what, status, body) => {
	const thrown = await errorOf(status, body, signed(body));
	expect(thrown.isVerified).toBe(true);
	expect(isVerifiedNotFound(thrown)).toBe(false);
});
