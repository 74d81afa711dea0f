import { POLICY } from '../../client/policy';
import { InputError } from '../../failure/errors';
import { withLabel } from '../../failure/problems';
import type { Item } from '../../item/item';
import type { RawRequest } from '../../item/rawRequest';
import { encryptParameters } from '../../item/sensitive';
import { labelOf, toText } from '../../item/values';
import { aboutRequest } from '../../protocol/aboutRequest';
import { appendQuery, readApiPath } from '../../protocol/apiPath';
import type { QueryParameter } from '../../protocol/apiPath';
import { readFieldPaths } from '../../protocol/fieldPaths';
import type { FieldPath } from '../../protocol/fieldPaths';
import { readJsonBody, readUpload } from './body';
import type { Body } from './body';
import { encryptField, methodField, pathField, queryField, sendBodyField } from './fields';
import { readHeaders } from './headers';

const METHODS: ReadonlyArray<RawRequest['method']> = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

function readMethod(item: Item): RawRequest['method'] {
	const given = item.text(methodField).trim().toUpperCase() || 'GET';
	const method = METHODS.find((one) => one === given);
	if (method) return method;
	throw new InputError(
		`${labelOf(methodField)} is none of ${METHODS.join(', ')}`,
		'Choose one from the list.',
	);
}

/** Reads the field paths in a field. */
export const readPaths = (item: Item, field: typeof encryptField): FieldPath[] =>
	withLabel(labelOf(field), () => readFieldPaths(toText(item.value(field.name), labelOf(field))));

function readParameters(item: Item): QueryParameter[] {
	const { parameter = [] } = item.value(queryField.name, {}) as {
		parameter?: Array<{ name?: unknown; value?: unknown }>;
	};
	const label = labelOf(queryField);
	const all = parameter.map(({ name, value }) => ({
		name: toText(name, label).trim(),
		value: toText(value, `${label}: ${toText(name, label)}`),
	}));
	if (all.some(({ name, value }) => name === '' && value !== '')) {
		throw new InputError(`${label} has a value without a name`, 'Enter its name.');
	}
	return all.filter(({ name }) => name !== '');
}

async function readBody(item: Item, path: string, encrypt: readonly FieldPath[]): Promise<Body> {
	const type = item.value('bodyType', 'json');
	if (type === 'json') return await readJsonBody(item, encrypt);
	if (type === 'file') return await readUpload(item, path, encrypt);
	throw new InputError(
		'"Body Type" is not "JSON" (json) or "Image Upload" (file)',
		'Choose one from the list.',
	);
}

/** `Wechatpay-Serial` for every request, because some endpoints require it. */
async function keyHeader({ run: { client } }: Item): Promise<Record<string, string>> {
	if (client.account.trust.mode === 'none') return {};
	return { 'wechatpay-serial': (await client.encryptionKey()).serial };
}

/**
 * Reads the request. Its bytes are made here, once.
 *
 * @param isFile whether the response is a file
 * @throws {InputError} if it cannot be sent
 */
export async function readRequest(item: Item, isFile: boolean): Promise<RawRequest> {
	const method = readMethod(item);
	item.note({ method });
	const label = labelOf(pathField);
	const { origins } = item.run.client.account;
	const bare = withLabel(label, () => readApiPath(item.text(pathField), origins));
	if (method !== 'GET' && !item.text(pathField).trim().startsWith('/')) {
		throw new InputError(`${label} is a URL, which requires GET`, 'Enter the path, from /v3/ on.');
	}
	item.note({ path: bare.split('?', 1)[0] });
	const headers = readHeaders(item);
	const encrypt = readPaths(item, encryptField);
	const given = readParameters(item);
	const hasBody = method !== 'GET' && item.value(sendBodyField.name, false) === true;
	const inQuery = hasBody ? [] : encrypt;
	const parameters = await encryptParameters(item, given, inQuery, labelOf(queryField));
	const path = withLabel(labelOf(queryField), () => appendQuery(bare, parameters));
	const body = hasBody ? await readBody(item, path, encrypt) : undefined;
	const about = aboutRequest(path, body?.plain);
	item.note({ ...about });
	const isLong = isFile || (body !== undefined && body.contentType !== 'application/json');
	return {
		method,
		path,
		headers: {
			...headers,
			...(await keyHeader(item)),
			...(isFile && { accept: '*/*' }),
			...(body && { 'content-type': body.contentType }),
		},
		...(body && { body: body.bytes }),
		about,
		timeout: isLong ? POLICY.uploadTimeoutMs : POLICY.jsonTimeoutMs,
	};
}
