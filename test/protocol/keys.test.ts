import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import type { InputError } from '../../nodes/WechatPay/failure/errors';
import { describeProblem } from '../../nodes/WechatPay/failure/problems';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import {
	isSamePair,
	normalizeSerial,
	readPrivateKey,
	readPublicKey,
} from '../../nodes/WechatPay/protocol/keys';
import { issueCertificate } from '../../sandbox/certificate';
import { keyPair } from '../support/keys';
import { refusal } from '../support/refusal';
import { CERTIFICATE_RESPONSE, DEMO, OFFICIAL_RESPONSE } from '../support/vectors';

const pair = keyPair('own');
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const elliptic = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const privatePem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
	key.export({ format: 'pem', type } as never) as unknown as string;
const publicPem = (key: KeyObject, type: 'spki' | 'pkcs1') =>
	key.export({ format: 'pem', type } as never) as unknown as string;

const PKCS8 = privatePem(pair.privateKey, 'pkcs8');
const PKCS1 = privatePem(pair.privateKey, 'pkcs1');
const SPKI = publicPem(pair.publicKey, 'spki');
const PUBLIC_PKCS1 = publicPem(pair.publicKey, 'pkcs1');
const CERTIFICATE = issueCertificate({
	privateKeyPem: PKCS8,
	serial: '4A00000000000000000000000000000000000001',
	subject: { commonName: '1900007291', organization: 'Test' },
	notBefore: Date.parse('2026-01-01'),
	notAfter: Date.parse('2031-01-01'),
});
const locked = { cipher: 'aes-256-cbc', passphrase: 'secret' };
const ENCRYPTED_PKCS8 = pair.privateKey.export({
	format: 'pem',
	type: 'pkcs8',
	...locked,
}) as string;
const ENCRYPTED_PKCS1 = pair.privateKey.export({
	format: 'pem',
	type: 'pkcs1',
	...locked,
}) as string;

const bodyOf = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
const labelOf = (pem: string) => /BEGIN ([A-Z ]+)-/.exec(pem)?.[1] ?? '';
const relabel = (pem: string, label: string) =>
	pem.replace(new RegExp(`(BEGIN|END) ${labelOf(pem)}`, 'g'), `$1 ${label}`);
const BAG = [
	'Bag Attributes',
	'    localKeyID: 01 00 00 00',
	'    friendlyName: Tenpay Certificate',
	'Key Attributes: <No Attributes>',
	'',
].join('\n');

type Deform = (pem: string) => string;

/**
 * What word processors, forms, chats and configuration files do to a PEM, by what of it they change: its
 * markers, its lines, what is around it, or the whole. Each is seen in practice. Changes of the whole are not
 * combined with others: tabs that JSON escapes, say, are not undone.
 */
