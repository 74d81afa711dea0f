import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../failure/errors';
import type { Item } from '../../item/item';
import { labelOf, option, toText } from '../../item/values';

export const languageOption: INodeProperties = {
	displayName: 'Accept Language',
	name: 'acceptLanguage',
	type: 'options',
	options: [
		{ name: 'Chinese (Simplified)', value: 'zh-CN' },
		{ name: 'Chinese (Traditional, Hong Kong)', value: 'zh-HK' },
		{ name: 'Chinese (Traditional, Taiwan)', value: 'zh-TW' },
		{ name: 'English', value: 'en' },
	],
	default: 'zh-CN',
	description: "Language of WeChat Pay's error messages",
};

export const headersOption: INodeProperties = {
	displayName: 'Headers',
	name: 'headers',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Header',
	default: {},
	options: [
		{
			displayName: 'Header',
			name: 'header',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					description: 'Name of the header',
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					description: 'Value of the header, in ASCII',
				},
			],
		},
	],
	description:
		'Additional headers, such as Idempotency-Key. Headers that the node sets, such as Authorization, Wechatpay-*, Host and Content-Length, are refused.',
};

/** Headers that the node, n8n or the HTTP client sets. */
const OWN =
	/^(authorization|wechatpay-.*|host|content-.*|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|accept-encoding|accept-language|cookie|proxy-.*)$/i;
const TOKEN = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

function readHeader(given: { name?: unknown; value?: unknown }): [string, string] | undefined {
	const name = toText(given.name, 'Name of a header').trim();
	const value = toText(given.value, `Value of the header ${name}`).trim();
	if (name === '' && value === '') return undefined;
	if (!TOKEN.test(name)) {
		throw new InputError(
			`The header name "${name.slice(0, 64)}" is not valid`,
			'Use letters, digits and hyphens.',
		);
	}
	if (OWN.test(name)) {
		throw new InputError(
			`The header ${name.slice(0, 64)} cannot be set here`,
			'The node sets it itself. Remove it from "Headers".',
		);
	}
	if (!/^[\x20-\x7e]*$/.test(value)) {
		throw new InputError(
			`The value of the header ${name} contains non-ASCII characters or a line break`,
			'Encode it with encodeURIComponent if the endpoint accepts that.',
		);
	}
	return [name.toLowerCase(), value];
}

function readLanguage(item: Item): string {
	const language = item.text(option(languageOption)).trim() || String(languageOption.default);
	if (/^[A-Za-z-]{2,16}$/.test(language)) return language;
	throw new InputError(
		`${labelOf(languageOption)} is not a language code`,
		'Choose one from the list.',
	);
}

/**
 * Reads the headers that the user adds, with lower-case names.
 *
 * @throws {InputError} for a header that the node sets itself
 */
export function readHeaders(item: Item): Record<string, string> {
	const { name } = option(headersOption);
	const { header = [] } = item.value(name, {}) as { header?: Array<Record<string, unknown>> };
	const headers = header.map(readHeader).filter((entry) => entry !== undefined);
	return { ...Object.fromEntries(headers), 'accept-language': readLanguage(item) };
}
