/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rsa } from 'wechatpay-axios-plugin';
import { normalizeSerial } from '../../nodes/WechatPay/protocol/keys';
import {
	decryptNotification,
	readNotification,
	verifyNotification,
} from '../../nodes/WechatPay/protocol/notification';
import { describeSubscription } from '../../nodes/WechatPay/protocol/subscription';
import type { WithdrawalMove } from '../../sandbox';
import { get, post, send } from './client';
import { openNotified } from './notified';
import {
	decryptedByPlugin,
	envelopeOf,
	trustOf,
	verifiedByPlugin,
	type Received,
} from './receiver';

const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';
const CREATE = '/v3/ecommerce/account/cancel-applications';
const COMPLAINTS = '/v3/merchant-service/complaint-notifications';
const VIOLATIONS = '/v3/merchant-risk-manage/violation-notifications';
const DAY = 24 * 3600_000;

const stage = openNotified(({ receiver }) => ({ subscriptionUrl: receiver.url }));
const signed = () => ({ headers: { 'Wechatpay-Serial': stage.keys.wechatPayPublicKeyId } });
const apply = async (number: string, more: object = {}) =>
	await post(
		stage.sandbox,
		APPLY,
		{ sub_mchid: '1900000201', out_request_no: number, withdraw: 'NOT_APPLY_WITHDRAW', ...more },
		signed(),
	);
const payee = () => ({
	withdraw: 'APPLY_WITHDRAW',
	payee_info: {
		account_type: 'ACCOUNT_TYPE_CORPORATE',
		bank_account_info: {
			account_name: Rsa.encrypt('某某公司', stage.keys.wechatPayPublicKeyPem),
			account_bank: '工商银行',
			bank_branch_name: '工商银行深圳支行',
			account_number: Rsa.encrypt('6222000000000000001', stage.keys.wechatPayPublicKeyPem),
		},
	},
});
const content = (received: Received) =>
	decryptedByPlugin(received, stage.keys).message_content as Record<string, string>;
const states = async () =>
	(await stage.all()).map(content).map(({ business_state: state, remark }) => [state, remark]);

