import { InputError } from '../failure/errors';
import {
	hasMethod,
	isFormDataPackage,
	isRecord,
	metaOfFormDataPackage,
	metaOfPlainForm,
	readWrittenForm,
	toBytes,
	writeNativeForm,
} from './formBody';
import type { PreparedBody } from './formBody';
import type { OutgoingRequest } from './outgoingRequest';

/** No body: the signature covers nothing. */
export const NO_BODY: PreparedBody = { signed: Buffer.alloc(0) };

const isMultipart = (contentType: string): boolean => /multipart\/form-data/i.test(contentType);

const isUrlEncoded = ({ body, form, formData }: OutgoingRequest, contentType: string): boolean =>
	isRecord(form) ||
	typeof form === 'string' ||
	(body as unknown) instanceof URLSearchParams ||
	(/x-www-form-urlencoded/i.test(contentType) && formData === undefined);

const notJson = (what: string, type: string): InputError =>
	new InputError(
		`${what} is ${type}, which JSON cannot hold`,
		'Send an object, a list or text. To upload a file choose Form-Data, with the text field meta and the file field file.',
	);

/** The type of a value whose content JSON would drop, such as Blob or Map; undefined for other values. */
function lostType(value: unknown): string | undefined {
	if (!isRecord(value) || Array.isArray(value)) return undefined;
	const prototype: unknown = Object.getPrototypeOf(value);
	// Not compared with Object.prototype: objects from expressions may come from another realm.
	const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
	if (isPlain || (Object.keys(value).length > 0 && !ArrayBuffer.isView(value))) return undefined;
	const type = Object.prototype.toString.call(value).slice('[object '.length, -1);
	return type === 'Object' ? value.constructor.name : type;
}

/** Serializes JSON. Refuses values whose content would be lost as `{}`. */
function writeJson(body: unknown): PreparedBody {
	const text = JSON.stringify(body, (key, value: unknown) => {
		const type = lostType(value);
		if (type === undefined) return value;
		throw notJson(key === '' ? 'The body' : `"${key}" in the body`, `of the type ${type}`);
	}) as string | undefined;
	if (text === undefined) throw notJson('The body', `a ${typeof body}`);
	const json = Buffer.from(text, 'utf8');
	return { signed: json, body: json };
}

/**
 * Prepares a body for signing and sending, in any shape in which n8n passes it.
 *
 * @param nonce for the boundary of a form that is serialized here
 * @throws {InputError} for a body that cannot be signed, with what to send instead
 */
export async function prepareBody(
	request: OutgoingRequest,
	contentType: string,
	nonce: string,
): Promise<PreparedBody> {
	const body: unknown = request.body;
	const { formData } = request;
	if (isUrlEncoded(request, contentType)) {
		throw new InputError(
			'WeChat Pay does not take URL-encoded forms',
			'Choose JSON as Body Content Type, or Form-Data for an upload.',
		);
	}
	if (isFormDataPackage(formData)) return { signed: metaOfFormDataPackage(formData) };
	if (isRecord(formData)) return { signed: metaOfPlainForm(formData) };
	if (body === undefined || body === null || body === '') return NO_BODY;
	if (isFormDataPackage(body)) return { signed: metaOfFormDataPackage(body) };
	if (body instanceof FormData) return await writeNativeForm(body, nonce);
	const bytes = toBytes(body);
	if (bytes && isMultipart(contentType)) {
		return readWrittenForm(bytes, contentType, request.uri !== undefined);
	}
	if (bytes) return { signed: bytes, body: bytes };
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
	return writeJson(body);
}
