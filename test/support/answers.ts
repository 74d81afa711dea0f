import { randomUUID, sign } from 'node:crypto';
import { keyPair } from './keys';

// Answers as WeChat Pay signs them, for tests without a server.

const wechatPay = keyPair('wechatPay');

/** The key of the credential that verifies these answers. */
export const PUBLIC_KEY = { id: 'PUB_KEY_ID_0116', key: wechatPay.publicKey };

/** An answer as n8n's helper gives it. */
export interface RawAnswer {
	statusCode: number;
	headers: Record<string, string>;
	body: Buffer;
}

/** Signs headers for a body; the time is that of the test's clock. */
export function signatureOf(
	body: Buffer,
	nonce: string = randomUUID(),
	key = wechatPay.privateKey,
	serial = PUBLIC_KEY.id,
): Record<string, string> {
	const timestamp = String(Math.floor(Date.now() / 1000));
	const message = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')]);
	return {
		'wechatpay-timestamp': timestamp,
		'wechatpay-nonce': nonce,
		'wechatpay-serial': serial,
		'wechatpay-signature': sign('sha256', message, key).toString('base64'),
	};
}

/** A signed answer with status 200; every one has a nonce of its own unless one is given. */
export function signedAnswer(content: object | string, nonce?: string): RawAnswer {
	const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
	return { statusCode: 200, headers: signatureOf(body, nonce), body };
}