const SHAPES: Array<['markers' | 'lines' | 'around' | 'whole', string, Deform]> = [
	['whole', 'as it is', (pem) => pem],
	['markers', 'no-break spaces in the markers', (pem) => pem.replace(/ /g, '\u00a0')],
	['markers', 'em dashes for the dashes', (pem) => pem.replace(/-----/g, '\u2014\u2014')],
	['markers', 'en dashes and hyphens mixed', (pem) => pem.replace(/-----/g, '\u2013\u2013-')],
	['markers', 'wide dashes', (pem) => pem.replace(/-----/g, '\uff0d'.repeat(5))],
	['markers', 'fewer dashes', (pem) => pem.replace(/-----/g, '---')],
	[
		'markers',
		'spaces between dashes and words',
		(pem) => pem.replace(/-----(BEGIN|END)/g, '----- $1').replace(/KEY-----/g, 'KEY -----'),
	],
	['lines', 'CRLF', (pem) => pem.replace(/\n/g, '\r\n')],
	['lines', 'CR alone', (pem) => pem.replace(/\n/g, '\r')],
	['lines', 'spaces at the ends of lines', (pem) => pem.replace(/\n/g, '  \n')],
	['lines', 'spaces at the beginnings of lines', (pem) => pem.replace(/^/gm, '    ')],
	['lines', 'blank lines between lines', (pem) => pem.replace(/\n/g, '\n\n')],
	['lines', 'escaped line breaks', (pem) => pem.replace(/\n/g, '\\n')],
	['lines', 'escaped line breaks of Windows', (pem) => pem.replace(/\n/g, '\\r\\n')],
	['lines', 'line breaks escaped twice', (pem) => pem.replace(/\n/g, '\\\\n')],
	['lines', 'line breaks of Windows escaped twice', (pem) => pem.replace(/\n/g, '\\\\r\\\\n')],
	['lines', 'escaped and real line breaks', (pem) => pem.replace(/\n/g, '\\n\n')],
	['lines', 'line breaks turned into spaces', (pem) => pem.replace(/\n/g, ' ')],
	['lines', 'line breaks turned into no-break spaces', (pem) => pem.replace(/\n/g, '\u00a0')],
	['lines', 'header, body and footer glued', (pem) => pem.replace(/\n/g, '')],
	[
		'lines',
		'zero-width characters',
		(pem) => pem.replace(/(.{7})/g, '$1\u200b').replace(/\n/g, '\u200d\n\ufeff'),
	],
	['around', 'BOM in front', (pem) => `\ufeff${pem}`],
	['around', 'Bag Attributes in front', (pem) => BAG + pem],
	['around', 'text after it', (pem) => `${pem}\nthat was the key`],
	['around', 'JSON text', (pem) => JSON.stringify(pem)],
	[
		'around',
		'JSON text of JSON text',
		(pem) => JSON.stringify(pem).slice(1, -1).replace(/\\/g, '\\\\'),
	],
	['around', 'straight double quotes', (pem) => `"${pem}"`],
	['around', 'straight single quotes', (pem) => `'${pem.trim()}'`],
	['around', 'curly double quotes', (pem) => `\u201c${pem}\u201d`],
	['around', 'curly single quotes', (pem) => `\u2018${pem}\u2019`],
	['around', 'backticks', (pem) => `\`\`\`\n${pem}\`\`\``],
	['around', 'spaces and lines around it', (pem) => `\n\n   ${pem}   \n\n`],
	['whole', 'tabs at the beginnings of lines', (pem) => pem.replace(/^/gm, '\t')],
	[
		'whole',
		'base64 on one line',
		(pem) => {
			const label = labelOf(pem);
			return `-----BEGIN ${label}-----\n${bodyOf(pem)}\n-----END ${label}-----`;
		},
	],
	['whole', 'bare base64', (pem) => bodyOf(pem)],
	['whole', 'bare base64 in lines', (pem) => pem.replace(/-----[^-]+-----\n/g, '')],
	[
		'whole',
		'bare base64 with escaped line breaks',
		(pem) => pem.replace(/-----[^-]+-----\n/g, '').replace(/\n/g, '\\n'),
	],
	['whole', 'the END marker lost', (pem) => pem.slice(0, pem.indexOf('-----END'))],
];

const FORMATS: Array<[string, string, (pasted: string) => KeyObject, KeyObject]> = [
	['a private key in PKCS#8', PKCS8, readPrivateKey, pair.privateKey],
	['a private key in PKCS#1', PKCS1, readPrivateKey, pair.privateKey],
	['a public key in SPKI', SPKI, readPublicKey, pair.publicKey],
	['a public key in PKCS#1', PUBLIC_PKCS1, readPublicKey, pair.publicKey],
];

