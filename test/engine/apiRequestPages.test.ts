import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { apiRequest, forMerchant } from '../support/apiRequests';
import { IN_PLACE, hintsOf, jsonOf, openBench } from '../support/bench';
import { newSubMchid } from '../support/inputs';
import { Proxy, signedBy } from '../support/proxy';

const bench = openBench();
let proxy: Proxy;
let queries: URLSearchParams[] = [];
beforeAll(async () => (proxy = await Proxy.start(bench.sandbox.port)));
afterEach(() => {
	proxy.reset();
	queries = [];
});
afterAll(async () => await proxy.stop());

const run = async (pagination: IDataObject, more: INodeParameters = {}, path = '/v3/x?state=ON') =>
	await bench.run([{ json: {} }], apiRequest(path, { pagination, ...more } as INodeParameters), {
		credential: { customHost: proxy.url },
		nodeOptions: IN_PLACE,
	});
const itemsOf = async (pagination: IDataObject, more: INodeParameters = {}, path?: string) =>
	jsonOf((await run(pagination, more, path)).main[0]);

/** Answers each request with what `page` makes of its query. */
const serve = (page: (query: URLSearchParams) => object) => {
	proxy.alter = ({ path }) => {
		const query = new URLSearchParams(path.split('?')[1]);
		queries.push(query);
		return signedBy(bench.sandbox.keys, page(query));
	};
};
const entries = (count: number, from = 0) =>
	Array.from({ length: count }, (_, i) => ({ id: from + i }));
const number = (query: URLSearchParams, name: string) => Number(query.get(name));
const asked = (name: string) => queries.map((query) => query.get(name));

/** Complaints, stores: offset is the first record, the total comes with the first page alone. */
const records = (count: number, listKey = 'data') =>
	serve((query) => {
		const [offset, limit] = [number(query, 'offset'), number(query, 'limit')];
		const list = entries(count).slice(offset, offset + limit);
		return {
			...(list.length > 0 && { [listKey]: list }),
			...(offset === 0 && { total_count: count }),
		};
	});
/** Coupons: offset is the number of the page. */
const pages = (count: number, total: boolean) =>
	serve((query) => {
		const [offset, limit] = [number(query, 'offset'), number(query, 'limit')];
		return {
			data: entries(count).slice(offset * limit, (offset + 1) * limit),
			...(total && { total_count: count }),
		};
	});
/** Product coupons: a token, absent at the end. */
const tokens = (count: number) =>
	serve((query) => {
		const at = number(query, 'page_token');
		const next = at + number(query, 'page_size');
		return {
			product_coupon_list: entries(count).slice(at, next),
			...(next < count && { next_page_token: String(next) }),
			...(at === 0 && { total_count: count }),
		};
	});

describe('pagination mode records', () => {
	it('returns one item per entry and keeps the query of the path', async () => {
		records(5);
		expect(await itemsOf({ mode: 'records', pageSize: 2 })).toEqual(entries(5));
		expect(asked('offset')).toEqual(['0', '2', '4']);
		expect(asked('limit')).toEqual(['2', '2', '2']);
		expect(asked('state')).toEqual(['ON', 'ON', 'ON']);
	});

	it('stops at the total without another request', async () => {
		records(4);
		expect(await itemsOf({ mode: 'records', pageSize: 2 })).toHaveLength(4);
		expect(queries).toHaveLength(2);
	});

	it('continues after a short page until the total is reached', async () => {
		serve((query) => ({
			data: entries(5).slice(number(query, 'offset'), number(query, 'offset') + 2),
			total_count: 5,
		}));
		expect(await itemsOf({ mode: 'records', pageSize: 10 })).toEqual(entries(5));
		expect(asked('offset')).toEqual(['0', '2', '4']);
	});

	it('returns no item if there are no entries', async () => {
		records(0);
		expect(await itemsOf({ mode: 'records' })).toEqual([]);
	});

	it('stops at the limit and adds a hint if there are more entries', async () => {
		records(9);
		const result = await run({ mode: 'records', pageSize: 2, limit: 3 });
		expect(jsonOf(result.main[0])).toEqual(entries(3));
		expect(hintsOf(result)).toEqual([expect.stringMatching(/more entries than "Limit"/)]);
		records(3);
		const exact = await run({ mode: 'records', pageSize: 3, limit: 3 });
		expect(hintsOf(exact)).toEqual([]);
	});

	it('stops at the limit if the server always returns more entries', async () => {
		serve(() => ({ data: entries(2) }));
		expect(await itemsOf({ mode: 'records', pageSize: 2, limit: 7 })).toHaveLength(7);
		expect(queries).toHaveLength(4);
	});

	it('reads the list at the given key and rejects a wrong key', async () => {
		records(3, 'plan_list');
		expect(await itemsOf({ mode: 'records', listKey: 'plan_list' })).toEqual(entries(3));
		const [item] = await itemsOf({ mode: 'records' });
		expect(item.error).toBe('The response has no list "data"');
		expect(item.message).toContain('plan_list');
	});

	it('decrypts each page', async () => {
		const phone = forMerchant(bench.sandbox.keys, '13800000000');
		serve((query) => ({ data: number(query, 'offset') < 2 ? [{ phone }] : [], total_count: 2 }));
		const items = await itemsOf(
			{ mode: 'records', pageSize: 1 },
			{ decryptFields: 'data[].phone' },
		);
		expect(items).toEqual([{ phone: '13800000000' }, { phone: '13800000000' }]);
	});

	it('returns all complaints of a sub-merchant', async () => {
		const complainted_mchid = newSubMchid();
		for (let i = 0; i < 3; i++) bench.sandbox.closing.createComplaint({ complainted_mchid });
		const day = (back: number) =>
			new Date(Date.now() + 8 * 3600_000 - back * 24 * 3600_000).toISOString().slice(0, 10);
		const path = `/v3/merchant-service/complaints-v2?begin_date=${day(1)}&end_date=${day(0)}&complainted_mchid=${complainted_mchid}`;
		const parameters = apiRequest(path, { pagination: { mode: 'records', pageSize: 2 } });
		const items = await bench.outcomes([{ json: {} }], parameters);
		expect(items.map((item) => item.complainted_mchid)).toEqual(Array(3).fill(complainted_mchid));
		expect(new Set(items.map((item) => item.complaint_id)).size).toBe(3);
		expect(bench.sent()).toHaveLength(2);
	});
});

