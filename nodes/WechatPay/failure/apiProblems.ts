import type { Problem } from '../protocol/problem';

type Words = readonly [message: string, hint: string];

const MEBIBYTE = 1024 * 1024;
const PATH = 'Give it as the documentation does, e.g. /v3/ecommerce/fund/balance/1900000109.';
const AGAIN =
	'Get the download_url anew and download the file in the same step: it lives for minutes.';

/** What is wrong with a path, a field path or a file. */
export const API_WORDS = {
	pathEmpty: (label) => [`${label} is empty`, PATH],
	pathStart: (label) => [`${label} does not begin with /v3/`, PATH],
	pathHost: (label) => [
		`${label} is a URL of another host`,
		`Requests go to the "API Host" of the credential only. ${PATH} A download_url must begin with one of WeChat Pay's hosts.`,
	],
	pathPlaceholder: (label, { name }) => [
		`${label} holds the placeholder ${name}`,
		'Put the value in its place, or an expression that gives it.',
	],
	pathChanged: (label) => [
		`${label} would be changed on the way: it holds dot segments, a backslash, a tab, a line break, a # or the like`,
		`What is signed must be what is sent. ${PATH}`,
	],
	pathEncoding: (label) => [
		`${label} holds a character that must be percent-encoded`,
		'Give values of the query under "Query Parameters", which encodes them. Inside the path use encodeURIComponent in an expression.',
	],
	pathPercent: (label) => [
		`${label} holds a percent sign that begins no UTF-8 character`,
		'Encode it with encodeURIComponent in an expression.',
	],
	pathEmptyPart: (label) => [
		`${label} holds an empty part (//)`,
		'Check the expression inside it: it gave nothing.',
	],
	fieldPath: (label, { path }) => [
		`${label} holds "${path}", which is no path of a field`,
		'Give names joined by dots, with [] after a list, e.g. receivers[].name; several separated by commas or lines.',
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
		'Download it without n8n, or ask for a shorter period.',
	],
	hashShape: (label) => [
		`${label} is neither 40 nor 64 hexadecimal digits`,
		'Give the hash_value that came with the download_url: 40 digits are SHA-1, 64 are SHA-256.',
	],
} satisfies Record<string, (label: string, facts: Problem['facts']) => Words>;
