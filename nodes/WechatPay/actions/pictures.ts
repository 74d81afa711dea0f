import type { IBinaryData, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InputError } from '../protocol/errors';
import { checkMedia } from '../protocol/media';
import type { MediaRules, Upload } from '../protocol/media';
import type { ItemTransport } from '../transport';
import { readText } from './checks';

export const binaryField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the input binary field that holds the picture (JPG, PNG or BMP)',
	description: 'Not for use as a tool of an AI agent: tool calls carry no files',
};

export const fileNameOption: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	description:
		'Name to send with the picture. If empty, the name of the file. A name that is not plain ASCII is replaced by digits of the checksum.',
};

/** Reads a picture from an input binary field, checks it, and packs it for its upload. */
async function readMedia(
	this: IExecuteFunctions,
	i: number,
	binaryPropertyName: string,
	rules: MediaRules,
	wechatPay: ItemTransport,
	fileName = '',
): Promise<Upload> {
	const name = binaryPropertyName.trim();
	if (/^(https?:|data:)/i.test(name)) {
		throw new InputError(
			`${binaryField.displayName} holds a link; it takes the name of a binary field`,
			'Download the picture first, with an HTTP Request node and Response Format File, then enter the name of its output field.',
		);
	}
	const binary = this.getInputData()[i]?.binary ?? {};
	const data = name === '' ? undefined : (binary[name] ?? findInFields.call(this, i, name));
	if (!data) {
		const names = Object.keys(binary);
		throw new InputError(
			name === ''
				? `${binaryField.displayName} is empty`
				: `The item has no binary field "${name}"`,
			names.length > 0
				? `It has: ${names.join(', ')}. Enter one of these.`
				: 'The item has no file at all. Put a node before this one that reads it, such as Read/Write Files from Disk. Tool calls of AI agents carry no files.',
		);
	}
	const where = `binary field "${name}"`;
	// A file that is far too large is refused without being read into memory.
	if (typeof data.bytes === 'number' && data.bytes > 10 * rules.maxBytes) {
		throw new InputError(
			`The file in ${where} has ${Math.round(data.bytes / 1024 / 1024)} MB; WeChat Pay takes ${rules.maxBytes / 1024 / 1024} MB at most`,
			'Check that it is the photo of a form.',
		);
	}
	const content = await this.helpers.getBinaryDataBuffer(i, name);
	const media = checkMedia(content, fileName || data.fileName || '', rules, where);
	return wechatPay.pack(media, rules);
}

/** Reads and checks the picture of an operation that uploads one. */
export async function readUpload(
	this: IExecuteFunctions,
	i: number,
	rules: MediaRules,
	wechatPay: ItemTransport,
): Promise<Upload> {
	const name = readText.call(this, binaryField.name, binaryField.displayName, i);
	const fileName = readText.call(this, 'options.fileName', fileNameOption.displayName, i);
	return await wechatPay.prepare(
		async () => await readMedia.call(this, i, name, rules, wechatPay, fileName),
	);
}

/** A workflow in n8n's combined binary mode holds files among the item's fields: n8n's helper knows. */
function findInFields(this: IExecuteFunctions, i: number, name: string): IBinaryData | undefined {
	try {
		return this.helpers.assertBinaryData(i, name);
	} catch {
		return undefined;
	}
}

/** The fields of a row that takes a picture: a file to upload, or the ID of one that was uploaded. */
export const pictureFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{
				name: 'Binary Field',
				value: 'binary',
				description: 'Upload the picture from an input binary field, then use its media ID',
			},
			{
				name: 'Media ID',
				value: 'mediaId',
				description: 'Use the media ID of a picture that was uploaded before',
			},
		],
		default: 'binary',
		description:
			'Where the picture comes from. For use as a tool of an AI agent choose Media ID: tool calls carry no files.',
	},
	{
		displayName: 'Media ID',
		name: 'mediaId',
		type: 'string',
		default: '',
		displayOptions: { show: { source: ['mediaId'] } },
		description: 'The media_id that an upload gave, or one from the media_ids of an earlier try',
	},
	{ ...binaryField, displayOptions: { show: { source: ['binary'] } } },
];

/** A row as n8n gives it: any of it may come from an expression. */
export interface PictureRow {
	source?: unknown;
	mediaId?: unknown;
	binaryPropertyName?: unknown;
}

/** A checked picture: still to be uploaded, or the ID of one that was. */
export type Picture = { upload: Upload } | { mediaId: string };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Checks the shape of a media ID; whether it exists only WeChat Pay knows. */
export function checkMediaId(value: unknown, where: string): string {
	const mediaId = text(value);
	if (mediaId === '') {
		throw new InputError(
			`Media ID in ${where} is empty`,
			'Enter the media_id that an upload gave, or choose Binary Field as Source.',
		);
	}
	if (/^https?:/i.test(mediaId)) {
		throw new InputError(
			`Media ID in ${where} holds a link`,
			'A media ID comes from an upload. Download the picture first and choose Binary Field as Source.',
		);
	}
	if (/[\s\u{10000}-\u{10FFFF}]/u.test(mediaId) || mediaId.length > 512) {
		throw new InputError(
			`Media ID in ${where} has spaces, an emoji, or more than 512 characters`,
			'Copy the media_id as the upload gave it.',
		);
	}
	return mediaId;
}

/** Reads and checks the picture of one row. */
async function readPicture(
	this: IExecuteFunctions,
	i: number,
	row: PictureRow,
	where: string,
	rules: MediaRules,
	wechatPay: ItemTransport,
): Promise<Picture> {
	const { source = 'binary', mediaId, binaryPropertyName } = row;
	if (source === 'mediaId') return { mediaId: checkMediaId(mediaId, where) };
	if (source === 'binary') {
		const upload = await readMedia.call(this, i, text(binaryPropertyName), rules, wechatPay);
		return { upload };
	}
	throw new InputError(
		`Source in ${where} is neither binary nor mediaId`,
		'Choose one from the list, or let the expression give one of these two words.',
	);
}

/**
 * Reads and checks the pictures of all rows; nothing is sent yet.
 *
 * @param label of the field that holds the rows, for messages
 */
export async function readPictures(
	this: IExecuteFunctions,
	i: number,
	rows: readonly PictureRow[],
	label: string,
	rules: MediaRules,
	wechatPay: ItemTransport,
): Promise<Picture[]> {
	return await wechatPay.prepare(async () => {
		const pictures: Picture[] = [];
		for (const [index, row] of rows.entries()) {
			const where = `${label} row ${index + 1}`;
			pictures.push(await readPicture.call(this, i, row, where, rules, wechatPay));
		}
		return pictures;
	});
}

/** Uploads a picture unless it has an ID already; gives the ID. */
export async function uploadPicture(
	picture: Picture,
	path: string,
	wechatPay: ItemTransport,
): Promise<string> {
	if ('mediaId' in picture) return picture.mediaId;
	return (await wechatPay.upload(path, picture.upload)).media_id;
}
