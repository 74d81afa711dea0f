import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import {
	isSamePair,
	normalizeSerial,
	readPrivateKey,
	readPublicKey,
} from '../../nodes/WechatPay/protocol/keys';
import {
	BAG,
	CERTIFICATE,
	pair,
	PKCS1,
	PKCS8,
	PUBLIC_PKCS1,
	relabel,
	SHAPES,
	SPKI,
	weak,
} from '../support/pastedKeys';
import { DEMO, OFFICIAL_RESPONSE } from '../support/vectors';

const FORMATS: Array<[string, string, (pasted: string) => KeyObject, KeyObject]> = [
	['a private key in PKCS#8', PKCS8, readPrivateKey, pair.privateKey],
	['a private key in PKCS#1', PKCS1, readPrivateKey, pair.privateKey],
	['a public key in SPKI', SPKI, readPublicKey, pair.publicKey],
	['a public key in PKCS#1', PUBLIC_PKCS1, readPublicKey, pair.publicKey],
];

describe('readPrivateKey and readPublicKey', () => {
	it.each(SHAPES)('read a key after a change of its %s: %s', (_part, _name, deform) => {
		for (const [, pem, read, right] of FORMATS) {
			const key = read(deform(pem));
			expect(key.type).toBe(right.type);
			expect(isSamePair(key, right)).toBe(true);
		}
	});

	it('read a key with several changes at once', () => {
		const one = (part: string) =>
			fc.constantFrom(...SHAPES.filter(([of]) => of === part).map(([, , deform]) => deform));
		const changes = [one('markers'), one('lines'), one('around')];
		fc.assert(
			fc.property(fc.constantFrom(...FORMATS), fc.tuple(...changes), (format, deforms) => {
				const [, pem, read, right] = format;
				const pasted = deforms.reduce((text, deform) => deform(text), pem);
				expect(isSamePair(read(pasted), right)).toBe(true);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('a wrong PEM label', () => {
	it.each([
		['PKCS#8 below RSA PRIVATE KEY', relabel(PKCS8, 'RSA PRIVATE KEY')],
		['PKCS#1 below PRIVATE KEY', relabel(PKCS1, 'PRIVATE KEY')],
		['PKCS#8 with an unknown marker', relabel(PKCS8, 'MERCHANT KEY')],
		['PKCS#8 below CERTIFICATE', relabel(PKCS8, 'CERTIFICATE')],
	])('is ignored for a private key: %s', (_what, pem) => {
		expect(isSamePair(readPrivateKey(pem), pair.privateKey)).toBe(true);
	});

	it.each([
		['SPKI below RSA PUBLIC KEY', relabel(SPKI, 'RSA PUBLIC KEY')],
		['PKCS#1 below PUBLIC KEY', relabel(PUBLIC_PKCS1, 'PUBLIC KEY')],
	])('is ignored for a public key: %s', (_what, pem) => {
		expect(isSamePair(readPublicKey(pem), pair.publicKey)).toBe(true);
	});
});

describe('several PEM blocks', () => {
	it.each([
		['certificate, then key', CERTIFICATE + PKCS8],
		['key, then certificate', PKCS8 + CERTIFICATE],
		['as openssl pkcs12 writes them', BAG + CERTIFICATE + BAG + PKCS8],
		['on one line', (CERTIFICATE + PKCS8).replace(/\n/g, ' ')],
		['public key, then key', SPKI + PKCS8],
	])('return the private key: %s', (_order, pem) => {
		expect(isSamePair(readPrivateKey(pem), pair.privateKey)).toBe(true);
	});

	it('return the public key', () => {
		expect(isSamePair(readPublicKey(CERTIFICATE + SPKI), pair.publicKey)).toBe(true);
		expect(isSamePair(readPublicKey(PKCS8 + SPKI), pair.publicKey)).toBe(true);
	});
});

it('readPrivateKey and readPublicKey read the published keys', () => {
	expect(readPrivateKey(DEMO.pkcs8).asymmetricKeyDetails?.modulusLength).toBe(2048);
	expect(readPublicKey(OFFICIAL_RESPONSE.publicKey).asymmetricKeyType).toBe('rsa');
});

describe('isSamePair', () => {
	it('returns true only for the two halves of a key pair', () => {
		expect(isSamePair(pair.privateKey, pair.publicKey)).toBe(true);
		expect(isSamePair(pair.publicKey, createPublicKey(pair.privateKey))).toBe(true);
		expect(isSamePair(pair.privateKey, weak.publicKey)).toBe(false);
		expect(isSamePair(weak.publicKey, pair.publicKey)).toBe(false);
	});
});

describe('normalizeSerial', () => {
	it.each([
		['0a:1b:2C', 'A1B2C'],
		['00 00 0A1B', 'A1B'],
		['5DEA10EF', '5DEA10EF'],
		['PUB_KEY_ID_0001', 'PUB_KEY_ID_0001'],
		['pub_key_id_0001', 'PUB_KEY_ID_0001'],
		['000', ''],
	])('converts %j to %j', (serial, normal) => {
		expect(normalizeSerial(serial)).toBe(normal);
	});
});
