import type { INodeProperties } from 'n8n-workflow';

export const binaryField: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the input binary field containing the image (JPG, PNG or BMP)',
	description:
		'Name of the binary field of the input item. Not available to a tool of an AI agent: tool calls carry no files.',
};

export const urlField: INodeProperties = {
	displayName: 'Link',
	name: 'url',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://files.example.com/form.jpg',
	description:
		'URL of the image file (https), without a login. It is downloaded without any key or signature.',
};

export const fileNameOption: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	description:
		'File name to send with the image. If empty, the name of the file is used. A name with non-ASCII characters is replaced by part of the checksum.',
};

/** The fields of a row with an image: a file to upload, or a media ID. */
export const imageFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{
				name: 'Binary Field',
				value: 'binary',
				description: 'Upload the image from an input binary field, then use its media ID',
			},
			{
				name: 'Link',
				value: 'url',
				description: 'Download the image from a link, then upload it and use its media ID',
			},
			{
				name: 'Media ID',
				value: 'mediaId',
				description: 'Use the media ID of an image that was uploaded before',
			},
		],
		default: 'binary',
		description:
			'Where to take the image from. As a tool of an AI agent, choose "Link" or "Media ID": tool calls carry no files.',
	},
	{
		displayName: 'Media ID',
		name: 'mediaId',
		type: 'string',
		default: '',
		displayOptions: { show: { source: ['mediaId'] } },
		description:
			'A media_id returned by an upload, or one from the media_ids of an earlier attempt',
	},
	{ ...binaryField, displayOptions: { show: { source: ['binary'] } } },
	{ ...urlField, displayOptions: { show: { source: ['url'] } } },
];

/** The fields of an operation that uploads one image. */
export const uploadFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{ name: 'Binary Field', value: 'binary', description: 'A file of the input item' },
			{ name: 'Link', value: 'url', description: 'A file that is downloaded from a link' },
		],
		default: 'binary',
		description:
			'Where to take the image from. As a tool of an AI agent, choose "Link": tool calls carry no files.',
	},
	{ ...binaryField, displayOptions: { show: { source: ['binary'] } } },
	{ ...urlField, displayOptions: { show: { source: ['url'] } } },
];
