import { Problem } from '../protocol/problem';
import type { ProblemCode } from '../protocol/problem';
import { API_WORDS } from './apiProblems';
import { InputError } from './errors';

type Facts = Problem['facts'];
/** What happened, beginning with the label of the field, and what to do. */
type Words = readonly [message: string, hint: string];

const MEBIBYTE = 1024 * 1024;
// Rounded up, so that a size above the limit is not shown as the limit.
export const inMegabytes = (bytes: number | string): string =>
	`${Math.ceil((Number(bytes) / MEBIBYTE) * 100) / 100} MB`;

/** How to convert an image that is too large or has another format. n8n's default height is 500. */
export const RESIZE =
	"Put n8n's Edit Image node before this one: operation Resize, width 2000, height 2000, option Only if Larger, format JPEG.";

const CONTENTS: Readonly<Record<string, Words>> = {
	pdf: ['a PDF file', `Photograph the page or save it as an image first. ${RESIZE}`],
	heic: ['a HEIC photo', RESIZE],
	avif: ['an AVIF image', RESIZE],
	webp: ['a WebP image', RESIZE],
	gif: ['a GIF image', RESIZE],
	tiff: ['a TIFF image', RESIZE],
	zip: ['a ZIP or Office file', RESIZE],
	link: [
		'a link, not the image itself',
		'Download the image first, with an HTTP Request node and its Response Format set to File.',
	],
	html: [
		'a web page, not an image',
		'The link may need a login or may have expired. Open it in a private browser window: it must show only the image.',
	],
	other: ['not a supported image', RESIZE],
};

const PRIVATE = '"Merchant Private Key"';
const keyFile = (label: string): string =>
	label === PRIVATE ? 'apiclient_key.pem' : 'pub_key.pem';
const pasteKey = (label: string): string =>
	label === PRIVATE
		? 'Paste the whole content of apiclient_key.pem, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.'
		: 'Paste the whole content of pub_key.pem, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----.';
const pasteRsa = (label: string): string =>
	`Paste the content of ${keyFile(label)} from the merchant platform.`;

const COPY_SECRET =
	'Copy the APIv3 key that was set on the merchant platform under Account Center, API Security. It is neither the APIv2 key nor a PEM file.';
const WRONG_NOTIFICATION =
	'The signature is right, so WeChat Pay did send it, and will send it again. If the problem persists, contact WeChat Pay with the Request-ID.';
const CUSTOM_HOST =
	'Enter only scheme, host and port, e.g. http://127.0.0.1:8600 for the sandbox or https://proxy.example.com.';
const customHost = (message: string): (() => Words) => {
	return () => [`"Custom API Host" ${message}`, CUSTOM_HOST];
};

