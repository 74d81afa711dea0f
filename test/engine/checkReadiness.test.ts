import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { addDays, beijingDay } from '../../nodes/WechatPay/application/complaints';
import type { BlockReason } from '../../sandbox/closing/blockReasons';
import { detailsOf, openBenchForEachTest } from '../support/bench';
import { newSubMchid } from '../support/inputs';

const bench = openBenchForEachTest();

const check = (subMchid: string, options: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelWithdrawal',
	operation: 'checkReadiness',
	subMchid,
	options,
});
const one = async (subMchid: string, options: INodeParameters = {}): Promise<IDataObject> =>
	await bench.one(check(subMchid, options));
const because = (...types: string[]): BlockReason[] =>
	types.map((type) => ({ type, description: `${type} 描述` }));
const typesOf = (list: unknown) => (list as Array<{ type: string }>).map(({ type }) => type);
const partsOf = (list: unknown) => (list as Array<{ part: string }>).map(({ part }) => part);

const NAMES: Array<[RegExp, string]> = [
	[/validate-cancel/, 'validate'],
	[/fund\/balance/, 'balance'],
	[/merchant-limitations/, 'limitations'],
	[/complaints-v2/, 'complaints'],
	[/\/settlement$/, 'settlement'],
];
/** What was asked, in order. */
const asked = () =>
	bench.sandbox.requests.map(({ path }) => NAMES.find(([pattern]) => pattern.test(path))?.[1]);
/** The same without an order among what runs side by side. */
const costs = () => asked().sort();
const times = (name: string, count: number) => Array.from({ length: count }, () => name);

describe('Check Readiness requests', () => {
	it('are four if one account has a balance', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available: 5, pending: 0 } } });
		expect(await one(subMchid)).toMatchObject({ ready: true, blockers: [], not_checked: [] });
		expect(asked().slice(0, 2)).toEqual(['validate', 'balance']);
		expect(costs()).toEqual(['balance', 'limitations', 'settlement', 'validate']);
	});

	it('are Validate and four balances if closing is allowed and Validate names no account', async () => {
		expect(await one(newSubMchid())).toMatchObject({ ready: true, warnings: [], not_checked: [] });
		expect(costs()).toEqual([...times('balance', 4), 'validate']);
	});

	it('are thirteen for an unspecific block reason, with complaints in six windows', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, {
			balances: {
				BASIC: { available: 5, pending: 0 },
				OPERATION: { available: 5, pending: 0 },
				FEES: { available: 5, pending: 0 },
				DEPOSIT: { available: 5, pending: 0 },
			},
			blockReasons: because('OTHER_REASON'),
		});
		expect(await one(subMchid)).toMatchObject({ ready: false });
		expect(costs()).toEqual([
			...times('balance', 4),
			...times('complaints', 6),
			'limitations',
			'settlement',
			'validate',
		]);
		// The limitations and the settlement account come last: what they hang on has to be known.
		expect(asked().slice(-2).sort()).toEqual(['limitations', 'settlement']);
		const today = beijingDay(Date.now());
		const windows = bench.sandbox.requests
			.filter(({ path }) => /complaints-v2/.test(path))
			.map(({ path }) => new URLSearchParams(path.split('?')[1]))
			.map((query) => [query.get('begin_date'), query.get('complainted_mchid')]);
		expect(windows).toEqual(
			[29, 59, 89, 119, 149, 179].map((days) => [addDays(today, -days), subMchid]),
		);
	});

	it('are four per item for a hundred sub-merchants', async () => {
		const items = Array.from({ length: 100 }, () => {
			const subMchid = newSubMchid();
			bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available: 5, pending: 0 } } });
			return { json: { subMchid } };
		});
		const found = await bench.outcomes(items, check('={{ $json.subMchid }}'));
		expect(found.map(({ sub_mchid: number }) => number)).toEqual(
			items.map(({ json }) => json.subMchid),
		);
		expect(found.every(({ ready }) => ready === true)).toBe(true);
		expect(bench.mark).toBe(400);
	});

	it('are Validate and the chosen parts, whatever Validate returns', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { blockReasons: because('HAS_BLOCKING_CONTROL') });
		const options = { parts: ['complaints', 'settlementAccount'], complaintLookbackDays: 31 };
		const item = await one(subMchid, options);
		expect(costs()).toEqual(['complaints', 'complaints', 'settlement', 'validate']);
		expect(item).toMatchObject({ ready: false, not_checked: [] });
		expect(item).not.toHaveProperty('accounts');
	});
});

