import { verify as cryptoVerify } from 'node:crypto';
import fc from 'fast-check';
import { makeNonce, sign, verify } from '../../nodes/WechatPay/protocol/signature';
import { keyPair } from '../support/keys';
import { anyCharacter } from '../support/texts';

const { publicKey, privateKey } = keyPair('own');
const other = keyPair('other');
const message = Buffer.from('1\nn\n{"a":"中"}\n');

describe('sign', () => {
	it('returns 256 bytes as base64 on one line, the same each time', async () => {
		const signature = await sign(message, privateKey);
		expect(signature).toMatch(/^[A-Za-z0-9+/]{342}==$/);
		expect(await sign(message, privateKey)).toBe(signature);
	});

	it('uses RSASSA-PKCS1-v1_5 with SHA-256', async () => {
		const signature = Buffer.from(await sign(message, privateKey), 'base64');
		expect(cryptoVerify('sha256', message, publicKey, signature)).toBe(true);
		expect(cryptoVerify('sha1', message, publicKey, signature)).toBe(false);
	});

	it('rejects when the key cannot sign', async () => {
		await expect(sign(message, publicKey)).rejects.toThrow();
	});
});

describe('verify', () => {
	it('accepts only the signed message with the matching key', async () => {
		const signature = await sign(message, privateKey);
		expect(verify(message, signature, publicKey)).toBe(true);
		expect(verify(Buffer.concat([message, Buffer.from(' ')]), signature, publicKey)).toBe(false);
		expect(verify(message.subarray(0, -1), signature, publicKey)).toBe(false);
		expect(verify(message, signature, other.publicKey)).toBe(false);
	});

	it('rejects a signature with one changed bit', async () => {
		const signature = Buffer.from(await sign(message, privateKey), 'base64');
		fc.assert(
			fc.property(fc.nat(2047), (bit) => {
				const changed = Buffer.from(signature);
				changed[bit >> 3] ^= 1 << (bit & 7);
				expect(verify(message, changed.toString('base64'), publicKey)).toBe(false);
			}),
		);
	});

	it('returns false for any other text without throwing', () => {
		fc.assert(
			fc.property(fc.string({ unit: anyCharacter, maxLength: 700 }), (text) => {
				expect(verify(message, text, publicKey)).toBe(false);
			}),
		);
	});
});

describe('makeNonce', () => {
	it('returns 32 upper-case hexadecimal digits that differ each time', () => {
		const nonces = Array.from({ length: 200 }, makeNonce);
		for (const nonce of nonces) expect(nonce).toMatch(/^[0-9A-F]{32}$/);
		expect(new Set(nonces).size).toBe(200);
	});
});
