import { decryptResource } from './cipher';
import type { EncryptedResource } from './cipher';
import { readJson } from './json';
import { orUndefined } from './orUndefined';
import { Problem } from './problem';
import { isObject, text } from './values';
import type { Fields } from './values';
import { verifyResponse } from './verification';
import type { VerificationFailure, Headers, TrustStore } from './verification';

const SIGNATURE_TYPE = 'WECHATPAY2-SHA256-RSA2048';
const ALGORITHM = 'AEAD_AES_256_GCM';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Maximum length of an initialization vector for AES-GCM in OpenSSL. */
const MAX_NONCE_BYTES = 128;

const SIGNATURE_HEADERS = [
	'wechatpay-timestamp',
	'wechatpay-nonce',
	'wechatpay-serial',
	'wechatpay-signature',
];

/** Headers of an HTTP request as in Node: names in lower case. */
export type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Why a request could not be verified as a notification of WeChat Pay. */
export type NotificationFailure =
	| VerificationFailure
	/** Signed with another method, for example SM2; only RSA is supported. */
	| 'unsupportedType';

declare const VERIFIED: unique symbol;
/** The raw bytes of a verified request. Only these can be read as a notification. */
export type VerifiedBody = Uint8Array & { readonly [VERIFIED]: true };

export type NotificationVerdict =
	| {
			verified: true;
			body: VerifiedBody;
			serial: string;
			/** When this delivery was signed, as Unix time in seconds. Each delivery has its own signature. */
			signedAt: number;
	  }
	| { verified: false; reason: NotificationFailure; serial: string };

export interface NotificationResource extends EncryptedResource {
	algorithm: string;
	original_type?: string;
}

/** A notification before decryption. Fields that some official samples omit are optional. */
export interface Notification {
	id: string;
	event_type: string;
	/** Time of the event in WeChat Pay's format; the samples use several. */
	create_time?: string;
	summary?: string;
	resource: NotificationResource;
}

/**
 * Verifies a notification: headers, signature type, freshness, key, signature, in this order. It does not
 * parse the body.
 *
 * `unknownSerial` is only returned for a fresh request with a well-formed signature, so that the caller may
 * download certificates.
 *
 * @param headers names in lower case
 * @param body the raw bytes after content decoding, not a serialized object
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
		SIGNATURE_HEADERS.map((name) => [name, text(headers[name])]),
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
 * Reads a notification. Only the fields that are needed to identify and decrypt it are required, because
 * official samples omit others.
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
		create_time: optionalText(envelope.create_time),
		summary: optionalText(envelope.summary),
		resource: {
			algorithm: required(resource, 'algorithm', 'resource.'),
			ciphertext: required(resource, 'ciphertext', 'resource.'),
			nonce,
			associated_data: optionalText(resource.associated_data),
			original_type: optionalText(resource.original_type),
		},
	};
}

/**
 * Decrypts the resource of a notification.
 *
 * @param apiV3Key 32 ASCII characters
 * @returns the decrypted, parsed content
 * @throws {Problem} `notificationAlgorithm`, `notificationWrongKey` or `notificationUnreadable`
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082320
 */
export function decryptNotification({ resource }: Notification, apiV3Key: string): unknown {
	if (resource.algorithm !== ALGORITHM) {
		throw new Problem('notificationAlgorithm', { algorithm: resource.algorithm.slice(0, 32) });
	}
	const plaintext = orUndefined(() => decryptResource(resource, apiV3Key));
	// The signature was verified, so the key is wrong.
	if (!plaintext) throw new Problem('notificationWrongKey');
	const value = parseJson(plaintext);
	if (value === undefined) throw new Problem('notificationUnreadable');
	return value;
}

const optionalText = (value: unknown): string | undefined =>
	typeof value === 'string' ? value : undefined;

function required(object: Fields, name: string, parent = ''): string {
	const value = text(object[name]);
	if (!value) throw new Problem('notificationIncomplete', { field: parent + name });
	return value;
}

/** A byte order mark is part of the signed bytes, but not of the JSON. */
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** The value of a JSON text; undefined if it is not JSON. */
function parseJson(bytes: Uint8Array): unknown {
	const whole = Buffer.from(bytes);
	const hasMark = whole.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
	const json = hasMark ? whole.subarray(BYTE_ORDER_MARK.length) : whole;
	return orUndefined(() => readJson(json));
}
