import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { issueCertificate } from '../../sandbox/certificate';
import { keyPair } from './keys';

// Keys as they are pasted into a credential: of every format, and what is done to them on the way.

export const pair = keyPair('own');
export const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
export const elliptic = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
export const privatePem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
	key.export({ format: 'pem', type } as never) as unknown as string;
export const publicPem = (key: KeyObject, type: 'spki' | 'pkcs1') =>
	key.export({ format: 'pem', type } as never) as unknown as string;

export const PKCS8 = privatePem(pair.privateKey, 'pkcs8');
export const PKCS1 = privatePem(pair.privateKey, 'pkcs1');
export const SPKI = publicPem(pair.publicKey, 'spki');
export const PUBLIC_PKCS1 = publicPem(pair.publicKey, 'pkcs1');
export const CERTIFICATE = issueCertificate({
	privateKeyPem: PKCS8,
	serial: '4A00000000000000000000000000000000000001',
	subject: { commonName: '1900007291', organization: 'Test' },
	notBefore: Date.parse('2026-01-01'),
	notAfter: Date.parse('2031-01-01'),
});
const locked = { cipher: 'aes-256-cbc', passphrase: 'secret' };
export const ENCRYPTED_PKCS8 = pair.privateKey.export({
	format: 'pem',
	type: 'pkcs8',
	...locked,
}) as string;
export const ENCRYPTED_PKCS1 = pair.privateKey.export({
	format: 'pem',
	type: 'pkcs1',
	...locked,
}) as string;

export const bodyOf = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
const labelOf = (pem: string) => /BEGIN ([A-Z ]+)-/.exec(pem)?.[1] ?? '';
export const relabel = (pem: string, label: string) =>
	pem.replace(new RegExp(`(BEGIN|END) ${labelOf(pem)}`, 'g'), `$1 ${label}`);
export const BAG = [
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
export const SHAPES: Array<['markers' | 'lines' | 'around' | 'whole', string, Deform]> = [
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
