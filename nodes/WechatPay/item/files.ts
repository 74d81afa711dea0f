import type { IDataObject } from 'n8n-workflow';
import type { ApiResponse } from '../client';
import { WechatPayError } from '../failure/errors';
import { withLabel } from '../failure/problems';
import { readApiPath } from '../protocol/apiPath';
import { decryptBill, gunzip, hasHash, isGzip, readHash } from '../protocol/bill';
import type { BillKey, ExpectedHash } from '../protocol/bill';
import { identifyFile } from '../protocol/fileType';
import type { Item } from './item';
import { FileOutput } from './output';
import { callForFile, callForJson } from './rawRequest';
import type { RawRequest } from './rawRequest';
import { keepSecret } from './sensitive';
import { text } from '../protocol/values';

/** What to do with a downloaded file. */
export interface FileSpec {
	/** The output's binary field. */
	field: string;
	unzip: boolean;
	hash?: ExpectedHash;
	key?: BillKey;
}

/** The bytes that a hash is computed from. WeChat Pay's pages differ about it. */
type HashOf = 'raw' | 'decrypted' | 'unzipped';

interface Checked {
	content: Buffer;
	hashOf?: HashOf;
}

const wrongHash = ({ type }: ExpectedHash): WechatPayError =>
	new WechatPayError(
		`The file does not have the expected ${type}`,
		'It was changed in transit, or the hash belongs to another file. Request a new download_url with its hash_value.',
	);

/** Decrypts, unpacks and checks a file. */
async function open(item: Item, raw: Buffer, spec: FileSpec): Promise<Checked> {
	const { unzip, hash, key } = spec;
	const { privateKey } = item.run.client.account.signer;
	const plain = key ? decryptBill(raw, key, privateKey) : raw;
	const packed: Array<[HashOf, Buffer]> = [
		['raw', raw],
		['decrypted', plain],
	];
	let hashOf = hash && packed.find(([, bytes]) => hasHash(bytes, hash))?.[0];
	if (unzip && !isGzip(plain)) {
		item.hint(
			'A file is not a GZIP file and was not unpacked. Request it with tar_type=GZIP to get one.',
		);
	}
	const mustUnpack = isGzip(plain) && (unzip || (hash !== undefined && hashOf === undefined));
	const unpacked = mustUnpack ? await gunzip(plain) : plain;
	if (hash && hashOf === undefined && hasHash(unpacked, hash)) hashOf = 'unzipped';
	if (hash && hashOf === undefined) throw wrongHash(hash);
	return { content: unzip ? unpacked : plain, hashOf };
}

/** Stores a file as n8n binary data. */
async function store(
	item: Item,
	{ body, headers }: ApiResponse,
	path: string,
	spec: FileSpec,
	more: IDataObject = {},
): Promise<FileOutput> {
	const { content, hashOf } = await open(item, body, spec);
	const { name, mime } = identifyFile(content, path, headers['content-type'] ?? '');
	const { helpers } = item.run.context;
	const stored = await helpers.prepareBinaryData(content, name, mime);
	const json = {
		...more,
		file_name: name,
		mime_type: mime,
		file_size: content.length,
		...(spec.hash && { hash_type: spec.hash.type, hash_of: hashOf }),
	};
	return new FileOutput(json, { [spec.field]: stored });
}

/** Sends a request and stores the file of the response. */
export async function downloadFile(
	item: Item,
	request: RawRequest,
	spec: FileSpec,
): Promise<FileOutput> {
	return await store(item, await callForFile(item, request), request.path, spec);
}

/** The hash that comes with a `download_url`, if its type is supported. */
function hashFrom(item: Item, { hash_type, hash_value }: IDataObject): ExpectedHash | undefined {
	const type = text(hash_type).toUpperCase().replace('-', '');
	if (type === 'SHA1' || type === 'SHA256') {
		return withLabel('The hash_value of the response', () => readHash(text(hash_value)));
	}
	item.hint(`A file was not checked: its hash type is ${type === '' ? 'not named' : type}.`);
	return undefined;
}

function keyFrom(item: Item, { encrypt_key, nonce }: IDataObject): BillKey | undefined {
	if (text(encrypt_key) === '') return undefined;
	keepSecret(item, text(encrypt_key));
	return { encryptKey: text(encrypt_key), nonce: text(nonce) };
}

function urlFrom({ download_url }: IDataObject, origins: readonly string[]): string {
	const url = text(download_url);
	if (url !== '')
		return withLabel('The download_url of the response', () => readApiPath(url, origins));
	throw new WechatPayError(
		'The response holds no download_url',
		'Switch "Follow Download URL" off to see the response, with "Response Format" set to "JSON".',
	);
}

/**
 * Requests the `download_url` of one or more files, and downloads them at once, because the URL expires
 * within minutes. Hash and key of each file come from the verified response.
 *
 * @returns an item for each file
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012760249
 */
export async function followDownloadUrl(
	item: Item,
	request: RawRequest,
	spec: FileSpec,
): Promise<FileOutput[]> {
	const response = await callForJson(item, request);
	const { download_bill_list: list } = response;
	const entries = (Array.isArray(list) ? list : [response]) as IDataObject[];
	const files: FileOutput[] = [];
	for (const entry of entries) {
		const path = urlFrom(entry, item.run.client.account.origins);
		const own = { ...spec, hash: hashFrom(item, entry), key: keyFrom(item, entry) };
		const { headers, timeout } = request;
		const found = await callForFile(item, { method: 'GET', path, headers, timeout });
		const { bill_sequence } = entry;
		const more = bill_sequence === undefined ? {} : { bill_sequence };
		files.push(await store(item, found, path, own, more));
	}
	return files;
}
