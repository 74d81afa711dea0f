import type { KeyObject } from 'node:crypto';
import { normalizeSerial } from './keys';
import { buildResponseMessage } from './message';
import { verify } from './signature';

/** A timestamp that is this far away or farther is refused. */
const FRESH_FOR_SECONDS = 300;
const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/';

/** Header names in lower case. */
export type Headers = Record<string, string>;

/** The trusted keys by normalized serial number. */
export type TrustStore = ReadonlyMap<string, KeyObject>;

/** Why a response could not be verified. */
export type VerificationFailure =
	/** A Wechatpay-* header is missing: a proxy removed it, or this is not WeChat Pay. */
	| 'missing'
	/** The timestamp is not a number, or is five minutes away or more. */
	| 'stale'
	/** A deliberately wrong signature, with which WeChat Pay tests that clients verify. */
	| 'probe'
	/** Signed with a key that is not configured. */
	| 'unknownSerial'
	/** The serial number is known, but the signature does not match its key. */
	| 'wrongSignature';

export type Verdict =
	| { verified: true; serial: string }
	| { verified: false; reason: VerificationFailure; serial: string };

/** The serial number of WeChat Pay's signing key, or an empty string. */
export const responseSerial = (headers: Headers): string => headers['wechatpay-serial'] ?? '';

/** The nonce, which is unique for each response, or an empty string. */
export const responseNonce = (headers: Headers): string => headers['wechatpay-nonce'] ?? '';

/**
 * Verifies a response: headers, freshness, key, signature, in this order.
 *
 * @param body the raw bytes as received after content decoding
 * @param now Unix time in seconds
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059017
 */
export function verifyResponse(
	headers: Headers,
	body: Uint8Array,
	trusted: TrustStore,
	now: number,
): Verdict {
	const timestamp = headers['wechatpay-timestamp'] ?? '';
	const nonce = responseNonce(headers);
	const signature = headers['wechatpay-signature'] ?? '';
	const serial = responseSerial(headers);
	const refuse = (reason: VerificationFailure): Verdict => ({ verified: false, reason, serial });

	if (!timestamp || !nonce || !signature || !serial) return refuse('missing');
	if (!/^\d{1,12}$/.test(timestamp)) return refuse('stale');
	if (Math.abs(now - Number(timestamp)) >= FRESH_FOR_SECONDS) return refuse('stale');
	if (signature.startsWith(PROBE_PREFIX)) return refuse('probe');
	const key = trusted.get(normalizeSerial(serial));
	if (!key) return refuse('unknownSerial');
	const message = buildResponseMessage(timestamp, nonce, body);
	return verify(message, signature, key) ? { verified: true, serial } : refuse('wrongSignature');
}
