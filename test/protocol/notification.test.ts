import { X509Certificate, createCipheriv, createDecipheriv, sign } from 'node:crypto';
import fc from 'fast-check';
import { normalizeSerial, readPublicKey } from '../../nodes/WechatPay/protocol/keys';
import {
	decryptNotification,
	readNotification,
	verifyNotification,
} from '../../nodes/WechatPay/protocol/notification';
import type {
	IncomingHeaders,
	Notification,
	VerifiedBody,
} from '../../nodes/WechatPay/protocol/notification';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import { keyPair } from '../support/keys';
import { AES, CERTIFICATE_RESPONSE, OFFICIAL_RESPONSE } from '../support/vectors';

const own = keyPair('own');
const NOW = 1_800_000_000;
const SERIAL = 'PUB_KEY_ID_0000000000000024101100397200000006';
const trusted = new Map([[normalizeSerial(SERIAL), own.publicKey]]);

/** Encrypts as WeChat Pay does. */
function seal(plaintext: Buffer | string, key = AES.sealedWith, nonce = AES.nonce, aad = '') {
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
	const data = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
	return {
		algorithm: 'AEAD_AES_256_GCM',
		ciphertext: data.toString('base64'),
		nonce,
		associated_data: aad,
	};
}

const ENVELOPE = {
	id: 'EV-2018022511223320873',
	create_time: '2015-05-20T13:29:35+08:00',
	resource_type: 'encrypt-resource',
	event_type: 'SECURITY_ECHO.SUCCESS',
	summary: '回调通知成功',
	resource: { ...seal('{"echo_message":"你好"}'), original_type: 'security' },
};

function signed(body: Buffer | string, changed: Record<string, string | undefined> = {}) {
	const timestamp = changed['wechatpay-timestamp'] ?? String(NOW);
	const nonce = changed['wechatpay-nonce'] ?? 'D4PJYH8323444WUNiUs5O1jorgGif5ykEs';
	const message = Buffer.concat([
		Buffer.from(`${timestamp}\n${nonce}\n`),
		Buffer.from(body),
		Buffer.from('\n'),
	]);
	return {
		'wechatpay-timestamp': timestamp,
		'wechatpay-nonce': nonce,
		'wechatpay-serial': SERIAL,
		'wechatpay-signature': sign('sha256', message, own.privateKey).toString('base64'),
		...changed,
	};
}

const judge = (headers: IncomingHeaders, body: Buffer | string, now = NOW) =>
	verifyNotification(headers, Buffer.from(body), trusted, now);

/** A body as it is after verification. */
function verified(body: Buffer | string): VerifiedBody {
	const verdict = judge(signed(body), body);
	if (!verdict.verified) throw new Error(verdict.doubt);
	return verdict.body;
}

const open = (envelope: unknown) => readNotification(verified(JSON.stringify(envelope)));

function problem(action: () => unknown): Problem {
	try {
		action();
	} catch (error) {
		expect(error).toBeInstanceOf(Problem);
		return error as Problem;
	}
	throw new Error('nothing was refused');
}

