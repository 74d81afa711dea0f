import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { openClient } from '../../client';
import type { Client } from '../../client';
import { Cache } from '../../client/cache';
import { NOTHING_SENT, report, toNodeError } from '../../failure/report';
import { toSharedOptions } from '../options';
import { text } from '../../protocol/values';

type Kind = 'personal' | 'corporate';

/** A bank in WeChat Pay's lists. */
interface Bank {
	/** Name of the bank. */
	alias: string;
	/** Its name in an application; 其他银行 for all banks that are not directly connected. */
	accountBank: string;
	needsBranch: boolean;
}

/** A list that is loaded or loading. */
interface Loading {
	banks: Promise<Bank[]>;
	isFresh: (now: number) => boolean;
}

/** WeChat Pay's maximum page size. */
const PER_PAGE = 200;
/** The list for personal accounts has about 23 pages. */
const MAX_PAGES = 100;
const KEPT_MS = 4 * 60 * 60 * 1000;
/** A failed list is not requested again with each letter that the user types. */
const FAILURE_KEPT_MS = 60 * 1000;
const ALIASES_SHOWN = 3;

const TYPE_IT =
	'Choose "By Name" instead and enter the name of the bank in Chinese, such as 工商银行, or 其他银行 for a bank that needs a branch.';

/** Cache by credential and kind. The lists change rarely. */
const lists = new Cache<Loading>();

const toBank = (entry: unknown): Bank => {
	const { bank_alias, account_bank, need_bank_branch } = entry as Record<string, unknown>;
	return {
		alias: text(bank_alias) || text(account_bank),
		accountBank: text(account_bank),
		needsBranch: need_bank_branch === true,
	};
};

async function loadPage(client: Client, kind: Kind, page: number) {
	const offset = page * PER_PAGE;
	const path = `/v3/capital/capitallhh/banks/${kind}-banking?offset=${offset}&limit=${PER_PAGE}`;
	const response = await client.get(path, { offset: String(offset) }, { sent: false });
	const data = Array.isArray(response.data) ? response.data : [];
	return {
		banks: data.map(toBank).filter(({ accountBank }) => accountBank !== ''),
		total: Number(response.total_count) || 0,
	};
}

/**
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012697583
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012697626
 */
async function loadList(client: Client, kind: Kind): Promise<Bank[]> {
	const first = await loadPage(client, kind, 0);
	const pages = Math.min(MAX_PAGES, Math.ceil(first.total / PER_PAGE));
	const others = Array.from({ length: Math.max(0, pages - 1) }, async (_, index) => {
		const { banks } = await loadPage(client, kind, index + 1);
		return banks;
	});
	return [first.banks, ...(await Promise.all(others))].flat();
}

/** Returns a list, loaded once for each credential. Searches in the meantime wait for it. */
async function listOf(client: Client, kind: Kind): Promise<Bank[]> {
	const key = `${client.account.fingerprint} ${kind}`;
	const known = lists.get(key);
	if (known?.isFresh(Date.now())) return await known.banks;
	const endsAt = Date.now() + KEPT_MS;
	const loading: Loading = {
		banks: loadList(client, kind),
		isFresh: (now) => now < endsAt,
	};
	lists.set(key, loading);
	loading.banks.catch(() => {
		const failureEndsAt = Date.now() + FAILURE_KEPT_MS;
		loading.isFresh = (now) => now < failureEndsAt;
	});
	return await loading.banks;
}

function kindsFor(accountType: unknown): Kind[] {
	if (accountType === 'ACCOUNT_TYPE_PERSONAL') return ['personal'];
	if (accountType === 'ACCOUNT_TYPE_CORPORATE') return ['corporate'];
	return ['corporate', 'personal'];
}

function nameOf(accountBank: string, aliases: string[], needsBranch: boolean): string {
	const others = aliases.filter((alias) => alias !== accountBank);
	const shown = others.slice(0, ALIASES_SHOWN).join(', ');
	const more = others.length > ALIASES_SHOWN ? ` and ${others.length - ALIASES_SHOWN} more` : '';
	const alias = others.length === 0 ? '' : `: ${shown}${more}`;
	return `${accountBank}${alias}${needsBranch ? ' (needs a branch)' : ''}`;
}

/**
 * Searches banks by both names. Banks with the same name in applications are one entry, because the editor
 * shows one entry for each value.
 */
export function findBanks(
	banks: readonly Bank[],
	search: string,
): INodeListSearchResult['results'] {
	const wanted = search.trim().toLowerCase();
	const found = new Map<string, { aliases: Set<string>; needsBranch: boolean }>();
	for (const { alias, accountBank, needsBranch } of banks) {
		if (![alias, accountBank].some((name) => name.toLowerCase().includes(wanted))) continue;
		const entry = found.get(accountBank) ?? { aliases: new Set<string>(), needsBranch };
		entry.aliases.add(alias);
		found.set(accountBank, entry);
	}
	return [...found].map(([value, { aliases, needsBranch }]) => ({
		name: nameOf(value, [...aliases], needsBranch),
		value,
	}));
}

/**
 * Searches banks for the list in the editor, for the chosen Payee Account Type, or for both types if it is
 * not chosen or comes from an expression.
 *
 * @throws {NodeApiError} or {NodeOperationError} if the lists cannot be loaded
 */
export async function searchBanks(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	try {
		const client = await openClient.call(this, toSharedOptions({}).settings);
		const kinds = kindsFor(this.getCurrentNodeParameter('payeeAccountType'));
		const banks = await Promise.all(kinds.map(async (kind) => await listOf(client, kind)));
		return { results: findBanks(banks.flat(), filter) };
	} catch (error) {
		const said = report(error, { ...NOTHING_SENT, wasSent: true });
		const message = `The list of banks cannot be loaded: ${said.message.replace(/[.。]$/, '')}. ${TYPE_IT}`;
		throw toNodeError(this.getNode(), { ...said, message });
	}
}
