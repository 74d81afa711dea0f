import type { IBinaryData } from 'n8n-workflow';
import { InputError } from '../failure/errors';
import { withLabel } from '../failure/problems';
import { packMedia } from '../protocol/media';
import type { Upload, UploadEndpoint } from '../protocol/media';
import { orUndefined } from '../protocol/orUndefined';
import { makeNonce } from '../protocol/signature';
import { downloadFile } from './download';
import { binaryField } from './imageFields';
import type { Item } from './item';
import { labelOf, requireText } from './values';
import { text } from '../protocol/values';

const MEBIBYTE = 1024 * 1024;
const SAFE_BYTES = 2 * MEBIBYTE;

/** In n8n's combined binary mode, files are among the fields of the item, where n8n's helper finds them. */
const findInFields = ({ run, index }: Item, name: string): IBinaryData | undefined =>
	orUndefined(() => run.context.helpers.assertBinaryData(index, name));

/** Reads and checks an image from an input binary field. */
export async function readBinary(
	item: Item,
	field: unknown,
	endpoint: UploadEndpoint,
	givenName = '',
): Promise<Upload> {
	const { context } = item.run;
	const name = text(field).trim();
	const label = labelOf(binaryField);
	if (/^(https?:|data:)/i.test(name)) {
		throw new InputError(
			`${label} contains a link instead of the name of a binary field`,
			'Download the image first, with an HTTP Request node and its Response Format set to File, then enter the name of its output field.',
		);
	}
	const binary = context.getInputData()[item.index]?.binary ?? {};
	const data = name === '' ? undefined : (binary[name] ?? findInFields(item, name));
	if (!data) {
		const names = Object.keys(binary);
		throw new InputError(
			name === '' ? `${label} is empty` : `The item has no binary field "${name}"`,
			names.length > 0
				? `It has: ${names.join(', ')}. Enter one of these.`
				: 'The item has no file. Add a node before this one that reads it, such as Read/Write Files from Disk. Tool calls of AI agents carry no files.',
		);
	}
	const where = `binary field "${name}"`;
	// A file that is far too large is not read into memory.
	if (typeof data.bytes === 'number' && data.bytes > 10 * endpoint.maxBytes) {
		throw new InputError(
			`The file in ${where} has ${Math.round(data.bytes / MEBIBYTE)} MB; WeChat Pay accepts ${endpoint.maxBytes / MEBIBYTE} MB at most`,
			'Check that it is the photo of a form.',
		);
	}
	const content = await context.helpers.getBinaryDataBuffer(item.index, name);
	return pack(item, content, givenName || data.fileName || '', where, endpoint);
}

/**
 * Downloads and checks an image from a link.
 *
 * @param field label and row of the link, for messages
 */
export async function readLink(
	item: Item,
	link: unknown,
	field: string,
	endpoint: UploadEndpoint,
	name = '',
): Promise<Upload> {
	const url = requireText(text(link), field, 'Enter the link to the image.');
	const content = await downloadFile(item, url, field, endpoint.maxBytes);
	return pack(item, content, name, `${field} (${new URL(url).host})`, endpoint);
}

/**
 * Makes the upload of an image. Only its body is kept until it is sent: the image itself can be
 * released at once.
 */
function pack(
	item: Item,
	content: Buffer,
	name: string,
	where: string,
	endpoint: UploadEndpoint,
): Upload {
	const boundary = `n8n-nodes-wechatpay-${makeNonce()}`;
	const upload = withLabel(where, () => packMedia(content, name, endpoint, boundary));
	// Between 2 and 5 MB the official pages contradict each other: WeChat Pay decides.
	if (content.length > SAFE_BYTES) {
		item.hint(
			'An image has more than 2 MB. Some pages of WeChat Pay allow 5 MB here, others 2 MB: make it smaller if it is refused.',
		);
	}
	return upload;
}

/** Checks the format of a media ID. Only WeChat Pay knows whether it exists. */
export function checkMediaId(value: unknown, where: string): string {
	const mediaId = text(value);
	if (mediaId === '') {
		throw new InputError(
			`"Media ID" in ${where} is empty`,
			'Enter a media_id returned by an upload, or set "Source" to "Binary Field".',
		);
	}
	if (/^https?:/i.test(mediaId)) {
		throw new InputError(
			`"Media ID" in ${where} contains a link`,
			'A media ID comes from an upload. Set "Source" to "Link" instead.',
		);
	}
	if (/[\s\u{10000}-\u{10FFFF}]/u.test(mediaId) || mediaId.length > 512) {
		throw new InputError(
			`"Media ID" in ${where} has spaces, an emoji, or more than 512 characters`,
			'Copy the media_id exactly as the upload returned it.',
		);
	}
	return mediaId;
}
