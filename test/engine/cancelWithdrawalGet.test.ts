import type { INodeParameters } from 'n8n-workflow';
import { detailsOf, openBench } from '../support/bench';
import { applyParameters, closeParameters } from '../support/cancelWithdrawals';
import { newNumber } from '../support/inputs';
import { APPLY } from '../support/paths';

const bench = openBench();

describe('Get', () => {
	const get = async (more: INodeParameters) =>
		await bench.one({ resource: 'cancelWithdrawal', operation: 'get', ...more });

	it('returns an application by either number', async () => {
		const parameters = applyParameters();
		const subMchid = String(parameters.subMchid);
		bench.sandbox.setSubMerchant(subMchid, { balances: { FEES: { available: 7, pending: 0 } } });
		const outRequestNo = String(parameters.outRequestNo);
		const applied = await bench.one(parameters);
		const expected = {
			applyment_id: applied.applyment_id,
			out_request_no: outRequestNo,
			sub_mchid: subMchid,
			cancel_state: 'ACCEPTED',
			cancel_state_description: '已受理',
			withdraw: 'APPLY_WITHDRAW',
			account_info: [{ out_account_type: 'TRADE_FEE_ACCOUNT', amount: 7 }],
			modify_time: expect.any(String) as unknown,
			is_final: false,
			needs_attention: false,
		};
		bench.reset();
		expect(await get({ outRequestNo })).toEqual(expected);
		expect(await get({ getBy: 'outRequestNo', outRequestNo })).toEqual(expected);
		const applymentId = String(applied.applyment_id);
		expect(await get({ getBy: 'applymentId', applymentId })).toEqual(expected);
		expect(bench.sent().map(({ path }) => path)).toEqual([
			`${APPLY}/out-request-no/${outRequestNo}`,
			`${APPLY}/out-request-no/${outRequestNo}`,
			`${APPLY}/applyment-id/${applymentId}`,
		]);
	});

	it('sets is_final and needs_attention for each state', async () => {
		const parameters = applyParameters();
		const subMchid = String(parameters.subMchid);
		bench.sandbox.setSubMerchant(subMchid, { balances: { BASIC: { available: 100, pending: 0 } } });
		const number = String(parameters.outRequestNo);
		await bench.one(parameters);
		const steps: Array<[Parameters<typeof bench.sandbox.move>[1], boolean, boolean]> = [
			[{ state: 'WAITING_MERCHANT_CONFIRM' }, false, true],
			// The diagram has this one on another way to SYSTEM_PROCESSING.
			[{ state: 'REVIEWING', force: true }, false, false],
			[{ state: 'SYSTEM_PROCESSING' }, false, false],
			[{ state: 'CANCELED' }, false, false],
			[{ state: 'FUND_PROCESSING' }, false, false],
			[{ payState: 'PAY_FAIL' }, false, true],
			[{ payState: 'PAY_PROCESSING', withdrawState: 'WITHDRAW_EXCEPTION' }, false, true],
			[{ state: 'FINISH' }, true, false],
			[{ payState: 'BANK_REFUNDED' }, true, true],
			[{ state: 'SOMETHING_NEW', withdrawState: 'SOMETHING_NEW', force: true }, false, true],
			[{ payState: 'SOMETHING_NEW', withdrawState: 'SOMETHING_NEW' }, false, false],
			[{ state: 'REVOKED', force: true }, true, true],
			[{ state: 'REJECTED', force: true }, true, true],
		];
		for (const [step, is_final, needs_attention] of steps) {
			bench.sandbox.move(number, step);
			const { state } = bench.withdrawal(number);
			expect(await get({ outRequestNo: number })).toMatchObject({
				cancel_state: state,
				is_final,
				needs_attention,
			});
		}
	});

	it('returns the confirmation link, and sets is_final in FINISH but not in CANCELED', async () => {
		const parameters = closeParameters();
		const number = String(parameters.outRequestNo);
		await bench.one(parameters);
		bench.sandbox.move(number, { state: 'WAITING_MERCHANT_CONFIRM' });
		expect(await get({ outRequestNo: number })).toMatchObject({
			confirm_cancel: { confirm_cancel_url: expect.stringMatching(/^https:/) },
			needs_attention: true,
		});
		bench.sandbox.move(number, { state: 'CANCELED' });
		expect(await get({ outRequestNo: number })).toMatchObject({
			cancel_state: 'CANCELED',
			is_final: false,
			needs_attention: false,
		});
		bench.sandbox.move(number, { state: 'FINISH' });
		expect(await get({ outRequestNo: number })).toMatchObject({
			cancel_state: 'FINISH',
			is_final: true,
			needs_attention: false,
		});
	});

	it('fails for an unused number', async () => {
		const outRequestNo = newNumber();
		expect(detailsOf(await get({ outRequestNo }))).toMatchObject({
			code: 'RESOURCE_NOT_EXISTS',
			httpStatus: 404,
			out_request_no: outRequestNo,
		});
	});

	it.each([
		['={{ "" }}', '"Applyment ID" is empty'],
		['2000/../x', '"Applyment ID" is not 1 to 32 letters and digits'],
		['={{ 20000000000000001 }}', expect.stringMatching(/^"Applyment ID" is the number/)],
	])('rejects the applyment ID "%s" before sending', async (applymentId, error) => {
		const item = await get({ getBy: 'applymentId', applymentId });
		expect(item.error).toEqual(error);
		expect(detailsOf(item)).toMatchObject({ not_sent: true });
		expect(bench.sent()).toEqual([]);
	});
});
