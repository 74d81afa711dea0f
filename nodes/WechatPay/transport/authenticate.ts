import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	GenericValue,
} from 'n8n-workflow';
import { authorize } from '../protocol/authorization';
import { InputError } from '../protocol/errors';
import { getCanonicalUrl } from '../protocol/message';
import {
	buildMultipart,
	findPart,
	multipartContentType,
	readBoundary,
	readPartHead,
} from '../protocol/multipart';
import type { Part } from '../protocol/multipart';
import { makeNonce } from '../protocol/signature';
import { readSigning } from './account';

/**
 * A caller's own abort signal. n8n overwrites `abortSignal` before it calls `authenticate`, so ours
 * travels under this key and is put in its place here.
 */
export const ABORT = Symbol('abort signal of the transport');

/** The two shapes in which n8n hands requests over: the one of nodes and the older one of HTTP Request. */
export interface OutgoingRequest extends Omit<IHttpRequestOptions, 'url'> {
	url?: string;
	uri?: string;
	form?: unknown;
	formData?: unknown;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	[ABORT]?: AbortSignal;
}

interface PreparedBody {
	/** What the signature covers. */
	signed: Uint8Array;
	/** What is sent; left out where n8n itself writes the form. */
	body?: Buffer;
	contentType?: string;
}

const NOTHING = Buffer.alloc(0);

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;

const hasMethod = (value: unknown, name: string): boolean =>
	isRecord(value) && typeof value[name] === 'function';

/** A `form-data` package instance, which n8n hands over but which cannot be imported here. */
const isFormDataPackage = (value: unknown): value is { _streams?: unknown[] } =>
	hasMethod(value, 'getHeaders') && hasMethod(value, 'append');

const metaHasFileName = (): InputError =>
	new InputError(
		'The multipart field "meta" has a file name; WeChat Pay then refuses the signature',
		'Send meta as a plain text field (Form Data), not as a file.',
	);

const noMeta = (): InputError =>
	new InputError(
		'The multipart body has no text field "meta"',
		'Add the field meta with the JSON text of the file name and its SHA-256 digest, before the field file.',
	);

function toBytes(value: unknown): Buffer | undefined {
	if (typeof value === 'string') return Buffer.from(value, 'utf8');
	// A picture is not copied: what is signed and sent are the caller's own bytes.
	if (value instanceof Uint8Array) {
		return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
	}
	return undefined;
}

/** The meta text inside a form-data instance: its parts lie there as header, content, header, … */
function metaOfFormDataPackage(form: { _streams?: unknown[] }): Buffer {
	const streams = form._streams ?? [];
	for (const [i, entry] of streams.entries()) {
		if (typeof entry !== 'string') continue;
		const head = readPartHead(entry);
		if (head.name !== 'meta') continue;
		if (head.fileName !== undefined) throw metaHasFileName();
		const content = toBytes(streams[i + 1]);
		if (content) return content;
	}
	throw noMeta();
}

/** The meta text of the plain object that HTTP Request below 4.2 sends its form in. */
function metaOfPlainForm(form: Record<string, unknown>): Buffer {
	const meta = form.meta;
	const content = toBytes(meta);
	if (content) return content;
	if (!isRecord(meta)) throw noMeta();
	const options = meta.options;
	if (isRecord(options) && (options.filename !== undefined || options.filepath !== undefined)) {
		throw metaHasFileName();
	}
	const value = toBytes(meta.value);
	if (!value) throw noMeta();
	return value;
}

/** A native FormData is written out by us: what axios makes of it differs in line ends. */
async function writeNativeForm(form: FormData): Promise<PreparedBody> {
	const meta = form.get('meta');
	if (meta === null) throw noMeta();
	if (typeof meta !== 'string') throw metaHasFileName();
	const parts: Part[] = [];
	for (const [name, value] of form.entries()) {
		if (typeof value === 'string') parts.push({ name, content: Buffer.from(value, 'utf8') });
		else {
			const content = Buffer.from(await value.arrayBuffer());
			const contentType = value.type || 'application/octet-stream';
			parts.push({ name, fileName: value.name, contentType, content });
		}
	}
	const boundary = `n8n-nodes-wechatpay-${makeNonce()}`;
	return {
		signed: Buffer.from(meta, 'utf8'),
		body: buildMultipart(parts, boundary),
		contentType: multipartContentType(boundary),
	};
}