const WORDS: Readonly<Record<ProblemCode, (label: string, facts: Facts) => Words>> = {
	keyEmpty: (label) => [`${label} is empty`, `Paste the whole content of ${keyFile(label)}.`],
	keyTooLong: (label) => [
		`${label} is too long for a key`,
		`Paste only the content of ${keyFile(label)}.`,
	],
	keyIsCertificate: (label) =>
		label === PRIVATE
			? [`${label} holds a certificate (apiclient_cert.pem)`, pasteKey(label)]
			: [
					`${label} holds a certificate`,
					'Paste the WeChat Pay public key (pub_key.pem), or choose "Platform Certificate" under "Response Verification".',
				],
	keyIsPublic: (label) => [`${label} holds a public key`, pasteKey(label)],
	keyIsPrivate: (label) => [
		`${label} holds a private key`,
		`Paste the WeChat Pay public key (pub_key.pem). The private key belongs in ${PRIVATE}.`,
	],
	keyIsEncrypted: (label) =>
		label === PRIVATE
			? [
					`${label} is encrypted with a passphrase`,
					'Remove the passphrase first: openssl pkey -in apiclient_key.pem -out plain_key.pem. Then paste plain_key.pem.',
				]
			: WORDS.keyIsPrivate(label, {}),
	keyUnreadable: (label) => [`${label} cannot be read`, pasteKey(label)],
	keyNotRsa: (label) => [
		`${label} is not an RSA key`,
		`WeChat Pay uses RSA keys of 2048 bits. ${pasteRsa(label)}`,
	],
	keyTooShort: (label, { bits, least }) => [
		`${label} has ${bits} bits; WeChat Pay uses RSA keys of ${least} bits`,
		pasteRsa(label),
	],
	secretEmpty: (label) => [`${label} is empty`, COPY_SECRET],
	secretLength: (label, { length, wanted }) => [
		`${label} has ${length} characters instead of ${wanted}`,
		COPY_SECRET,
	],
	secretCharacters: (label) => [`${label} holds characters that are not ASCII`, COPY_SECRET],
	secretWrong: (label) => [
		`${label} does not decrypt the platform certificates`,
		'Copy the APIv3 key that is set on the merchant platform under Account Center, API Security. If it was changed there, the old one no longer works.',
	],
	certificateMismatch: (_label, { serial }) => [
		`Platform certificate ${serial} does not match its serial number`,
		'Run again. If the problem persists, contact WeChat Pay with the Request-ID.',
	],
	hostEmpty: customHost('is empty'),
	hostNotUrl: customHost('is not a URL'),
	hostHasUser: customHost('must not hold a user name or password'),
	hostHasPath: customHost('must not hold a path, query or fragment'),
	hostShape: customHost('is not just scheme, host and port'),
	hostScheme: customHost('must begin with https:// or http://'),
	hostPlainHttp: customHost(
		'must begin with https://; plain http is for this machine, host.docker.internal or a name without dots',
	),
	hostUnknown: (label, { host }) => [
		`${label} "${host}" is not one of WeChat Pay's`,
		'Choose a host from the list, or "Custom".',
	],
	mediaEmpty: (label) => [`The file in ${label} is empty`, 'Check the node that reads the file.'],
	mediaType: (label, { found }) => {
		const [what, hint] = CONTENTS[found] ?? CONTENTS.other;
		return [`The file in ${label} is ${what}; WeChat Pay accepts JPG, PNG and BMP`, hint];
	},
	mediaTooLarge: (label, { bytes, most }) => [
		`The image in ${label} has ${inMegabytes(bytes)}; WeChat Pay accepts ${inMegabytes(most)} at most`,
		RESIZE,
	],
	character: (label, { path, code }) => [
		`${path || label} holds a character that WeChat Pay does not accept (U+${code})`,
		'Remove emoji and rare characters: WeChat Pay accepts UTF-8 characters of up to 3 bytes.',
	],
	tooLongToEncrypt: (label, { bytes, most }) => [
		`${label} has ${bytes} bytes; ${most} can be encrypted`,
		'Shorten it: a Chinese character takes 3 bytes.',
	],
	notificationNotJson: () => [
		'WeChat Pay sent a notification that is not a JSON object',
		WRONG_NOTIFICATION,
	],
	notificationIncomplete: (_label, { field }) => [
		`WeChat Pay sent a notification without a readable ${field}`,
		WRONG_NOTIFICATION,
	],
	notificationAlgorithm: (_label, { algorithm }) => [
		`WeChat Pay sent a notification that is encrypted with ${algorithm}; this node decrypts AEAD_AES_256_GCM`,
		'Use RSA keys instead of SM2 keys for the requests that the notification is about.',
	],
	notificationWrongKey: (label) => [
		`${label} does not decrypt the notification`,
		'Copy the APIv3 key that is set on the merchant platform under Account Center, API Security, into the credential. WeChat Pay sends the notification again until it is accepted.',
	],
	notificationUnreadable: () => [
		'The decrypted content of the notification is not JSON',
		WRONG_NOTIFICATION,
	],
	...API_WORDS,
};

/** Describes a problem with the field that has this label. */
export function describeProblem({ code, facts }: Problem, label: string): InputError {
	return new InputError(...WORDS[code](label, facts));
}

/**
 * Runs an action on the value of a field.
 *
 * @throws {InputError} with the label of the field, if the action throws a `Problem`
 */
export function withLabel<T>(label: string, action: () => T): T {
	try {
		return action();
	} catch (error) {
		throw toInputError(error, label);
	}
}

const toInputError = (error: unknown, label: string): unknown =>
	error instanceof Problem ? describeProblem(error, label) : error;