describe('Check Readiness result', () => {
	it('lists complaints and controls as blockers, without data of the consumer', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, {
			balances: { BASIC: { available: 5, pending: 7 } },
			neverOpened: ['FEES'],
		});
		const { complaint_id: id } = bench.sandbox.closing.createComplaint({
			complainted_mchid: subMchid,
			payer_phone: '13800138000',
			payer_openid: 'oOpenId',
		});
		bench.sandbox.closing.setLimitations(subMchid, {
			recovery_specifications: [
				{
					limitation_case_id: 'A1',
					relate_limitations: ['NO_PAYMENT', 'NO_TRANSACTION'],
					recover_way: 'SUBMIT_CDD_INFORMATION',
				},
				{
					limitation_case_id: 'A2',
					recover_way: 'WAITING_FOR_PLATFORM_REVIEW',
					limitation_action_type: 'LIMIT_ACTION_TYPE_DELAY_CONTROL',
					limitation_start_date: '2099-01-01T00:00:00+08:00',
				},
			],
			blocks_closing: true,
		});
		bench.sandbox.closing.configure({ refused: ['settlement'] });
		const item = await one(subMchid);
		expect(item).toMatchObject({
			sub_mchid: subMchid,
			ready: false,
			merchant_state: 'NORMAL',
			validate_result: 'NOT_ALLOW_CANCEL_WITHDRAW',
			blockers: [
				{ type: 'CONSUMER_COMPLAINT_UNPROCESSED', ids: [id] },
				{
					type: 'HAS_BLOCKING_CONTROL',
					ids: ['A1'],
					what_to_do: expect.stringMatching(/due diligence/),
				},
			],
			not_checked: [
				{
					part: 'settlementAccount',
					code: 'NO_AUTH',
					message: expect.stringMatching(/^WeChat Pay does not let this platform read this part/),
					request_id: expect.stringMatching(/.+/),
				},
			],
		});
		expect(typesOf(item.warnings)).toEqual([
			'DELAYED_CONTROL',
			'FUNDS_PENDING',
			'APPLY_WITH_PAYOUT',
		]);
		expect(Date.parse(String(item.checked_at))).toBeGreaterThan(Date.now() - 60_000);
		// Nothing of the consumer comes out.
		expect(JSON.stringify(item)).not.toMatch(/13800138000|oOpenId|payer/);
	});

	it('shows an account that was never opened as not open, without an error', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { neverOpened: ['FEES', 'DEPOSIT'] });
		const item = await one(subMchid);
		expect(item).toMatchObject({ ready: true, not_checked: [] });
		expect(item.accounts).toEqual([
			expect.objectContaining({ account_type: 'BASIC', open: true, available_amount: 0 }),
			expect.objectContaining({ account_type: 'OPERATION', open: true, available_amount: 0 }),
			{ account_type: 'FEES', cancel_account_type: 'TRADE_FEE_ACCOUNT', open: false },
			{ account_type: 'DEPOSIT', cancel_account_type: 'MARGIN_ACCOUNT', open: false },
		]);
	});
});

