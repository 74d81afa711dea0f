import { constants, createDecipheriv, publicEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { InputError } from './errors';
import { assertCharacters } from './json';

const TAG_BYTES = 16;
const API_V3_KEY_BYTES = 32;
/** What RSA-2048 with OAEP and SHA-1 can hold. */
const MAX_PLAINTEXT_BYTES = 214;

/** An AEAD_AES_256_GCM resource, as WeChat Pay sends it. */
export interface EncryptedResource {
	nonce: string;
	associated_data: string;
	ciphertext: string;
}

/**
 * Checks an APIv3 key: 32 ASCII characters that the merchant chose on the merchant platform.
 *
 * @throws {InputError} when its length is another
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013058928
 */
export function readApiV3Key(pasted: unknown): string {
	const key = typeof pasted === 'string' ? pasted.trim() : '';
	if (!/^[\x20-\x7e]*$/.test(key) || key.length !== API_V3_KEY_BYTES) {
		throw new InputError(
			key === ''
				? 'APIv3 Secret Key is empty'
				: key.length === API_V3_KEY_BYTES
					? 'APIv3 Secret Key holds characters that are not ASCII'
					: `APIv3 Secret Key has ${key.length} characters instead of ${API_V3_KEY_BYTES}`,
			'Copy the APIv3 key that was set on the merchant platform under Account Center, API Security. It is neither the APIv2 key nor a PEM file.',
		);
	}
	return key;
}

/**
 * Decrypts an AEAD_AES_256_GCM resource.
 *
 * @throws {Error} when the key is wrong or the text was changed: GCM tells
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082320
 */
export function decryptResource(resource: EncryptedResource, apiV3Key: string): Buffer {
	const data = Buffer.from(resource.ciphertext, 'base64');
	if (data.length <= TAG_BYTES) throw new Error('the ciphertext is too short');
	const decipher = createDecipheriv('aes-256-gcm', apiV3Key, resource.nonce, {
		authTagLength: TAG_BYTES,
	});
	decipher.setAAD(Buffer.from(resource.associated_data));
	decipher.setAuthTag(data.subarray(-TAG_BYTES));
	return Buffer.concat([decipher.update(data.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/**
 * Encrypts one sensitive field with RSA-OAEP (SHA-1, MGF1 with SHA-1), base64. Every call gives
 * other bytes: a retry must resend what the first try made.
 *
 * @param field the field's label, for the message; the text itself never goes into one
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059044
 */
export function encryptSensitive(plain: string, publicKey: KeyObject, field: string): string {
	assertCharacters(plain, field);
	const bytes = Buffer.from(plain, 'utf8');
	if (bytes.length > MAX_PLAINTEXT_BYTES) {
		throw new InputError(
			`${field} has ${bytes.length} bytes; ${MAX_PLAINTEXT_BYTES} can be encrypted`,
			'Shorten it: a Chinese character takes 3 bytes.',
		);
	}
	return publicEncrypt(
		{ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
		bytes,
	).toString('base64');
}
