import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InputError } from '../protocol/errors';
import { checkMedia } from '../protocol/media';
import type { Media, MediaRules } from '../protocol/media';

export const binaryField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the input binary field that holds the picture (JPG, PNG or BMP, 2 MB at most)',
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

/** Reads a picture from an input binary field and checks it, before anything is sent. */
export async function readMedia(
	this: IExecuteFunctions,
	i: number,
	binaryPropertyName: string,
	rules: MediaRules,
	fileName = '',
): Promise<Media> {
	const name = binaryPropertyName.trim();
	if (/^(https?:|data:)/i.test(name)) {
		throw new InputError(
			`${binaryField.displayName} holds a link; it takes the name of a binary field`,
			'Download the picture first, with an HTTP Request node and Response Format File, then enter the name of its output field.',
		);
	}
	const binary = this.getInputData()[i]?.binary ?? {};
	const data = name === '' ? undefined : binary[name];
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
	return checkMedia(content, fileName || data.fileName || '', rules, where);
}
