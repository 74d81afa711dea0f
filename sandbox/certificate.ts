import { createPublicKey, randomBytes, sign } from 'node:crypto';

export interface CertificateName {
	commonName: string;
	organization: string;
}

/** The content of a certificate that the sandbox issues. */
export interface CertificateRequest {
	/** PEM of the private key that belongs to the public key in the certificate. */
	privateKeyPem: string;
	/** Uppercase hexadecimal. */
	serial: string;
	subject: CertificateName;
	/** Tenpay's root unless given. If it equals the subject, TLS clients can trust the certificate by itself. */
	issuer?: CertificateName;
	notBefore: number;
	notAfter: number;
}

// Node's crypto reads X.509 but does not write it. The few DER types that a certificate needs are
// encoded here by hand (ITU-T X.690), so that the sandbox needs no package.
function der(tag: number, ...contents: Buffer[]): Buffer {
	const content = Buffer.concat(contents);
	if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
	const hex = content.length.toString(16);
	const length = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
	return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

const sequence = (...contents: Buffer[]) => der(0x30, ...contents);
const integer = (hex: string) => der(0x02, Buffer.from(hex, 'hex'));
const utf8 = (text: string) => der(0x0c, Buffer.from(text, 'utf8'));

/** UTCTime, which X.509 prescribes for all dates before 2050. */
function time(milliseconds: number): Buffer {
	const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14);
	return der(0x17, Buffer.from(`${digits}Z`, 'ascii'));
}

const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ORGANIZATION = Buffer.from('060355040a', 'hex');
const SHA256_WITH_RSA = Buffer.from('300d06092a864886f70d01010b0500', 'hex');

function name({ commonName, organization }: CertificateName): Buffer {
	return sequence(
		der(0x31, sequence(ORGANIZATION, utf8(organization))),
		der(0x31, sequence(COMMON_NAME, utf8(commonName))),
	);
}

/**
 * Issues an X.509 certificate with the names that a WeChat Pay platform certificate has.
 * It is signed with its own key, because nobody else has Tenpay's root key. What a client can check
 * here (serial, validity, names, the key in it) does not depend on the issuer's signature.
 */
export function issueCertificate(request: CertificateRequest): string {
	const publicKey = createPublicKey(request.privateKeyPem).export({ format: 'der', type: 'spki' });
	const body = sequence(
		der(0xa0, integer('02')),
		integer(request.serial),
		SHA256_WITH_RSA,
		name(request.issuer ?? { commonName: 'Tenpay.com Root CA', organization: 'Tenpay.com' }),
		sequence(time(request.notBefore), time(request.notAfter)),
		name(request.subject),
		publicKey,
	);
	const signature = sign('sha256', body, request.privateKeyPem);
	const certificate = sequence(
		body,
		SHA256_WITH_RSA,
		der(0x03, Buffer.concat([Buffer.from([0]), signature])),
	);
	const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
	return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A serial number in the format of WeChat Pay's: 40 hexadecimal digits, no leading zero, positive. */
export function newSerial(): string {
	const bytes = randomBytes(20);
	bytes[0] = 0x40 | (bytes[0] & 0x3f);
	return bytes.toString('hex').toUpperCase();
}
