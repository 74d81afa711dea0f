import type { KeyObject } from 'node:crypto';
import { normalizeSerial } from './keys';
import { buildResponseMessage } from './message';
import { verify } from './signature';

/** A response whose timestamp is this old or older is refused. */
const FRESH_FOR_SECONDS = 300;
const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/';

/** Header names in lower case. */
export type Headers = Record<string, string>;

/** The keys that are trusted, by normalized serial number. */
export type TrustStore = ReadonlyMap<string, KeyObject>;

/** Why a response is not proven to be WeChat Pay's. */
export type VerificationFailure =
	/** A Wechatpay-* header is absent: a proxy took it, or this is not WeChat Pay. */
	| 'missing'
	/** The timestamp is no number or five minutes or more away. */
	| 'stale'
	/** WeChat Pay's deliberate wrong signature, which tests that clients verify. */
	| 'probe'
	/** Signed with a key that is not configured. */
	| 'unknownSerial'
	/** Signed with a configured key's serial, but the signature is not that key's. */
	| 'wrongSignature';

export type Verdict =
	| { verified: true; serial: string }
	| { verified: false; reason: VerificationFailure; serial: string };

/** The header that names WeChat Pay's signing key, or an empty string. */
export const responseSerial = (headers: Headers): string => headers['wechatpay-serial'] ?? '';

/** The header that is different in every response, or an empty string. */
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