describe('an application of the new flow', () => {
	it('is announced with every state, once, verified and decrypted by an independent client', async () => {
		const { body } = await apply('W1');
		expect(await states()).toEqual([['ACCEPTED', undefined]]);
		const [received] = stage.receiver.received;
		expect(verifiedByPlugin(received, stage.keys)).toBe(true);
		expect(envelopeOf(received)).toMatchObject({ event_type: 'MERCHANT_NOTIFY.NOTIFY' });
		expect(content(received)).toMatchObject({
			merchant_code: '1900000201',
			business_code: body.applyment_id,
			business_time: expect.stringMatching(/\+08:00$/),
		});
		// The same number again causes no announcement.
		await apply('W1');
		stage.sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		const confirm = {
			out_request_no: 'W1',
			sub_mchid: '1900000201',
			operator_identification: 'user1',
			confirm_time: '2026-03-02T10:00:00+08:00',
			cancel_contract_version: '1',
		};
		expect((await post(stage.sandbox, `${APPLY}/confirm`, confirm)).status).toBe(200);
		await stage.all();
		stage.sandbox.move('W1', { state: 'CANCELED' });
		await stage.all();
		stage.sandbox.move('W1', { state: 'FINISH' });
		expect((await states()).slice(1).sort()).toEqual(
			[
				['WAITING_MERCHANT_CONFIRM', undefined],
				['SYSTEM_PROCESSING', undefined],
				['CANCELED', '-'],
				['FINISH', '-'],
			].sort(),
		);
	});

	it('is announced with its payout in the remark, and with a second FINISH when the money comes back', async () => {
		stage.sandbox.setSubMerchant('1900000201', {
			balances: { BASIC: { available: 100, pending: 0 } },
		});
		expect((await apply('W1', payee())).status).toBe(200);
		const moves = [
			{ state: 'CANCELED' },
			{ state: 'FUND_PROCESSING' },
			{ state: 'FINISH' },
			{ payState: 'BANK_REFUNDED' },
			// Announced once: a repeated state is no change.
			{ payState: 'BANK_REFUNDED' },
		];
		await stage.all();
		for (const to of moves) {
			stage.sandbox.move('W1', { ...to, force: true });
			await stage.all();
		}
		expect((await states()).slice(1)).toEqual([
			['CANCELED', '-'],
			['CANCELED', '提现处理中（WITHDRAW_PROCESSING）'],
			['FINISH', '提现成功（WITHDRAW_SUCCEED）'],
			['FINISH', '提现异常（WITHDRAW_EXCEPTION）'],
		]);
	});

	it('is announced in a form that the protocol of the nodes reads as well', async () => {
		stage.sandbox.setSubMerchant('1900000201', {
			balances: { BASIC: { available: 100, pending: 0 } },
		});
		await apply('W1', payee());
		await stage.all();
		stage.sandbox.move('W1', { state: 'FUND_PROCESSING', force: true });
		await stage.all();
		const trusted = new Map(
			Object.entries(trustOf(stage.keys)).map(([serial, pem]) => [
				normalizeSerial(serial),
				createPublicKey(pem),
			]),
		);
		const facts = stage.receiver.received.map(({ headers, raw }) => {
			const verdict = verifyNotification(
				headers,
				raw,
				trusted,
				Math.floor(stage.sandbox.now() / 1000),
			);
			if (!verdict.verified) throw new Error(verdict.reason);
			const notification = readNotification(verdict.body);
			return describeSubscription(decryptNotification(notification, stage.keys.apiV3SecretKey));
		});
		const topic = 'merchant_cancel_withdraw';
		const common = { sub_mchid: '1900000201', topic, is_test: false, isCancellation: true };
		expect(facts).toEqual([
			{ ...common, business_state: 'ACCEPTED' },
			{ ...common, business_state: 'CANCELED', withdraw_state: 'WITHDRAW_PROCESSING' },
		]);
	});

	it.each([
		[{ remark: 'code' }, 'WITHDRAW_SUCCEED'],
		[{ remark: 'chinese' }, '提现成功'],
	])(
		'is announced with another remark if the settings say so, because it is not documented: %j',
		async (settings, remark) => {
			Object.assign(stage.sandbox.notifications.settings, settings);
			stage.sandbox.setSubMerchant('1900000201', {
				balances: { BASIC: { available: 100, pending: 0 } },
			});
			await apply('W1', payee());
			stage.sandbox.move('W1', { state: 'FINISH', force: true });
			expect(await states()).toContainEqual(['FINISH', remark]);
		},
	);

	it('is announced flat and with another topic if the settings say so', async () => {
		Object.assign(stage.sandbox.notifications.settings, {
			flat: true,
			topicEnglish: 'x',
			topicChinese: '其他',
		});
		await apply('W1');
		const [received] = await stage.all();
		expect(decryptedByPlugin(received, stage.keys)).toMatchObject({
			merchant_code: '1900000201',
			business_state: 'ACCEPTED',
			topic_name: { topic_english_name: 'x', topic_chinese_name: '其他' },
		});
	});

	it('is announced as revoked when it is queried after 30 days', async () => {
		await apply('W1');
		stage.sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		await stage.all();
		stage.ahead += 31 * DAY;
		await get(stage.sandbox, `${APPLY}/out-request-no/W1`);
		expect((await states()).at(-1)).toEqual(['REVOKED', undefined]);
	});

	it('is announced again on demand, also in another state', async () => {
		await apply('W1');
		await stage.all();
		await stage.notify({
			event: 'cancellation',
			number: 'W1',
			state: 'FINISH',
			withdrawState: 'WITHDRAW_EXCEPTION',
		});
		expect((await states())[1]).toEqual(['FINISH', '提现异常（WITHDRAW_EXCEPTION）']);
		expect(stage.sandbox.withdrawals.get('W1')?.state).toBe('ACCEPTED');
	});

	it('is not announced without an address, and the old flow never', async () => {
		const media = await Promise.all(
			[0, 1].map(async () => stage.sandbox.state.addMedia('cancel', 'a', 'b', 1)),
		);
		const body = {
			sub_mchid: '1900000109',
			out_apply_no: 'A1',
			application_info: ['SP_CANCEL_ACCOUNT_APPLICATION', 'SUB_CANCEL_ACCOUNT_APPLICATION'].map(
				(application_type, i) => ({ application_type, application_media_id: media[i].id }),
			),
		};
		expect((await post(stage.sandbox, CREATE, body)).status).toBe(200);
		stage.sandbox.move('A1', { state: 'REJECTED' });
		stage.sandbox.state.setNotifyUrl('subscription', null);
		await apply('W1');
		expect(await stage.all()).toEqual([]);
		// An address that is set later receives only later changes.
		stage.sandbox.state.setNotifyUrl('subscription', stage.receiver.url);
		stage.sandbox.move('W1', { state: 'REVIEWING' });
		expect(await states()).toEqual([['REVIEWING', undefined]]);
	});
});

