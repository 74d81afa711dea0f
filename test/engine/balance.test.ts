import type { INodeParameters } from 'n8n-workflow';
import { detailsOf, openBench } from '../support/bench';
import { newSubMchid } from '../support/inputs';

const bench = openBench();

const path = (subMchid: string, type: string) =>
	`/v3/ecommerce/fund/balance/${subMchid}?account_type=${type}`;
const get = (subMchid: string, accountType?: string): INodeParameters => ({
	resource: 'balance',
	operation: 'get',
	subMchid,
	...(accountType !== undefined && { accountType }),
});

const balances = {
	BASIC: { available: 100, pending: 5 },
	OPERATION: { available: 0, pending: 1 },
	FEES: { available: 123_456_789_012, pending: 0 },
	DEPOSIT: { available: 7, pending: 8 },
};
type AccountType = keyof typeof balances;

const answer = (subMchid: string, type: AccountType) => ({
	sub_mchid: subMchid,
	account_type: type,
	available_amount: balances[type].available,
	pending_amount: balances[type].pending,
});
const TYPES: AccountType[] = ['BASIC', 'OPERATION', 'FEES', 'DEPOSIT'];

it.each(TYPES)(
	'Get Balance returns the %s balance with one request, amounts as integers in fen',
	async (type) => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { balances });
		const item = await bench.one(get(subMchid, type));
		expect(item).toEqual(answer(subMchid, type));
		expect(Number.isInteger(item.available_amount)).toBe(true);
		expect(Number.isInteger(item.pending_amount)).toBe(true);
		expect(bench.sent().map(({ method, path }) => `${method} ${path}`)).toEqual([
			`GET ${path(subMchid, type)}`,
		]);
	},
);

it('Get Balance returns the BASIC balance by default', async () => {
	const subMchid = newSubMchid();
	bench.sandbox.setSubMerchant(subMchid, { balances });
	expect(await bench.one(get(subMchid))).toEqual(answer(subMchid, 'BASIC'));
});

it('Get Balance sends an unknown account type URL-encoded', async () => {
	const subMchid = newSubMchid();
	const item = await bench.one(get(subMchid, '={{ "NEW&account_type=BASIC" }}'));
	expect(detailsOf(item)).toMatchObject({ code: 'PARAM_ERROR', sub_mchid: subMchid });
	expect(bench.sent().map(({ path }) => path)).toEqual([
		path(subMchid, 'NEW%26account_type%3DBASIC'),
	]);
});

it('Get Balance rejects an empty account type before sending', async () => {
	const item = await bench.one(get(newSubMchid(), '={{ "" }}'));
	expect(item.error).toBe('"Account Type" is empty');
	expect(detailsOf(item)).toMatchObject({ not_sent: true });
	expect(bench.sent()).toEqual([]);
});

describe('Get Balance of all account types', () => {
	it('returns one item with the four balances', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { balances });
		expect(await bench.one(get(subMchid, 'all'))).toEqual({
			sub_mchid: subMchid,
			accounts: TYPES.map((type) => answer(subMchid, type)),
		});
		expect(bench.sent().map((request) => request.path)).toEqual(
			TYPES.map((type) => path(subMchid, type)),
		);
	});

	it.each(TYPES)(
		'returns an error in the entry of %s if that account was never opened',
		async (type) => {
			const subMchid = newSubMchid();
			bench.sandbox.setSubMerchant(subMchid, { balances, neverOpened: [type] });
			expect(await bench.one(get(subMchid, 'all'))).toEqual({
				sub_mchid: subMchid,
				accounts: TYPES.map((each) =>
					each === type
						? {
								account_type: type,
								error: {
									code: 'INVALID_REQUEST',
									message: 'WeChat Pay refused: INVALID_REQUEST: 输入账户类型未开通',
								},
							}
						: answer(subMchid, each),
				),
			});
		},
	);

	it('returns three error entries if three accounts were never opened', async () => {
		const subMchid = newSubMchid();
		const neverOpened = TYPES.slice(0, 3);
		bench.sandbox.setSubMerchant(subMchid, { balances, neverOpened });
		expect(await bench.one(get(subMchid, 'all'))).toMatchObject({
			accounts: [
				...neverOpened.map((account_type) => ({ account_type, error: expect.any(Object) })),
				answer(subMchid, 'DEPOSIT'),
			],
		});
	});

	it('fails the item if all four are refused, and keeps the other items', async () => {
		const [closed, fine] = [newSubMchid(), newSubMchid()];
		bench.sandbox.setSubMerchant(closed, { neverOpened: TYPES });
		bench.sandbox.setSubMerchant(fine, { balances });
		const items = await bench.outcomes(
			[{ json: { s: closed } }, { json: { s: fine } }],
			get('={{ $json.s }}', 'all'),
		);
		expect(items[0].error).toBe('WeChat Pay refused: INVALID_REQUEST: 输入账户类型未开通');
		expect(detailsOf(items[0])).toMatchObject({ code: 'INVALID_REQUEST', sub_mchid: closed });
		expect(items[1]).toMatchObject({ sub_mchid: fine, accounts: { length: 4 } });
	});

	it('returns an error in the entry of an unsigned response', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { balances });
		bench.sandbox.fault({ kind: 'unsigned', match: { path: /balance/ }, nth: 2 });
		const item = await bench.one({ ...get(subMchid, 'all'), options: { maxAttempts: 1 } });
		expect(item).toMatchObject({
			accounts: [
				answer(subMchid, 'BASIC'),
				{
					account_type: 'OPERATION',
					error: { message: 'The response carries no WeChat Pay signature' },
				},
				answer(subMchid, 'FEES'),
				answer(subMchid, 'DEPOSIT'),
			],
		});
	});

	it('fails after one request if WeChat Pay does not accept the credential', async () => {
		const subMchid = newSubMchid();
		const serial = 'F'.repeat(40);
		const item = await bench.one(get(subMchid, 'all'), undefined, { credential: { serial } });
		expect(detailsOf(item)).toMatchObject({ code: 'SIGN_ERROR', httpStatus: 401 });
		expect(bench.sent()).toHaveLength(1);
	});
});
