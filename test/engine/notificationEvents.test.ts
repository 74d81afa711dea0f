/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { gzipSync } from 'node:zlib';
import type { NodeOperationError } from 'n8n-workflow';
import type { SandboxKeys } from '../../sandbox';
import { sandboxKeys } from '../support/keys';
import { openDesk } from '../support/notifications';

// What a notification that is WeChat Pay's leads to: an item, nothing, or a failed execution.

let keys: SandboxKeys;
const desk = openDesk(
	() => ({ keys }),
	async () => {
		keys = await sandboxKeys(1);
	},
);

const sub = '1900000201';
const subscription = (english: string, state: string, more: object = {}) => ({
	event_type: 'MERCHANT_NOTIFY.NOTIFY',
	original_type: 'merchant_notify',
	associated_data: 'merchant_notify',
	summary: '订阅消息',
	resource: {
		topic_name: { topic_english_name: english, topic_chinese_name: '某主题' },
		message_content: { merchant_code: sub, business_state: state, ...more },
	},
});
const send = async (...messages: object[]) => {
	for (const message of messages) expect((await desk.notify(message)).state).toBe('accepted');
	return desk.items;
};

describe('notification item', () => {
	it('contains the notification, the signing key and the sub-merchant', async () => {
		const body = desk.seal({
			eventType: 'MCHWITHDRAW.CHANGE',
			originalType: 'mch_withdraw',
			summary: '商户提现状态变更通知',
			associatedData: 'mch_withdraw',
			resource: { sub_mchid: sub, status: 'SUCCESS', withdraw_id: '1'.repeat(62) },
		});
		const headers = desk.sign(body);
		const answer = await desk.deliver(body, { ...headers, 'Request-ID': '08ABCD' });
		expect(answer).toEqual({ status: 200, body: '' });
		const { id, create_time } = JSON.parse(body.toString()) as Record<string, string>;
		expect(desk.executions).toEqual([
			[
				{
					id,
					event_type: 'MCHWITHDRAW.CHANGE',
					create_time,
					summary: '商户提现状态变更通知',
					original_type: 'mch_withdraw',
					resource: { sub_mchid: sub, status: 'SUCCESS', withdraw_id: '1'.repeat(62) },
					sub_mchid: sub,
					verified_by: keys.wechatPayPublicKeyId,
					signed_at: new Date(Number(headers['Wechatpay-Timestamp']) * 1000).toISOString(),
					request_id: '08ABCD',
				},
			],
		]);
	});

	it('contains null for fields that a complaint omits, and no sub-merchant', async () => {
		const [item] = await send({ event: 'complaint', complaint_id: '200201820200101080076610000' });
		expect(item).toMatchObject({ summary: null, original_type: null });
		expect(item).not.toHaveProperty('sub_mchid');
		expect(item).not.toHaveProperty('is_test');
	});

	it('is created for an unknown event whose resource is not an object', async () => {
		const raw = desk.seal({ eventType: 'NEW.EVENT', resource: 'PLACE' });
		expect((await desk.deliver(raw)).status).toBe(200);
		expect(desk.items[0]).toMatchObject({ event_type: 'NEW.EVENT', resource: 'PLACE' });
	});

	it('contains the sub-merchant of a combined payment only if there is exactly one', async () => {
		const orders = (...all: string[]) => ({
			event_type: 'TRANSACTION.SUCCESS',
			original_type: 'transaction',
			resource: { sub_orders: all.map((sub_mchid) => ({ sub_mchid })) },
		});
		const [one, two] = await send(orders(sub, sub), orders(sub, '1900000202'));
		expect(one.sub_mchid).toBe(sub);
		expect(two).not.toHaveProperty('sub_mchid');
	});
});

