import { createDecipheriv, createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decryptSensitive } from './cipher';
import { orUndefined } from './orUndefined';
import { Problem } from './problem';

const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** The first bytes of a GZIP file. */
const GZIP = Buffer.from('1f8b', 'hex');

/** Maximum size of a file in bytes, packed or unpacked. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** The key of an encrypted bill, from the response with its URL. */
export interface BillKey {
	/** Encrypted for the merchant, base64. */
	encryptKey: string;
	/** Its characters are the initialization vector. */
	nonce: string;
}

const opened = (content: Buffer, key: Buffer, nonce: string): Buffer => {
	const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'utf8'), {
		authTagLength: TAG_BYTES,
	});
	decipher.setAuthTag(content.subarray(-TAG_BYTES));
	return Buffer.concat([decipher.update(content.subarray(0, -TAG_BYTES)), decipher.final()]);
};

/**
 * Decrypts a bill (AEAD_AES_256_GCM). The tag at its end proves that it is complete.
 *
 * @throws {Problem} if the key is not for this merchant or does not belong to this file
 * @see https://pay.weixin.qq.com/doc/v3/partner/4014314390
 */
export function decryptBill(
	content: Buffer,
	{ encryptKey, nonce }: BillKey,
	privateKey: KeyObject,
): Buffer {
	const key = Buffer.from(decryptSensitive(encryptKey, privateKey) ?? '', 'utf8');
	if (key.length !== KEY_BYTES || nonce === '') throw new Problem('billKey');
	if (content.length < TAG_BYTES) throw new Problem('billDamaged');
	const plain = orUndefined(() => opened(content, key, nonce));
	if (!plain) throw new Problem('billDamaged');
	return plain;
}

export const isGzip = (content: Buffer): boolean => content.subarray(0, 2).equals(GZIP);

async function unpack(content: Buffer, maxBytes: number): Promise<Buffer | 'tooLarge'> {
	const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream('gzip'));
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of stream as AsyncIterable<Uint8Array>) {
		bytes += chunk.length;
		if (bytes > maxBytes) return 'tooLarge';
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/**
 * Unpacks GZIP.
 *
 * @param most maximum size of the unpacked file
 * @throws {Problem} if the file is damaged or too large
 */
export async function gunzip(content: Buffer, most = MAX_FILE_BYTES): Promise<Buffer> {
	const unpacked = await unpack(content, most).catch(() => undefined);
	if (!unpacked) throw new Problem('gzipDamaged');
	if (unpacked === 'tooLarge') throw new Problem('fileTooLarge', { most });
	return unpacked;
}

/** A hash that a file must have. */
export interface ExpectedHash {
	type: 'SHA1' | 'SHA256';
	/** Lower case. */
	digits: string;
}

/**
 * Reads 40 hexadecimal digits as SHA-1, 64 as SHA-256; upper or lower case.
 *
 * @throws {Problem} for anything else
 */
export function readHash(given: string): ExpectedHash {
	const digits = given.trim().toLowerCase();
	if (!/^([\da-f]{40}|[\da-f]{64})$/.test(digits)) throw new Problem('hashShape');
	return { type: digits.length === 40 ? 'SHA1' : 'SHA256', digits };
}

/** Whether a content has the hash. */
export const hasHash = (content: Buffer, { type, digits }: ExpectedHash): boolean =>
	createHash(type.toLowerCase()).update(content).digest('hex') === digits;
