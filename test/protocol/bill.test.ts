/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import {
	constants,
	createCipheriv,
	createHash,
	createPrivateKey,
	publicEncrypt,
	randomBytes,
} from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
	decryptBill,
	gunzip,
	hasHash,
	isGzip,
	readHash,
} from '../../nodes/WechatPay/protocol/bill';
import { decryptSensitive } from '../../nodes/WechatPay/protocol/cipher';
import { pemPair } from '../support/keys';

const mine = pemPair('mine');
const theirs = pemPair('theirs');
const privateKey = createPrivateKey(mine.privateKey);
const forMe = (text: string, key = mine.publicKey) =>
	publicEncrypt(
		{ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
		Buffer.from(text),
	).toString('base64');

describe('decryptSensitive', () => {
	it('decrypts a text that was encrypted for this key', () =>
		expect(decryptSensitive(forMe('13800000000张'), privateKey)).toBe('13800000000张'));
	it.each(['', 'no base64!', 'aGVsbG8='])('returns undefined for %j', (text) =>
		expect(decryptSensitive(text, privateKey)).toBeUndefined(),
	);
	it('returns undefined for another key', () =>
		expect(decryptSensitive(forMe('x', theirs.publicKey), privateKey)).toBeUndefined());
});

describe('decryptBill', () => {
	const key = randomBytes(16).toString('hex');
	const nonce = randomBytes(8).toString('hex');
	const plain = Buffer.from('`记账时间,`x\n');
	const cipher = createCipheriv('aes-256-gcm', key, nonce);
	const file = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
	const encryptKey = forMe(key);
	const codeOf = (action: () => unknown) => {
		expect(action).toThrow();
		try {
			action();
		} catch (error) {
			return (error as { code?: string }).code;
		}
		return undefined;
	};

	it('uses all 16 characters of the nonce as the IV', () => {
		expect(nonce).toHaveLength(16);
		expect(decryptBill(file, { encryptKey, nonce }, privateKey)).toEqual(plain);
	});
	it('detects a changed byte', () => {
		for (const at of [0, file.length - 17, file.length - 1]) {
			const changed = Buffer.from(file);
			changed[at] ^= 1;
			expect(codeOf(() => decryptBill(changed, { encryptKey, nonce }, privateKey))).toBe(
				'billDamaged',
			);
		}
	});
	it.each([0, 15, 16, 20])('rejects a file that is cut to %i bytes', (length) =>
		expect(
			codeOf(() => decryptBill(file.subarray(0, length), { encryptKey, nonce }, privateKey)),
		).toBe('billDamaged'),
	);
	it('rejects another nonce', () =>
		expect(codeOf(() => decryptBill(file, { encryptKey, nonce: '0'.repeat(16) }, privateKey))).toBe(
			'billDamaged',
		));
	it.each([
		['for another merchant', () => forMe(key, theirs.publicKey), nonce],
		['too short', () => forMe('short'), nonce],
		['none', () => '', nonce],
		['without a nonce', () => encryptKey, ''],
	])('rejects a key %s', (_what, encrypt, given) =>
		expect(
			codeOf(() => decryptBill(file, { encryptKey: encrypt(), nonce: given }, privateKey)),
		).toBe('billKey'),
	);
});

describe('gunzip', () => {
	const plain = Buffer.alloc(300_000, 'abc,');
	const packed = gzipSync(plain);

	it('unpacks GZIP data, including several members', async () => {
		expect(isGzip(packed)).toBe(true);
		expect(await gunzip(packed)).toEqual(plain);
		expect(await gunzip(Buffer.concat([packed, packed]))).toHaveLength(600_000);
	});
	it('applies the size limit to the unpacked data', async () => {
		expect(await gunzip(packed, plain.length)).toHaveLength(plain.length);
		await expect(gunzip(packed, plain.length - 1)).rejects.toMatchObject({ code: 'fileTooLarge' });
	});
	it('stops at 64 MB of unpacked data by default', async () => {
		const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
		await expect(gunzip(bomb)).rejects.toMatchObject({
			code: 'fileTooLarge',
			facts: { most: 64 * 1024 * 1024 },
		});
	});
	it.each([
		['cut', packed.subarray(0, -9)],
		['with something behind it', Buffer.concat([packed, Buffer.from('junk')])],
		['no GZIP', Buffer.from('hello')],
		['empty', Buffer.alloc(0)],
	])('rejects invalid data: %s', async (_what, content) => {
		await expect(gunzip(content)).rejects.toMatchObject({ code: 'gzipDamaged' });
	});
});

describe('readHash and hasHash', () => {
	const content = Buffer.from('bill');
	const digest = (type: string) => createHash(type).update(content).digest('hex');
	it('support SHA-1 and SHA-256 in either case', () => {
		expect(readHash(digest('sha1'))).toMatchObject({ type: 'SHA1' });
		expect(readHash(` ${digest('sha256').toUpperCase()} `)).toMatchObject({ type: 'SHA256' });
		for (const type of ['sha1', 'sha256']) {
			expect(hasHash(content, readHash(digest(type).toUpperCase()))).toBe(true);
			expect(hasHash(Buffer.from('bilk'), readHash(digest(type)))).toBe(false);
		}
	});
	it.each(['', 'x'.repeat(40), 'a'.repeat(41), 'a'.repeat(32)])('reject %j', (given) =>
		expect(() => readHash(given)).toThrow(),
	);
});
