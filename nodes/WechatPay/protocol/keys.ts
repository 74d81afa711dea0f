import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { InputError } from './errors';

const MIN_MODULUS_BITS = 2048;

type Content = 'privateKey' | 'encryptedKey' | 'certificate' | 'publicKey' | 'unknown';

interface PastedKey {
	der: Buffer;
	content: Content;
}

// Word processors and chats turn the dashes of the markers into longer ones, Chinese keyboards into wide ones.
const DASHES = '[-\\u2010-\\u2015\\u2212\\ufe63\\uff0d]{1,8}';
// The END marker may have been lost in the copy; the bytes then decide whether the key is whole.
const PEM_BLOCK = new RegExp(
	`${DASHES}\\s{0,3}BEGIN ([A-Z0-9 ]{1,40}?)\\s{0,3}${DASHES}([\\s\\S]*?)(?:${DASHES}\\s{0,3}END |$)`,
	'g',
);
const MAX_PASTE_LENGTH = 20_000;

/** Undoes what forms, chats and configuration files do to a text of several lines. */
function cleanPaste(pasted: string): string {
	return (
		pasted
			.replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
			.replace(/\u00a0/g, ' ')
			// Bounded: an unbounded run would be searched again from each of its characters.
			.replace(/\\{1,8}r/g, '')
			.replace(/\\{1,8}n/g, '\n')
			.trim()
			.replace(/^["'`\u201c\u201d\u2018\u2019]{1,8}|["'`\u201c\u201d\u2018\u2019]{1,8}$/g, '')
			.trim()
	);
}

const LABELS: Record<string, Content> = {
	'PRIVATE KEY': 'privateKey',
	'RSA PRIVATE KEY': 'privateKey',
	'ENCRYPTED PRIVATE KEY': 'encryptedKey',
	CERTIFICATE: 'certificate',
	'TRUSTED CERTIFICATE': 'certificate',
	'PUBLIC KEY': 'publicKey',
	'RSA PUBLIC KEY': 'publicKey',
};

function succeeds<T>(action: () => T): T | undefined {
	try {
		return action();
	} catch {
		return undefined;
	}
}

// Labels and content are often mixed up (PKCS#1 below a PKCS#8 header), so the bytes decide.
const parsePrivate = (der: Buffer): KeyObject | undefined =>
	succeeds(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })) ??
	succeeds(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' })) ??
	succeeds(() => createPrivateKey({ key: der, format: 'der', type: 'sec1' }));

const parsePublic = (der: Buffer): KeyObject | undefined =>
	succeeds(() => createPublicKey({ key: der, format: 'der', type: 'spki' })) ??
	succeeds(() => createPublicKey({ key: der, format: 'der', type: 'pkcs1' }));

function identify(der: Buffer): Content {
	if (parsePrivate(der)) return 'privateKey';
	if (succeeds(() => new X509Certificate(der))) return 'certificate';
	if (parsePublic(der)) return 'publicKey';
	return 'unknown';
}

function decode(base64: string, label: Content | undefined): PastedKey {
	if (/Proc-Type:\s*4,\s*ENCRYPTED/.test(base64)) {
		return { der: Buffer.alloc(0), content: 'encryptedKey' };
	}
	const compact = base64.replace(/\s+/g, '');
	const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(compact);
	const der = isBase64 ? Buffer.from(compact, 'base64') : Buffer.alloc(0);
	if (label === 'encryptedKey') return { der, content: label };
	const found = identify(der);
	return { der, content: found === 'unknown' && label !== undefined ? label : found };
}

/** Finds the one thing that was pasted: the wanted one if there are several blocks in the text. */
function readPaste(pasted: string, wanted: Content): PastedKey {
	const clean = cleanPaste(pasted);
	const blocks = [...clean.matchAll(PEM_BLOCK)].map(([, label, body]) =>
		decode(body, LABELS[label]),
	);
	if (blocks.length === 0) return decode(clean, undefined);
	return blocks.find((block) => block.content === wanted) ?? blocks[0];
}

function assertPasted(pasted: unknown, field: string, file: string): string {
	if (typeof pasted !== 'string' || pasted.trim() === '') {
		throw new InputError(`${field} is empty`, `Paste the whole content of ${file}.`);
	}
	if (pasted.includes('__n8n_BLANK_VALUE')) {
		throw new InputError(
			`${field} holds n8n's placeholder instead of a key`,
			`Some n8n versions overwrite a masked field when it is switched to an expression. Paste the content of ${file} again.`,
		);
	}
	if (pasted.length > MAX_PASTE_LENGTH) {
		throw new InputError(`${field} is too long for a key`, `Paste the content of ${file} alone.`);
	}
	return pasted;
}

function assertStrongRsa(key: KeyObject, field: string, file: string): KeyObject {
	const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
	if (key.asymmetricKeyType !== 'rsa') {
		throw new InputError(
			`${field} is not an RSA key`,
			`WeChat Pay uses RSA keys of 2048 bits. Paste the content of ${file} from the merchant platform.`,
		);
	}
	if (bits < MIN_MODULUS_BITS) {
		throw new InputError(
			`${field} has ${bits} bits; WeChat Pay uses RSA keys of ${MIN_MODULUS_BITS} bits`,
			`Paste the content of ${file} from the merchant platform.`,
		);
	}
	return key;
}

/**
 * Reads a merchant private key in every shape that people paste: PKCS#8 or PKCS#1, with or without
 * markers, on one line, with escaped line breaks, in quotes.
 *
 * @param pasted what the user gave
 * @param field the field's label, for the message
 * @throws {InputError} naming what was pasted instead, when it is no usable RSA key of 2048 bits
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013058924
 */
export function readPrivateKey(pasted: unknown, field = 'Merchant Private Key'): KeyObject {
	const file = 'apiclient_key.pem';
	const { der, content } = readPaste(assertPasted(pasted, field, file), 'privateKey');
	const instead: Partial<Record<Content, [string, string]>> = {
		certificate: [
			`${field} holds a certificate (apiclient_cert.pem)`,
			`Paste the content of ${file}: it begins with -----BEGIN PRIVATE KEY-----.`,
		],
		publicKey: [
			`${field} holds a public key`,
			`Paste the content of ${file}: it begins with -----BEGIN PRIVATE KEY-----.`,
		],
		encryptedKey: [
			`${field} is encrypted with a passphrase`,
			'Remove the passphrase first: openssl pkey -in apiclient_key.pem -out plain_key.pem. Then paste plain_key.pem.',
		],
	};
	const wrong = instead[content];
	if (wrong) throw new InputError(...wrong);
	const key = parsePrivate(der);
	if (!key) {
		throw new InputError(
			`${field} cannot be read`,
			`Paste the whole content of ${file}, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.`,
		);
	}
	return assertStrongRsa(key, field, file);
}

/**
 * Reads the WeChat Pay public key, in the same shapes as a private key.
 *
 * @throws {InputError} naming what was pasted instead
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059017
 */
export function readPublicKey(pasted: unknown, field = 'WeChat Pay Public Key'): KeyObject {
	const file = 'pub_key.pem';
	const { der, content } = readPaste(assertPasted(pasted, field, file), 'publicKey');
	const instead: Partial<Record<Content, [string, string]>> = {
		certificate: [
			`${field} holds a certificate`,
			`Paste the WeChat Pay public key (${file}), or choose Platform Certificate under Response Verification.`,
		],
		privateKey: [
			`${field} holds a private key`,
			`Paste the WeChat Pay public key (${file}). The private key belongs in Merchant Private Key.`,
		],
		encryptedKey: [
			`${field} holds a private key`,
			`Paste the WeChat Pay public key (${file}). The private key belongs in Merchant Private Key.`,
		],
	};
	const wrong = instead[content];
	if (wrong) throw new InputError(...wrong);
	const key = parsePublic(der);
	if (!key) {
		throw new InputError(
			`${field} cannot be read`,
			`Paste the whole content of ${file}, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----.`,
		);
	}
	return assertStrongRsa(key, field, file);
}

/** Whether two keys, private or public, belong to the same pair. */
export function isSamePair(one: KeyObject, other: KeyObject): boolean {
	const spki = (key: KeyObject) =>
		(key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' });
	return spki(one).equals(spki(other));
}

/** A serial number in the form in which two are compared: tools differ in case, colons and zeros. */
export function normalizeSerial(serial: string): string {
	if (/^PUB_KEY_ID_/i.test(serial)) return serial.toUpperCase();
	return serial.replace(/[:\s]/g, '').replace(/^0+/, '').toUpperCase();
}
