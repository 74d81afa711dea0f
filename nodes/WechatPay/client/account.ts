import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Signer } from '../protocol/authorization';
import { readApiV3Key } from '../protocol/cipher';
import { HOSTS, readOrigins } from '../protocol/hosts';
import type { Origins } from '../protocol/hosts';
import { isSamePair, readPrivateKey, readPublicKey } from '../protocol/keys';
import { trimmedText } from '../protocol/values';
import { InputError } from '../failure/errors';
import { withLabel } from '../failure/problems';
import { Cache } from './cache';

/** How responses are verified. */
export interface TrustSettings {
	mode: 'publicKey' | 'platformCertificate' | 'none';
	publicKey?: { id: string; key: KeyObject };
	/** Decrypts the platform certificates. Set in certificate mode, and while the merchant migrates. */
	apiV3Key?: string;
}

/** A checked credential: keys parsed, hosts resolved. */
export interface Account {
	/** Identifies the credential in caches. It is a hash and holds no secret. */
	fingerprint: string;
	signer: Signer;
	origins: Origins;
	trust: TrustSettings;
}

function readMchid(value: unknown): string {
	// An expression in a field of the credential may return a number.
	const mchid = trimmedText(value);
	if (/^\d{8,12}$/.test(mchid)) return mchid;
	// A longer text may be a key that was pasted into the wrong field, so it is not shown.
	const shown = mchid.length > 20 ? '' : `"${mchid}" `;
	throw new InputError(
		mchid === '' ? '"Merchant ID" is empty' : `"Merchant ID" ${shown}is not 8 to 12 digits`,
		"Enter the platform's own merchant number (mchid), not a sub-merchant's.",
	);
}

function readSerial(value: unknown): string {
	const field = '"Merchant Certificate Serial Number"';
	// openssl prints it as serial=…, other tools with colons.
	const serial = trimmedText(value)
		.replace(/^serial\s*=/i, '')
		.replace(/[:\s]/g, '');
	const where =
		'Copy it from the merchant platform: Account Center, API Security, Merchant API Certificate.';
	if (serial === '') throw new InputError(`${field} is empty`, where);
	if (/^PUB_KEY_ID_/i.test(serial)) {
		throw new InputError(
			`${field} holds a WeChat Pay public key ID`,
			`${where} The public key ID belongs in "WeChat Pay Public Key ID".`,
		);
	}
	if (!/^[0-9A-Fa-f]{8,40}$/.test(serial)) {
		throw new InputError(`${field} is not 8 to 40 hexadecimal digits`, where);
	}
	return serial;
}

function readPublicKeyId(value: unknown): string {
	const id = trimmedText(value);
	if (/^PUB_KEY_ID_\w+$/.test(id)) return id;
	throw new InputError(
		id === ''
			? '"WeChat Pay Public Key ID" is empty'
			: '"WeChat Pay Public Key ID" does not begin with PUB_KEY_ID_',
		'Copy it from the merchant platform: Account Center, API Security, WeChat Pay Public Key.',
	);
}

const MASKED_BY_N8N = '__n8n_BLANK_VALUE';

/** Reads a pasted key. */
function readPasted(value: unknown, label: string, read: (pasted: string) => KeyObject): KeyObject {
	const pasted = typeof value === 'string' ? value : '';
	if (pasted.includes(MASKED_BY_N8N)) {
		throw new InputError(
			`${label} holds n8n's placeholder instead of a key`,
			'Some n8n versions overwrite a masked field when it is switched to an expression. Paste the key again.',
		);
	}
	return withLabel(label, () => read(pasted));
}

const readSecret = (value: unknown): string =>
	withLabel('"APIv3 Secret Key"', () => readApiV3Key(trimmedText(value)));

function readTrust(data: ICredentialDataDecryptedObject, privateKey: KeyObject): TrustSettings {
	switch (data.verification ?? 'publicKey') {
		case 'none':
			return { mode: 'none' };
		case 'platformCertificate':
			return { mode: 'platformCertificate', apiV3Key: readSecret(data.apiV3SecretKey) };
		case 'publicKey': {
			const id = readPublicKeyId(data.wechatPayPublicKeyId);
			const key = readPasted(data.wechatPayPublicKey, '"WeChat Pay Public Key"', readPublicKey);
			if (isSamePair(key, privateKey)) {
				throw new InputError(
					'"WeChat Pay Public Key" is your own public key',
					"Paste WeChat Pay's public key (pub_key.pem), which the merchant platform shows beside its ID.",
				);
			}
			const apiV3Key = trimmedText(data.apiV3SecretKey) && readSecret(data.apiV3SecretKey);
			return { mode: 'publicKey', publicKey: { id, key }, ...(apiV3Key && { apiV3Key }) };
		}
		default:
			throw new InputError(
				'"Response Verification" is not set',
				'Open the credential and choose how to verify responses under "Response Verification".',
			);
	}
}

const fingerprintOf = (data: ICredentialDataDecryptedObject): string =>
	createHash('sha256')
		.update(JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))))
		.digest('hex');

/** Caches the result of reading a credential, so that keys are not parsed for each request. */
function cached<T>(
	read: (data: ICredentialDataDecryptedObject, fingerprint: string) => T,
): (data: ICredentialDataDecryptedObject) => T {
	const known = new Cache<T>();
	return (data) => {
		const fingerprint = fingerprintOf(data);
		const made = known.get(fingerprint) ?? read(data, fingerprint);
		known.set(fingerprint, made);
		return made;
	};
}

/** Reads what signing needs. That is enough for the HTTP Request node, whose responses we do not see. */
export const readSigning = cached(
	(data): { signer: Signer; origins: Origins; publicKeyId: string } => ({
		signer: {
			mchid: readMchid(data.mchid),
			serial: readSerial(data.serial),
			privateKey: readPasted(data.privateKey, '"Merchant Private Key"', readPrivateKey),
		},
		origins: withLabel('"API Host"', () =>
			readOrigins(
				trimmedText(data.host) || HOSTS[0].origin,
				trimmedText(data.customHost),
				data.failover !== false,
			),
		),
		publicKeyId:
			(data.verification ?? 'publicKey') === 'publicKey'
				? trimmedText(data.wechatPayPublicKeyId)
				: '',
	}),
);

/**
 * Reads and checks a whole credential.
 *
 * @throws {InputError} naming the field, its rule, and where the right value is found
 */
export const readAccount = cached((data, fingerprint): Account => {
	const { signer, origins } = readSigning(data);
	return { fingerprint, signer, origins, trust: readTrust(data, signer.privateKey) };
});
