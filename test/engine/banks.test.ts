import type { INodeParameters, INodeParameterResourceLocator } from 'n8n-workflow';
import { CORPORATE, PERSONAL } from '../../sandbox/closing/banks';
import { detailsOf, openBenchForEachTest } from '../support/bench';
import { applyParameters } from '../support/cancelWithdrawals';
import { searchList } from '../support/listSearch';
import { APPLY } from '../support/paths';

// Every test has a sandbox and so a credential of its own: the lists are remembered by credential.
const bench = openBenchForEachTest();

const apply = { resource: 'cancelWithdrawal', operation: 'apply', withdraw: 'APPLY_WITHDRAW' };
const personal = { ...apply, payeeAccountType: 'ACCOUNT_TYPE_PERSONAL' };
const corporate = { ...apply, payeeAccountType: 'ACCOUNT_TYPE_CORPORATE' };

const search = async (parameters: INodeParameters, filter?: string) =>
	(await searchList(bench, 'searchBanks', parameters, filter)).results;

const asked = (kind: string) =>
	bench.sandbox.requests
		.map(({ path }) => path)
		.filter((path) => path.includes(`/${kind}-banking`));

/** The pages of a list, at 200 a page. */
const pages = (kind: string, count: number) =>
	Array.from(
		{ length: Math.ceil(count / 200) },
		(_, page) => `/v3/capital/capitallhh/banks/${kind}-banking?offset=${page * 200}&limit=200`,
	);

describe('list of banks', () => {
	it('loads all banks of the chosen account type, 200 per page', async () => {
		expect(PERSONAL.length).toBeGreaterThan(200);
		await search(personal);
		expect(asked('personal').sort()).toEqual(pages('personal', PERSONAL.length).sort());
		expect(asked('corporate')).toEqual([]);
		await search(corporate);
		expect(asked('corporate').sort()).toEqual(pages('corporate', CORPORATE.length).sort());
	});

	it.each([
		['nothing is chosen', { ...apply, payeeAccountType: '' }],
		['an expression chooses', { ...apply, payeeAccountType: '={{ $json.type }}' }],
	])('loads both lists if %s', async (_what, parameters) => {
		await search(parameters);
		expect(asked('personal')).toHaveLength(pages('personal', PERSONAL.length).length);
		expect(asked('corporate')).toHaveLength(pages('corporate', CORPORATE.length).length);
	});

	it('returns each account_bank once and marks the banks that need a branch', async () => {
		const results = await search(personal);
		const values = results.map(({ value }) => value);
		expect(values).toEqual([...new Set(PERSONAL.map(({ account_bank }) => account_bank))]);
		expect(results[0]).toEqual({ name: '工商银行', value: '工商银行' });
		expect(results.at(-1)).toEqual({
			name: expect.stringMatching(/^其他银行: \S+, \S+, \S+ and \d+ more \(needs a branch\)$/),
			value: '其他银行',
		});
	});

	it.each([
		['an alias', '恒丰', [{ name: '其他银行: 恒丰银行 (needs a branch)', value: '其他银行' }]],
		['account_bank', '招商', [{ name: '招商银行', value: '招商银行' }]],
		['a name of no bank', 'no such bank', []],
	])('is searched by %s', async (_what, filter, expected) => {
		expect(await search(personal, filter)).toEqual(expected);
	});
});

