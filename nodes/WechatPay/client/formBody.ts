import { InputError } from '../failure/errors';
import {
	buildMultipart,
	findPart,
	multipartContentType,
	readBoundary,
	readPartHead,
} from '../protocol/multipart';
import type { Part } from '../protocol/multipart';

/** A body that is ready to be signed and sent. */
export interface PreparedBody {
	/** What the signature covers: the body, or the text of the part `meta` of a form. */
	signed: Uint8Array;
	/** What is sent. Undefined if n8n writes the form itself. */
	body?: Buffer;
	contentType?: string;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;

export const hasMethod = (value: unknown, name: string): boolean =>
	isRecord(value) && typeof value[name] === 'function';

/** The bytes of a text or a byte array; undefined for anything else. */
export function toBytes(value: unknown): Buffer | undefined {
	if (typeof value === 'string') return Buffer.from(value, 'utf8');
	// The caller's bytes are used without a copy, because images are large.
	if (value instanceof Uint8Array) {
		return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
	}
	return undefined;
}

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

/** Whether this is an instance of the `form-data` package, which n8n passes and which cannot be imported here. */
export const isFormDataPackage = (value: unknown): value is { _streams?: unknown[] } =>
	hasMethod(value, 'getHeaders') && hasMethod(value, 'append');

/** Finds the meta text in a form-data instance, which lists its parts as header, content, header, … */
export function metaOfFormDataPackage(form: { _streams?: unknown[] }): Buffer {
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

/** Finds the meta text in the plain object that HTTP Request below 4.2 passes as form. */
export function metaOfPlainForm(form: Record<string, unknown>): Buffer {
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

/**
 * Serializes a native FormData. axios would use other line ends.
 *
 * @param nonce makes the boundary unique, so that no part contains it
 */
export async function writeNativeForm(form: FormData, nonce: string): Promise<PreparedBody> {
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
	const boundary = `n8n-nodes-wechatpay-${nonce}`;
	return {
		signed: Buffer.from(meta, 'utf8'),
		body: buildMultipart(parts, boundary),
		contentType: multipartContentType(boundary),
	};
}

/**
 * Reads a form that the caller has serialized. It is sent as it is.
 *
 * @param isLegacy whether it goes through n8n's older helper
 */
export function readWrittenForm(
	body: Buffer,
	contentType: string,
	isLegacy: boolean,
): PreparedBody {
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
