import type { IDataObject } from 'n8n-workflow';
import type { ApiResponse, ApiRequest } from '../client';
import { readObject } from '../client/responses';
import { outcomeOf } from '../failure/cause';
import type { Cause } from '../failure/cause';
import { CallError, toError } from '../failure/errors';
import { unknownRequest } from '../failure/submission';
import { MAX_FILE_BYTES } from '../protocol/bill';
import { decryptSensitive } from '../protocol/cipher';
import { changeTexts } from '../protocol/fieldPaths';
import type { FieldPath } from '../protocol/fieldPaths';
import type { Item } from './item';
import { keepSecret } from './sensitive';

/** A request to any endpoint, with path and body as they are sent. */
export type RawRequest = Pick<
	ApiRequest,
	'method' | 'path' | 'body' | 'headers' | 'about' | 'timeout'
>;

const ACCEPTED =
	'WeChat Pay accepted a request and has not processed it yet (HTTP 202): http_status is 202 in its item. Query the result, or send the same request again later.';

/** Whether it may have been acted on. For some endpoints a 429 does not exclude it. */
const isOpen = (cause: Cause): boolean => outcomeOf(cause) === 'open' || cause.kind === 'rateLimit';

/**
 * Sends a request and reads its response. GET is retried as usual, other methods only if the request did not
 * leave this machine.
 *
 * @throws {WechatPayError} with outcome `unknown` if a method other than GET may have been acted on
 * @throws {CallError} with the cause
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012081727
 */
async function send<T>(
	item: Item,
	request: RawRequest,
	more: Pick<ApiRequest, 'mayBeUnsigned' | 'accepts202' | 'maxBytes'>,
	read: (response: ApiResponse) => T,
): Promise<T> {
	const repeat = request.method === 'GET' ? 'always' : 'ifNotSent';
	try {
		return read(await item.run.client.call({ ...request, ...more, repeat }, item.trace));
	} catch (error) {
		const isUnknown = request.method !== 'GET' && error instanceof CallError && isOpen(error.cause);
		throw isUnknown ? unknownRequest(request.method, error) : toError(error);
	}
}

const LABEL = '"Decrypt Fields"';

/** Decrypts the texts at the paths. A text that cannot be decrypted is kept, with a hint. */
function decryptTexts(item: Item, json: string, paths: readonly FieldPath[]): string {
	const { privateKey } = item.run.client.account.signer;
	const closed = new Set<string>();
	const { json: changed, missing } = changeTexts(json, paths, (text, path) => {
		const plain = text === '' ? '' : decryptSensitive(text, privateKey);
		if (plain === undefined) closed.add(path.text);
		else keepSecret(item, plain);
		return plain ?? text;
	});
	for (const path of closed) {
		item.hint(
			`${LABEL}: ${path} could not be decrypted and is returned as received. It may have been encrypted for an earlier merchant certificate.`,
		);
	}
	for (const { text } of missing) {
		item.hint(`${LABEL}: a response has no text at ${text}. Check the path if you expect one.`);
	}
	return changed;
}

/** Reads the JSON of a response; only its status if the body is empty. */
function readJsonResponse(
	item: Item,
	response: ApiResponse,
	paths: readonly FieldPath[],
): IDataObject {
	const { status, body } = response;
	if (status === 202) item.hint(ACCEPTED);
	if (body.length === 0) return { http_status: status };
	const found = readObject(response);
	if (paths.length > 0) {
		const json = decryptTexts(item, body.toString('utf8'), paths);
		return withStatus(status, readObject({ ...response, body: Buffer.from(json, 'utf8') }));
	}
	return withStatus(status, found);
}

const withStatus = (status: number, found: IDataObject): IDataObject =>
	status === 202 ? { http_status: status, ...found } : found;

/**
 * Sends a request and returns the verified response: WeChat Pay's fields unchanged, and `http_status` if it is
 * 202 or has no body.
 *
 * @param decrypt paths of texts that WeChat Pay encrypted for the merchant
 * @throws as `send`
 */
export async function callForJson(
	item: Item,
	request: RawRequest,
	decrypt: readonly FieldPath[] = [],
): Promise<IDataObject> {
	return await send(item, request, { accepts202: true }, (response) =>
		readJsonResponse(item, response, decrypt),
	);
}

/**
 * Sends a request for a file. The response is verified, unless WeChat Pay does not sign this file.
 *
 * @throws as `send`
 */
export async function callForFile(item: Item, request: RawRequest): Promise<ApiResponse> {
	const more = { mayBeUnsigned: true, maxBytes: MAX_FILE_BYTES } as const;
	return await send(item, request, more, (response) => response);
}
