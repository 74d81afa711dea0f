import { randomBytes, sign as rsaSign, verify as rsaVerify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * Signs with RSASSA-PKCS1-v1_5 and SHA-256, in Node's thread pool, so that hundreds of requests do not block
 * n8n's event loop.
 *
 * @returns standard base64 on one line
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012365865
 */
export async function sign(message: Uint8Array, privateKey: KeyObject): Promise<string> {
	return await new Promise((resolve, reject) => {
		rsaSign('RSA-SHA256', message, privateKey, (error, signature) => {
			if (error) reject(error);
			else resolve(signature.toString('base64'));
		});
	});
}

/**
 * Verifies a signature of WeChat Pay. It never throws: a malformed signature is not valid.
 */
export function verify(message: Uint8Array, signature: string, publicKey: KeyObject): boolean {
	return rsaVerify('RSA-SHA256', message, publicKey, Buffer.from(signature, 'base64'));
}

/** Makes a nonce of 32 upper-case hexadecimal digits, as in the official samples. */
export function makeNonce(): string {
	return randomBytes(16).toString('hex').toUpperCase();
}
