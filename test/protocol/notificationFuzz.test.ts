import fc from 'fast-check';
import { normalizeSerial } from '../../nodes/WechatPay/protocol/keys';
import {
	decryptNotification,
	readNotification,
	verifyNotification,
} from '../../nodes/WechatPay/protocol/notification';
import type { IncomingHeaders, VerifiedBody } from '../../nodes/WechatPay/protocol/notification';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import { ENVELOPE, NOW, own, seal, SERIAL, signed } from '../support/notificationBodies';
import { AES } from '../support/vectors';

describe('fuzzed notifications', () => {
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

	it('are read or rejected with a notification problem', () => {
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

	it('are never verified with random headers', () => {
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
