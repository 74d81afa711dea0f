import { MERCHANT_MEDIA, post, upload } from './client';
import { APPLY, openCancelWithdrawals, withoutMoney } from './cancelWithdrawals';
import { DAY } from './stage';

const { stage, withMoney, apply, query } = openCancelWithdrawals();

describe('the states of an application of the new flow', () => {
	it('are confirmation, closing, payout, and a possible refund by the bank', async () => {
		await apply(withMoney('W1'));
		stage.sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		expect((await query('W1')).confirm_cancel).toEqual({
			confirm_cancel_url: expect.stringContaining('https://') as string,
		});
		stage.sandbox.move('W1', { state: 'SYSTEM_PROCESSING' });
		expect(await query('W1')).not.toHaveProperty('confirm_cancel');
		stage.sandbox.move('W1', { state: 'CANCELED' });
		expect(await query('W1')).not.toHaveProperty('withdraw_state');
		stage.sandbox.move('W1', { state: 'FUND_PROCESSING' });
		expect((await query('W1')).withdraw_state).toBe('WITHDRAW_PROCESSING');
		stage.sandbox.move('W1', { payState: { BASIC_ACCOUNT: 'PAY_SUCCEED' } });
		expect((await query('W1')).account_withdraw_result).toMatchObject([
			{ out_account_type: 'BASIC_ACCOUNT', pay_state: 'PAY_SUCCEED' },
			{ out_account_type: 'TRADE_FEE_ACCOUNT', pay_state: 'PAY_PROCESSING' },
		]);
		stage.sandbox.move('W1', { state: 'FINISH' });
		expect(await query('W1')).toMatchObject({
			cancel_state: 'FINISH',
			withdraw_state: 'WITHDRAW_SUCCEED',
		});
		stage.sandbox.move('W1', { payState: 'BANK_REFUNDED' });
		expect(await query('W1')).toMatchObject({
			cancel_state: 'FINISH',
			withdraw_state: 'WITHDRAW_EXCEPTION',
			account_withdraw_result: [{ pay_state: 'BANK_REFUNDED' }, { pay_state: 'BANK_REFUNDED' }],
		});
		expect(() => stage.sandbox.move('W1', { state: 'REVIEWING' })).toThrow('that is final');
	});

	it('end with the failed payments, and the others are paid', async () => {
		await apply(withMoney('W1'));
		stage.sandbox.move('W1', { state: 'FUND_PROCESSING' });
		stage.sandbox.move('W1', { payState: { TRADE_FEE_ACCOUNT: 'PAY_FAIL' } });
		stage.sandbox.move('W1', { state: 'FINISH' });
		expect(await query('W1')).toMatchObject({
			cancel_state: 'FINISH',
			withdraw_state: 'WITHDRAW_EXCEPTION',
			account_withdraw_result: [
				{ out_account_type: 'BASIC_ACCOUNT', pay_state: 'PAY_SUCCEED' },
				{ out_account_type: 'TRADE_FEE_ACCOUNT', pay_state: 'PAY_FAIL' },
			],
		});
	});

	const CLOSING = ['SYSTEM_PROCESSING', 'CANCELED'];
	it.each<[kind: string, from: string, to: string[]]>([
		[
			'payout',
			'ACCEPTED',
			[
				'REVIEWING',
				'WAITING_MERCHANT_CONFIRM',
				'REJECTED',
				...CLOSING,
				'REVOKED',
				'FUND_PROCESSING',
				'FINISH',
			],
		],
		['payout', 'REVIEWING', ['REJECTED', ...CLOSING, 'FUND_PROCESSING', 'FINISH']],
		['payout', 'WAITING_MERCHANT_CONFIRM', [...CLOSING, 'REVOKED', 'FUND_PROCESSING', 'FINISH']],
		['payout', 'SYSTEM_PROCESSING', ['CANCELED', 'FUND_PROCESSING', 'FINISH']],
		['payout', 'CANCELED', ['FUND_PROCESSING', 'FINISH']],
		['payout', 'FUND_PROCESSING', ['FINISH']],
		['payout', 'FINISH', []],
		['payout', 'REJECTED', []],
		['payout', 'REVOKED', []],
		['closing', 'CANCELED', ['FINISH']],
		['closing', 'REVIEWING', ['REJECTED', ...CLOSING, 'FINISH']],
		// Money on an account that is already closed: it is paid out after a review.
		['further payout', 'ACCEPTED', ['REVIEWING', 'REJECTED', 'FUND_PROCESSING', 'FINISH']],
		['further payout', 'REVIEWING', ['REJECTED', 'FUND_PROCESSING', 'FINISH']],
	])('for %s: all states that can follow %s', async (kind, from, to) => {
		if (kind === 'further payout') {
			stage.sandbox.setSubMerchant('1900000109', {
				kind: 'alreadyCancelled',
				balances: { BASIC: { available: 1000, pending: 0 } },
			});
			const { body } = await upload(stage.sandbox, { path: MERCHANT_MEDIA });
			const proof = { proof_media_type: 'WITHDRAWAL_APPLICATION', proof_media: body.media_id };
			const applied = await apply({ ...withMoney('W1'), proof_medias: [proof] });
			expect(applied.status).toBe(200);
		} else {
			await apply(kind === 'payout' ? withMoney('W1') : withoutMoney('W1'));
		}
		const every = [
			'ACCEPTED',
			'REVIEWING',
			'REJECTED',
			'WAITING_MERCHANT_CONFIRM',
			'REVOKED',
			...CLOSING,
			'FUND_PROCESSING',
			'FINISH',
		];
		const possible = every.filter((state) => {
			stage.sandbox.move('W1', { state: from, force: true });
			try {
				stage.sandbox.move('W1', { state });
				return true;
			} catch {
				return false;
			}
		});
		expect(possible.sort()).toEqual([...to].sort());
	});

	it('end with money that came back, which a new application with paper forms pays out', async () => {
		await apply(withMoney('W1'));
		stage.sandbox.move('W1', { state: 'FINISH' });
		stage.sandbox.move('W1', { payState: 'BANK_REFUNDED' });
		expect((await apply(withMoney('W2'))).body.message).toBe('服务商或子商户已注销');
		const { body } = await upload(stage.sandbox, { path: MERCHANT_MEDIA });
		const proof = { proof_media_type: 'WITHDRAWAL_APPLICATION', proof_media: body.media_id };
		const further = (number: string) => ({ ...withMoney(number), proof_medias: [proof] });
		expect((await apply(further('W2'))).status).toBe(200);
		stage.sandbox.move('W2', { state: 'FUND_PROCESSING' });
		// One application at a time, also during the payout.
		expect((await apply(further('W3'))).body.message).toBe('该商户当前不允许注销');
		stage.sandbox.move('W2', { state: 'FINISH' });
		expect(await query('W2')).toMatchObject({ withdraw_state: 'WITHDRAW_SUCCEED' });
		expect(await query('W1')).toMatchObject({ withdraw_state: 'WITHDRAW_EXCEPTION' });
	});

	it('include a rejection with a reason, after which the sub-merchant can apply again', async () => {
		await apply(withoutMoney('W1'));
		expect((await apply(withoutMoney('W2'))).body.message).toBe('该商户当前不允许注销');
		stage.sandbox.move('W1', { state: 'REJECTED', reason: '存在未完结交易' });
		expect(await query('W1')).toMatchObject({
			cancel_state: 'REJECTED',
			cancel_state_description: '存在未完结交易',
		});
		expect((await apply(withoutMoney('W2'))).status).toBe(200);
	});

	it('include REVOKED if nobody confirms for thirty days', async () => {
		await apply(withoutMoney('W1'));
		stage.sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		stage.now += 30 * DAY;
		expect((await query('W1')).cancel_state).toBe('WAITING_MERCHANT_CONFIRM');
		stage.now += 1;
		expect((await query('W1')).cancel_state).toBe('REVOKED');
	});

	it('include no payout if none was requested', async () => {
		await apply(withoutMoney('W1'));
		expect(() => stage.sandbox.move('W1', { state: 'FUND_PROCESSING' })).toThrow(
			'nothing to pay out',
		);
		stage.sandbox.move('W1', { state: 'FINISH' });
		expect(await query('W1')).not.toHaveProperty('withdraw_state');
	});
});

