import { X509Certificate, sign } from 'node:crypto';
import fc from 'fast-check';
import { normalizeSerial, readPublicKey } from '../../nodes/WechatPay/protocol/keys';
import { responseSerial, verifyResponse } from '../../nodes/WechatPay/protocol/verification';
import type { Headers } from '../../nodes/WechatPay/protocol/verification';
import { keyPair } from '../support/keys';
import { anyCharacter } from '../support/texts';
import { CERTIFICATE_RESPONSE, OFFICIAL_RESPONSE } from '../support/vectors';

interface Published {
	timestamp: string;
	nonce: string;
	serial: string;
	body: string;
	signature: string;
}

const headersOf = ({ timestamp, nonce, serial, signature }: Published): Headers => ({
	'wechatpay-timestamp': timestamp,
	'wechatpay-nonce': nonce,
	'wechatpay-serial': serial,
	'wechatpay-signature': signature,
});

describe.each([
	['public key', OFFICIAL_RESPONSE, readPublicKey(OFFICIAL_RESPONSE.publicKey)],
	[
		'certificate',
		CERTIFICATE_RESPONSE,
		new X509Certificate(CERTIFICATE_RESPONSE.certificate).publicKey,
	],
])('the published response in mode %s', (_mode, vector, key) => {
	const trusted = new Map([[normalizeSerial(vector.serial), key]]);
	const headers = headersOf(vector);
	const now = Number(vector.timestamp);
	const judge = (changed: Partial<Published> = {}, time = now) => {
		const all = { ...vector, ...changed };
		return verifyResponse(headersOf(all), Buffer.from(all.body), trusted, time);
	};
	const doubted = (reason: string) => ({ verified: false, reason, serial: vector.serial });

	it('is verified at its time', () => {
		expect(judge()).toEqual({ verified: true, serial: vector.serial });
	});

	it('is rejected with a changed body', () => {
		for (const body of [
			`${vector.body} `,
			` ${vector.body}`,
			vector.body.slice(0, -1),
			`${vector.body}\n`,
		]) {
			expect(judge({ body })).toEqual(doubted('wrongSignature'));
		}
	});

	it('is rejected with another timestamp or nonce', () => {
		expect(judge({ timestamp: String(now + 1) })).toEqual(doubted('wrongSignature'));
		expect(judge({ nonce: `${vector.nonce}0` })).toEqual(doubted('wrongSignature'));
	});

	it('is verified only within five minutes', () => {
		expect(judge({}, now + 299).verified).toBe(true);
		expect(judge({}, now - 299).verified).toBe(true);
		expect(judge({}, now + 300)).toEqual(doubted('stale'));
		expect(judge({}, now - 300)).toEqual(doubted('stale'));
	});

	it.each(Object.keys(headersOf(vector)))('is rejected if %s is missing or empty', (name) => {
		const body = Buffer.from(vector.body);
		const rest = Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
		expect(verifyResponse(rest, body, trusted, now)).toMatchObject({
			verified: false,
			reason: 'missing',
		});
		const empty = { ...headers, [name]: '' };
		expect(verifyResponse(empty, body, trusted, now)).toMatchObject({
			verified: false,
			reason: 'missing',
		});
	});
});

const own = keyPair('own');
const other = keyPair('other');
const NOW = 1_800_000_000;
const SERIAL = '0A1B2C3D4E5F60718293A4B5C6D7E8F901234567';
const trusted = new Map([
	[normalizeSerial(SERIAL), own.publicKey],
	['PUB_KEY_ID_01', other.publicKey],
]);

function answer(body: string, changed: Partial<Published> = {}, key = own.privateKey): Headers {
	const timestamp = changed.timestamp ?? String(NOW);
	const nonce = changed.nonce ?? 'nonce';
	const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), key).toString(
		'base64',
	);
	return headersOf({ serial: SERIAL, body, signature, ...changed, timestamp, nonce });
}

const judge = (headers: Headers, body = '') =>
	verifyResponse(headers, Buffer.from(body), trusted, NOW);

