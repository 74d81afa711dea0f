/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import {
	createPrivateKey,
	createPublicKey,
	generateKeyPair,
	randomInt,
	type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { issueCertificate, newSerial } from './certificate';

const YEAR = 365 * 24 * 3600 * 1000;

/** A platform certificate of the sandbox's WeChat Pay, with the key that signs for it. */
export interface PlatformCertificate {
	serial: string;
	certificatePem: string;
	privateKeyPem: string;
	/** Milliseconds since 1970. */
	effectiveTime: number;
	expireTime: number;
}

/** All keys of a sandbox, those of the merchant and those of WeChat Pay. Plain data that can be stored as JSON. */
export interface SandboxKeys {
	mchid: string;
	/** Serial number of the merchant API certificate. */
	serial: string;
	/** PKCS#8, the content of apiclient_key.pem. */
	merchantPrivateKeyPem: string;
	merchantPublicKeyPem: string;
	/** The content of apiclient_cert.pem; no client needs it. */
	merchantCertificatePem: string;
	wechatPayPublicKeyId: string;
	wechatPayPublicKeyPem: string;
	wechatPayPrivateKeyPem: string;
	/** 32 ASCII characters. */
	apiV3SecretKey: string;
	platformCertificates: PlatformCertificate[];
}

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Cryptographically random letters and digits. */
export function randomText(length: number, alphabet = ALPHANUMERIC): string {
	return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

const read = new Map<string, KeyObject>();

/** The key of a PEM. Each PEM is parsed once, because parsing takes longer than signing. */
export function keyOf(pem: string): KeyObject {
	const known = read.get(pem);
	if (known) return known;
	const key = pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : createPublicKey(pem);
	read.set(pem, key);
	return key;
}

async function newKey(): Promise<{ privateKeyPem: string; publicKeyPem: string }> {
	const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
	return {
		privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
		publicKeyPem: createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }) as string,
	};
}

/** Generates a platform certificate that is valid for five years from `effectiveTime`, like WeChat Pay's. */
export async function generatePlatformCertificate(
	effectiveTime = Date.now(),
): Promise<PlatformCertificate> {
	const serial = newSerial();
	const { privateKeyPem } = await newKey();
	const expireTime = effectiveTime + 5 * YEAR;
	const certificatePem = issueCertificate({
		privateKeyPem,
		serial,
		subject: { commonName: 'Tenpay.com sign', organization: 'Tenpay.com' },
		notBefore: effectiveTime,
		notAfter: expireTime,
	});
	return { serial, certificatePem, privateKeyPem, effectiveTime, expireTime };
}

/**
 * Generates all keys of a sandbox. RSA keys take a while: test files generate them once and pass them to
 * every `Sandbox.start({ keys })`.
 */
export async function generateKeys(
	options: { mchid?: string; platformCertificates?: number } = {},
): Promise<SandboxKeys> {
	const mchid = options.mchid ?? '1900007291';
	const serial = newSerial();
	const now = Date.now();
	const [merchant, wechatPay, ...platformCertificates] = await Promise.all([
		newKey(),
		newKey(),
		...Array.from(
			{ length: options.platformCertificates ?? 0 },
			async (_, index) =>
				// One second apart, so that one is the newest; an hour ago, so that they are valid for a fixed clock in a test.
				await generatePlatformCertificate(now - 3600_000 + index * 1000),
		),
	]);
	return {
		mchid,
		serial,
		merchantPrivateKeyPem: merchant.privateKeyPem,
		merchantPublicKeyPem: merchant.publicKeyPem,
		merchantCertificatePem: issueCertificate({
			privateKeyPem: merchant.privateKeyPem,
			serial,
			subject: { commonName: mchid, organization: 'WeChat Pay sandbox' },
			notBefore: now - 3600_000,
			notAfter: now + 5 * YEAR,
		}),
		wechatPayPublicKeyId: `PUB_KEY_ID_${randomText(40, '0123456789')}`,
		wechatPayPublicKeyPem: wechatPay.publicKeyPem,
		wechatPayPrivateKeyPem: wechatPay.privateKeyPem,
		apiV3SecretKey: randomText(32),
		platformCertificates,
	};
}

/** Adds a platform certificate that is newer than all others and signs from now on. */
export async function addPlatformCertificate(
	{ platformCertificates }: SandboxKeys,
	now: number,
): Promise<PlatformCertificate> {
	const newest = Math.max(0, ...platformCertificates.map(({ effectiveTime }) => effectiveTime));
	const certificate = await generatePlatformCertificate(Math.max(newest + 1000, now - 60_000));
	platformCertificates.push(certificate);
	return certificate;
}

/** Removes a platform certificate. Throws if there is no such certificate. */
export function removePlatformCertificate(
	{ platformCertificates }: SandboxKeys,
	serial: string,
): void {
	const index = platformCertificates.findIndex((certificate) => certificate.serial === serial);
	if (index < 0) throw new Error(`There is no platform certificate ${serial}.`);
	platformCertificates.splice(index, 1);
}