describe('loading the list of banks', () => {
	it('sends each request once for several searches, also concurrent ones', async () => {
		const letters = ['工', '工商', '工商银', '工商银行', ''];
		await Promise.all(letters.map(async (typed) => await search(personal, typed)));
		for (const typed of letters) await search(personal, typed);
		expect(asked('personal')).toHaveLength(pages('personal', PERSONAL.length).length);
	});

	it('sends the requests again for another credential', async () => {
		await search(personal, '工商');
		await searchList(bench, 'searchBanks', personal, '', { failover: false });
		expect(asked('personal')).toHaveLength(2 * pages('personal', PERSONAL.length).length);
	});

	it('sends the requests again after five hours, but not after three', async () => {
		let hours = 0;
		const { now } = Date;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3600_000);
		try {
			await search(personal);
			const loaded = asked('personal').length;
			hours = 3;
			await search(personal, '工商');
			expect(asked('personal')).toHaveLength(loaded);
			hours = 5;
			await search(personal, '工商');
			expect(asked('personal')).toHaveLength(2 * loaded);
		} finally {
			clock.mockRestore();
		}
	});

	it('fails with advice to enter the name, and sends one request for several searches', async () => {
		bench.sandbox.behaviour.refused.push('banks');
		for (const typed of ['', '工', '工商']) {
			await expect(search(personal, typed)).rejects.toMatchObject({
				message: expect.stringMatching(
					/^The list of banks cannot be loaded: .*NO_AUTH.*\. Choose "By Name" instead and enter the name of the bank in Chinese/,
				),
			});
		}
		expect(asked('personal')).toHaveLength(1);
	});

	it('fails if a response has a wrong signature', async () => {
		bench.sandbox.fault({ kind: 'wrong-signature', match: { path: /banking/ }, count: 99 });
		await expect(search(personal)).rejects.toMatchObject({
			message: expect.stringMatching(/^The list of banks cannot be loaded: .*signature/),
		});
	});

	it('fails if a response has another offset', async () => {
		const match = { path: /personal-banking/ };
		bench.sandbox.fault({ kind: 'another', match, count: 99, change: { offset: 999 } });
		await expect(search(personal)).rejects.toMatchObject({
			message: expect.stringMatching(/^The list of banks cannot be loaded: .*its offset is not 0/),
		});
	});
});

describe('Apply', () => {
	const locator = (mode: string, value: string): INodeParameterResourceLocator => ({
		__rl: true,
		mode,
		value,
	});
	const branch = { bankBranchId: '402713354941' };

	it.each<[string, INodeParameters['accountBank'], string]>([
		['from the list', locator('list', '招商银行'), '招商银行'],
		['by name', locator('name', ' 招商银行 '), '招商银行'],
		['by name from an expression', locator('name', '={{ "招商" + "银行" }}'), '招商银行'],
		['plain text of a saved workflow', '招商银行', '招商银行'],
		['an expression with plain text', '={{ "招商银行" }}', '招商银行'],
		['one that needs a branch', locator('list', '其他银行'), '其他银行'],
	])('sends the bank (%s)', async (_what, accountBank, sent) => {
		const needsBranch = sent === '其他银行';
		const parameters = applyParameters({ accountBank, ...(needsBranch && branch) });
		expect(await bench.one(parameters)).toMatchObject({ already_existed: false });
		const [body] = bench.bodies(APPLY, String(parameters.outRequestNo));
		expect(JSON.parse(body)).toMatchObject({
			payee_info: { bank_account_info: { account_bank: sent } },
		});
	});

	it.each<[string, INodeParameters, RegExp]>([
		[
			'a name that an expression leaves empty',
			{ accountBank: locator('name', '={{ null }}') },
			/^"Bank" is empty$/,
		],
		['a list', { accountBank: '={{ ["工商银行"] }}' }, /^"Bank" is not text$/],
		[
			'both ID and name of the branch',
			{ ...branch, bankBranchName: '城关信用社' },
			/^"Bank Branch ID" and "Bank Branch Name" are both filled in$/,
		],
		[
			'a bank that needs a branch, without one',
			{ accountBank: locator('list', '其他银行') },
			/^"Bank" is 其他银行, and neither "Bank Branch ID" nor "Bank Branch Name" is filled in$/,
		],
	])('rejects %s before sending', async (_what, change, said) => {
		const item = await bench.one(applyParameters(change));
		expect(item.error).toMatch(said);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.sent()).toEqual([]);
	});
});
