import { CITIES, CORPORATE, PERSONAL, PROVINCES, banksOfCard, branchesOf } from '../closing/banks';
import { guarded } from '../closing/guard';
import { readQuery } from '../query';
import { Refusal, invalidRequest, json, paramError } from '../replies';
import { decryptor } from '../sensitive';
import type { Call, Endpoint, Reply, World } from '../types';

const PATH = '/v3/capital/capitallhh';
const PAGE = {
	limit: { required: true, integer: [1, 200] as [number, number] },
	offset: { integer: [0, 999_999_999] as [number, number] },
};

// 404 for an empty result or a wrong ID; the message is the sandbox's.
const notFound = () => new Refusal(404, 'NOT_FOUND', '查询结果为空');

/** One page of a list, with links to the other pages: paths without a host. */
function page(
	{ path }: Call,
	all: unknown[],
	query: { limit?: string; offset?: string; city_code?: string },
): Record<string, unknown> {
	const [limit, offset] = [Number(query.limit), Number(query.offset ?? 0)];
	const data = all.slice(offset, offset + limit);
	const city = query.city_code === undefined ? '' : `city_code=${query.city_code}&`;
	const link = (at: number) => `${path}?${city}offset=${at}&limit=${limit}`;
	return {
		total_count: all.length,
		count: data.length,
		...(data.length > 0 ? { data } : {}),
		offset,
		links: {
			...(offset + limit < all.length ? { next: link(offset + limit) } : {}),
			...(offset > 0 ? { prev: link(Math.max(0, offset - limit)) } : {}),
			self: link(offset),
		},
	};
}

const listOf =
	(banks: unknown[]): Endpoint['handle'] =>
	(call) =>
		json(200, page(call, banks, readQuery(call, PAGE)));

/** A whole number in the path. */
function integerOf({ params }: Call, name: string): number {
	const text = params[name];
	if (/^\d{1,9}$/.test(text)) return Number(text);
	throw paramError(`输入源“/path/${name}”映射到字段“${name}”，此字段需要一个合法的整数`, {
		field: `/${name}`,
		value: text,
		location: 'path',
	});
}

const provinces = (): Reply => json(200, { total_count: PROVINCES.length, data: PROVINCES });

function cities(call: Call): Reply {
	const data = CITIES.get(integerOf(call, 'province_code'));
	if (!data) throw notFound();
	return json(200, { total_count: data.length, data });
}

function branches(call: Call): Reply {
	const query = readQuery(call, {
		...PAGE,
		city_code: { required: true, integer: [1, 999_999_999] },
	});
	const found = branchesOf(call.params.bank_alias_code, Number(query.city_code));
	if (!found.bank) throw notFound();
	// The fields of the bank without the one that says whether it has branches.
	const bank = { ...found.bank, need_bank_branch: undefined };
	return json(200, { ...page(call, found.branches, query), ...bank });
}

/** The account number is encrypted, and percent-encoded once. */
function byCard(call: Call, world: World): Reply {
	const { account_number = '' } = readQuery(call, {
		account_number: { required: true, maxBytes: 512 },
	});
	const number = decryptor(call, world)('/account_number', account_number);
	if (!/^\d{8,30}$/.test(number)) {
		throw paramError('银行卡号格式错误', { field: '/account_number', location: 'query' });
	}
	const found = banksOfCard(number);
	if (!found) throw invalidRequest('银行卡非储蓄卡');
	return json(200, {
		total_count: found.length,
		...(found.length > 0 ? { data: found } : {}),
	});
}

const bankList = (path: string, query: boolean, handle: Endpoint['handle']): Endpoint => ({
	method: 'GET',
	path: PATH + path,
	query,
	handle: guarded('banks', 'banks', handle),
});

/** Banks, provinces, cities and branches. */
export const bankEndpoints: Endpoint[] = [
	bankList('/banks/personal-banking', true, listOf(PERSONAL)),
	bankList('/banks/corporate-banking', true, listOf(CORPORATE)),
	bankList('/banks/search-banks-by-bank-account', true, byCard),
	bankList('/areas/provinces', false, provinces),
	bankList('/areas/provinces/:province_code/cities', false, cities),
	bankList('/banks/:bank_alias_code/branches', true, branches),
];
