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

/** Opens one entry of the list; gives the error instead of throwing, because others may be good. */
function openEntry(
	entry: CertificateEntry,
	apiV3Key: string,
): PlatformCertificate | WechatPayError {
	let pem: Buffer;
	try {
		pem = decryptResource(entry.encrypt_certificate, apiV3Key);
	} catch {
		return wrongApiV3Key();
	}
	const certificate = parseCertificate(pem);
	if (certificate && normalizeSerial(certificate.serial) === normalizeSerial(entry.serial_no)) {
		return { ...certificate, serial: entry.serial_no };
	}
	return new WechatPayError(
		`Platform certificate ${entry.serial_no} is not the one that it says it is`,
		'Try again. If it stays, ask WeChat Pay with the Request-ID.',
	);
}

const wrongApiV3Key = (): InputError =>
	new InputError(
		'APIv3 Secret Key does not decrypt the platform certificates',
		'Copy the APIv3 key that is set on the merchant platform under Account Center, API Security. If it was changed there, the old one no longer works.',
	);

function parseCertificate(pem: Buffer): PlatformCertificate | undefined {
	try {
		const { serialNumber, publicKey, validFrom, validTo } = new X509Certificate(pem);
		return {
			serial: serialNumber,
			publicKey,
			effectiveAt: Date.parse(validFrom),
			expiresAt: Date.parse(validTo),
		};
	} catch {
		return undefined;
	}
}

/** Whether a certificate is valid now and holds a key that signatures and encryption here can use. */
const isUsable = (
	{ effectiveAt, expiresAt, publicKey }: PlatformCertificate,
	now: number,
): boolean => effectiveAt <= now && now < expiresAt && publicKey.asymmetricKeyType === 'rsa';

/**
 * Decrypts the answer of GET /v3/certificates. Only WeChat Pay and the merchant know the APIv3 key,
 * so a certificate that decrypts is WeChat Pay's: this is how trust begins. Entries that cannot be
 * used are left out.
 *
 * @param now Unix time in milliseconds; certificates outside their validity are left out
 * @throws {InputError} when the APIv3 key decrypts no entry
 * @throws {WechatPayError} when what it decrypts is in no entry the certificate that the entry names
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012715700
 */
export function readCertificates(
	body: Buffer,
	apiV3Key: string,
	now: number,
): PlatformCertificate[] {
	const opened = readEntries(body).map((entry) => openEntry(entry, apiV3Key));
	const certificates = opened.filter((entry) => 'publicKey' in entry);
	const errors = opened.filter((entry) => entry instanceof WechatPayError);
	if (certificates.length === 0 && errors.length > 0) {
		// Any other error means that the APIv3 key did decrypt that entry.
		throw errors.find((error) => !(error instanceof InputError)) ?? errors[0];
	}
	return certificates.filter((certificate) => isUsable(certificate, now));
}

/** The certificate to encrypt with: the one that came into effect last. */
export function newestCertificate(
	certificates: readonly PlatformCertificate[],
): PlatformCertificate | undefined {
	return [...certificates].sort((a, b) => b.effectiveAt - a.effectiveAt)[0];
}