describe('subscription message', () => {
	it('sets is_final and needs_attention for a cancellation', async () => {
		const states = [
			['ACCEPTED', '', false, false],
			['WAITING_MERCHANT_CONFIRM', '', false, true],
			['REJECTED', '', true, true],
			['CANCELED', '提现处理中', false, false],
			['FINISH', '-', true, false],
			['FINISH', 'WITHDRAW_SUCCEED', true, false],
			['FINISH', '提现异常', true, true],
		] as const;
		const items = await send(
			...states.map(([state, remark]) => subscription('merchant_cancel', state, { remark })),
		);
		expect(
			items.map(({ business_state, is_final, needs_attention }) => [
				business_state,
				is_final,
				needs_attention,
			]),
		).toEqual(states.map(([state, , isFinal, attention]) => [state, isFinal, attention]));
		expect(items.map(({ withdraw_state }) => withdraw_state)).toEqual([
			...[undefined, undefined, undefined, 'WITHDRAW_PROCESSING'],
			...[undefined, 'WITHDRAW_SUCCEED', 'WITHDRAW_EXCEPTION'],
		]);
		expect(items[0]).toMatchObject({ sub_mchid: sub, topic: 'merchant_cancel', is_test: false });
	});

	it('sets no cancellation fields for another topic unless the user names the topic', async () => {
		const message = subscription('applyment_state', 'REJECTED');
		const [item] = await send(message);
		expect(item).toMatchObject({ topic: 'applyment_state', business_state: 'REJECTED' });
		for (const name of ['is_final', 'needs_attention', 'withdraw_state']) {
			expect(item).not.toHaveProperty(name);
		}
		desk.parameters = { options: { cancelTopics: 'another, APPLYMENT_STATE' } };
		const [, named] = await send(message);
		expect(named).toMatchObject({ is_final: true, needs_attention: true });
	});

	it('is recognized as a cancellation by its state, also in flat form', async () => {
		const flat = {
			...subscription('x', ''),
			resource: {
				topic_english_name: 'x',
				merchant_code: sub,
				business_state: 'WAITING_MERCHANT_CONFIRM',
			},
		};
		const [item] = await send(flat);
		expect(item).toMatchObject({ sub_mchid: sub, topic: 'x', is_final: false });
		expect(item.needs_attention).toBe(true);
	});
});

describe('notification filter', () => {
	const complaint = { event: 'complaint', complaint_id: '1' };
	const violation = { event: 'violation', violation: { sub_mchid: sub } };
	const sharing = {
		event_type: 'TRANSACTION.SUCCESS',
		original_type: 'profitsharing',
		resource: { sub_mchid: sub },
	};
	const payment = { ...sharing, original_type: 'transaction' };
	const unknown = { event_type: 'NEW.EVENT', resource: {} };
	const message = subscription('merchant_cancel', 'FINISH');

	it.each([
		[['complaint'], ['COMPLAINT.CREATE']],
		[['payment'], ['TRANSACTION.SUCCESS transaction']],
		[
			['profitSharing', 'violation'],
			['VIOLATION.PUNISH', 'TRANSACTION.SUCCESS profitsharing'],
		],
		[['subscription'], ['MERCHANT_NOTIFY.NOTIFY']],
		[['all'], 6],
		[['all', 'refund'], 6],
		[[], 6],
	])('starts executions only for the events %j', async (events, expected) => {
		desk.parameters = { events };
		const items = await send(complaint, violation, sharing, payment, unknown, message);
		const names = items.map(({ event_type: type, original_type: original }) =>
			type === 'TRANSACTION.SUCCESS' ? `${type} ${String(original)}` : type,
		);
		if (typeof expected === 'number') expect(names).toHaveLength(expected);
		else expect(names.sort()).toEqual([...expected].sort());
	});

	it('filters by topic, state and sub-merchant', async () => {
		desk.parameters = { options: { topics: '某主题', states: 'FINISH' } };
		const other = subscription('merchant_cancel', 'ACCEPTED');
		expect(await send(message, other, complaint)).toHaveLength(2);
		desk.parameters = { options: { topics: 'another\nthird one' } };
		expect(await send(message)).toHaveLength(2);
		desk.parameters = { options: { subMchids: '1900000999' } };
		expect(await send(message, violation, payment)).toHaveLength(2);
		// A complaint names nobody, so it may be about anybody.
		expect(await send(complaint)).toHaveLength(3);
		desk.parameters = { options: { subMchids: ['1900000999', sub] } };
		expect(await send(violation)).toHaveLength(4);
		expect(desk.failures).toEqual([]);
	});

	it('drops test messages unless they are chosen or a user listens', async () => {
		const tests = [{ event: 'test' }, { event: 'echo', text: 'hello' }];
		expect(await send(...tests)).toEqual([]);
		desk.parameters = { events: ['complaint'], options: { emitTestMessages: true } };
		expect(await send(...tests)).toHaveLength(2);
		desk.parameters = { events: ['echo'] };
		expect(await send(...tests)).toHaveLength(3);
		desk.parameters = { events: ['complaint'], options: { topics: 'x' } };
		desk.isListening = true;
		const items = await send(...tests);
		expect(items).toHaveLength(5);
		expect(items.every((item) => item.is_test === true)).toBe(true);
		expect(items[3]).toMatchObject({ topic: 'test', business_state: 'TEST' });
		expect(items[3]).not.toHaveProperty('sub_mchid');
		expect(items[3]).not.toHaveProperty('is_final');
	});
});