describe('a key of any format', () => {
	it.each(SHAPES)('is read, pasted with this change of its %s: %s', (_part, _name, deform) => {
		for (const [, pem, read, right] of FORMATS) {
			const key = read(deform(pem));
			expect(key.type).toBe(right.type);
			expect(isSamePair(key, right)).toBe(true);
		}
	});

	it('is read with changes of its markers, its lines and what is around it at once', () => {
		const one = (part: string) =>
			fc.constantFrom(...SHAPES.filter(([of]) => of === part).map(([, , deform]) => deform));
		const changes = [one('markers'), one('lines'), one('around')];
		fc.assert(
			fc.property(fc.constantFrom(...FORMATS), fc.tuple(...changes), (format, deforms) => {
				const [, pem, read, right] = format;
				const pasted = deforms.reduce((text, deform) => deform(text), pem);
				expect(isSamePair(read(pasted), right)).toBe(true);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('a marker that names another format', () => {
	it.each([
		['PKCS#8 below RSA PRIVATE KEY', relabel(PKCS8, 'RSA PRIVATE KEY')],
		['PKCS#1 below PRIVATE KEY', relabel(PKCS1, 'PRIVATE KEY')],
		['PKCS#8 below a marker that nobody knows', relabel(PKCS8, 'MERCHANT KEY')],
		['PKCS#8 below CERTIFICATE', relabel(PKCS8, 'CERTIFICATE')],
	])('does not matter: %s', (_what, pem) => {
		expect(isSamePair(readPrivateKey(pem), pair.privateKey)).toBe(true);
	});

	it.each([
		['SPKI below RSA PUBLIC KEY', relabel(SPKI, 'RSA PUBLIC KEY')],
		['PKCS#1 below PUBLIC KEY', relabel(PUBLIC_PKCS1, 'PUBLIC KEY')],
	])('does not matter: %s', (_what, pem) => {
		expect(isSamePair(readPublicKey(pem), pair.publicKey)).toBe(true);
	});
});

describe('several blocks in one paste', () => {
	it.each([
		['certificate, then key', CERTIFICATE + PKCS8],
		['key, then certificate', PKCS8 + CERTIFICATE],
		['as openssl pkcs12 writes them', BAG + CERTIFICATE + BAG + PKCS8],
		['on one line', (CERTIFICATE + PKCS8).replace(/\n/g, ' ')],
		['public key, then key', SPKI + PKCS8],
	])('give the private key: %s', (_order, pem) => {
		expect(isSamePair(readPrivateKey(pem), pair.privateKey)).toBe(true);
	});

	it('give the public key', () => {
		expect(isSamePair(readPublicKey(CERTIFICATE + SPKI), pair.publicKey)).toBe(true);
		expect(isSamePair(readPublicKey(PKCS8 + SPKI), pair.publicKey)).toBe(true);
	});
});

it('reads the published keys', () => {
	expect(readPrivateKey(DEMO.pkcs8).asymmetricKeyDetails?.modulusLength).toBe(2048);
	expect(readPublicKey(OFFICIAL_RESPONSE.publicKey).asymmetricKeyType).toBe('rsa');
});

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
	['a whole disk', `${PKCS8}${'A'.repeat(20_000)}`, / is too long for a key$/, /Paste only/],
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
	['a whole disk', 'A'.repeat(20_001), / is too long for a key$/, /Paste only/],
];

const PRIVATE = '"Merchant Private Key"';
const PUBLIC = '"WeChat Pay Public Key"';

/** No error may hold a piece of what was pasted: not of a private key, nor of anything else. */
function repeatsNothingOf(pasted: string, said: string): void {
	const compact = pasted.replace(/\s/g, '');
	for (const run of compact.match(/[A-Za-z0-9+/=]{20,}/g) ?? []) {
		for (let i = 0; i + 20 <= run.length; i++) {
			if (said.includes(run.slice(i, i + 20))) throw new Error('the message repeats the key');
		}
	}
}

const tellsNothingOf = (pasted: string, { message, hint, details }: InputError) =>
	repeatsNothingOf(pasted, message + hint + JSON.stringify(details));

/** What is said of a paste that is refused, which repeats nothing of it. */
function refuse(read: (pasted: string) => KeyObject, pasted: string, label: string): InputError {
	const error = refusal(() => read(pasted), label);
	tellsNothingOf(pasted, error);
	return error;
}

describe.each([
	['private', PRIVATE, readPrivateKey, WRONG_PRIVATE],
	['public', PUBLIC, readPublicKey, WRONG_PUBLIC],
] as const)('what is no %s key', (_kind, label, read, rows) => {
	it.each(rows)('%s: says so, names the field, and what to do', (_what, pasted, said, remedy) => {
		const { message, hint } = refuse(read, pasted, label);
		expect(message.startsWith(`${label} `)).toBe(true);
		expect(message).toMatch(said);
		expect(hint).toMatch(remedy);
		expect(refuse(read, pasted, 'My Field').message).toMatch(/^My Field /);
	});
});

describe('any paste', () => {
	const readers: Array<[string, (pasted: string) => KeyObject, KeyObject]> = [
		['readPrivateKey', readPrivateKey, pair.privateKey],
		['readPublicKey', readPublicKey, pair.publicKey],
	];

	const trial = (read: (pasted: string) => KeyObject, right: KeyObject) => (pasted: string) => {
		let key: KeyObject;
		try {
			key = read(pasted);
		} catch (error) {
			expect(error).toBeInstanceOf(Problem);
			const { message, facts } = error as Problem;
			repeatsNothingOf(pasted, message + JSON.stringify(facts));
			// What is said of it repeats nothing either, whatever the field is called.
			for (const label of [PRIVATE, PUBLIC]) {
				tellsNothingOf(pasted, describeProblem(error as Problem, label));
			}
			return;
		}
		// Whatever was done to it: an RSA key, and of the kind asked for.
		expect(key.type).toBe(right.type);
		expect(key.asymmetricKeyType).toBe('rsa');
		expect(key.asymmetricKeyDetails?.modulusLength).toBeGreaterThanOrEqual(2048);
	};

	it.each(readers)('%s: gives a key or one of our errors for any text', (_name, read, right) => {
		const text = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 2000 }),
			fc.base64String({ maxLength: 3000 }),
			fc
				.array(
					fc.constantFrom(
						...[
							'-----BEGIN ',
							'-----END ',
							'PRIVATE KEY',
							'RSA ',
							'CERTIFICATE',
							'PUBLIC KEY',
							'-----',
							'-',
							'\n',
						],
						...[
							'\\n',
							'"',
							'MIIE',
							'\u2014',
							'Proc-Type: 4,ENCRYPTED',
							' ',
							'=',
							bodyOf(SPKI).slice(0, 40),
						],
					),
					{ maxLength: 30 },
				)
				.map((pieces) => pieces.join('')),
		);
		fc.assert(fc.property(text, trial(read, right)), { numRuns: 500 });
	});

	it.each(readers)(
		'%s: gives a key or one of our errors for a damaged PEM',
		(_name, read, right) => {
			const source = fc.constantFrom(
				PKCS8,
				PKCS1,
				SPKI,
				PUBLIC_PKCS1,
				CERTIFICATE,
				ENCRYPTED_PKCS8,
				ENCRYPTED_PKCS1,
			);
			const wound = fc.record({
				at: fc.nat(2000),
				remove: fc.nat(30),
				insert: fc.oneof(
					fc.constant(''),
					fc.string({ unit: 'binary', maxLength: 5 }),
					fc.base64String({ maxLength: 8 }),
				),
			});
			const damaged = fc
				.tuple(source, fc.array(wound, { minLength: 1, maxLength: 4 }), fc.constantFrom(...SHAPES))
				.map(([pem, wounds, [, , deform]]) =>
					wounds.reduce((text, { at, remove, insert }) => {
						const place = at % text.length;
						return text.slice(0, place) + insert + text.slice(place + remove);
					}, deform(pem)),
				);
			fc.assert(fc.property(damaged, trial(read, right)), { numRuns: 500 });
		},
	);

	it.each(readers)('%s: reads a damaged body never as another key', (_name, read, right) => {
		const pem = right.type === 'private' ? PKCS8 : SPKI;
		const body = bodyOf(pem);
		fc.assert(
			fc.property(fc.nat(body.length - 1), fc.constantFrom(...'AZaz09+/'), (at, letter) => {
				const changed = body.slice(0, at) + letter + body.slice(at + 1);
				try {
					const key = read(changed);
					expect(key.asymmetricKeyType).toBe('rsa');
				} catch (error) {
					expect(error).toBeInstanceOf(Problem);
				}
			}),
		);
	});

	const long = (piece: string) => piece.repeat(Math.floor(20_000 / piece.length));
	it.each([
		['dashes', long('-')],
		['em dashes', long('\u2014')],
		['beginnings', long('-----BEGIN ')],
		['beginnings of keys', long('-----BEGIN PRIVATE KEY-----')],
		['beginnings without their dashes', long('-----BEGIN A')],
		['endings', long('-----END ')],
		['blocks', long('-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----')],
		['almost endings', `-----BEGIN PRIVATE KEY-----${long('-----EN').slice(0, 19_900)}`],
		['spaces', `x${long(' ').slice(2)}x`],
		['line breaks', `-----BEGIN PRIVATE KEY-----${long('\n').slice(100)}`],
		['backslashes', `${long('\\').slice(1)}x`],
		['quotes', `x${long('"').slice(2)}x`],
		['letters', long('A')],
		['labels', `-----BEGIN ${long('A ').slice(100)}`],
	])('20,000 characters of %s do not hold it up', (_what, pasted) => {
		expect(pasted.length).toBeGreaterThan(19_000);
		for (const read of [readPrivateKey, readPublicKey]) {
			expect(refusal(() => read(pasted)).message).toMatch(/ (cannot be read|holds a private key)$/);
		}
	});
});

describe('isSamePair', () => {
	it('knows the two halves of a pair, and no others', () => {
		expect(isSamePair(pair.privateKey, pair.publicKey)).toBe(true);
		expect(isSamePair(pair.publicKey, createPublicKey(pair.privateKey))).toBe(true);
		expect(isSamePair(pair.privateKey, weak.publicKey)).toBe(false);
		expect(isSamePair(weak.publicKey, pair.publicKey)).toBe(false);
	});
});

describe('normalizeSerial', () => {
	it.each([
		['0a:1b:2C', 'A1B2C'],
		['00 00 0A1B', 'A1B'],
		['5DEA10EF', '5DEA10EF'],
		['PUB_KEY_ID_0001', 'PUB_KEY_ID_0001'],
		['pub_key_id_0001', 'PUB_KEY_ID_0001'],
		['000', ''],
	])('%j is %j', (serial, normal) => {
		expect(normalizeSerial(serial)).toBe(normal);
	});
});
