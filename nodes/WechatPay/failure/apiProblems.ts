import type { Problem } from '../protocol/problem';

type Words = readonly [message: string, hint: string];

const MEBIBYTE = 1024 * 1024;
const PATH = 'Enter it as documented, e.g. /v3/ecommerce/fund/balance/1900000109.';
const AGAIN =
	'Request a new download_url and download the file right away: it expires within minutes.';

/** Messages for problems with a path, a field path or a file. */
export const API_WORDS = {
	pathEmpty: (label) => [`${label} is empty`, PATH],
	pathStart: (label) => [`${label} does not begin with /v3/`, PATH],
	pathHost: (label) => [
		`${label} is a URL of another host`,
		`Requests go to the "API Host" of the credential only. ${PATH} A download_url must begin with one of WeChat Pay's hosts.`,
	],
	pathPlaceholder: (label, { name }) => [
		`${label} holds the placeholder ${name}`,
		'Replace it with the value, or with an expression that returns it.',
	],
	pathChanged: (label) => [
		`${label} contains dot segments, a backslash, a tab, a line break, a # or a similar character`,
		`Such paths are changed before they are sent, which breaks the signature. ${PATH}`,
	],
	pathEncoding: (label) => [
		`${label} holds a character that must be percent-encoded`,
		'Enter query values under "Query Parameters", which encodes them. In the path, use encodeURIComponent in an expression.',
	],
	pathPercent: (label) => [
		`${label} contains a percent sign that is not part of an encoded UTF-8 character`,
		'Encode it with encodeURIComponent in an expression.',
	],
	pathEmptyPart: (label) => [
		`${label} holds an empty part (//)`,
		'Check the expression in it: it returned nothing.',
	],
	fieldPath: (label, { path }) => [
		`${label} holds "${path}", which is not a field path`,
		'Enter names joined by dots, with [] after a list, e.g. receivers[].name. Separate several with commas or line breaks.',
	],
	billKey: () => [
		'The key of the encrypted bill (encrypt_key) cannot be decrypted with the "Merchant Private Key"',
		'Use the encrypt_key and nonce of the response that named this download_url, and the credential that asked for it.',
	],
	billDamaged: () => [
		'The encrypted bill is damaged, or does not belong to this encrypt_key and nonce',
		AGAIN,
	],
	gzipDamaged: () => ['The GZIP file is damaged', AGAIN],
	fileTooLarge: (_label, { most }) => [
		`The file has more than ${Number(most) / MEBIBYTE} MB`,
		'Download it outside n8n, or request a shorter period.',
	],
	hashShape: (label) => [
		`${label} is neither 40 nor 64 hexadecimal digits`,
		'Give the hash_value that came with the download_url: 40 digits are SHA-1, 64 are SHA-256.',
	],
} satisfies Record<string, (label: string, facts: Problem['facts']) => Words>;
