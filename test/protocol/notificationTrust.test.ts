import { X509Certificate } from 'node:crypto';
import { normalizeSerial, readPublicKey } from '../../nodes/WechatPay/protocol/keys';
import { readNotification, verifyNotification } from '../../nodes/WechatPay/protocol/notification';
import type { IncomingHeaders } from '../../nodes/WechatPay/protocol/notification';
import { keyPair } from '../support/keys';
import { ENVELOPE, judge, NOW, SERIAL, signed } from '../support/notificationBodies';
import { CERTIFICATE_RESPONSE, OFFICIAL_RESPONSE } from '../support/vectors';

describe('verifyNotification', () => {
	const body = JSON.stringify(ENVELOPE);

	it.each([
		['a public key', OFFICIAL_RESPONSE, readPublicKey(OFFICIAL_RESPONSE.publicKey)],
		[
			'a certificate',
			CERTIFICATE_RESPONSE,
			new X509Certificate(CERTIFICATE_RESPONSE.certificate).publicKey,
		],
	])('verifies the published message of %s and rejects a changed body', (_what, vector, key) => {
		const keys = new Map([[normalizeSerial(vector.serial), key]]);
		const headers = {
			'wechatpay-timestamp': vector.timestamp,
			'wechatpay-nonce': vector.nonce,
			'wechatpay-serial': vector.serial,
			'wechatpay-signature': vector.signature,
		};
		const raw = Buffer.from(vector.body);
		const now = Number(vector.timestamp);
		expect(verifyNotification(headers, raw, keys, now)).toEqual({
			verified: true,
			body: raw,
			serial: vector.serial,
			signedAt: now,
		});
		const longer = Buffer.from(`${vector.body}\n`);
		expect(verifyNotification(headers, longer, keys, now)).toEqual({
			verified: false,
			reason: 'wrongSignature',
			serial: vector.serial,
		});
	});

	it.each(['timestamp', 'nonce', 'serial', 'signature'])(
		'rejects a request whose %s is missing, empty or repeated',
		(name) => {
			const header = `wechatpay-${name}`;
			const headers: IncomingHeaders = signed(body);
			for (const value of [undefined, '', ['a', 'b']]) {
				expect(judge({ ...headers, [header]: value }, body)).toMatchObject({
					verified: false,
					reason: 'missing',
				});
			}
		},
	);

	it('accepts RSA with SHA-256, stated or implied, and rejects other signature types', () => {
		const type = 'wechatpay-signature-type';
		const rsa = 'WECHATPAY2-SHA256-RSA2048';
		expect(judge(signed(body), body).verified).toBe(true);
		expect(judge(signed(body, { [type]: rsa }), body).verified).toBe(true);
		for (const other of ['WECHATPAY2-SM2-WITH-SM3', 'RSA', rsa.toLowerCase()]) {
			expect(judge(signed(body, { [type]: other }), body)).toEqual({
				verified: false,
				reason: 'unsupportedType',
				serial: SERIAL,
			});
		}
	});

	it('accepts only timestamps within five minutes', () => {
		const headers = signed(body);
		for (const fresh of [-299, 0, 299])
			expect(judge(headers, body, NOW + fresh).verified).toBe(true);
		for (const stale of [-86_400, -300, 300, 86_400]) {
			expect(judge(headers, body, NOW + stale)).toMatchObject({ reason: 'stale' });
		}
	});

	it('verifies a repeated delivery like the first one', () => {
		const headers = signed(body);
		expect(judge(headers, body)).toEqual(judge(headers, body));
		expect(judge(headers, body).verified).toBe(true);
	});

	it('verifies any bytes and rejects changed bytes', () => {
		const bodies = [
			Buffer.from(`\ufeff${body}`),
			Buffer.from(JSON.stringify(ENVELOPE, null, '\t').replace(/\n/g, '\r\n')),
			Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
			Buffer.alloc(0),
		];
		for (const raw of bodies) {
			const headers = signed(raw);
			expect(judge(headers, raw).verified).toBe(true);
			expect(judge(headers, Buffer.concat([raw, Buffer.from(' ')]))).toMatchObject({
				reason: 'wrongSignature',
			});
		}
		const reordered = JSON.stringify(Object.fromEntries(Object.entries(ENVELOPE).reverse()));
		expect(judge(signed(body), reordered)).toMatchObject({ reason: 'wrongSignature' });
	});

	it('rejects another nonce, timestamp or key', () => {
		const headers = signed(body);
		const other = keyPair('other');
		const keys = new Map([[normalizeSerial(SERIAL), other.publicKey]]);
		expect(judge({ ...headers, 'wechatpay-nonce': 'x' }, body).verified).toBe(false);
		expect(judge({ ...headers, 'wechatpay-timestamp': String(NOW - 1) }, body).verified).toBe(
			false,
		);
		expect(verifyNotification(headers, Buffer.from(body), keys, NOW)).toMatchObject({
			reason: 'wrongSignature',
		});
	});

	it('detects a probe signature, even before a valid signature', () => {
		const right = signed(body)['wechatpay-signature'];
		for (const rest of [right, right.slice(19), '', 'c0k+ZP6']) {
			const headers = signed(body, { 'wechatpay-signature': `WECHATPAY/SIGNTEST/${rest}` });
			expect(judge(headers, body)).toMatchObject({ verified: false, reason: 'probe' });
		}
	});

	it('reports an unknown serial number only for a well-formed signed request', () => {
		const unknown = { 'wechatpay-serial': '5157F09EFDC960DE15EBE81A47057A7232F1B8E1' };
		expect(judge(signed(body, unknown), body)).toEqual({
			verified: false,
			reason: 'unknownSerial',
			serial: unknown['wechatpay-serial'],
		});
		const refused: Array<[string, Record<string, string>]> = [
			['stale', { 'wechatpay-timestamp': String(NOW - 300) }],
			['stale', { 'wechatpay-timestamp': 'now' }],
			['wrongSignature', { 'wechatpay-signature': 'not base64!' }],
			['probe', { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/x' }],
		];
		for (const [reason, changed] of refused) {
			expect(judge(signed(body, { ...unknown, ...changed }), body)).toMatchObject({ reason });
		}
	});

	it('does not parse JSON and marks verified bodies by type', () => {
		const parse = jest.spyOn(JSON, 'parse');
		try {
			expect(judge(signed(body), body).verified).toBe(true);
			expect(judge(signed(body, { 'wechatpay-serial': 'X' }), body).verified).toBe(false);
			expect(parse).not.toHaveBeenCalled();
		} finally {
			parse.mockRestore();
		}
		// @ts-expect-error -- raw bytes are no verified body: the compiler refuses this call.
		expect(readNotification(Buffer.from(body))).toMatchObject({ id: ENVELOPE.id });
	});
});
