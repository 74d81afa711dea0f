import { sign, type KeyObject } from 'node:crypto';
import type { Account } from '../../nodes/WechatPay/client/account';
import { Client } from '../../nodes/WechatPay/client/client';
import { isNotFound, isProvenNotFound } from '../../nodes/WechatPay/failure/cause';
import type { Cause } from '../../nodes/WechatPay/failure/cause';
import { CallError } from '../../nodes/WechatPay/failure/errors';
import { keyPair } from '../support/keys';

// An answer that is not 2xx need not be signed. Whether it was is known, because some of what it says
// is believed only then.

const SERIAL = 'PUB_KEY_ID_0000000000000000000000000000001';
const wechatPay = keyPair('wechatPay');
const other = keyPair('other');

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

/** The cause of the failure of a call that is answered like this. */
async function causeOf(
	statusCode: number,
	body: string,
	headers: Record<string, string>,
	mode: Account['trust']['mode'] = 'publicKey',
): Promise<Cause> {
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
	const client = new Client(account, send, { requestsPerSecond: 0, maxAttempts: 1 });
	const request = { method: 'GET', path: '/v3/x', repeat: 'always', timeout: 1000 } as const;
	const thrown: unknown = await client
		.call(request, { sent: false })
		.catch((reason: unknown) => reason);
	if (thrown instanceof CallError) return thrown.cause;
	throw new Error(`No CallError, but ${String(thrown)}`);
}

const NOT_FOUND = error('NOT_FOUND');

it.each([
	['signed', true, signed(NOT_FOUND)],
	['unsigned', false, {}],
	['signed over another body', false, signed(error('NO_AUTH'))],
	['signed with another key', false, signed(NOT_FOUND, other.privateKey)],
	['signed long ago', false, signed(NOT_FOUND, wechatPay.privateKey, now() - 600)],
])('a 404 that is %s has isVerified %s', async (_how, verified, headers) => {
	const cause = await causeOf(404, NOT_FOUND, headers);
	expect(isNotFound(cause)).toBe(true);
	expect(cause).toMatchObject({ kind: 'refused', isVerified: verified });
	expect(isProvenNotFound(cause)).toBe(verified);
});

it('a 404 counts as verified in verification mode none', async () => {
	expect(isProvenNotFound(await causeOf(404, NOT_FOUND, {}, 'none'))).toBe(true);
});

it.each([
	['another status', 400, NOT_FOUND],
	['no code of WeChat Pay', 404, ''],
	['another refusal', 403, error('NO_AUTH')],
	['a fault', 500, error('SYSTEM_ERROR')],
])('a verified response with %s is not a verified 404', async (_what, status, body) => {
	const cause = await causeOf(status, body, signed(body));
	expect(cause).toMatchObject({ isVerified: true });
	expect(isProvenNotFound(cause)).toBe(false);
});
