import { randomBytes, sign } from 'node:crypto';
import type { PlatformCertificate } from './keys';
import { keyOf, randomText } from './keys';
import type { Call, Reply, World } from './types';

/** The `detail` of an error: where in the request the error is. */
export interface ErrorDetail {
	field?: string;
	value?: string | number | null;
	issue?: string;
	location?: string | null;
	sign_information?: Record<string, string | number>;
}

/** A response that refuses the request; thrown where the error is found. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly options: { detail?: ErrorDetail; signed?: boolean; result?: number } = {},
	) {
		super(message);
	}

	/** The response to send. A 401 is not signed: WeChat Pay does not sign for unknown clients. */
	toReply(): Reply {
		const { detail, result } = this.options;
		const body = { code: this.code, ...(detail ? { detail } : {}), message: this.message };
		return {
			...json(this.status, body),
			signed: this.options.signed ?? this.status !== 401,
			code: this.code,
			message: this.message,
			result: result ?? RESULTS[this.code] ?? 268435456,
		};
	}
}

// Result codes that WeChat Pay's trouble-shooting manual for basic payment lists.
const RESULTS: Record<string, number> = {
	PARAM_ERROR: 268435461,
	SIGN_ERROR: 268443699,
	RATELIMIT_EXCEEDED: 268447840,
	FREQUENCY_LIMITED: 268447840,
};

/** 400 PARAM_ERROR about one field. */
export function paramError(message: string, detail?: ErrorDetail, result?: number): Refusal {
	return new Refusal(400, 'PARAM_ERROR', message, { detail, result });
}

/** 400 INVALID_REQUEST, whose meaning is only in its message. */
export function invalidRequest(message: string, result?: number): Refusal {
	return new Refusal(400, 'INVALID_REQUEST', message, { result });
}

/** A JSON response, signed by default. */
export function json(status: number, value: unknown, signed = true): Reply {
	return {
		status,
		body: Buffer.from(JSON.stringify(value), 'utf8'),
		headers: { 'Content-Type': 'application/json; charset=utf-8' },
		signed,
	};
}

/** A response without body and signature, as for routes that do not exist. */
export function empty(status: number, headers: Record<string, string> = {}): Reply {
	return { status, body: Buffer.alloc(0), headers, signed: false };
}

/** 204: signed although it has no body. https://pay.weixin.qq.com/doc/v3/partner/4013059017 */
export function noContent(): Reply {
	return { status: 204, body: Buffer.alloc(0), headers: {}, signed: true };
}

/** An RFC 3339 time with the offset that WeChat Pay uses. */
export function rfc3339(milliseconds: number): string {
	return `${new Date(milliseconds + 8 * 3600_000).toISOString().slice(0, 19)}+08:00`;
}

/** The opaque part of a Request-ID; the result code follows after a hyphen (0 is success). */
export function newRequestId(): string {
	return `08${randomBytes(20).toString('hex').toUpperCase()}`;
}

/** The platform certificate that signs now: the newest valid one. */
export function presentCertificate(world: World): PlatformCertificate | undefined {
	return world.keys.platformCertificates
		.filter(({ effectiveTime, expireTime }) => {
			const now = world.now();
			return effectiveTime <= now && now < expireTime;
		})
		.sort((a, b) => b.effectiveTime - a.effectiveTime)[0];
}

/**
 * The key for the signature of a response. The request names it in Wechatpay-Serial; without that header
 * it is the platform certificate, and the public key only for merchants that have no certificate. A
 * merchant whose migration to the public key has not started gets the certificate's signature even if it
 * asks for the public key.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012154180
 */
function signingKey(
	call: Pick<Call, 'headers'> | undefined,
	world: World,
): { serial: string; key: string } {
	const { keys, behaviour } = world;
	const asked = String(call?.headers['wechatpay-serial'] ?? '');
	const publicKey = { serial: keys.wechatPayPublicKeyId, key: keys.wechatPayPrivateKeyPem };
	const certificate =
		keys.platformCertificates.find(({ serial }) => serial === asked) ?? presentCertificate(world);
	if (!certificate) return publicKey;
	if (asked === publicKey.serial && behaviour.migration === 'publicKey') return publicKey;
	return { serial: certificate.serial, key: certificate.privateKeyPem };
}

/** What a fault changes about a signature. */
export interface SignatureChange {
	/** Milliseconds to move the timestamp by. */
	shift?: number;
	serial?: string;
	nonce?: string;
	signature?: (right: string) => string;
	/** Bytes to sign instead of the body. */
	body?: Buffer;
}

/** The Wechatpay-* headers for the raw bytes of a response or a notification. https://pay.weixin.qq.com/doc/v3/partner/4013059030 */
export function signatureHeaders(
	body: Buffer,
	call: Pick<Call, 'headers'> | undefined,
	world: World,
	change: SignatureChange = {},
): Record<string, string> {
	const { serial, key } = signingKey(call, world);
	const timestamp = String(Math.floor((world.now() + (change.shift ?? 0)) / 1000));
	const nonce = change.nonce ?? randomText(32);
	const message = Buffer.concat([
		Buffer.from(`${timestamp}\n${nonce}\n`),
		change.body ?? body,
		Buffer.from('\n'),
	]);
	const signature = sign('sha256', message, keyOf(key)).toString('base64');
	return {
		'Wechatpay-Nonce': nonce,
		'Wechatpay-Serial': change.serial ?? serial,
		'Wechatpay-Signature': change.signature?.(signature) ?? signature,
		'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
		'Wechatpay-Timestamp': timestamp,
	};
}
