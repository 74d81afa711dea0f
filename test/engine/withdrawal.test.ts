import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { hintsOf, openBench, detailsOf } from '../support/bench';
import { WITHDRAW } from '../support/paths';
import { availableTo, heldWithdrawals, START, withdrawalParameters } from '../support/withdrawals';

// A withdrawal moves money: one number moves it once, whatever happens on the way.

const bench = openBench();

const withdrawal = (more: INodeParameters = {}) => withdrawalParameters(bench, more);
const available = (parameters: INodeParameters) => availableTo(bench, parameters);
const held = (parameters: INodeParameters) => heldWithdrawals(bench, parameters);

/** What went over the wire for a number, e.g. `GET 404, POST 200, GET 200`. */
const story = ({ outRequestNo }: INodeParameters) => bench.story(String(outRequestNo)).join(', ');

const onlyPost = { method: 'POST', path: /fund\/withdraw$/ } as const;
const onlyGet = { method: 'GET', path: /fund\/withdraw\// } as const;

describe('Create', () => {
	it('looks up the number, sends one POST and reads the state with a second look-up', async () => {
		const parameters = withdrawal({ options: { remark: '清退余额', bankMemo: '清退' } });
		const item = await bench.one(parameters);
		expect(item).toMatchObject({
			sub_mchid: parameters.subMchid,
			out_request_no: parameters.outRequestNo,
			status: 'CREATE_SUCCESS',
			amount: 8000,
			account_type: 'BASIC',
			remark: '清退余额',
			bank_memo: '清退',
			already_existed: false,
			is_final: false,
			needs_attention: false,
		});
		expect(typeof item.withdraw_id).toBe('string');
		expect(story(parameters)).toBe('GET 404, POST 200, GET 200');
		expect(available(parameters)).toBe(START - 8000);
		const [body] = bench.bodies(WITHDRAW, String(parameters.outRequestNo));
		expect(JSON.parse(body)).toEqual({
			sub_mchid: parameters.subMchid,
			out_request_no: parameters.outRequestNo,
			amount: 8000,
			account_type: 'BASIC',
			remark: '清退余额',
			bank_memo: '清退',
		});
	});

	it('sends no POST in a new run, whatever the status is', async () => {
		const items: IDataObject[] = [];
		for (const status of ['CREATE_SUCCESS', 'SUCCESS', 'FAIL', 'REFUND', 'CLOSE'] as const) {
			const parameters = withdrawal();
			await bench.one(parameters);
			if (status === 'REFUND') {
				bench.sandbox.closing.moveWithdrawal(String(parameters.outRequestNo), {
					status: 'SUCCESS',
				});
			}
			if (status !== 'CREATE_SUCCESS') {
				bench.sandbox.closing.moveWithdrawal(String(parameters.outRequestNo), { status });
			}
			const posts = bench.sent(WITHDRAW).length;
			const item = await bench.one(parameters);
			expect(item).toMatchObject({ status, already_existed: true });
			items.push(item);
			expect(bench.sent(WITHDRAW)).toHaveLength(posts);
			expect(held(parameters)).toHaveLength(1);
		}
	});

	it.each([
		['amount', { amount: 8001 }, 'exists with amount 8000, not 8001'],
		['account', { accountType: 'FEES' }, 'exists with account_type BASIC, not FEES'],
	])('rejects another %s and names both values', async (_what, change, said) => {
		const parameters = withdrawal();
		await bench.one(parameters);
		const item = await bench.one({ ...parameters, ...change });
		expect(item.error).toContain(said);
		expect(detailsOf(item)).toMatchObject({ code: 'ALREADY_EXISTS' });
		expect(held(parameters)).toHaveLength(1);
		expect(available(parameters)).toBe(START - 8000);
	});

	it.each([
		['cut after it acted', [{ kind: 'cut-after' }], 'GET 404, POST cut, GET 200'],
		['a fault after it acted', [{ kind: '500-after' }], 'GET 404, POST 500, GET 200'],
		[
			'cut before it acted',
			[{ kind: 'cut-before' }],
			'GET 404, POST cut, GET 404, GET 404, GET 404, POST 200, GET 200',
		],
	] as const)('withdraws the amount once: %s', async (_what, rules, expected) => {
		const parameters = withdrawal();
		for (const rule of rules) {
			bench.sandbox.fault({
				...rule,
				match: { ...onlyPost, number: String(parameters.outRequestNo) },
			});
		}
		expect(await bench.one(parameters)).toMatchObject({
			status: 'CREATE_SUCCESS',
			already_existed: false,
		});
		expect(story(parameters)).toBe(expected);
		expect(available(parameters)).toBe(START - 8000);
	});

	it('sends no POST if the look-up returns an unsigned 404', async () => {
		const parameters = withdrawal();
		bench.sandbox.fault({ kind: 'unsigned-404', match: onlyGet, count: 9 });
		const item = await bench.one(parameters);
		expect(item.error).toMatch(/was not submitted, because it could not be looked up first/);
		expect(bench.sent(WITHDRAW, String(parameters.outRequestNo))).toHaveLength(0);
		expect(available(parameters)).toBe(START);
	});

	it('returns an item without a status and a hint if the state cannot be read', async () => {
		const parameters = withdrawal();
		bench.sandbox.fault({ kind: '500-before', match: onlyGet, nth: 2, count: 9 });
		const result = await bench.run([{ json: {} }], parameters, {
			nodeOptions: { onError: 'continueRegularOutput' },
		});
		const [item] = result.main[0].map(({ json }) => json);
		expect(item).toMatchObject({ out_request_no: parameters.outRequestNo, already_existed: false });
		expect(item.status).toBeUndefined();
		expect(hintsOf(result)).toEqual([expect.stringMatching(/its state could not be read/)]);
		expect(available(parameters)).toBe(START - 8000);
	});

	it('continues a withdrawal in INIT only with the identical request', async () => {
		const parameters = withdrawal({ amount: START + 1 });
		const refused = await bench.one(parameters);
		expect(refused.error).toMatch(/NOT_ENOUGH/);
		expect(refused.message).toMatch(/run again with the same number and the same values/);
		const { resource, subMchid, outRequestNo } = parameters;
		expect(await bench.one({ resource, operation: 'get', subMchid, outRequestNo })).toMatchObject({
			status: 'INIT',
			is_final: false,
			needs_attention: true,
		});
		bench.sandbox.setSubMerchant(String(parameters.subMchid), {
			balances: { BASIC: { available: START + 1, pending: 0 } },
		});
		const changed = await bench.one({ ...parameters, options: { remark: '改' } });
		expect(changed.error).toMatch(/is not accepted yet \(INIT\), and was sent with another remark/);
		expect(changed.message).toMatch(/Do not send it under another number/);
		expect(await bench.one(parameters)).toMatchObject({ status: 'CREATE_SUCCESS' });
		expect(held(parameters)).toHaveLength(1);
	});

	it('is rejected without verification before sending', async () => {
		const parameters = withdrawal();
		const credential = { verification: 'none' } as const;
		const item = await bench.one(parameters, { json: {} }, { credential });
		expect(item.error).toMatch(/^"Response Verification" is "None": a withdrawal needs/);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
	});
});

describe('Create input validation', () => {
	it.each<[string, IDataObject, RegExp]>([
		['decimals', { amount: '12.34' }, /^"Amount" "12\.34" is not a whole number of fen/],
		['a number with decimals', { amount: 12.5 }, /^"Amount" "12\.5" is not a whole number/],
		['commas', { amount: '12,345' }, /^"Amount" "12,345" is not a whole number/],
		['text with 元', { amount: '100元' }, /^"Amount" "100元" is not a whole number/],
		['a negative amount', { amount: -5 }, /^"Amount" "-5" is not a whole number/],
		['0', { amount: 0 }, /^"Amount" is 0/],
		['nothing', { amount: '' }, /^"Amount" is empty/],
		['too much', { amount: 80_000_000_001 }, /^"Amount" is more than 80000000000/],
		['a list', { amount: [1] as unknown as string }, /^"Amount" is empty/],
		['a number with a dash', { outRequestNo: 'W-1' }, /^"Out Request No\." "W-1" is not/],
		[
			'a remark that is too long',
			{ options: { remark: '长'.repeat(57) } },
			/^"Remark" has 57 char/,
		],
		[
			'signs in the memo',
			{ options: { bankMemo: 'a b' } },
			/^"Bank Memo" contains characters other than/,
		],
		['http', { options: { notifyUrl: 'http://x.example/a' } }, /^"Notify URL" is not an https URL/],
		[
			'a query',
			{ options: { notifyUrl: 'https://x.example/a?b' } },
			/^"Notify URL" is not an https/,
		],
		['no account', { accountType: '' }, /^"Account Type" is empty/],
	])('rejects invalid input before sending: %s', async (_what, change, said) => {
		const mark = bench.mark;
		const item = await bench.one(withdrawal(change as INodeParameters));
		expect(item.error).toMatch(said);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.since(mark)).toEqual([]);
	});
});

describe('Get', () => {
	it.each(['outRequestNo', 'withdrawId'])('returns the withdrawal by %s', async (getBy) => {
		const parameters = withdrawal();
		const { withdraw_id: withdrawId } = await bench.one(parameters);
		bench.sandbox.closing.moveWithdrawal(String(parameters.outRequestNo), { status: 'SUCCESS' });
		const { subMchid, outRequestNo } = parameters;
		const get = { resource: 'withdrawal', operation: 'get', subMchid, getBy };
		const item = await bench.one({ ...get, outRequestNo, withdrawId: String(withdrawId) });
		expect(item).toMatchObject({
			status: 'SUCCESS',
			out_request_no: outRequestNo,
			is_final: true,
			needs_attention: false,
		});
		bench.sandbox.closing.moveWithdrawal(String(outRequestNo), { status: 'REFUND' });
		const refunded = await bench.one({ ...get, outRequestNo, withdrawId: String(withdrawId) });
		expect(refunded).toMatchObject({ is_final: true, needs_attention: true });
	});
});
