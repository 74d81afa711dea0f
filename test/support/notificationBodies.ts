import { createCipheriv, sign } from 'node:crypto';
import { normalizeSerial } from '../../nodes/WechatPay/protocol/keys';
import { readNotification, verifyNotification } from '../../nodes/WechatPay/protocol/notification';
import type { IncomingHeaders, VerifiedBody } from '../../nodes/WechatPay/protocol/notification';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import { keyPair } from './keys';
import { AES } from './vectors';

// Notifications as WeChat Pay sends them, signed and encrypted by keys of the tests.

export const own = keyPair('own');
export const NOW = 1_800_000_000;
export const SERIAL = 'PUB_KEY_ID_0000000000000024101100397200000006';
export const trusted = new Map([[normalizeSerial(SERIAL), own.publicKey]]);

/** Encrypts as WeChat Pay does. */
export function seal(
	plaintext: Buffer | string,
	key = AES.sealedWith,
	nonce = AES.nonce,
	aad = '',
) {
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
	const data = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
	return {
		algorithm: 'AEAD_AES_256_GCM',
		ciphertext: data.toString('base64'),
		nonce,
		associated_data: aad,
	};
}

export const ENVELOPE = {
	id: 'EV-2018022511223320873',
	create_time: '2015-05-20T13:29:35+08:00',
	resource_type: 'encrypt-resource',
	event_type: 'SECURITY_ECHO.SUCCESS',
	summary: '回调通知成功',
	resource: { ...seal('{"echo_message":"你好"}'), original_type: 'security' },
};

export function signed(body: Buffer | string, changed: Record<string, string | undefined> = {}) {
	const timestamp = changed['wechatpay-timestamp'] ?? String(NOW);
	const nonce = changed['wechatpay-nonce'] ?? 'D4PJYH8323444WUNiUs5O1jorgGif5ykEs';
	const message = Buffer.concat([
		Buffer.from(`${timestamp}\n${nonce}\n`),
		Buffer.from(body),
		Buffer.from('\n'),
	]);
	return {
		'wechatpay-timestamp': timestamp,
		'wechatpay-nonce': nonce,
		'wechatpay-serial': SERIAL,
		'wechatpay-signature': sign('sha256', message, own.privateKey).toString('base64'),
		...changed,
	};
}

export const judge = (headers: IncomingHeaders, body: Buffer | string, now = NOW) =>
	verifyNotification(headers, Buffer.from(body), trusted, now);

/** A body as it is after verification. */
export function verified(body: Buffer | string): VerifiedBody {
	const verdict = judge(signed(body), body);
	if (!verdict.verified) throw new Error(verdict.reason);
	return verdict.body;
}

export const open = (envelope: unknown) => readNotification(verified(JSON.stringify(envelope)));

export function problem(action: () => unknown): Problem {
	try {
		action();
	} catch (error) {
		expect(error).toBeInstanceOf(Problem);
		return error as Problem;
	}
	throw new Error('nothing was refused');
}
