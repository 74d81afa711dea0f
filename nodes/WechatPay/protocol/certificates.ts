import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decryptResource } from './cipher';
import type { EncryptedResource } from './cipher';
import { normalizeSerial } from './keys';
import { orUndefined } from './orUndefined';
import { Problem } from './problem';

/** A WeChat Pay platform certificate that was authenticated by the APIv3 key. */
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
	const parsed = orUndefined((): unknown => JSON.parse(body.toString('utf8')));
	const data = (parsed as { data?: unknown } | null | undefined)?.data;
	if (!Array.isArray(data)) return [];
	return data.filter(
		(entry: Partial<CertificateEntry> | null): entry is CertificateEntry =>
			typeof entry?.serial_no === 'string' &&
			typeof entry.encrypt_certificate?.ciphertext === 'string' &&
			typeof entry.encrypt_certificate.nonce === 'string' &&
			typeof entry.encrypt_certificate.associated_data === 'string',
	);
}

function decryptCertificate(
	entry: CertificateEntry,
	apiV3Key: string,
): PlatformCertificate | Problem {
	const pem = orUndefined(() => decryptResource(entry.encrypt_certificate, apiV3Key));
	if (!pem) return new Problem('secretWrong');
	const certificate = orUndefined(() => new X509Certificate(pem));
	const serial = normalizeSerial(entry.serial_no);
	if (!certificate || normalizeSerial(certificate.serialNumber) !== serial) {
		return new Problem('certificateMismatch', { serial });
	}
	return {
		serial: entry.serial_no,
		publicKey: certificate.publicKey,
		effectiveAt: Date.parse(certificate.validFrom),
		expiresAt: Date.parse(certificate.validTo),
	};
}

/** Whether a certificate is valid now and has an RSA key. */
const isUsable = (
	{ effectiveAt, expiresAt, publicKey }: PlatformCertificate,
	now: number,
): boolean => effectiveAt <= now && now < expiresAt && publicKey.asymmetricKeyType === 'rsa';

/**
 * Decrypts the response to GET /v3/certificates. Only WeChat Pay and the merchant know the APIv3 key, so a
 * certificate that decrypts is WeChat Pay's. Entries that cannot be read are skipped.
 *
 * @param now Unix time in milliseconds; certificates outside their validity are left out
 * @throws {Problem} if no entry can be read
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012715700
 */
export function readCertificates(
	body: Buffer,
	apiV3Key: string,
	now: number,
): PlatformCertificate[] {
	const read = readEntries(body).map((entry) => decryptCertificate(entry, apiV3Key));
	const good = read.filter((entry): entry is PlatformCertificate => !(entry instanceof Problem));
	const bad = read.filter((entry) => entry instanceof Problem);
	if (good.length === 0 && bad.length > 0) {
		// Any other problem means that the APIv3 key did decrypt that entry.
		throw bad.find(({ code }) => code !== 'secretWrong') ?? bad[0];
	}
	return good.filter((certificate) => isUsable(certificate, now));
}

/** The certificate to encrypt with: the latest one in effect. */
export function newestCertificate(
	certificates: readonly PlatformCertificate[],
): PlatformCertificate | undefined {
	return [...certificates].sort((a, b) => b.effectiveAt - a.effectiveAt)[0];
}
