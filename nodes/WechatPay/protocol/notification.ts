import { decryptResource } from './cipher';
import type { EncryptedResource } from './cipher';
import { readJson } from './json';
import { Problem } from './problem';
import { verifyResponse } from './verification';
import type { VerificationFailure, Headers, TrustStore } from './verification';

const SIGNATURE_TYPE = 'WECHATPAY2-SHA256-RSA2048';
const ALGORITHM = 'AEAD_AES_256_GCM';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** OpenSSL takes no longer initialization vector for AES-GCM. */
const MAX_NONCE_BYTES = 128;

const SIGNATURE_HEADERS = [
	'wechatpay-timestamp',
	'wechatpay-nonce',
	'wechatpay-serial',
	'wechatpay-signature',
];

/** Headers of an HTTP request as Node gives them: names in lower case. */
export type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Why a request is not proven to be a notification of WeChat Pay. */
export type NotificationFailure =
	| VerificationFailure
	/** Signed with another method, for example SM2; only RSA is supported. */
	| 'unsupportedType';

declare const VERIFIED: unique symbol;
/** The raw bytes of a request whose signature was verified. Nothing else can be read as a notification. */
export type VerifiedBody = Uint8Array & { readonly [VERIFIED]: true };

export type NotificationVerdict =
	| {
			verified: true;
			body: VerifiedBody;
			serial: string;
			/** When this delivery was signed, Unix time in seconds; every delivery is signed anew. */
			signedAt: number;
	  }
	| { verified: false; reason: NotificationFailure; serial: string };

export interface NotificationResource extends EncryptedResource {
	algorithm: string;
	original_type?: string;
}

/** A notification before decryption. Fields that the official samples leave out are optional. */
export interface Notification {
	id: string;
	event_type: string;
	/** When the event happened, as WeChat Pay wrote it: the samples use several formats. */
	create_time?: string;
	summary?: string;
	resource: NotificationResource;
}

/**
 * Verifies a notification: headers, signature type, freshness, key, signature, in this order. It
 * never reads the body.
 *
 * `unknownSerial` is only given for a request that is fresh and has the form of a signed one: the
 * caller may download certificates then.
 *
 * @param headers names in lower case
 * @param body the raw bytes as received after content decoding, never a re-serialized object
 * @param now Unix time in seconds
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059030
 * @see https://pay.weixin.qq.com/doc/v3/partner/4019605946
 */
export function verifyNotification(
	headers: IncomingHeaders,
	body: Uint8Array,
	trusted: TrustStore,
	now: number,
): NotificationVerdict {
	const signed: Headers = Object.fromEntries(
		SIGNATURE_HEADERS.map((name) => [name, text(headers[name]) ?? '']),
	);
	const serial = signed['wechatpay-serial'];
	const refuse = (reason: NotificationFailure): NotificationVerdict => ({
		verified: false,
		reason,
		serial,
	});
	const type = text(headers['wechatpay-signature-type']);
	if (type && type !== SIGNATURE_TYPE) return refuse('unsupportedType');
	const verdict = verifyResponse(signed, body, trusted, now);
	if (verdict.verified) {
		const signedAt = Number(signed['wechatpay-timestamp']);
		return { verified: true, body: body as VerifiedBody, serial, signedAt };
	}
	const cannotBeSigned = !BASE64.test(signed['wechatpay-signature']);
	if (verdict.reason === 'unknownSerial' && cannotBeSigned) return refuse('wrongSignature');
	return refuse(verdict.reason);
}

/**
 * Reads the notification parameters. Requires only what is needed to tell notifications apart and to
 * decrypt them: the official samples leave out the rest here and there, and new keys may appear.
 *
 * @throws {Problem} `notificationNotJson` or `notificationIncomplete`
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012076174
 */
export function readNotification(body: VerifiedBody): Notification {
	const envelope = parseJson(body);
	if (!isObject(envelope)) throw new Problem('notificationNotJson');
	if (!isObject(envelope.resource))
		throw new Problem('notificationIncomplete', { field: 'resource' });
	const { resource } = envelope;
	const nonce = required(resource, 'nonce', 'resource.');
	if (Buffer.byteLength(nonce) > MAX_NONCE_BYTES) {
		throw new Problem('notificationIncomplete', { field: 'resource.nonce' });
	}
	return {
		id: required(envelope, 'id'),
		event_type: required(envelope, 'event_type'),
		create_time: text(envelope.create_time),
		summary: text(envelope.summary),
		resource: {
			algorithm: required(resource, 'algorithm', 'resource.'),
			ciphertext: required(resource, 'ciphertext', 'resource.'),
			nonce,
			associated_data: text(resource.associated_data),
			original_type: text(resource.original_type),
		},
	};
}

/**
 * Decrypts the resource of a notification.
 *
 * @param apiV3Key 32 ASCII characters
 * @returns what WeChat Pay encrypted, parsed
 * @throws {Problem} `notificationAlgorithm`, `notificationWrongKey` or `notificationUnreadable`
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082320
 */
export function decryptNotification({ resource }: Notification, apiV3Key: string): unknown {
	if (resource.algorithm !== ALGORITHM) {
		throw new Problem('notificationAlgorithm', { algorithm: resource.algorithm.slice(0, 32) });
	}
	const plaintext = succeeds(() => decryptResource(resource, apiV3Key));
	// The signature was right, so these are WeChat Pay's bytes: what does not fit is the key.
	if (!plaintext) throw new Problem('notificationWrongKey');
	const value = parseJson(plaintext);
	if (value === undefined) throw new Problem('notificationUnreadable');
	return value;
}

type Fields = Record<string, unknown>;

const text = (value: unknown): string | undefined =>
	typeof value === 'string' ? value : undefined;

const isObject = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function required(object: Fields, name: string, parent = ''): string {
	const value = text(object[name]);
	if (!value) throw new Problem('notificationIncomplete', { field: parent + name });
	return value;
}

/** A byte order mark belongs to the signed bytes, but not to the JSON. */
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** The value of a JSON text; undefined if it is none. */
function parseJson(bytes: Uint8Array): unknown {
	const whole = Buffer.from(bytes);
	const hasMark = whole.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
	const json = hasMark ? whole.subarray(BYTE_ORDER_MARK.length) : whole;
	return succeeds(() => readJson(json));
}

function succeeds<T>(action: () => T): T | undefined {
	try {
		return action();
	} catch {
		return undefined;
	}
}
