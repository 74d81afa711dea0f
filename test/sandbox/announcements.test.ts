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
import { Sandbox, type SandboxKeys } from '../../sandbox';
import type { WithdrawalMove } from '../../sandbox/closing/withdrawals';
import { get, post, send, verified } from './client';
import { sandboxKeys } from '../support/keys';
import {
	Receiver,
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
const ECHO = '/v3/security/echo';
const DAY = 24 * 3600_000;

let keys: SandboxKeys;
let sandbox: Sandbox;
let receiver: Receiver;
let now: number;

beforeAll(async () => {
	keys = await sandboxKeys(1);
});
beforeEach(async () => {
	now = Date.now();
	receiver = await Receiver.start();
	sandbox = await Sandbox.start({
		keys,
		now: () => now,
		subscriptionUrl: receiver.url,
		notify: { speed: 100_000 },
	});
});
afterEach(async () => {
	await sandbox.stop();
	await receiver.stop();
});

const signed = () => ({ headers: { 'Wechatpay-Serial': keys.wechatPayPublicKeyId } });
const apply = async (number: string, more: object = {}) =>
	await post(
		sandbox,
		APPLY,
		{ sub_mchid: '1900000201', out_request_no: number, withdraw: 'NOT_APPLY_WITHDRAW', ...more },
		signed(),
	);
const payee = () => ({
	withdraw: 'APPLY_WITHDRAW',
	payee_info: {
		account_type: 'ACCOUNT_TYPE_CORPORATE',
		bank_account_info: {
			account_name: Rsa.encrypt('某某公司', keys.wechatPayPublicKeyPem),
			account_bank: '工商银行',
			bank_branch_name: '工商银行深圳支行',
			account_number: Rsa.encrypt('6222000000000000001', keys.wechatPayPublicKeyPem),
		},
	},
});
/** Everything that has come until now. */
const all = async (): Promise<Received[]> => {
	await sandbox.notifications.settled();
	return receiver.received;
};
const content = (received: Received) =>
	decryptedByPlugin(received, keys).message_content as Record<string, string>;
const states = async () =>
	(await all()).map(content).map(({ business_state: state, remark }) => [state, remark]);

describe('the new flow', () => {
	it('is announced with every state, once, verified and decrypted by an independent client', async () => {
		const { body } = await apply('W1');
		expect(await states()).toEqual([['ACCEPTED', undefined]]);
		const [received] = receiver.received;
		expect(verifiedByPlugin(received, keys)).toBe(true);
		expect(envelopeOf(received)).toMatchObject({ event_type: 'MERCHANT_NOTIFY.NOTIFY' });
		expect(content(received)).toMatchObject({
			merchant_code: '1900000201',
			business_code: body.applyment_id,
			business_time: expect.stringMatching(/\+08:00$/),
		});
		// The same number again changes nothing that is announced.
		await apply('W1');
		sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		const confirm = {
			out_request_no: 'W1',
			sub_mchid: '1900000201',
			operator_identification: 'user1',
			confirm_time: '2026-03-02T10:00:00+08:00',
			cancel_contract_version: '1',
		};
		expect((await post(sandbox, `${APPLY}/confirm`, confirm)).status).toBe(200);
		await all();
		sandbox.move('W1', { state: 'CANCELED' });
		await all();
		sandbox.move('W1', { state: 'FINISH' });
		expect((await states()).slice(1).sort()).toEqual(
			[
				['WAITING_MERCHANT_CONFIRM', undefined],
				['SYSTEM_PROCESSING', undefined],
				['CANCELED', '-'],
				['FINISH', '-'],
			].sort(),
		);
	});

	it('tells of a payout in the remark, and of money that came back with a second FINISH', async () => {
		sandbox.setSubMerchant('1900000201', { balances: { BASIC: { available: 100, pending: 0 } } });
		expect((await apply('W1', payee())).status).toBe(200);
		const moves = [
			{ state: 'CANCELED' },
			{ state: 'FUND_PROCESSING' },
			{ state: 'FINISH' },
			{ payState: 'BANK_REFUNDED' },
			// Said once: nothing that is announced has changed.
			{ payState: 'BANK_REFUNDED' },
		];
		await all();
		for (const to of moves) {
			sandbox.move('W1', { ...to, force: true });
			await all();
		}
		expect((await states()).slice(1)).toEqual([
			['CANCELED', '-'],
			['CANCELED', '提现处理中（WITHDRAW_PROCESSING）'],
			['FINISH', '提现成功（WITHDRAW_SUCCEED）'],
			['FINISH', '提现异常（WITHDRAW_EXCEPTION）'],
		]);
	});

	it('is read by the protocol of the nodes like by the independent client', async () => {
		sandbox.setSubMerchant('1900000201', { balances: { BASIC: { available: 100, pending: 0 } } });
		await apply('W1', payee());
		await all();
		sandbox.move('W1', { state: 'FUND_PROCESSING', force: true });
		await all();
		const trusted = new Map(
			Object.entries(trustOf(keys)).map(([serial, pem]) => [
				normalizeSerial(serial),
				createPublicKey(pem),
			]),
		);
		const facts = receiver.received.map(({ headers, raw }) => {
			const verdict = verifyNotification(headers, raw, trusted, Math.floor(now / 1000));
			if (!verdict.verified) throw new Error(verdict.doubt);
			const notification = readNotification(verdict.body);
			return describeSubscription(decryptNotification(notification, keys.apiV3SecretKey));
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
	])('can be written otherwise, since it is not documented: %j', async (settings, remark) => {
		Object.assign(sandbox.notifications.settings, settings);
		sandbox.setSubMerchant('1900000201', { balances: { BASIC: { available: 100, pending: 0 } } });
		await apply('W1', payee());
		sandbox.move('W1', { state: 'FINISH', force: true });
		expect(await states()).toContainEqual(['FINISH', remark]);
	});

	it('can be flat, and of another topic', async () => {
		Object.assign(sandbox.notifications.settings, {
			flat: true,
			topicEnglish: 'x',
			topicChinese: '其他',
		});
		await apply('W1');
		const [received] = await all();
		expect(decryptedByPlugin(received, keys)).toMatchObject({
			merchant_code: '1900000201',
			business_state: 'ACCEPTED',
			topic_name: { topic_english_name: 'x', topic_chinese_name: '其他' },
		});
	});

	it('is announced as revoked when somebody looks after 30 days', async () => {
		await apply('W1');
		sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		await all();
		now += 31 * DAY;
		await get(sandbox, `${APPLY}/out-request-no/W1`);
		expect((await states()).at(-1)).toEqual(['REVOKED', undefined]);
	});

	it('is sent again on demand, also in another state', async () => {
		await apply('W1');
		await all();
		await send(sandbox, {
			method: 'POST',
			path: '/sandbox/notify',
			body: JSON.stringify({
				event: 'cancellation',
				number: 'W1',
				state: 'FINISH',
				withdrawState: 'WITHDRAW_EXCEPTION',
			}),
		});
		expect((await states())[1]).toEqual(['FINISH', '提现异常（WITHDRAW_EXCEPTION）']);
		expect(sandbox.withdrawals.get('W1')?.state).toBe('ACCEPTED');
	});

	it('is not announced without an address, and the old flow never', async () => {
		const media = await Promise.all(
			[0, 1].map(async () => sandbox.state.addMedia('cancel', 'a', 'b', 1)),
		);
		const body = {
			sub_mchid: '1900000109',
			out_apply_no: 'A1',
			application_info: ['SP_CANCEL_ACCOUNT_APPLICATION', 'SUB_CANCEL_ACCOUNT_APPLICATION'].map(
				(application_type, i) => ({ application_type, application_media_id: media[i].id }),
			),
		};
		expect((await post(sandbox, CREATE, body)).status).toBe(200);
		sandbox.move('A1', { state: 'REJECTED' });
		sandbox.state.setNotifyUrl('subscription', null);
		await apply('W1');
		expect(await all()).toEqual([]);
		// An address that is set later hears of later changes alone.
		sandbox.state.setNotifyUrl('subscription', receiver.url);
		sandbox.move('W1', { state: 'REVIEWING' });
		expect(await states()).toEqual([['REVIEWING', undefined]]);
	});
});

describe('after a restart', () => {
	it('addresses are still set, and nothing is announced again', async () => {
		const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
		const start = async () => {
			await sandbox.stop();
			sandbox = await Sandbox.start({ keys, directory, notify: { speed: 100_000 } });
		};
		try {
			await start();
			await post(sandbox, COMPLAINTS, { url: receiver.url });
			await post(sandbox, VIOLATIONS, { notify_url: receiver.url });
			await send(sandbox, { method: 'DELETE', path: VIOLATIONS });
			sandbox.state.setNotifyUrl('subscription', receiver.url);
			await apply('W1');
			expect(await states()).toHaveLength(1);
			await start();
			await start();
			expect(Object.fromEntries(sandbox.state.notifyUrls)).toEqual({
				complaint: receiver.url,
				subscription: receiver.url,
			});
			// Stored again without a change.
			await apply('W1');
			expect(await all()).toHaveLength(1);
			sandbox.move('W1', { state: 'REVIEWING' });
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
		sandbox.setSubMerchant('1900000109', { balances: { BASIC: { available: 100, pending: 0 } } });
	});

	it('is announced to the notify_url of its request: success, failure, money back, closed', async () => {
		const reply = await post(sandbox, WITHDRAW, { ...body, notify_url: receiver.url });
		expect(reply.status).toBe(200);
		const statuses = ['INIT', 'CREATE_SUCCESS', 'SUCCESS', 'SUCCESS', 'REFUND', 'FAIL', 'CLOSE'];
		for (const status of statuses as WithdrawalMove['status'][]) {
			sandbox.closing.moveWithdrawal('W1', { status, force: true });
			await all();
		}
		const received = await all();
		for (const one of received) expect(verifiedByPlugin(one, keys)).toBe(true);
		const told = received.map((one) => decryptedByPlugin(one, keys));
		expect(told.map(({ status }) => status)).toEqual(['SUCCESS', 'REFUND', 'FAIL', 'CLOSE']);
		expect(envelopeOf(received[0])).toMatchObject({
			event_type: 'MCHWITHDRAW.CHANGE',
			summary: '商户提现状态变更通知',
			resource: { original_type: 'mch_withdraw', associated_data: 'mch_withdraw' },
		});
		// The body of the query: https://pay.weixin.qq.com/doc/v3/partner/4012476656
		expect(told[1]).toMatchObject({
			sp_mchid: keys.mchid,
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
		await post(sandbox, WITHDRAW, { ...body, notify_url: receiver.url });
		const asked = { event: 'withdrawal', number: 'W1', status: 'FAIL', reason: '卡号错误' };
		await send(sandbox, {
			method: 'POST',
			path: '/sandbox/notify',
			body: JSON.stringify(asked),
		});
		const [received] = await receiver.count(1);
		expect(decryptedByPlugin(received, keys)).toMatchObject({ status: 'FAIL', reason: '卡号错误' });
	});

	it('without a notify_url is not announced', async () => {
		await post(sandbox, WITHDRAW, body);
		sandbox.closing.moveWithdrawal('W1', { status: 'SUCCESS' });
		expect(await all()).toEqual([]);
	});

	it.each(['https://example.com', 'http://example.com/x', 'https://192.168.0.1/x'])(
		'refuses %s as a notify_url',
		async (notify_url) => {
			const reply = await post(sandbox, WITHDRAW, { ...body, notify_url });
			expect([reply.status, reply.body.code]).toEqual([400, 'PARAM_ERROR']);
		},
	);
});

describe('complaints and violations', () => {
	it('are announced to the addresses that were registered', async () => {
		await post(sandbox, COMPLAINTS, { url: receiver.url });
		await post(sandbox, VIOLATIONS, { notify_url: receiver.url });
		const complaint = sandbox.closing.createComplaint({ complainted_mchid: '1900000109' });
		const { complaint_id } = complaint;
		await all();
		const tell = (operate_type?: string) => {
			const time = Date.now();
			if (operate_type) complaint.history.push({ log_id: 'x', operator: 'x', time, operate_type });
			sandbox.state.closing.put({ type: 'complaint', value: complaint });
		};
		// Stored again without a new entry, with one that is not announced, with one that is.
		tell();
		tell('USER_CREATE_COMPLAINT_SYSTEM_MESSAGE');
		await all();
		tell('MERCHANT_RESPONSE');
		await all();
		sandbox.state.changes.emit('changed', {
			kind: 'violation',
			value: { sub_mchid: '1900000109', kind: 'INTERCEPT', risk_type: 'FRAUD' },
		});
		const received = await all();
		for (const one of received) expect(verifiedByPlugin(one, keys)).toBe(true);
		expect(received.map((one) => envelopeOf(one).event_type)).toEqual([
			'COMPLAINT.CREATE',
			'COMPLAINT.STATE_CHANGE',
			'VIOLATION.INTERCEPT',
		]);
		const [created, answered, violation] = received.map((one) => decryptedByPlugin(one, keys));
		expect(created).toEqual({ complaint_id, action_type: 'CREATE_COMPLAINT' });
		expect(answered).toEqual({ complaint_id, action_type: 'MERCHANT_RESPONSE' });
		expect(violation).toMatchObject({ sub_mchid: '1900000109', risk_type: 'FRAUD' });
		// As in the official samples: https://pay.weixin.qq.com/doc/v3/partner/4012076174
		expect(envelopeOf(received[0])).not.toHaveProperty('summary');
		expect(envelopeOf(received[0]).resource).not.toHaveProperty('original_type');
		expect(envelopeOf(received[0]).resource.associated_data).toBe('');
	});

	it('are announced on demand, and not at all without an address', async () => {
		const notify = async (body: object) =>
			await send(sandbox, { method: 'POST', path: '/sandbox/notify', body: JSON.stringify(body) });
		const violation = { event: 'violation', violation: { sub_mchid: '1900000109' } };
		expect((await notify(violation)).status).toBe(400);
		sandbox.state.changes.emit('changed', { kind: 'violation', value: { sub_mchid: '1' } });
		expect(await all()).toEqual([]);
		await post(sandbox, COMPLAINTS, { url: receiver.url });
		await notify({ event: 'complaint', complaint_id: '1', action: 'REFUND_SUCCESS' });
		await notify({ ...violation, url: receiver.url });
		const received = await all();
		expect(received.map((one) => envelopeOf(one).event_type).sort()).toEqual([
			'COMPLAINT.STATE_CHANGE',
			'VIOLATION.PUNISH',
		]);
	});
});

describe.each([
	['complaints', COMPLAINTS, 'url', [404, 'RESOURCE_NOT_EXISTS'], [400, 'INVALID_REQUEST'], 255],
	['violations', VIOLATIONS, 'notify_url', [404, 'NOT_FOUND'], [409, 'ALREADY_EXISTS'], 256],
] as const)('the address for %s', (_of, path, field, missing, exists, max) => {
	const own = path === COMPLAINTS ? () => ({ mchid: keys.mchid }) : () => ({});
	const put = async (url: unknown, method: 'POST' | 'PUT') =>
		await send(sandbox, { method, path, body: JSON.stringify({ [field]: url }) });
	const remove = async () => await send(sandbox, { method: 'DELETE', path });
	const outcome = ({ status, body }: { status: number; body: Record<string, unknown> }) => [
		status,
		body.code,
	];

	it('is created, read, changed and deleted; every answer is signed', async () => {
		expect(outcome(await get(sandbox, path))).toEqual(missing);
		expect(outcome(await put('https://example.com/a', 'PUT'))).toEqual(missing);
		expect(outcome(await remove())).toEqual(missing);
		const created = await put('https://example.com/a', 'POST');
		expect([created.status, created.body]).toEqual([
			200,
			{ ...own(), [field]: 'https://example.com/a' },
		]);
		expect(outcome(await put('https://example.com/b', 'POST'))).toEqual(exists);
		expect((await get(sandbox, path)).body).toEqual(created.body);
		const changed = await put('https://example.com/c', 'PUT');
		expect(changed.body).toEqual({ ...own(), [field]: 'https://example.com/c' });
		const removed = await remove();
		expect([removed.status, removed.raw.length]).toEqual([204, 0]);
		const [{ certificatePem }] = keys.platformCertificates;
		for (const reply of [created, changed, removed]) {
			expect(verified(reply, certificatePem)).toBe(true);
		}
		expect(outcome(await get(sandbox, path))).toEqual(missing);
	});

	it('is checked', async () => {
		for (const method of ['POST', 'PUT'] as const) {
			const wrong = ['http://example.com/a', 'https://example.com/a?b=c', '', 7, undefined];
			for (const url of [...wrong, `https://example.com/${'a'.repeat(max - 19)}`]) {
				expect(outcome(await put(url, method))).toEqual([400, 'PARAM_ERROR']);
			}
		}
		const longest = `https://example.com/${'a'.repeat(max - 20)}`;
		expect((await put(longest, 'POST')).body[field]).toHaveLength(max);
	});

	it('takes the methods that are documented', async () => {
		expect((await send(sandbox, { method: 'PATCH', path, body: '{}' })).status).toBe(405);
	});
});

describe('the echo', () => {
	const echo = async (body: object, serial?: string, key = keys.wechatPayPublicKeyPem) =>
		await post(
			sandbox,
			ECHO,
			{
				echo_message: '你好',
				encrypted_echo_message: Rsa.encrypt('世界', key),
				...body,
			},
			{ headers: { 'Wechatpay-Serial': serial } },
		);

	it('answers and announces what it was told, with the key that the request named', async () => {
		const [{ serial, certificatePem }] = keys.platformCertificates;
		const calls = [
			[keys.wechatPayPublicKeyId, keys.wechatPayPublicKeyPem],
			[serial, certificatePem],
		];
		for (const [named, key] of calls) {
			const reply = await echo({ notify_url: receiver.url }, named, key);
			expect(reply.status).toBe(200);
			expect(verified(reply, key)).toBe(true);
			expect(reply.body.echo_message).toBe('你好');
			const text = String(reply.body.encrypted_echo_message);
			expect(Rsa.decrypt(text, keys.merchantPrivateKeyPem)).toBe('世界');
			const received = (await all()).at(-1);
			if (!received) throw new Error('nothing came');
			expect(received.headers['wechatpay-serial']).toBe(named);
			expect(verifiedByPlugin(received, keys)).toBe(true);
			expect(envelopeOf(received)).toMatchObject({
				event_type: 'SECURITY_ECHO.SUCCESS',
				resource: { original_type: 'security', associated_data: '' },
			});
			const told = decryptedByPlugin(received, keys);
			expect(told.echo_message).toBe('你好');
			expect(Rsa.decrypt(String(told.encrypt_echo_message), keys.merchantPrivateKeyPem)).toBe(
				'世界',
			);
		}
	});

	it('announces nothing without a notify_url, and encrypts nothing unasked', async () => {
		const plain = { encrypted_echo_message: undefined };
		const reply = await echo(plain, keys.wechatPayPublicKeyId);
		expect([reply.status, reply.body]).toEqual([200, { echo_message: '你好' }]);
		expect(await all()).toEqual([]);
	});

	it.each([
		['no Wechatpay-Serial', {}, undefined],
		['no message', { echo_message: undefined }, 'key'],
		['what another key encrypted', { encrypted_echo_message: 'AAAA' }, 'key'],
		['an address that cannot be', { notify_url: 'http://example.com/a' }, 'key'],
	])('refuses %s', async (_what, body, serial) => {
		const reply = await echo(body, serial && keys.wechatPayPublicKeyId);
		expect([reply.status, reply.body.code]).toEqual([400, 'PARAM_ERROR']);
		expect(await all()).toEqual([]);
	});
});
