import type { IDataObject } from 'n8n-workflow';
import { InputError, WechatPayError } from '../failure/errors';
import { appendQuery, queryOf } from '../protocol/apiPath';
import type { QueryParameter } from '../protocol/apiPath';
import type { FieldPath } from '../protocol/fieldPaths';
import type { Item } from './item';
import { callForJson } from './rawRequest';
import type { RawRequest } from './rawRequest';

/** Maximum number of pages, whatever the limit is: ends a list that would never end. */
const MAX_PAGES = 1000;

/** How an endpoint counts: by records, by pages, or by a token for the next page. */
export type PageMode = 'records' | 'pages' | 'token';

export interface Paging {
	mode: PageMode;
	/** The field of the response with the entries. */
	listKey: string;
	pageSize: number;
	/** Maximum number of entries. */
	limit: number;
}

/** How far the pages have been read. */
interface Progress {
	page: number;
	entries: IDataObject[];
	token: string;
	/** `total_count` of the first page; later pages may omit it. */
	total?: number;
}

/** The query parameters that each mode sets. */
const NAMES: Readonly<Record<PageMode, readonly [position: string, size: string]>> = {
	records: ['offset', 'limit'],
	pages: ['offset', 'limit'],
	token: ['page_token', 'page_size'],
};

function parametersOf(paging: Paging, { page, entries, token }: Progress): QueryParameter[] {
	const { mode, pageSize } = paging;
	const [position, size] = NAMES[mode];
	const at = { records: String(entries.length), pages: String(page), token }[mode];
	return [
		...(at === '' ? [] : [{ name: position, value: at }]),
		{ name: size, value: String(pageSize) },
	];
}

/** The entries of a page. An empty page may omit the list. */
function entriesOf(response: IDataObject, { listKey }: Paging, isFirst: boolean): IDataObject[] {
	const list = Object.hasOwn(response, listKey) ? response[listKey] : undefined;
	if (Array.isArray(list)) {
		return (list as unknown[]).map((entry) =>
			typeof entry === 'object' && entry !== null
				? (entry as IDataObject)
				: { [listKey]: entry as string },
		);
	}
	const lists = Object.keys(response).filter((key) => Array.isArray(response[key]));
	if (list === undefined && !(isFirst && (lists.length > 0 || Number(response.total_count) > 0))) {
		return [];
	}
	throw new WechatPayError(
		`The response has no list "${listKey}"`,
		lists.length > 0
			? `Its lists are: ${lists.join(', ')}. Enter one of these as "List Key" under "Pagination".`
			: 'Set "Mode" under "Pagination" to "None" to see the response as received.',
	);
}

const tokenOf = ({ next_page_token: token }: IDataObject): string =>
	typeof token === 'string' ? token : '';

/** Whether the page with `received` entries is the last one. */
function isLast({ mode, pageSize }: Paging, progress: Progress, received: number): boolean {
	const { page, entries, token, total } = progress;
	if (mode === 'token') return token === '';
	if (received === 0) return true;
	if (total === undefined) return received < pageSize;
	return mode === 'records' ? entries.length >= total : (page + 1) * pageSize >= total;
}

function assertFree({ path }: RawRequest, { mode }: Paging): void {
	const taken = queryOf(path).find(({ name }) => NAMES[mode].includes(name));
	if (!taken) return;
	throw new InputError(
		`"Pagination" sets ${NAMES[mode].join(' and ')} itself, and the query has ${taken.name}`,
		'Remove it from the query, or set "Mode" under "Pagination" to "None".',
	);
}

/**
 * Reads all pages of a list, up to the limit.
 *
 * @returns the entries
 * @throws {WechatPayError} if the response has no such list, or if a page token is repeated
 */
export async function readPages(
	item: Item,
	request: RawRequest,
	paging: Paging,
	decrypt: readonly FieldPath[],
): Promise<IDataObject[]> {
	assertFree(request, paging);
	const { limit } = paging;
	const step = { ...paging, pageSize: Math.min(paging.pageSize, limit) };
	const progress: Progress = { page: 0, entries: [], token: '' };
	const tokens = new Set<string>();
	for (; progress.page < MAX_PAGES; progress.page++) {
		const path = appendQuery(request.path, parametersOf(step, progress));
		const response = await callForJson(item, { ...request, path }, decrypt);
		const received = entriesOf(response, step, progress.page === 0);
		progress.entries.push(...received);
		if (typeof response.total_count === 'number') progress.total ??= response.total_count;
		progress.token = tokenOf(response);
		const ended = isLast(step, progress, received.length);
		if (progress.entries.length >= limit) {
			if (!ended || progress.entries.length > limit) item.hint(MORE);
			return progress.entries.slice(0, limit);
		}
		if (ended) return progress.entries;
		if (tokens.has(progress.token) && step.mode === 'token') throw circle();
		tokens.add(progress.token);
	}
	item.hint(`"Pagination" stopped after ${MAX_PAGES} pages. Request a shorter period.`);
	return progress.entries;
}

const MORE = 'There are more entries than "Limit" under "Pagination" allows. Raise it to get them.';

const circle = (): WechatPayError =>
	new WechatPayError(
		'WeChat Pay returned the same next_page_token twice, so the pages would never end',
		'Set "Mode" under "Pagination" to "None" and read the pages one by one.',
	);
