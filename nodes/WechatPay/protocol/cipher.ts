import { constants, createDecipheriv, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { assertCharacters } from './json';
import { orUndefined } from './orUndefined';
import { Problem } from './problem';

const TAG_BYTES = 16;
const API_V3_KEY_BYTES = 32;
/** Maximum for RSA-2048 with OAEP and SHA-1. */
const MAX_PLAINTEXT_BYTES = 214;

/** An AEAD_AES_256_GCM resource, as WeChat Pay sends it. */
export interface EncryptedResource {
	/** Twelve characters in practice. Not checked, because the documents only state a maximum of 16. */
	nonce: string;
	/** Optional: undefined, null and an empty text are equivalent. */
	associated_data?: string | null;
	ciphertext: string;
}

/**
 * Checks an APIv3 key: 32 ASCII characters that the merchant chose on the merchant platform.
 *
 * @throws {Problem} if its length or its characters are wrong
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013058928
 */
export function readApiV3Key(pasted: string): string {
	const key = pasted.trim();
	if (key === '') throw new Problem('secretEmpty');
	if (key.length !== API_V3_KEY_BYTES) {
		throw new Problem('secretLength', { length: key.length, wanted: API_V3_KEY_BYTES });
	}
	if (!/^[\x20-\x7e]*$/.test(key)) throw new Problem('secretCharacters');
	return key;
}

/**
 * Decrypts an AEAD_AES_256_GCM resource.
 *
 * @throws {Error} if the key is wrong or the text was changed
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082320
 */
export function decryptResource(resource: EncryptedResource, apiV3Key: string): Buffer {
	const data = Buffer.from(resource.ciphertext, 'base64');
	if (data.length <= TAG_BYTES) throw new Error('the ciphertext is too short');
	const decipher = createDecipheriv('aes-256-gcm', apiV3Key, resource.nonce, {
		authTagLength: TAG_BYTES,
	});
	decipher.setAAD(Buffer.from(resource.associated_data ?? ''));
	decipher.setAuthTag(data.subarray(-TAG_BYTES));
	return Buffer.concat([decipher.update(data.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/**
 * Encrypts one sensitive field with RSA-OAEP (SHA-1, MGF1 with SHA-1), base64. Every call returns other
 * bytes, so a retry must send the bytes of the first attempt.
 *
 * @throws {Problem} for more than 214 bytes, or a character that WeChat Pay does not accept
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059044
 */
export function encryptSensitive(plain: string, publicKey: KeyObject): string {
	assertCharacters(plain, '');
	const bytes = Buffer.from(plain, 'utf8');
	if (bytes.length > MAX_PLAINTEXT_BYTES) {
		throw new Problem('tooLongToEncrypt', { bytes: bytes.length, most: MAX_PLAINTEXT_BYTES });
	}
	return publicEncrypt(
		{ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
		bytes,
	).toString('base64');
}

/**
 * Decrypts one sensitive field that WeChat Pay encrypted for the merchant: RSA-OAEP (SHA-1), base64.
 *
 * @param privateKey of the certificate that the request was signed with
 * @returns undefined if it was not encrypted for this key
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059060
 */
export const decryptSensitive = (ciphertext: string, privateKey: KeyObject): string | undefined =>
	orUndefined(() =>
		privateDecrypt(
			{ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
			Buffer.from(ciphertext, 'base64'),
		).toString('utf8'),
	);