const isMultipart = (contentType: string): boolean => /multipart\/form-data/i.test(contentType);

function prepareBytes(body: Buffer, contentType: string, isLegacy: boolean): PreparedBody {
	if (!isMultipart(contentType)) return { signed: body, body };
	if (isLegacy) {
		// n8n's older helper spreads a Buffer below this content type into a form field per byte.
		throw new InputError(
			'The HTTP Request node cannot send a finished multipart body',
			'Choose Body Content Type Form-Data, with the text field meta and the file field file.',
		);
	}
	const boundary = readBoundary(contentType);
	if (boundary === undefined) {
		throw new InputError(
			'The header Content-Type of the multipart body names no boundary',
			'Add the boundary to it, as in multipart/form-data; boundary=abc.',
		);
	}
	const meta = findPart(body, boundary, 'meta');
	if (!meta) throw noMeta();
	if (meta.fileName !== undefined) throw metaHasFileName();
	return { signed: meta.content, body };
}

async function prepareBody(request: OutgoingRequest, contentType: string): Promise<PreparedBody> {
	const body: unknown = request.body;
	const { form, formData } = request;
	const isUrlEncoded = /x-www-form-urlencoded/i.test(contentType) && formData === undefined;
	if (
		isRecord(form) ||
		typeof form === 'string' ||
		isUrlEncoded ||
		body instanceof URLSearchParams
	) {
		throw new InputError(
			'WeChat Pay does not take URL-encoded forms',
			'Choose JSON as Body Content Type, or Form-Data for an upload.',
		);
	}
	if (isFormDataPackage(formData)) return { signed: metaOfFormDataPackage(formData) };
	if (isRecord(formData)) return { signed: metaOfPlainForm(formData) };
	if (body === undefined || body === null || body === '') return { signed: NOTHING };
	if (isFormDataPackage(body)) return { signed: metaOfFormDataPackage(body) };
	if (body instanceof FormData) return await writeNativeForm(body);
	const bytes = toBytes(body);
	if (bytes) return prepareBytes(bytes, contentType, request.uri !== undefined);
	if (hasMethod(body, 'pipe')) {
		throw new InputError(
			'A stream cannot be signed',
			'Send JSON, or upload the file as Form-Data with the fields meta and file.',
		);
	}
	if (isMultipart(contentType)) {
		throw new InputError(
			'A multipart body cannot be sent as JSON',
			'Choose Body Content Type Form-Data, with the text field meta and the file field file.',
		);
	}
	const json = Buffer.from(JSON.stringify(body), 'utf8');
	return { signed: json, body: json };
}

/** Percent-encodes the query once, so that what is signed is what goes on the wire. */
function appendQuery(url: URL, query: IDataObject): void {
	const pairs = Object.entries(query).flatMap(([name, value]) =>
		(Array.isArray(value) ? value : [value]).map((entry) => [name, entry] as const),
	);
	const encoded = pairs
		.filter(([, value]) => value !== undefined && value !== null)
		.map(([name, value]) => `${encodeText(name)}=${encodeQueryValue(name, value)}`);
	if (encoded.length === 0) return;
	url.search = [url.search.replace(/^\?/, ''), ...encoded].filter((part) => part !== '').join('&');
}

function encodeQueryValue(name: string, value: IDataObject | GenericValue): string {
	if (typeof value === 'object') {
		throw new InputError(
			`Query parameter "${name}" is an object`,
			'Give text or a number: WeChat Pay takes no nested query parameters.',
		);
	}
	return encodeText(String(value));
}

function encodeText(text: string): string {
	if (/\p{Surrogate}/u.test(text)) {
		throw new InputError(
			'A query parameter holds half a character, which cannot be sent',
			'Type its text again.',
		);
	}
	return encodeURIComponent(text);
}

