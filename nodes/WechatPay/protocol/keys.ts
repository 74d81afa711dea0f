import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { orUndefined } from './orUndefined';
import { Problem } from './problem';

const MIN_MODULUS_BITS = 2048;

type Content = 'privateKey' | 'encryptedKey' | 'certificate' | 'publicKey' | 'unknown';

interface PastedKey {
	der: Buffer;
	content: Content;
}

// Word processors and chats replace the hyphens of the markers by dashes, Chinese keyboards by full-width ones.
const DASHES = '[-\\u2010-\\u2015\\u2212\\ufe63\\uff0d]{1,8}';
// The END marker may be missing. The bytes show whether the key is complete.
const PEM_BLOCK = new RegExp(
	`${DASHES}\\s{0,3}BEGIN ([A-Z0-9 ]{1,40}?)\\s{0,3}${DASHES}([\\s\\S]*?)(?:${DASHES}\\s{0,3}END |$)`,
	'g',
);
const MAX_PASTE_LENGTH = 20_000;

/** Reverses what forms, chats and configuration files do to a multiline text. */
function cleanPaste(pasted: string): string {
	return (
		pasted
			.replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
			.replace(/\u00a0/g, ' ')
			// Bounded, because an unbounded repetition would take quadratic time.
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

// The header is often wrong (PKCS#1 below a PKCS#8 header), so the bytes decide.
const parsePrivate = (der: Buffer): KeyObject | undefined =>
	orUndefined(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })) ??
	orUndefined(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' })) ??
	orUndefined(() => createPrivateKey({ key: der, format: 'der', type: 'sec1' }));

const parsePublic = (der: Buffer): KeyObject | undefined =>
	orUndefined(() => createPublicKey({ key: der, format: 'der', type: 'spki' })) ??
	orUndefined(() => createPublicKey({ key: der, format: 'der', type: 'pkcs1' }));

function identify(der: Buffer): Content {
	if (parsePrivate(der)) return 'privateKey';
	if (orUndefined(() => new X509Certificate(der))) return 'certificate';
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

/** Finds the key in a pasted text: the block of the wanted type, if there are several. */
function readPaste(pasted: string, wanted: Content): PastedKey {
	const clean = cleanPaste(pasted);
	const blocks = [...clean.matchAll(PEM_BLOCK)].map(([, label, body]) =>
		decode(body, LABELS[label]),
	);
	if (blocks.length === 0) return decode(clean, undefined);
	return blocks.find((block) => block.content === wanted) ?? blocks[0];
}

function assertStrongRsa(key: KeyObject): KeyObject {
	const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
	if (key.asymmetricKeyType !== 'rsa') throw new Problem('keyNotRsa');
	if (bits < MIN_MODULUS_BITS) throw new Problem('keyTooShort', { bits, least: MIN_MODULUS_BITS });
	return key;
}

const INSTEAD = {
	certificate: 'keyIsCertificate',
	publicKey: 'keyIsPublic',
	privateKey: 'keyIsPrivate',
	encryptedKey: 'keyIsEncrypted',
} as const;

function readKey(
	pasted: string,
	wanted: 'privateKey' | 'publicKey',
	parse: (der: Buffer) => KeyObject | undefined,
): KeyObject {
	if (pasted.trim() === '') throw new Problem('keyEmpty');
	if (pasted.length > MAX_PASTE_LENGTH) throw new Problem('keyTooLong');
	const { der, content } = readPaste(pasted, wanted);
	if (content !== wanted && content !== 'unknown') throw new Problem(INSTEAD[content]);
	const key = parse(der);
	if (!key) throw new Problem('keyUnreadable');
	return assertStrongRsa(key);
}

/**
 * Reads a merchant private key as users paste it: PKCS#8 or PKCS#1, with or without markers, on one line,
 * with escaped line breaks, in quotation marks.
 *
 * @throws {Problem} with what was pasted instead, if it is not an RSA key of at least 2048 bits
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013058924
 */
export const readPrivateKey = (pasted: string): KeyObject =>
	readKey(pasted, 'privateKey', parsePrivate);

/**
 * Reads the WeChat Pay public key, in the same forms as a private key.
 *
 * @throws {Problem} with what was pasted instead
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059017
 */
export const readPublicKey = (pasted: string): KeyObject =>
	readKey(pasted, 'publicKey', parsePublic);

/** Whether two keys, private or public, belong to the same pair. */
export function isSamePair(one: KeyObject, other: KeyObject): boolean {
	const spki = (key: KeyObject) =>
		(key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' });
	return spki(one).equals(spki(other));
}

/** Normalizes a serial number for comparison: tools differ in case, colons and leading zeros. */
export function normalizeSerial(serial: string): string {
	if (/^PUB_KEY_ID_/i.test(serial)) return serial.toUpperCase();
	return serial.replace(/[:\s]/g, '').replace(/^0+/, '').toUpperCase();
}