describe('notification body', () => {
	const rewritten: Array<[string, (json: object) => string]> = [
		['a byte order mark', (json) => `\ufeff${JSON.stringify(json)}`],
		['other white space', (json) => `\r\n${JSON.stringify(json, null, '\t')}\n`],
		['another order', (json) => JSON.stringify(Object.fromEntries(Object.entries(json).reverse()))],
		['more keys', (json) => JSON.stringify({ ...json, added: { a: [1] } })],
	];

	it.each(rewritten)('is verified unchanged: %s', async (_what, rewrite) => {
		const body = Buffer.from(rewrite(JSON.parse(desk.seal({}).toString()) as object));
		expect((await desk.deliver(body)).status).toBe(200);
		expect(desk.items).toMatchObject([{ resource: { action_type: 'CREATE_COMPLAINT' } }]);
	});

	it('is verified after decompression if it is gzipped', async () => {
		const body = desk.seal({});
		const headers = { ...desk.sign(body), 'content-encoding': 'gzip' };
		expect((await desk.deliver(gzipSync(body), headers)).status).toBe(200);
		expect(desk.items).toHaveLength(1);
	});

	it('may contain 1 MB of ciphertext', async () => {
		const filler = 'x'.repeat((1_048_576 / 4) * 3 - 16 - '{"a":""}'.length);
		const body = desk.seal({ resource: { a: filler } });
		const { resource } = JSON.parse(body.toString()) as { resource: { ciphertext: string } };
		expect(resource.ciphertext).toHaveLength(1_048_576);
		expect((await desk.deliver(body)).status).toBe(200);
		expect(desk.items).toMatchObject([{ resource: { a: filler } }]);
	});

	it('starts an execution each time it is delivered, also concurrently', async () => {
		const body = desk.seal({});
		const headers = desk.sign(body);
		const same = async () => await desk.deliver(body, headers);
		const answers = [await same(), ...(await Promise.all([same(), same()]))];
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
		expect(new Set(desk.items.map(({ id }) => id)).size).toBe(1);
		expect(desk.items).toHaveLength(3);
	});

	it('starts one execution for each of 200 concurrent notifications', async () => {
		const numbers = Array.from({ length: 200 }, (_, i) => String(i));
		const answers = await Promise.all(
			numbers.map(
				async (complaint_id) => await desk.deliver(desk.seal({ resource: { complaint_id } })),
			),
		);
		expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
		const ids = desk.items.map(
			({ resource }) => (resource as { complaint_id: string }).complaint_id,
		);
		expect(ids.sort()).toEqual(numbers.sort());
	});
});

describe('authentic notification that cannot be processed', () => {
	it.each([
		[
			{ wrongKey: true },
			/^"APIv3 Secret Key" does not decrypt the notification$/,
			/merchant platform/,
		],
		[{ algorithm: 'SM4-GCM' }, /encrypted with SM4-GCM/, /RSA keys/],
		[{ body: '[]' }, /not a JSON object/, /Request-ID/],
		[{ body: '{"id":"1","event_type":"X"}' }, /without a readable resource/, /Request-ID/],
	])('creates a failed execution: %j', async (change, message, hint) => {
		const record = await desk.notify({
			event: 'complaint',
			complaint_id: 'secret-id',
			repeat: false,
			...change,
		});
		expect(record.deliveries[0].status).toBe(500);
		expect(desk.executions).toEqual([]);
		const [error] = desk.failures as NodeOperationError[];
		expect(error.name).toBe('NodeOperationError');
		expect(error.message).toMatch(message);
		expect(error.description).toMatch(hint);
		expect(JSON.stringify([error, desk.logs])).not.toContain(keys.apiV3SecretKey);
	});

	it('creates a failed execution that names an invalid parameter', async () => {
		desk.parameters = { options: { subMchids: 1.5 } };
		expect((await desk.deliver(desk.seal({}))).status).toBe(500);
		expect(desk.failures[0].message).toMatch(/^"Sub-Merchant IDs" is the number 1.5/);
	});
});