describe('Check Readiness with a failed part', () => {
	it('lists refused parts in not_checked and keeps the result of Validate', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, { blockReasons: because('OTHER_REASON') });
		bench.sandbox.closing.configure({ refused: ['balances', 'complaints', 'limitations'] });
		const item = await one(subMchid);
		expect(item).toMatchObject({ ready: false, warnings: [] });
		expect(partsOf(item.not_checked)).toEqual(['balances', 'limitations', 'complaints']);
		for (const { message } of item.not_checked as IDataObject[]) {
			expect(message).toMatch(/^WeChat Pay does not let this platform read this part/);
		}
		// Not one account at 0 fen.
		expect(item).not.toHaveProperty('accounts');
	});

	it('lists no complaint if one window of complaints fails', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, {
			blockReasons: because('CONSUMER_COMPLAINT_UNPROCESSED'),
		});
		bench.sandbox.closing.createComplaint({ complainted_mchid: subMchid });
		bench.sandbox.fault({
			kind: '500-before',
			match: { path: /complaints-v2/ },
			nth: 3,
			count: Infinity,
		});
		const item = await one(subMchid, { maxAttempts: 1 });
		expect(item).toMatchObject({ ready: false, blockers: [{ ids: [] }] });
		expect(item.not_checked).toMatchObject([{ part: 'complaints', code: 'SYSTEM_ERROR' }]);
	});

	it('returns the other balances if one balance fails', async () => {
		bench.sandbox.fault({ kind: '500-before', match: { path: /fund\/balance/ }, nth: 2 });
		const item = await one(newSubMchid(), { maxAttempts: 1 });
		expect(partsOf(item.not_checked)).toEqual(['balances']);
		// The one that was not read is not there with 0 fen.
		expect(item.accounts).toHaveLength(3);
		for (const account of item.accounts as IDataObject[]) {
			expect(account).toMatchObject({ open: true, available_amount: 0 });
		}
	});

	it('returns ready: null and reads balances, limitations and complaints if Validate fails', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.fault({
			kind: '500-before',
			match: { path: /validate-cancel/ },
			count: Infinity,
		});
		const item = await one(subMchid, { maxAttempts: 1 });
		expect(item).toMatchObject({ ready: null, blockers: [] });
		expect(partsOf(item.not_checked)).toEqual(['validate']);
		expect(costs()).toEqual([
			...times('balance', 4),
			...times('complaints', 6),
			'limitations',
			'validate',
		]);
	});

	it('fails with the error of Validate if WeChat Pay refuses all parts', async () => {
		const subMchid = newSubMchid();
		bench.sandbox.setSubMerchant(subMchid, 'noRelation');
		const item = await one(subMchid);
		expect(detailsOf(item)).toMatchObject({ code: 'INVALID_REQUEST', sub_mchid: subMchid });
		expect(asked()[0]).toBe('validate');
	});

	it.each(['validate-cancel', 'fund/balance', 'merchant-limitations'])(
		'fails the item if the response of %s is unsigned',
		async (path) => {
			const subMchid = newSubMchid();
			bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available: 5, pending: 0 } } });
			bench.sandbox.fault({ kind: 'unsigned', match: { path: new RegExp(path) }, count: Infinity });
			const item = await one(subMchid, { maxAttempts: 1 });
			expect(item.error).toBe('The response carries no WeChat Pay signature');
		},
	);

	it('fails two items after one request if WeChat Pay does not accept the credential', async () => {
		const items = [{ json: { s: newSubMchid() } }, { json: { s: newSubMchid() } }];
		const credential = { serial: 'F'.repeat(40) };
		const found = await bench.outcomes(items, check('={{ $json.s }}'), { credential });
		expect(found.map((item) => detailsOf(item).code)).toEqual(['SIGN_ERROR', 'SIGN_ERROR']);
		expect(bench.mark).toBe(1);
	});
});

it.each<[INodeParameters, RegExp]>([
	[{ complaintLookbackDays: '={{ 0 }}' }, /^"Complaint Look-Back Days" is not a whole number/],
	[{ parts: '={{ ["complaints", "bills"] }}' }, /^"Parts" has no "bills"/],
])('Check Readiness rejects %j before sending', async (options, message) => {
	const item = await one(newSubMchid(), options);
	expect(item.error).toMatch(message);
	expect(bench.mark).toBe(0);
});
