import { InputError } from '../../failure/errors';
import { downloadFile, followDownloadUrl } from '../../item/files';
import { fileNameOption } from '../../item/imageFields';
import type { Item } from '../../item/item';
import { readPages } from '../../item/pages';
import { callForJson } from '../../item/rawRequest';
import type { Operation } from '../operation';
import { decryptField, fields, responseFormatField } from './fields';
import { fileOptions, followsUrl, readFileSpec } from './file';
import { headersOption, languageOption } from './headers';
import { readPagination } from './pagination';
import { readPaths, readRequest } from './read';

async function requestFile(item: Item) {
	const spec = readFileSpec(item);
	const request = await readRequest(item, true);
	if (request.method !== 'GET') {
		throw new InputError(
			'"Response Format" is "File", which requires GET',
			'Choose "JSON", or set "Method" to GET if the endpoint returns a file.',
		);
	}
	if (followsUrl(item)) return await followDownloadUrl(item, request, spec);
	return await downloadFile(item, request, spec);
}

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012081726 */
export const request: Operation = {
	value: 'request',
	name: 'Make API Request',
	action: 'Make API request',
	description:
		'Call any WeChat Pay APIv3 endpoint, signed and verified. Methods other than GET change things: as a tool of an AI agent, set method and path here and let a person approve each call.',
	fields,
	options: [fileNameOption, headersOption, languageOption, ...fileOptions],
	async execute(item) {
		const format = item.value(responseFormatField.name, 'json');
		if (format === 'file') return await requestFile(item);
		if (format !== 'json') {
			throw new InputError(
				'"Response Format" is not "JSON" (json) or "File" (file)',
				'Choose one from the list.',
			);
		}
		const request = await readRequest(item, false);
		const decrypt = readPaths(item, decryptField);
		const paging = request.method === 'GET' ? readPagination(item) : undefined;
		if (paging) return await readPages(item, request, paging, decrypt);
		return await callForJson(item, request, decrypt);
	},
};