describe('confirm', () => {
	const body = {
		out_request_no: 'W1',
		sub_mchid: '1900000110',
		operator_identification: '客服001',
		confirm_time: '2026-03-01T16:00:00+08:00',
		cancel_contract_version: 'V20241213',
	};
	const confirm = async (change = {}) =>
		await post(stage.sandbox, `${APPLY}/confirm`, { ...body, ...change });

	beforeEach(async () => {
		await apply(withoutMoney('W1'));
	});

	it('works in WAITING_MERCHANT_CONFIRM, and again with the same information', async () => {
		expect((await confirm()).body.code).toBe('INVALID_REQUEST');
		stage.sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		const { applymentId } = stage.sandbox.withdrawals.get('W1') ?? {};
		expect((await confirm()).body).toEqual({
			applyment_id: applymentId,
			out_request_no: 'W1',
			sub_mchid: '1900000110',
		});
		expect(stage.sandbox.withdrawals.get('W1')).toMatchObject({
			state: 'SYSTEM_PROCESSING',
			confirmedBy: '客服001',
		});
		expect((await confirm()).body).toEqual({
			applyment_id: applymentId,
			out_request_no: 'W1',
			sub_mchid: '1900000110',
		});
		stage.sandbox.move('W1', { state: 'FINISH' });
		expect((await confirm()).status).toBe(200);
		const other = await confirm({ operator_identification: '客服002' });
		expect(other.body.code).toBe('INVALID_REQUEST');
		expect(stage.sandbox.withdrawals.get('W1')?.confirmedBy).toBe('客服001');
	});

	it('does not work for an application that was never confirmed, even when repeated', async () => {
		stage.sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		stage.sandbox.move('W1', { state: 'REVOKED' });
		for (let i = 0; i < 2; i++)
			expect((await confirm()).body.message).toBe('申请单当前状态不允许确认');
	});

	it.each([
		['both numbers', { applyment_id: '1' }],
		['no number', { out_request_no: undefined }],
		['a time without an offset', { confirm_time: '2026-03-01T16:00:00' }],
		['a date that does not exist', { confirm_time: '2026-13-01T16:00:00Z' }],
		['special characters in the name', { operator_identification: 'a b' }],
		['another sub-merchant', { sub_mchid: '1900000111' }],
	])('refuses %s', async (_what, change) => {
		stage.sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		expect((await confirm(change)).status).toBe(400);
		expect(stage.sandbox.withdrawals.get('W1')?.state).toBe('WAITING_MERCHANT_CONFIRM');
	});
});