function resolveUrl(request: OutgoingRequest, origins: readonly string[]): URL {
	const given = request.url ?? request.uri ?? '';
	let url: URL;
	try {
		url = new URL(joinUrl(request.baseURL, given), origins[0]);
	} catch {
		throw notAUrl(given);
	}
	// Never signed: a signature for another host could be replayed at WeChat Pay from there.
	// Not `url.origin`: a blob: URL has the origin of the URL inside it.
	if (
		!origins.includes(`${url.protocol}//${url.host}`) ||
		url.username !== '' ||
		url.password !== ''
	) {
		throw new InputError(
			`This credential signs requests to ${origins[0]} only, not to ${url.host || url.protocol}`,
			'Correct the URL, or the API Host of the credential.',
		);
	}
	if (request.qs) appendQuery(url, request.qs);
	return url;
}

/** Joins a base and a path as n8n's HTTP client does: the path of the base stays. */
function joinUrl(base: string | undefined, given: string): string {
	if (!base || /^([a-z][a-z\d+.-]*:)?\/\//i.test(given)) return given;
	return given === '' ? base : `${base.replace(/\/+$/, '')}/${given.replace(/^\/+/, '')}`;
}

const notAUrl = (given: string): InputError =>
	new InputError(`"${given}" is not a URL`, 'Give the whole URL of the WeChat Pay endpoint.');

type HeaderFields = Record<string, string>;

/** Copies headers under lower-case names; a signature that was there before is dropped. */
function copyHeaders(headers: IDataObject | undefined): HeaderFields {
	const entries = Object.entries(headers ?? {})
		.filter(([, value]) => value !== undefined && value !== null)
		.map(([name, value]) => [name.toLowerCase(), String(value)] as const)
		.filter(([name]) => name !== 'authorization');
	return Object.fromEntries(entries);
}

const USER_AGENT = 'n8n-nodes-wechatpay';

/**
 * Signs any request that n8n is about to send: JSON, query, empty body, and multipart as Buffer,
 * `form-data`, native FormData or the plain object of older HTTP Request versions. Gives back one
 * absolute URL with the query in it and a body of bytes, so that what is signed is what is sent.
 * Redirects are off: a signed request goes to no other host.
 *
 * @throws {InputError} for an origin that is not the credential's, or a body that cannot be signed
 */
export async function signHttpRequest(
	credentials: ICredentialDataDecryptedObject,
	request: OutgoingRequest,
): Promise<IHttpRequestOptions> {
	const { signer, origins, publicKeyId } = readSigning(credentials);
	const method = (request.method ?? 'GET').toUpperCase();
	const url = resolveUrl(request, origins);
	const headers = copyHeaders(request.headers);
	const hasBody = method !== 'GET' && method !== 'HEAD';
	const { signed, body, contentType } = hasBody
		? await prepareBody(request, headers['content-type'] ?? '')
		: { signed: NOTHING, body: undefined, contentType: undefined };

	if (!/application\/json|\*\/\*/.test(headers.accept ?? '')) headers.accept = 'application/json';
	headers['user-agent'] ||= USER_AGENT;
	if (publicKeyId) headers['wechatpay-serial'] ||= publicKeyId;
	if (contentType) headers['content-type'] = contentType;
	else if (body) headers['content-type'] ||= 'application/json';
	const timestamp = Math.floor(Date.now() / 1000);
	headers.authorization = await authorize(
		{ method, canonicalUrl: getCanonicalUrl(url), timestamp, nonce: makeNonce(), body: signed },
		signer,
	);

	const target = url.origin + getCanonicalUrl(url);
	const { uri, formData, [ABORT]: abort } = request;
	return {
		...request,
		qs: undefined,
		baseURL: undefined,
		// Both would go out beside what was signed.
		form: undefined,
		auth: undefined,
		...(formData !== undefined && { formData: hasBody ? formData : undefined }),
		...(uri !== undefined && { uri: target }),
		...(abort && { abortSignal: abort }),
		method: method as IHttpRequestOptions['method'],
		url: target,
		headers,
		body: body ?? (hasBody && isFormDataPackage(request.body) ? request.body : undefined),
		disableFollowRedirect: true,
		followRedirect: false,
		followAllRedirects: false,
	} as IHttpRequestOptions;
}