describe('pagination mode pages', () => {
	it.each([true, false])('sends the page number as offset (with a total: %s)', async (total) => {
		pages(5, total);
		expect(await itemsOf({ mode: 'pages', pageSize: 2 })).toEqual(entries(5));
		expect(asked('offset')).toEqual(['0', '1', '2']);
	});
	it('stops after a full last page at the total, or at an empty page without a total', async () => {
		pages(4, true);
		expect(await itemsOf({ mode: 'pages', pageSize: 2 })).toHaveLength(4);
		expect(queries).toHaveLength(2);
		queries = [];
		pages(4, false);
		expect(await itemsOf({ mode: 'pages', pageSize: 2 })).toHaveLength(4);
		expect(queries).toHaveLength(3);
	});
});

describe('pagination mode token', () => {
	const listKey = 'product_coupon_list';
	it('sends the token of the previous page', async () => {
		tokens(5);
		expect(await itemsOf({ mode: 'token', listKey, pageSize: 2 })).toEqual(entries(5));
		expect(asked('page_token')).toEqual([null, '2', '4']);
		expect(asked('page_size')).toEqual(['2', '2', '2']);
	});
	it('continues after an empty page that has a token', async () => {
		serve((query) =>
			query.get('page_token') === null ? { list: [], next_page_token: 'a' } : { list: entries(1) },
		);
		expect(await itemsOf({ mode: 'token', listKey: 'list' })).toEqual(entries(1));
	});
	it('rejects a token that is returned twice', async () => {
		serve(() => ({ list: entries(1), next_page_token: 'same' }));
		const [item] = await itemsOf({ mode: 'token', listKey: 'list' });
		expect(item.error).toMatch(/same next_page_token twice/);
		expect(queries).toHaveLength(2);
	});
});

describe('pagination', () => {
	it.each<[string, IDataObject, string | undefined, RegExp]>([
		['a mode', { mode: 'index' }, undefined, /^"Mode" under "Pagination"/],
		['a size', { mode: 'records', pageSize: 0 }, undefined, /^"Page Size" under "Pagination"/],
		['a limit', { mode: 'records', limit: 1.5 }, undefined, /^"Limit" under "Pagination"/],
		[
			'no list key',
			{ mode: 'records', listKey: ' ' },
			undefined,
			/^"List Key" under "Pagination" is empty/,
		],
		[
			'offset in the query',
			{ mode: 'records' },
			'/v3/x?offset=5',
			/^"Pagination" sets offset and limit itself/,
		],
		[
			'a token in the query',
			{ mode: 'token' },
			'/v3/x?page_token=5',
			/^"Pagination" sets page_token/,
		],
	])('rejects invalid parameters before sending: %s', async (_what, pagination, path, message) => {
		const [item] = await itemsOf(pagination, {}, path);
		expect(item.error).toMatch(message);
		expect(proxy.asked).toEqual([]);
	});

	it('sends one request in mode none', async () => {
		records(5);
		expect(await itemsOf({ mode: 'none', pageSize: 2 })).toHaveLength(1);
		expect(queries).toHaveLength(1);
	});
});

it('pagination fails the item and returns no entries if one page is unsigned', async () => {
	records(4);
	const { alter } = proxy;
	proxy.alter = (request, answer, earlier) =>
		request.path.includes('offset=2')
			? { ...alter(request, answer, earlier), headers: {} }
			: alter(request, answer, earlier);
	const items = await itemsOf({ mode: 'records', pageSize: 2 }, { options: { maxAttempts: 1 } });
	expect(items).toHaveLength(1);
	expect(items[0].error).toBe('The response carries no WeChat Pay signature');
});

it('pagination respects Requests per Second', async () => {
	records(4);
	const startedAt = Date.now();
	await itemsOf({ mode: 'records', pageSize: 1 }, { options: { requestsPerSecond: 10 } });
	expect(Date.now() - startedAt).toBeGreaterThanOrEqual(290);
});