describe('verifyResponse', () => {
	it('verifies a response without a body (204)', () => {
		expect(judge(answer(''))).toEqual({ verified: true, serial: SERIAL });
	});

	it('verifies a binary body', () => {
		const body = Buffer.from([0xff, 0xfe, 0x00, 0x0a]);
		const message = Buffer.concat([Buffer.from(`${NOW}\nn\n`), body, Buffer.from('\n')]);
		const signature = sign('sha256', message, own.privateKey).toString('base64');
		const headers = { ...answer(''), 'wechatpay-nonce': 'n', 'wechatpay-signature': signature };
		expect(verifyResponse(headers, body, trusted, NOW).verified).toBe(true);
		expect(verifyResponse(headers, body.subarray(0, 3), trusted, NOW).verified).toBe(false);
	});

	it('uses only the key that the serial number names', () => {
		expect(judge(answer('{}', { serial: 'PUB_KEY_ID_01' }, other.privateKey), '{}').verified).toBe(
			true,
		);
		expect(judge(answer('{}', { serial: 'PUB_KEY_ID_01' }), '{}')).toMatchObject({
			reason: 'wrongSignature',
		});
		expect(judge(answer('{}', {}, other.privateKey), '{}')).toMatchObject({
			reason: 'wrongSignature',
		});
	});

	it.each([
		['lower case', SERIAL.toLowerCase()],
		['no leading zero', SERIAL.slice(1)],
		['more leading zeros', `00${SERIAL}`],
		['colons', SERIAL.replace(/(..)(?=.)/g, '$1:')],
	])('treats serial numbers with %s as equal', (_how, serial) => {
		expect(judge(answer('{}', { serial }), '{}')).toEqual({ verified: true, serial });
	});

	it('ignores the case of public key IDs but not their zeros', () => {
		const lower = answer('{}', { serial: 'pub_key_id_01' }, other.privateKey);
		expect(judge(lower, '{}').verified).toBe(true);
		const shorter = answer('{}', { serial: 'PUB_KEY_ID_1' }, other.privateKey);
		expect(judge(shorter, '{}')).toMatchObject({ reason: 'unknownSerial' });
	});

	it('reports an unknown serial number', () => {
		expect(judge(answer('{}', { serial: 'PUB_KEY_ID_99' }), '{}')).toEqual({
			verified: false,
			reason: 'unknownSerial',
			serial: 'PUB_KEY_ID_99',
		});
	});

	it('rejects a response without trusted keys', () => {
		expect(verifyResponse(answer('{}'), Buffer.from('{}'), new Map(), NOW)).toMatchObject({
			reason: 'unknownSerial',
		});
	});

	it('detects a probe signature with a known or unknown serial number', () => {
		const signature = 'WECHATPAY/SIGNTEST/abc==';
		expect(judge(answer('{}', { signature }), '{}')).toMatchObject({
			verified: false,
			reason: 'probe',
		});
		expect(judge(answer('{}', { signature, serial: 'X' }), '{}')).toMatchObject({
			reason: 'probe',
		});
	});

	it('rejects a valid signature with the probe prefix', () => {
		const right = answer('{}')['wechatpay-signature'];
		const signature = `WECHATPAY/SIGNTEST/${right}`;
		expect(judge(answer('{}', { signature }), '{}').verified).toBe(false);
	});

	it('reports an old probe as stale', () => {
		const headers = answer('{}', {
			signature: 'WECHATPAY/SIGNTEST/x',
			timestamp: String(NOW - 300),
		});
		expect(judge(headers, '{}')).toMatchObject({ reason: 'stale' });
	});

	it.each(['abc', '-1', '1e9', `${NOW}.0`, ` ${NOW}`, '0x6B49D200', `${NOW}000`, '9'.repeat(400)])(
		'reports the timestamp %j as stale',
		(timestamp) => {
			expect(judge(answer('{}', { timestamp }), '{}')).toMatchObject({
				verified: false,
				reason: 'stale',
			});
		},
	);

	it.each(['', 'x', '====', 'AAAA', 'A'.repeat(344), 'A'.repeat(100_000)])(
		'rejects the signature %p',
		(signature) => {
			expect(judge(answer('{}', { signature }), '{}').verified).toBe(false);
		},
	);

	it('never verifies random headers and bodies', () => {
		const value = fc.oneof(
			fc.string({ unit: anyCharacter, maxLength: 400 }),
			fc.constantFrom(SERIAL, String(NOW)),
		);
		const headers = fc.oneof(
			fc.dictionary(fc.string(), value),
			fc.record(
				{
					'wechatpay-timestamp': fc.oneof(value, fc.constant(String(NOW))),
					'wechatpay-nonce': value,
					'wechatpay-serial': fc.oneof(value, fc.constantFrom(SERIAL, 'PUB_KEY_ID_01')),
					'wechatpay-signature': fc.oneof(value, fc.base64String({ maxLength: 400 })),
				},
				{ requiredKeys: [] },
			),
		);
		fc.assert(
			fc.property(headers, fc.uint8Array(), (any, body) => {
				const verdict = verifyResponse(any as Headers, body, trusted, NOW);
				expect(verdict.verified).toBe(false);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('responseSerial', () => {
	it('returns the Wechatpay-Serial header', () => {
		expect(responseSerial({ 'wechatpay-serial': 'A' })).toBe('A');
		expect(responseSerial({})).toBe('');
	});
});