describe('verifyNotification', () => {
	const body = JSON.stringify(ENVELOPE);

	it.each([
		['a public key', OFFICIAL_RESPONSE, readPublicKey(OFFICIAL_RESPONSE.publicKey)],
		[
			'a certificate',
			CERTIFICATE_RESPONSE,
			new X509Certificate(CERTIFICATE_RESPONSE.certificate).publicKey,
		],
	])('verifies the published message of %s', (_what, vector, key) => {
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
			doubt: 'wrongSignature',
			serial: vector.serial,
		});
	});

	it.each(['timestamp', 'nonce', 'serial', 'signature'])(
		'refuses a request whose %s is absent, empty or twice',
		(name) => {
			const header = `wechatpay-${name}`;
			const headers: IncomingHeaders = signed(body);
			for (const value of [undefined, '', ['a', 'b']]) {
				expect(judge({ ...headers, [header]: value }, body)).toMatchObject({
					verified: false,
					doubt: 'missing',
				});
			}
		},
	);

	it('takes a signature without a type as RSA with SHA-256, and refuses every other type', () => {
		const type = 'wechatpay-signature-type';
		const rsa = 'WECHATPAY2-SHA256-RSA2048';
		expect(judge(signed(body), body).verified).toBe(true);
		expect(judge(signed(body, { [type]: rsa }), body).verified).toBe(true);
		for (const other of ['WECHATPAY2-SM2-WITH-SM3', 'RSA', rsa.toLowerCase()]) {
			expect(judge(signed(body, { [type]: other }), body)).toEqual({
				verified: false,
				doubt: 'unsupportedType',
				serial: SERIAL,
			});
		}
	});

	it('is fresh for less than five minutes, either way, however right the signature is', () => {
		const headers = signed(body);
		for (const fresh of [-299, 0, 299])
			expect(judge(headers, body, NOW + fresh).verified).toBe(true);
		for (const stale of [-86_400, -300, 300, 86_400]) {
			expect(judge(headers, body, NOW + stale)).toMatchObject({ doubt: 'stale' });
		}
	});

	it('verifies a repeated delivery like the first one: duplicates are not its concern', () => {
		const headers = signed(body);
		expect(judge(headers, body)).toEqual(judge(headers, body));
		expect(judge(headers, body).verified).toBe(true);
	});

	it('verifies the bytes, whatever they are', () => {
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
				doubt: 'wrongSignature',
			});
		}
		const reordered = JSON.stringify(Object.fromEntries(Object.entries(ENVELOPE).reverse()));
		expect(judge(signed(body), reordered)).toMatchObject({ doubt: 'wrongSignature' });
	});

	it('refuses another nonce, second or key than was signed', () => {
		const headers = signed(body);
		const other = keyPair('other');
		const keys = new Map([[normalizeSerial(SERIAL), other.publicKey]]);
		expect(judge({ ...headers, 'wechatpay-nonce': 'x' }, body).verified).toBe(false);
		expect(judge({ ...headers, 'wechatpay-timestamp': String(NOW - 1) }, body).verified).toBe(
			false,
		);
		expect(verifyNotification(headers, Buffer.from(body), keys, NOW)).toMatchObject({
			doubt: 'wrongSignature',
		});
	});

	it('recognises the deliberate wrong signature, even in front of a right one', () => {
		const right = signed(body)['wechatpay-signature'];
		for (const rest of [right, right.slice(19), '', 'c0k+ZP6']) {
			const headers = signed(body, { 'wechatpay-signature': `WECHATPAY/SIGNTEST/${rest}` });
			expect(judge(headers, body)).toMatchObject({ verified: false, doubt: 'probe' });
		}
	});

	it('names an unknown serial only if the rest has the form of a signed request', () => {
		const unknown = { 'wechatpay-serial': '5157F09EFDC960DE15EBE81A47057A7232F1B8E1' };
		expect(judge(signed(body, unknown), body)).toEqual({
			verified: false,
			doubt: 'unknownSerial',
			serial: unknown['wechatpay-serial'],
		});
		const refused: Array<[string, Record<string, string>]> = [
			['stale', { 'wechatpay-timestamp': String(NOW - 300) }],
			['stale', { 'wechatpay-timestamp': 'now' }],
			['wrongSignature', { 'wechatpay-signature': 'not base64!' }],
			['probe', { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/x' }],
		];
		for (const [doubt, changed] of refused) {
			expect(judge(signed(body, { ...unknown, ...changed }), body)).toMatchObject({ doubt });
		}
	});

	it('parses nothing, and what is not verified cannot be read', () => {
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

describe('readNotification', () => {
	it('reads the published message', () => {
		const { body } = CERTIFICATE_RESPONSE;
		const notification = readNotification(verified(body));
		expect(notification).toMatchObject({
			id: '3119dfba-e649-5eec-ab1e-3412bc4d2e17',
			create_time: '2021-06-24T16:37:26+08:00',
			event_type: 'PAYSCORE.USER_OPEN_SERVICE',
			summary: '签约成功',
			resource: { original_type: 'payscore', algorithm: 'AEAD_AES_256_GCM', nonce: 'Kj7QIyUiYx1q' },
		});
		// Its key has 16 bytes, which no merchant's has: decrypted by hand, with the fields that were read.
		const { ciphertext, nonce, associated_data } = notification.resource;
		const data = Buffer.from(ciphertext, 'base64');
		const decipher = createDecipheriv('aes-128-gcm', 'testMchAPIv3Key0', nonce)
			.setAAD(Buffer.from(associated_data ?? ''))
			.setAuthTag(data.subarray(-16));
		const plaintext = Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]);
		expect(JSON.parse(plaintext.toString('utf8'))).toMatchObject({ mchid: '1234567890' });
		expect(problem(() => decryptNotification(notification, 'testMchAPIv3Key0')).code).toBe(
			'notificationWrongKey',
		);
	});

	it('needs id, event type, algorithm, ciphertext and nonce, and nothing else', () => {
		const { algorithm, ciphertext, nonce } = ENVELOPE.resource;
		const least = { id: 'EV-1', event_type: 'X.Y', resource: { algorithm, ciphertext, nonce } };
		expect(open(least)).toEqual(least);
	});

	it.each([
		['id', { ...ENVELOPE, id: undefined }],
		['id', { ...ENVELOPE, id: '' }],
		['id', { ...ENVELOPE, id: 7 }],
		['event_type', { ...ENVELOPE, event_type: null }],
		['resource', { ...ENVELOPE, resource: undefined }],
		['resource', { ...ENVELOPE, resource: 'x' }],
		['resource', { ...ENVELOPE, resource: [] }],
		['resource.algorithm', { ...ENVELOPE, resource: { ...ENVELOPE.resource, algorithm: {} } }],
		['resource.ciphertext', { ...ENVELOPE, resource: { ...ENVELOPE.resource, ciphertext: '' } }],
		['resource.nonce', { ...ENVELOPE, resource: { ...ENVELOPE.resource, nonce: undefined } }],
		['resource.nonce', { ...ENVELOPE, resource: { ...ENVELOPE.resource, nonce: 'n'.repeat(129) } }],
	])('names the field that cannot be read: %s', (field, envelope) => {
		const { code, facts } = problem(() => open(envelope));
		expect([code, facts]).toEqual(['notificationIncomplete', { field }]);
	});

	it('keeps times as text and passes over unknown keys and optional fields of another type', () => {
		const odd = {
			...ENVELOPE,
			create_time: '20180225112233',
			summary: 7,
			new_key: { a: 1 },
			resource: { ...ENVELOPE.resource, original_type: null, associated_data: null },
		};
		const notification = open(odd);
		expect(notification.create_time).toBe('20180225112233');
		expect(notification.summary).toBeUndefined();
		expect(notification.resource.original_type).toBeUndefined();
		expect(decryptNotification(notification, AES.sealedWith)).toEqual({ echo_message: '你好' });
	});

	it('reads past a byte order mark, white space and key order', () => {
		const reversed = Object.fromEntries(Object.entries(ENVELOPE).reverse());
		const body = `\ufeff\r\n ${JSON.stringify(reversed, null, 2)}\n`;
		expect(readNotification(verified(body))).toEqual(open(ENVELOPE));
	});

	it.each(['', ' ', 'null', '7', '"x"', '[]', '{', '<xml></xml>', '{}{}', "{'id': 1}"])(
		'calls %j no JSON object',
		(body) => {
			expect(problem(() => readNotification(verified(body))).code).toBe('notificationNotJson');
		},
	);
});

describe('decryptNotification', () => {
	const sealed = (resource: object): Notification =>
		open({ ...ENVELOPE, resource: { ...ENVELOPE.resource, ...resource } });
	const decrypt = (resource: object, key = AES.sealedWith) =>
		decryptNotification(sealed(resource), key);

	it('decrypts the published resource; a plaintext that is no JSON is said to be none', () => {
		const { ciphertext, nonce, associated_data } = AES;
		const { code } = problem(() => decrypt({ ciphertext, nonce, associated_data }));
		expect(code).toBe('notificationUnreadable');
		expect(decrypt(seal('"message"', AES.sealedWith, nonce, associated_data))).toBe('message');
	});

	it('hands on every JSON value as it is: unknown events are not judged', () => {
		for (const value of [{ a: { b: [null, 1] } }, [], 'x', 0, null]) {
			expect(decrypt(seal(JSON.stringify(value)))).toEqual(value);
		}
	});

	it('keeps whole numbers that JavaScript would round, as text', () => {
		expect(decrypt(seal('{"a":9007199254740993,"b":7}'))).toEqual({ a: '9007199254740993', b: 7 });
	});

	it.each([1, 11, 12, 13, 16, 128])('takes a nonce of %i characters', (length) => {
		expect(decrypt(seal('{"a":1}', AES.sealedWith, 'n'.repeat(length)))).toEqual({ a: 1 });
	});

	it('takes absent, null and empty associated data alike, and uses what is there', () => {
		const plain = seal('{"a":1}');
		for (const associated_data of [undefined, null, '']) {
			expect(decrypt({ ...plain, associated_data })).toEqual({ a: 1 });
		}
		const bound = seal('{"a":1}', AES.sealedWith, AES.nonce, 'merchant_notify');
		expect(decrypt(bound)).toEqual({ a: 1 });
		expect(problem(() => decrypt({ ...bound, associated_data: '' })).code).toBe(
			'notificationWrongKey',
		);
	});

	it('names another algorithm, also if the key would fit', () => {
		for (const algorithm of ['SM4-GCM', 'AEAD_SM4_GCM', 'aead_aes_256_gcm']) {
			const { code, facts } = problem(() => decrypt({ algorithm }));
			expect([code, facts]).toEqual(['notificationAlgorithm', { algorithm }]);
		}
		const long = problem(() => decrypt({ algorithm: 'x'.repeat(10_000) }));
		expect(long.facts.algorithm).toBe('x'.repeat(32));
	});

	it.each([
		['another key', {}, 'b'.repeat(32)],
		['a key of another length', {}, 'short'],
		['an empty key', {}, ''],
		['a changed text', { ciphertext: `A${ENVELOPE.resource.ciphertext.slice(1)}` }, AES.sealedWith],
		['another nonce', { nonce: 'uluk4a9R25RX' }, AES.sealedWith],
		['less than a tag', { ciphertext: 'AAAA' }, AES.sealedWith],
		['no base64', { ciphertext: '$$$' }, AES.sealedWith],
	])('says for %s that the key does not decrypt', (_what, resource, key) => {
		expect(problem(() => decrypt(resource, key)).code).toBe('notificationWrongKey');
	});

	it('never says what was encrypted, or with which key', () => {
		const secret = 'Zq'.repeat(16);
		const refused = [
			problem(() => decrypt(seal('not JSON: Zq', secret), secret)),
			problem(() => decrypt({}, secret)),
		];
		for (const { message, facts } of refused) {
			expect(message + JSON.stringify(facts)).not.toContain('Zq');
		}
	});

	it('decrypts a ciphertext of the documented maximum', () => {
		const filler = 'x'.repeat(Math.floor((1_048_576 / 4) * 3) - 16 - 8);
		const resource = seal(JSON.stringify({ a: filler }));
		expect(resource.ciphertext).toHaveLength(1_048_576);
		expect(decrypt(resource)).toEqual({ a: filler });
	});
});

describe('100,000 bodies', () => {
	const valid = Buffer.from(JSON.stringify(ENVELOPE));
	const trust = new Map([[normalizeSerial(SERIAL), own.publicKey]]);
	const headers = signed(valid);
	const word = fc.oneof(
		fc.constantFrom(AES.nonce, 'AEAD_AES_256_GCM', '', null, 0, [], {}),
		fc.string({ maxLength: 12 }),
	);

	/** Whatever comes in: a notification, or the one class of problem. Not verified first: RSA would take longer than all the rest. */
	function readAll(body: Uint8Array): string {
		try {
			decryptNotification(readNotification(body as VerifiedBody), AES.sealedWith);
			return 'read';
		} catch (error) {
			return error instanceof Problem ? error.code : String(error);
		}
	}

	it('are read, or refused as a problem of the notification; nothing else is thrown', () => {
		const seen = new Set([readAll(valid)]);
		const bytes = fc.uint8Array({ maxLength: 64 });
		const changed = fc
			.tuple(fc.nat(valid.length - 1), fc.nat(255))
			.map(([at, byte]) =>
				Buffer.concat([valid.subarray(0, at), Buffer.from([byte]), valid.subarray(at + 1)]),
			);
		const cut = fc.nat(valid.length - 1).map((at) => valid.subarray(0, at));
		const shaped = fc
			.record({
				id: word,
				event_type: word,
				algorithm: word,
				ciphertext: word,
				nonce: word,
				aad: word,
			})
			.map(({ id, event_type, aad, ...rest }) =>
				Buffer.from(
					JSON.stringify({ id, event_type, resource: { ...rest, associated_data: aad } }),
				),
			);
		const oneField = fc
			.tuple(fc.constantFrom('algorithm', 'ciphertext', 'nonce', 'associated_data'), word)
			.map(([name, value]) =>
				Buffer.from(
					JSON.stringify({ ...ENVELOPE, resource: { ...ENVELOPE.resource, [name]: value } }),
				),
			);
		const sealedBytes = bytes.map((plain) =>
			Buffer.from(JSON.stringify({ ...ENVELOPE, resource: seal(Buffer.from(plain)) })),
		);
		fc.assert(
			fc.property(fc.oneof(bytes, changed, cut, shaped, oneField, sealedBytes), (body) => {
				seen.add(readAll(body));
			}),
			{ numRuns: 100_000 },
		);
		// A fuzz that never gets past the first check would prove nothing.
		expect([...seen].sort()).toEqual(
			[
				'notificationAlgorithm',
				'notificationIncomplete',
				'notificationNotJson',
				'notificationUnreadable',
				'read',
				'notificationWrongKey',
			].sort(),
		);
	});

	it('change nothing about who is believed: no headers make a forged body verified', () => {
		const value = fc.oneof(
			fc.constantFrom(SERIAL, String(NOW), 'WECHATPAY2-SHA256-RSA2048', undefined),
			fc.string({ maxLength: 40 }),
			fc.array(fc.string(), { maxLength: 2 }),
		);
		const any = fc.record(
			Object.fromEntries(
				['timestamp', 'nonce', 'serial', 'signature', 'signature-type'].map((name) => [
					`wechatpay-${name}`,
					fc.oneof(
						{
							weight: 3,
							arbitrary: fc.constant(headers[`wechatpay-${name}` as 'wechatpay-nonce']),
						},
						value,
					),
				]),
			),
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(any, fc.uint8Array({ maxLength: 40 }), (some, body) => {
				return !verifyNotification(some as IncomingHeaders, body, trust, NOW).verified;
			}),
			{ numRuns: 2_000 },
		);
	});
});
