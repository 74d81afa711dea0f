import { constants, createCipheriv, privateDecrypt } from 'node:crypto';
import fc from 'fast-check';
import {
	decryptResource,
	encryptSensitive,
	readApiV3Key,
} from '../../nodes/WechatPay/protocol/cipher';
import { keyPair } from '../support/keys';
import { refusal } from '../support/refusal';
import { AES } from '../support/vectors';

describe('readApiV3Key', () => {
	it('accepts 32 ASCII characters and trims white space', () => {
		expect(readApiV3Key(`  ${AES.sealedWith}\n`)).toBe(AES.sealedWith);
	});

	it.each([
		['', 'is empty'],
		['   ', 'is empty'],
		['short', 'has 5 characters instead of 32'],
		[AES.sealedWith + 'x', 'has 33 characters instead of 32'],
		['密钥', 'has 2 characters instead of 32'],
		['钥'.repeat(10) + 'ab', 'has 12 characters instead of 32'],
		['é' + AES.sealedWith.slice(1), 'holds characters that are not ASCII'],
	])('rejects %j', (pasted, reason) => {
		const { message, hint } = refusal(() => readApiV3Key(pasted), '"APIv3 Secret Key"');
		expect(message).toBe(`"APIv3 Secret Key" ${reason}`);
		expect(hint).toContain('Copy the APIv3 key that was set on the merchant platform');
	});

	it('never repeats the pasted text in the error', () => {
		const length = fc.integer({ min: 4, max: 60 }).filter((n) => n !== 32);
		fc.assert(
			fc.property(length, (n) => {
				const pasted = 'Zq'.repeat(n).slice(0, n);
				const { message, hint } = refusal(() => readApiV3Key(pasted));
				expect(message + hint).not.toContain('ZqZq');
			}),
		);
	});
});

describe('decryptResource', () => {
	it('decrypts the published vector', () => {
		expect(decryptResource(AES, AES.sealedWith).toString('utf8')).toBe('message');
	});

	const resource = (plain: Uint8Array, key: string, nonce: string, aad: string) => {
		const cipher = createCipheriv('aes-256-gcm', key, nonce);
		cipher.setAAD(Buffer.from(aad));
		const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
		return { nonce, associated_data: aad, ciphertext: ciphertext.toString('base64') };
	};

	it('decrypts any encrypted content', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1, maxLength: 3000 }), fc.string(), (plain, aad) => {
				const sealed = resource(plain, AES.sealedWith, AES.nonce, aad);
				expect(decryptResource(sealed, AES.sealedWith)).toEqual(Buffer.from(plain));
			}),
		);
	});

	// WeChat Pay's field lists call it optional, and its samples show it empty.
	it.each([
		['is absent', {}],
		['is null', { associated_data: null }],
		['is empty', { associated_data: '' }],
	])('accepts a resource whose associated data %s', (_what, associated) => {
		const { nonce, ciphertext } = resource(Buffer.from('{}'), AES.sealedWith, AES.nonce, '');
		const sealed = { nonce, ciphertext, ...associated };
		expect(decryptResource(sealed, AES.sealedWith).toString('utf8')).toBe('{}');
	});

	it.each([1, 8, 11, 13, 16, 32])('accepts a nonce of %i characters', (length) => {
		const sealed = resource(Buffer.from('{}'), AES.sealedWith, 'n'.repeat(length), 'x');
		expect(decryptResource(sealed, AES.sealedWith).toString('utf8')).toBe('{}');
	});

	it.each([
		['another key', AES, AES.sealedWith.replace('a', 'b')],
		['another nonce', { ...AES, nonce: 'uluk4a9R25RX' }, AES.sealedWith],
		['other associated data', { ...AES, associated_data: 'associatedDatA' }, AES.sealedWith],
		['no associated data', { ...AES, associated_data: '' }, AES.sealedWith],
		['lost associated data', { ...AES, associated_data: undefined }, AES.sealedWith],
		['a changed text', { ...AES, ciphertext: `v${AES.ciphertext.slice(1)}` }, AES.sealedWith],
		['a cut text', { ...AES, ciphertext: AES.ciphertext.slice(0, 28) }, AES.sealedWith],
		[
			'nothing but a tag',
			{ ...AES, ciphertext: Buffer.alloc(16).toString('base64') },
			AES.sealedWith,
		],
		['an empty text', { ...AES, ciphertext: '' }, AES.sealedWith],
	])('rejects %s', (_what, sealed, key) => {
		expect(() => decryptResource(sealed, key)).toThrow();
	});
});

describe('encryptSensitive', () => {
	const { publicKey, privateKey } = keyPair('own');
	const decrypt = (text: string, oaepHash = 'sha1') =>
		privateDecrypt(
			{ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
			Buffer.from(text, 'base64'),
		).toString('utf8');

	it('uses RSA-OAEP with SHA-1', () => {
		const sealed = encryptSensitive('张三 6222020000000000', publicKey);
		expect(sealed).toMatch(/^[A-Za-z0-9+/]{342}==$/);
		expect(decrypt(sealed)).toBe('张三 6222020000000000');
		expect(() => decrypt(sealed, 'sha256')).toThrow();
	});

	it('returns a different ciphertext each time', () => {
		expect(encryptSensitive('a', publicKey)).not.toBe(encryptSensitive('a', publicKey));
	});

	it('accepts 214 bytes and rejects 215 without repeating the text', () => {
		expect(decrypt(encryptSensitive('a'.repeat(214), publicKey))).toBe('a'.repeat(214));
		const secret = `${'李'.repeat(71)}ab`;
		const { message, hint } = refusal(() => encryptSensitive(secret, publicKey), '"Account Name"');
		expect(message).toBe('"Account Name" has 215 bytes; 214 can be encrypted');
		expect(hint).toContain('Shorten it');
		expect(message + hint).not.toContain('李');
	});

	it('rejects a character of 4 bytes', () => {
		const { message } = refusal(() => encryptSensitive('𠮷田', publicKey), '"Account Name"');
		expect(message).toBe(
			'"Account Name" holds a character that WeChat Pay does not accept (U+20BB7)',
		);
	});
});