describe('after a restart', () => {
	it('the addresses are still set, and nothing is announced again', async () => {
		const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
		const start = async () => await stage.replaceSandbox({ directory });
		try {
			await start();
			await post(stage.sandbox, COMPLAINTS, { url: stage.receiver.url });
			await post(stage.sandbox, VIOLATIONS, { notify_url: stage.receiver.url });
			await send(stage.sandbox, { method: 'DELETE', path: VIOLATIONS });
			stage.sandbox.state.setNotifyUrl('subscription', stage.receiver.url);
			await apply('W1');
			expect(await states()).toHaveLength(1);
			await start();
			await start();
			expect(Object.fromEntries(stage.sandbox.state.notifyUrls)).toEqual({
				complaint: stage.receiver.url,
				subscription: stage.receiver.url,
			});
			// Stored again without a change.
			await apply('W1');
			expect(await stage.all()).toHaveLength(1);
			stage.sandbox.move('W1', { state: 'REVIEWING' });
			expect((await states())[1]).toEqual(['REVIEWING', undefined]);
		} finally {
			rmSync(directory, { recursive: true });
		}
	});
});

describe('a withdrawal', () => {
	const WITHDRAW = '/v3/ecommerce/fund/withdraw';
	const body = { sub_mchid: '1900000109', out_request_no: 'W1', amount: 100, remark: '清退余额' };

	beforeEach(() => {
		stage.sandbox.setSubMerchant('1900000109', {
			balances: { BASIC: { available: 100, pending: 0 } },
		});
	});

	it('is announced to the notify_url of its request: success, failure, money back, closed', async () => {
		const reply = await post(stage.sandbox, WITHDRAW, { ...body, notify_url: stage.receiver.url });
		expect(reply.status).toBe(200);
		const statuses = ['INIT', 'CREATE_SUCCESS', 'SUCCESS', 'SUCCESS', 'REFUND', 'FAIL', 'CLOSE'];
		for (const status of statuses as WithdrawalMove['status'][]) {
			stage.sandbox.closing.moveWithdrawal('W1', { status, force: true });
			await stage.all();
		}
		const received = await stage.all();
		for (const one of received) expect(verifiedByPlugin(one, stage.keys)).toBe(true);
		const told = received.map((one) => decryptedByPlugin(one, stage.keys));
		expect(told.map(({ status }) => status)).toEqual(['SUCCESS', 'REFUND', 'FAIL', 'CLOSE']);
		expect(envelopeOf(received[0])).toMatchObject({
			event_type: 'MCHWITHDRAW.CHANGE',
			summary: '商户提现状态变更通知',
			resource: { original_type: 'mch_withdraw', associated_data: 'mch_withdraw' },
		});
		// The body of the query: https://pay.weixin.qq.com/doc/v3/partner/4012476656
		expect(told[1]).toMatchObject({
			sp_mchid: stage.keys.mchid,
			sub_mchid: '1900000109',
			status: 'REFUND',
			withdraw_id: reply.body.withdraw_id,
			out_request_no: 'W1',
			amount: 100,
			reason: expect.stringContaining('银行退票'),
			remark: '清退余额',
			bank_memo: '',
			account_type: 'BASIC',
			account_number: expect.stringMatching(/^\d{4}$/),
		});
	});

	it('is announced on demand, in a state that is given', async () => {
		await post(stage.sandbox, WITHDRAW, { ...body, notify_url: stage.receiver.url });
		const asked = { event: 'withdrawal', number: 'W1', status: 'FAIL', reason: '卡号错误' };
		await stage.notify(asked);
		const [received] = await stage.receiver.count(1);
		expect(decryptedByPlugin(received, stage.keys)).toMatchObject({
			status: 'FAIL',
			reason: '卡号错误',
		});
	});

	it('without a notify_url is not announced', async () => {
		await post(stage.sandbox, WITHDRAW, body);
		stage.sandbox.closing.moveWithdrawal('W1', { status: 'SUCCESS' });
		expect(await stage.all()).toEqual([]);
	});

	it.each(['https://example.com', 'http://example.com/x', 'https://192.168.0.1/x'])(
		'refuses %s as a notify_url',
		async (notify_url) => {
			const reply = await post(stage.sandbox, WITHDRAW, { ...body, notify_url });
			expect([reply.status, reply.body.code]).toEqual([400, 'PARAM_ERROR']);
		},
	);
});

