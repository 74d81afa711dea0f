import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../failure/errors';
import { withLabel } from '../../failure/problems';
import type { FileSpec } from '../../item/files';
import type { Item } from '../../item/item';
import { keepSecret } from '../../item/sensitive';
import { labelOf, requireText, option } from '../../item/values';
import { readHash } from '../../protocol/bill';
import type { BillKey } from '../../protocol/bill';
import { outputField } from './fields';

const forFiles = { displayOptions: { show: { '/responseFormat': ['file'] } } };

const encryptKeyOption: INodeProperties = {
	displayName: 'Encrypted Bill: Key',
	name: 'encryptKey',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	...forFiles,
	description:
		'The encrypt_key that came with the download_url of an encrypted bill. Not required with "Follow Download URL".',
};

const nonceOption: INodeProperties = {
	displayName: 'Encrypted Bill: Nonce',
	name: 'nonce',
	type: 'string',
	default: '',
	...forFiles,
	description: 'The nonce that came with the same download_url',
};

const expectedHashOption: INodeProperties = {
	displayName: 'Expected Hash',
	name: 'expectedHash',
	type: 'string',
	default: '',
	...forFiles,
	description:
		'The hash_value that came with the download_url: 40 hexadecimal digits for SHA-1, 64 for SHA-256. A file with another hash causes an error.',
};

const followOption: INodeProperties = {
	displayName: 'Follow Download URL',
	name: 'followDownloadUrl',
	type: 'boolean',
	default: false,
	...forFiles,
	description:
		'Whether to download the file from the download_url in the response, checked and decrypted with the hash and key in the response. One item for each file.',
};

const unzipOption: INodeProperties = {
	displayName: 'Unpack GZIP',
	name: 'unzip',
	type: 'boolean',
	default: false,
	...forFiles,
	description: 'Whether to unpack a GZIP file (tar_type=GZIP), up to 64 MB',
};

export const fileOptions: INodeProperties[] = [
	encryptKeyOption,
	nonceOption,
	expectedHashOption,
	followOption,
	unzipOption,
];

export const followsUrl = (item: Item): boolean =>
	item.value(option(followOption).name, false) === true;

function readKey(item: Item): BillKey | undefined {
	const encryptKey = item.text(option(encryptKeyOption)).trim();
	const nonce = item.text(option(nonceOption)).trim();
	if (encryptKey === '' && nonce === '') return undefined;
	keepSecret(item, encryptKey);
	if (encryptKey !== '' && nonce !== '') return { encryptKey, nonce };
	const [given, missing] =
		nonce === '' ? [encryptKeyOption, nonceOption] : [nonceOption, encryptKeyOption];
	throw new InputError(
		`${labelOf(given)} is set, and ${labelOf(missing)} is not`,
		'Both come with the download_url of an encrypted bill: enter both.',
	);
}

/**
 * Reads what to do with the file of the response.
 *
 * @throws {InputError} for an invalid hash, or a key without its nonce
 */
export function readFileSpec(item: Item): FileSpec {
	const field = requireText(String(item.value(outputField.name, 'data')), labelOf(outputField));
	const hash = item.text(option(expectedHashOption)).trim();
	const key = readKey(item);
	if (followsUrl(item) && (hash !== '' || key)) {
		throw new InputError(
			'"Follow Download URL" takes hash and key from the response',
			'Remove "Expected Hash", "Encrypted Bill: Key" and "Encrypted Bill: Nonce".',
		);
	}
	return {
		field,
		unzip: item.value(option(unzipOption).name, false) === true,
		...(hash !== '' && { hash: withLabel(labelOf(expectedHashOption), () => readHash(hash)) }),
		...(key && { key }),
	};
}
