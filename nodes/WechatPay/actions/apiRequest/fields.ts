import type { INodeProperties } from 'n8n-workflow';
import { binaryField as imageField } from '../../item/imageFields';
import { paginationField } from './pagination';

const WITH_BODY = { method: ['DELETE', 'PATCH', 'POST', 'PUT'], sendBody: [true] };

export const methodField: INodeProperties = {
	displayName: 'Method',
	name: 'method',
	type: 'options',
	options: [
		{ name: 'DELETE', value: 'DELETE' },
		{ name: 'GET', value: 'GET' },
		{ name: 'PATCH', value: 'PATCH' },
		{ name: 'POST', value: 'POST' },
		{ name: 'PUT', value: 'PUT' },
	],
	default: 'GET',
	description:
		'HTTP method. Methods other than GET change something and are never retried once they may have arrived. As a tool of an AI agent, choose the method here instead of leaving it to the model, and let a person approve methods other than GET.',
};

export const pathField: INodeProperties = {
	displayName: 'Path',
	name: 'path',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. /v3/ecommerce/fund/enddaybalance/1900000109',
	description:
		'Path of the endpoint as documented, beginning with /v3/, with its placeholders filled in and an optional query; or a download_url. The request goes to the "API Host" of the credential. As a tool of an AI agent, enter the path here instead of leaving it to the model.',
};

export const queryField: INodeProperties = {
	displayName: 'Query Parameters',
	name: 'queryParameters',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Query Parameter',
	default: {},
	options: [
		{
			displayName: 'Parameter',
			name: 'parameter',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					description: 'Name of the parameter as documented',
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					description: 'Value of the parameter, not encoded',
				},
			],
		},
	],
	description: 'Query parameters. The node encodes them and appends them to the path.',
};

export const sendBodyField: INodeProperties = {
	displayName: 'Send Body',
	name: 'sendBody',
	type: 'boolean',
	default: false,
	displayOptions: { show: { method: WITH_BODY.method } },
	description: 'Whether the request has a body',
};

const bodyTypeField: INodeProperties = {
	displayName: 'Body Type',
	name: 'bodyType',
	type: 'options',
	options: [
		{
			name: 'Image Upload',
			value: 'file',
			description: 'An image with its metadata, for upload endpoints',
		},
		{ name: 'JSON', value: 'json', description: 'JSON text' },
	],
	default: 'json',
	displayOptions: { show: WITH_BODY },
	description: 'Type of the body',
};

export const jsonBodyField: INodeProperties = {
	displayName: 'JSON Body',
	name: 'jsonBody',
	type: 'json',
	default: '',
	placeholder: 'e.g. { "sub_mchid": "1900000109" }',
	displayOptions: { show: { ...WITH_BODY, bodyType: ['json'] } },
	description:
		'JSON object, sent exactly as entered. Only the fields under "Encrypt Fields" are replaced. Omit empty fields: WeChat Pay does not accept null.',
};

const ofUpload = { show: { ...WITH_BODY, bodyType: ['file'] } };

export const nameKeyField: INodeProperties = {
	displayName: 'Meta Key of the File Name',
	name: 'nameKey',
	type: 'string',
	default: 'filename',
	displayOptions: ofUpload,
	description: 'Key of the file name in meta: filename, or file_name for cancel media',
};

export const digestKeyField: INodeProperties = {
	displayName: 'Meta Key of the Digest',
	name: 'digestKey',
	type: 'string',
	default: 'sha256',
	displayOptions: ofUpload,
	description: 'Key of the SHA-256 digest in meta: sha256, or file_digest for cancel media',
};

export const encryptField: INodeProperties = {
	displayName: 'Encrypt Fields',
	name: 'encryptFields',
	type: 'string',
	default: '',
	placeholder: 'e.g. account_name, receivers[].name',
	description:
		'Sensitive fields, entered as plain text, to encrypt for WeChat Pay: dotted paths in the JSON body with [] after a list, separated by commas. Without a body, names of "Query Parameters".',
};

export const responseFormatField: INodeProperties = {
	displayName: 'Response Format',
	name: 'responseFormat',
	type: 'options',
	options: [
		{
			name: 'File',
			value: 'file',
			description: 'A bill, a receipt or an image, put into a binary field',
		},
		{ name: 'JSON', value: 'json', description: 'The fields of the response' },
	],
	default: 'json',
	description:
		'Format of the response. Responses are always verified, except files that WeChat Pay does not sign.',
};

export const decryptField: INodeProperties = {
	displayName: 'Decrypt Fields',
	name: 'decryptFields',
	type: 'string',
	default: '',
	placeholder: 'e.g. payer_phone, data[].payer_phone',
	displayOptions: { show: { responseFormat: ['json'] } },
	description:
		'Fields of the response that WeChat Pay encrypted for the merchant: dotted paths with [] after a list, separated by commas. With "Pagination", paths start at the whole response, e.g. data[].payer_phone.',
};

export const outputField: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'outputBinaryField',
	type: 'string',
	default: 'data',
	required: true,
	displayOptions: { show: { responseFormat: ['file'] } },
	hint: 'The name of the output binary field to put the file in',
	description:
		'Name of the output binary field. As a tool of an AI agent, choose "JSON": tools return no files.',
};

/** All fields, in the order of the panel. */
export const fields: INodeProperties[] = [
	methodField,
	pathField,
	queryField,
	sendBodyField,
	bodyTypeField,
	jsonBodyField,
	{ ...imageField, displayOptions: ofUpload },
	nameKeyField,
	digestKeyField,
	encryptField,
	responseFormatField,
	decryptField,
	outputField,
	paginationField,
];
