import { readPrivateKey, readPublicKey } from '../../nodes/WechatPay/protocol/keys';
import {
	bodyOf,
	CERTIFICATE,
	elliptic,
	ENCRYPTED_PKCS1,
	ENCRYPTED_PKCS8,
	PKCS1,
	PKCS8,
	privatePem,
	PUBLIC_PKCS1,
	publicPem,
	SPKI,
	weak,
} from '../support/pastedKeys';
import { LABELS, refuse } from '../support/refusedKeys';
import { CERTIFICATE_RESPONSE, DEMO, OFFICIAL_RESPONSE } from '../support/vectors';

// Texts that are not the key that a field wants, and what the error says.

const TRUNCATED = PKCS8.slice(0, PKCS8.length / 2);
const WRONG_PRIVATE: Array<[string, string, RegExp, RegExp]> = [
	['an empty text', '', / is empty$/, /apiclient_key\.pem/],
	['spaces', ' \n\t ', / is empty$/, /apiclient_key\.pem/],
	['zero-width characters alone', '\u200b\ufeff', / cannot be read$/, /apiclient_key\.pem/],
	[
		'a certificate',
		CERTIFICATE,
		/holds a certificate \(apiclient_cert\.pem\)$/,
		/Paste the whole content of apiclient_key\.pem, from -----BEGIN PRIVATE KEY-----/,
	],
	[
		'the published certificate',
		CERTIFICATE_RESPONSE.certificate,
		/holds a certificate/,
		/apiclient_key\.pem/,
	],
	[
		'a certificate on one line',
		CERTIFICATE.replace(/\n/g, ' '),
		/holds a certificate/,
		/apiclient_key\.pem/,
	],
	[
		'a certificate without markers',
		bodyOf(CERTIFICATE),
		/holds a certificate/,
		/apiclient_key\.pem/,
	],
	['a cut certificate', CERTIFICATE.slice(0, 500), /holds a certificate/, /apiclient_key\.pem/],
	[
		'a public key',
		SPKI,
		/holds a public key$/,
		/Paste the whole content of apiclient_key\.pem, from -----BEGIN PRIVATE KEY-----/,
	],
	['a public key in PKCS#1', PUBLIC_PKCS1, /holds a public key$/, /apiclient_key\.pem/],
	['a public key without markers', bodyOf(SPKI), /holds a public key$/, /apiclient_key\.pem/],
	[
		'an encrypted PKCS#8 key',
		ENCRYPTED_PKCS8,
		/is encrypted with a passphrase$/,
		/Remove the passphrase/,
	],
	[
		'an encrypted PKCS#8 key on one line',
		ENCRYPTED_PKCS8.replace(/\n/g, ' '),
		/is encrypted/,
		/Remove the passphrase/,
	],
	[
		'an encrypted PKCS#1 key',
		ENCRYPTED_PKCS1,
		/is encrypted with a passphrase$/,
		/Remove the passphrase/,
	],
	[
		'an encrypted PKCS#1 key on one line',
		ENCRYPTED_PKCS1.replace(/\n/g, ' '),
		/is encrypted/,
		/Remove the passphrase/,
	],
	[
		'a key of 1024 bits',
		privatePem(weak.privateKey, 'pkcs8'),
		/has 1024 bits; .* 2048 bits$/,
		/apiclient_key\.pem/,
	],
	[
		'a 1024-bit key in PKCS#1',
		privatePem(weak.privateKey, 'pkcs1'),
		/has 1024 bits/,
		/apiclient_key\.pem/,
	],
	[
		'an EC key',
		privatePem(elliptic.privateKey, 'pkcs8'),
		/is not an RSA key$/,
		/2048 bits.*apiclient_key\.pem/,
	],
	[
		'an EC key in SEC1',
		privatePem(elliptic.privateKey, 'sec1'),
		/is not an RSA key$/,
		/apiclient_key\.pem/,
	],
	['half a key', TRUNCATED, / cannot be read$/, /Paste the whole content of apiclient_key\.pem/],
	[
		'half a key with its END marker',
		`${TRUNCATED}\n-----END PRIVATE KEY-----`,
		/ cannot be read$/,
		/whole content/,
	],
	[
		'a key without its last line',
		PKCS8.replace(/\n[^\n]+\n-----END/, '\n-----END'),
		/ cannot be read$/,
		/whole content/,
	],
	['half a key without markers', bodyOf(TRUNCATED), / cannot be read$/, /whole content/],
	[
		'markers with nothing between',
		'-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----',
		/ cannot be read$/,
		/whole content/,
	],
	['a file name', '/home/me/apiclient_key.pem', / cannot be read$/, /whole content/],
	['a URL', 'https://example.com/apiclient_key.pem', / cannot be read$/, /whole content/],
	['a serial number', DEMO.serial, / cannot be read$/, /whole content/],
	['a letter', 'A', / cannot be read$/, /whole content/],
	[
		'a text of more than 20,000 characters',
		`${PKCS8}${'A'.repeat(20_000)}`,
		/ is too long for a key$/,
		/Paste only/,
	],
];

const WRONG_PUBLIC: Array<[string, string, RegExp, RegExp]> = [
	['nothing', '', / is empty$/, /pub_key\.pem/],
	[
		'a certificate',
		CERTIFICATE,
		/holds a certificate$/,
		/pub_key\.pem.*"Platform Certificate" under "Response Verification"/,
	],
	['a certificate without markers', bodyOf(CERTIFICATE), /holds a certificate$/, /pub_key\.pem/],
	['a private key', PKCS8, /holds a private key$/, /pub_key\.pem.*"Merchant Private Key"/],
	['a private key in PKCS#1', PKCS1, /holds a private key$/, /pub_key\.pem/],
	['a private key without markers', bodyOf(PKCS8), /holds a private key$/, /pub_key\.pem/],
	['an encrypted private key', ENCRYPTED_PKCS8, /holds a private key$/, /pub_key\.pem/],
	['an encrypted private key in PKCS#1', ENCRYPTED_PKCS1, /holds a private key$/, /pub_key\.pem/],
	['a key of 1024 bits', publicPem(weak.publicKey, 'spki'), /has 1024 bits/, /pub_key\.pem/],
	['an EC key', publicPem(elliptic.publicKey, 'spki'), /is not an RSA key$/, /pub_key\.pem/],
	[
		'half a key',
		SPKI.slice(0, SPKI.length / 2),
		/ cannot be read$/,
		/whole content of pub_key\.pem/,
	],
	['its ID', OFFICIAL_RESPONSE.serial, / cannot be read$/, /pub_key\.pem/],
	[
		'a text of more than 20,000 characters',
		'A'.repeat(20_001),
		/ is too long for a key$/,
		/Paste only/,
	],
];

describe.each([
	['private', LABELS.private, readPrivateKey, WRONG_PRIVATE],
	['public', LABELS.public, readPublicKey, WRONG_PUBLIC],
] as const)('an invalid %s key', (_kind, label, read, rows) => {
	it.each(rows)('is rejected with the field name and advice: %s', (_what, pasted, said, remedy) => {
		const { message, hint } = refuse(read, pasted, label);
		expect(message.startsWith(`${label} `)).toBe(true);
		expect(message).toMatch(said);
		expect(hint).toMatch(remedy);
		expect(refuse(read, pasted, 'My Field').message).toMatch(/^My Field /);
	});
});