describe('complaints and violations', () => {
	it('are announced to the addresses that were registered', async () => {
		await post(stage.sandbox, COMPLAINTS, { url: stage.receiver.url });
		await post(stage.sandbox, VIOLATIONS, { notify_url: stage.receiver.url });
		const complaint = stage.sandbox.closing.createComplaint({ complainted_mchid: '1900000109' });
		const { complaint_id } = complaint;
		await stage.all();
		const tell = (operate_type?: string) => {
			const time = Date.now();
			if (operate_type) complaint.history.push({ log_id: 'x', operator: 'x', time, operate_type });
			stage.sandbox.state.closing.put({ type: 'complaint', value: complaint });
		};
		// Stored again without a new entry, with one that is not announced, with one that is.
		tell();
		tell('USER_CREATE_COMPLAINT_SYSTEM_MESSAGE');
		await stage.all();
		tell('MERCHANT_RESPONSE');
		await stage.all();
		stage.sandbox.state.changes.emit('changed', {
			kind: 'violation',
			value: { sub_mchid: '1900000109', kind: 'INTERCEPT', risk_type: 'FRAUD' },
		});
		const received = await stage.all();
		for (const one of received) expect(verifiedByPlugin(one, stage.keys)).toBe(true);
		expect(received.map((one) => envelopeOf(one).event_type)).toEqual([
			'COMPLAINT.CREATE',
			'COMPLAINT.STATE_CHANGE',
			'VIOLATION.INTERCEPT',
		]);
		const [created, answered, violation] = received.map((one) =>
			decryptedByPlugin(one, stage.keys),
		);
		expect(created).toEqual({ complaint_id, action_type: 'CREATE_COMPLAINT' });
		expect(answered).toEqual({ complaint_id, action_type: 'MERCHANT_RESPONSE' });
		expect(violation).toMatchObject({ sub_mchid: '1900000109', risk_type: 'FRAUD' });
		// As in the official samples: https://pay.weixin.qq.com/doc/v3/partner/4012076174
		expect(envelopeOf(received[0])).not.toHaveProperty('summary');
		expect(envelopeOf(received[0]).resource).not.toHaveProperty('original_type');
		expect(envelopeOf(received[0]).resource.associated_data).toBe('');
	});

	it('are announced on demand, and not at all without an address', async () => {
		const violation = { event: 'violation', violation: { sub_mchid: '1900000109' } };
		expect((await stage.notify(violation)).status).toBe(400);
		stage.sandbox.state.changes.emit('changed', { kind: 'violation', value: { sub_mchid: '1' } });
		expect(await stage.all()).toEqual([]);
		await post(stage.sandbox, COMPLAINTS, { url: stage.receiver.url });
		await stage.notify({ event: 'complaint', complaint_id: '1', action: 'REFUND_SUCCESS' });
		await stage.notify({ ...violation, url: stage.receiver.url });
		const received = await stage.all();
		expect(received.map((one) => envelopeOf(one).event_type).sort()).toEqual([
			'COMPLAINT.STATE_CHANGE',
			'VIOLATION.PUNISH',
		]);
	});
});
