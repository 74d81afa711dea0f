import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decryptResource } from './cipher';
import type { EncryptedResource } from './cipher';
import { InputError, WechatPayError } from './errors';
import { normalizeSerial } from './keys';

/** A WeChat Pay platform certificate whose origin the APIv3 key has proven. */
export interface PlatformCertificate {
	serial: string;
	publicKey: KeyObject;
	/** Unix time in milliseconds. */
	effectiveAt: number;
	expiresAt: number;
}

interface CertificateEntry {
	serial_no: string;
	encrypt_certificate: EncryptedResource;
}

function readEntries(body: Buffer): CertificateEntry[] {
	let parsed: unknown;
	try {
		parsed = JSON.parse(body.toString('utf8'));
	} catch {
		return [];
	}
	const data = (parsed as { data?: unknown } | null)?.data;
	if (!Array.isArray(data)) return [];
	return data.filter(
		(entry: Partial<CertificateEntry> | null): entry is CertificateEntry =>
			typeof entry?.serial_no === 'string' &&
			typeof entry.encrypt_certificate?.ciphertext === 'string' &&
			typeof entry.encrypt_certificate.nonce === 'string' &&
			typeof entry.encrypt_certificate.associated_data === 'string',
	);
}

function decryptCertificate(entry: CertificateEntry, apiV3Key: string): PlatformCertificate {
	let pem: Buffer;
	try {
		pem = decryptResource(entry.encrypt_certificate, apiV3Key);
	} catch {
		throw wrongApiV3Key();
	}
	const certificate = succeedsAsCertificate(pem);
	if (
		!certificate ||
		normalizeSerial(certificate.serialNumber) !== normalizeSerial(entry.serial_no)
	) {
		throw new WechatPayError(
			`Platform certificate ${entry.serial_no} is not the one that it says it is`,
			'Try again. If it stays, ask WeChat Pay with the Request-ID.',
		);
	}
	return {
		serial: entry.serial_no,
		publicKey: certificate.publicKey,
		effectiveAt: Date.parse(certificate.validFrom),
		expiresAt: Date.parse(certificate.validTo),
	};
}

const wrongApiV3Key = (): InputError =>
	new InputError(
		'APIv3 Secret Key does not decrypt the platform certificates',
		'Copy the APIv3 key that is set on the merchant platform under Account Center, API Security. If it was changed there, the old one no longer works.',
	);

function succeedsAsCertificate(pem: Buffer): X509Certificate | undefined {
	try {
		return new X509Certificate(pem);
	} catch {
		return undefined;
	}
}

/**
 * Decrypts the answer of GET /v3/certificates. Only WeChat Pay and the merchant know the APIv3 key,
 * so a certificate that decrypts is WeChat Pay's: this is how trust begins.
 *
 * @param now Unix time in milliseconds; certificates outside their validity are left out
 * @throws {InputError} when the APIv3 key is wrong
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012715700
 */
export function readCertificates(
	body: Buffer,
	apiV3Key: string,
	now: number,
): PlatformCertificate[] {
	return readEntries(body)
		.map((entry) => decryptCertificate(entry, apiV3Key))
		.filter(({ effectiveAt, expiresAt }) => effectiveAt <= now && now < expiresAt);
}

/** The certificate to encrypt with: the one that came into effect last. */
export function newestCertificate(
	certificates: readonly PlatformCertificate[],
): PlatformCertificate | undefined {
	return [...certificates].sort((a, b) => b.effectiveAt - a.effectiveAt)[0];
}
