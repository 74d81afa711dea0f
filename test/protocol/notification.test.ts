import { createDecipheriv } from 'node:crypto';
import { decryptNotification, readNotification } from '../../nodes/WechatPay/protocol/notification';
import type { Notification } from '../../nodes/WechatPay/protocol/notification';
import { ENVELOPE, open, problem, seal, verified } from '../support/notificationBodies';
import { AES, CERTIFICATE_RESPONSE } from '../support/vectors';

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

	it('requires only id, event type, algorithm, ciphertext and nonce', () => {
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
	])('names the invalid field: %s', (field, envelope) => {
		const { code, facts } = problem(() => open(envelope));
		expect([code, facts]).toEqual(['notificationIncomplete', { field }]);
	});

	it('keeps times as text and ignores unknown keys and invalid optional fields', () => {
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

	it('ignores a byte order mark, white space and the key order', () => {
		const reversed = Object.fromEntries(Object.entries(ENVELOPE).reverse());
		const body = `\ufeff\r\n ${JSON.stringify(reversed, null, 2)}\n`;
		expect(readNotification(verified(body))).toEqual(open(ENVELOPE));
	});

	it.each(['', ' ', 'null', '7', '"x"', '[]', '{', '<xml></xml>', '{}{}', "{'id': 1}"])(
		'rejects %j because it is not a JSON object',
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

	it('rejects a plaintext that is not JSON', () => {
		const { ciphertext, nonce, associated_data } = AES;
		const { code } = problem(() => decrypt({ ciphertext, nonce, associated_data }));
		expect(code).toBe('notificationUnreadable');
		expect(decrypt(seal('"message"', AES.sealedWith, nonce, associated_data))).toBe('message');
	});

	it('returns any JSON value unchanged', () => {
		for (const value of [{ a: { b: [null, 1] } }, [], 'x', 0, null]) {
			expect(decrypt(seal(JSON.stringify(value)))).toEqual(value);
		}
	});

	it('keeps large integers as text', () => {
		expect(decrypt(seal('{"a":9007199254740993,"b":7}'))).toEqual({ a: '9007199254740993', b: 7 });
	});

	it.each([1, 11, 12, 13, 16, 128])('accepts a nonce of %i characters', (length) => {
		expect(decrypt(seal('{"a":1}', AES.sealedWith, 'n'.repeat(length)))).toEqual({ a: 1 });
	});

	it('treats missing, null and empty associated data alike and checks other values', () => {
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

	it('rejects other algorithms', () => {
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
	])('reports that the key does not decrypt for %s', (_what, resource, key) => {
		expect(problem(() => decrypt(resource, key)).code).toBe('notificationWrongKey');
	});

	it('never includes the plaintext or the key in an error', () => {
		const secret = 'Zq'.repeat(16);
		const refused = [
			problem(() => decrypt(seal('not JSON: Zq', secret), secret)),
			problem(() => decrypt({}, secret)),
		];
		for (const { message, facts } of refused) {
			expect(message + JSON.stringify(facts)).not.toContain('Zq');
		}
	});

	it('decrypts a ciphertext of the documented maximum length', () => {
		const filler = 'x'.repeat(Math.floor((1_048_576 / 4) * 3) - 16 - 8);
		const resource = seal(JSON.stringify({ a: filler }));
		expect(resource.ciphertext).toHaveLength(1_048_576);
		expect(decrypt(resource)).toEqual({ a: filler });
	});
});
