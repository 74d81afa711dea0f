import { Sandbox } from '../../sandbox';
import { repeatsOf, timeAllowed } from '../../sandbox/notifications/schedules';
import { openNotified } from './notified';
import { decryptedByPlugin, envelopeOf, verifiedByPlugin, type Received } from './receiver';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const stage = openNotified(() => ({ notify: { signWith: 'publicKey' } }));
const serialOf = ({ headers }: Received) => headers['wechatpay-serial'];

describe('a notification', () => {
	it('is a POST that an independent client verifies and decrypts', async () => {
		const { body } = await stage.notify({ event: 'test', url: stage.receiver.url });
		await stage.sandbox.notifications.settled();
		const [received] = await stage.receiver.count(1);
		expect(received).toMatchObject({ method: 'POST', path: '/webhook/wechatpay' });
		expect(received.headers).toMatchObject({
			'content-type': 'application/json',
			'content-length': String(received.raw.length),
			'user-agent': 'Mozilla/4.0',
			'wechatpay-serial': stage.keys.wechatPayPublicKeyId,
			'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
		});
		expect(verifiedByPlugin(received, stage.keys)).toBe(true);
		expect(envelopeOf(received)).toMatchObject({
			id: body.id,
			resource_type: 'encrypt-resource',
			event_type: 'MERCHANT_NOTIFY.NOTIFY',
			summary: '订阅消息',
			resource: {
				original_type: 'merchant_notify',
				algorithm: 'AEAD_AES_256_GCM',
				associated_data: 'merchant_notify',
				nonce: expect.stringMatching(/^\w{12}$/),
			},
		});
		// The plaintext on the official page: https://pay.weixin.qq.com/doc/v3/partner/4016022266
		const { message_content: content, ...rest } = decryptedByPlugin(received, stage.keys);
		expect(content).toEqual({
			merchant_code: '00000000000',
			merchant_company_name: '测试商户号',
			business_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
			business_code: '空',
			business_state: 'TEST',
		});
		expect(rest).toEqual({
			topic_name: { topic_english_name: 'test', topic_chinese_name: '测试消息' },
		});
	});

	it('can be any event, with any content', async () => {
		const resource = { sub_mchid: '1900000201', amount: { total: 1 }, 中文: '是' };
		await stage.notify({
			url: stage.receiver.url,
			event_type: 'TRANSACTION.SUCCESS',
			original_type: 'transaction',
			associated_data: 'transaction',
			summary: '支付成功',
			resource,
		});
		const [received] = await stage.receiver.count(1);
		expect(verifiedByPlugin(received, stage.keys)).toBe(true);
		expect(decryptedByPlugin(received, stage.keys)).toEqual(resource);
		expect(envelopeOf(received)).toMatchObject({ event_type: 'TRANSACTION.SUCCESS' });
	});

	it('is signed with either key, or with both in turn', async () => {
		const [{ serial }] = stage.keys.platformCertificates;
		await stage.notify({ event: 'test', url: stage.receiver.url, signWith: 'platformCertificate' });
		await stage.sandbox.notifications.settled();
		await stage.notify({ event: 'test', url: stage.receiver.url, signWith: serial });
		await stage.sandbox.notifications.settled();
		await stage.control('PUT', '/notify', { signWith: 'mixed' });
		for (let i = 0; i < 4; i++) {
			await stage.notify({ event: 'test', url: stage.receiver.url });
			await stage.sandbox.notifications.settled();
		}
		const received = await stage.receiver.count(6);
		expect(received.slice(0, 2).map(serialOf)).toEqual([serial, serial]);
		expect(received.slice(2).map(serialOf).sort()).toEqual(
			[serial, serial, stage.keys.wechatPayPublicKeyId, stage.keys.wechatPayPublicKeyId].sort(),
		);
		for (const one of received) expect(verifiedByPlugin(one, stage.keys)).toBe(true);
	});

	it('is signed with the certificate by default, like responses to requests that ask for no key', async () => {
		const other = await Sandbox.start({ keys: stage.keys });
		const without = await Sandbox.start({ keys: { ...stage.keys, platformCertificates: [] } });
		try {
			for (const one of [other, without]) {
				one.notifications.send(
					{ eventType: 'A.B', associatedData: '', idForm: 'ev', resource: {} },
					{ url: stage.receiver.url },
				);
				await one.notifications.settled();
			}
			const serials = (await stage.receiver.count(2)).map(serialOf);
			expect(serials).toEqual([
				stage.keys.platformCertificates[0].serial,
				stage.keys.wechatPayPublicKeyId,
			]);
		} finally {
			await other.stop();
			await without.stop();
		}
	});

	it('is signed by the clock of the sandbox', async () => {
		const now = Date.parse('2026-03-02T10:00:00Z');
		const frozen = await Sandbox.start({ keys: stage.keys, now: () => now });
		try {
			const [record] = [
				frozen.notifications.send(
					{ eventType: 'A.B', associatedData: '', idForm: 'ev', resource: {} },
					{ url: stage.receiver.url },
				),
			];
			const [received] = await stage.receiver.count(1);
			expect(received.headers['wechatpay-timestamp']).toBe(String(now / 1000));
			expect(envelopeOf(received).create_time).toBe('2026-03-02T18:00:00+08:00');
			expect(record.id).toMatch(/^EV-20260302180000\d{5}$/);
		} finally {
			await frozen.stop();
		}
	});
});

describe('a response to a notification', () => {
	it('is recorded with status, body and time', async () => {
		stage.receiver.answer = (response, _received, index) =>
			index === 0
				? response.writeHead(401).end('{"code":"FAIL","message":"signature not verified"}')
				: response.writeHead(204).end();
		await stage.notify({ event: 'test', url: stage.receiver.url });
		await stage.sandbox.notifications.settled();
		const { body } = await stage.control('GET', '/notifications');
		expect(body.notifications).toEqual([
			expect.objectContaining({
				state: 'accepted',
				url: stage.receiver.url,
				eventType: 'MERCHANT_NOTIFY.NOTIFY',
				deliveries: [
					expect.objectContaining({
						attempt: 1,
						status: 401,
						body: '{"code":"FAIL","message":"signature not verified"}',
						accepted: false,
						time: expect.any(Number),
						took: expect.any(Number),
						serial: stage.keys.wechatPayPublicKeyId,
					}),
					expect.objectContaining({ attempt: 2, status: 204, body: '', accepted: true }),
				],
			}),
		]);
	});

	it.each([201, 202, 301, 400, 500])('with %i does not accept', async (status) => {
		stage.receiver.refuse(status);
		await stage.notify({ event: 'test', url: stage.receiver.url });
		await stage.sandbox.notifications.settled();
		const [{ deliveries, state }] = stage.sandbox.notifications.records;
		expect(deliveries.map((d) => [d.status, d.accepted])).toEqual([
			[status, false],
			[200, true],
		]);
		expect(state).toBe('accepted');
	});

	it('that is late, cut or missing does not accept', async () => {
		stage.sandbox.notifications.settings.timeout = 200;
		stage.receiver.answer = (response, _received, index) => {
			if (index === 1) response.destroy();
			else if (index === 2) response.writeHead(200, { 'Content-Length': 9 }).write('half');
			else if (index > 2) response.end();
		};
		await stage.notify({ event: 'test', url: stage.receiver.url });
		await stage.sandbox.notifications.settled();
		const [{ deliveries }] = stage.sandbox.notifications.records;
		expect(deliveries.map((d) => [d.status, d.error])).toEqual([
			[0, 'no answer within 200 ms'],
			[0, 'socket hang up'],
			[0, 'no answer within 200 ms'],
			[200, undefined],
		]);
	});

	it('is missing if nobody listens', async () => {
		const { url } = stage.receiver;
		await stage.receiver.stop();
		await stage.notify({ event: 'echo', url, repeat: false });
		await stage.sandbox.notifications.settled();
		const [{ deliveries, state }] = stage.sandbox.notifications.records;
		expect(deliveries[0]).toMatchObject({
			status: 0,
			error: expect.stringContaining('ECONNREFUSED'),
		});
		expect(state).toBe('givenUp');
	});

	it('is kept to its first 64 KB', async () => {
		stage.receiver.answer = (response) => response.end('x'.repeat(1_000_000));
		await stage.notify({ event: 'test', url: stage.receiver.url });
		await stage.sandbox.notifications.settled();
		expect(stage.sandbox.notifications.records[0].deliveries[0].body).toHaveLength(65_536);
	});
});

describe('a notification that is not accepted', () => {
	it('is repeated with the same body, id and another signature', async () => {
		stage.receiver.refuse(500, 500);
		await stage.notify({ event: 'test', url: stage.receiver.url });
		await stage.sandbox.notifications.settled();
		const received = await stage.receiver.count(3);
		expect(new Set(received.map(({ raw }) => raw.toString('utf8'))).size).toBe(1);
		const signatures = received.map(({ headers }) => headers['wechatpay-signature']);
		const nonces = received.map(({ headers }) => headers['wechatpay-nonce']);
		expect([new Set(signatures).size, new Set(nonces).size]).toEqual([3, 3]);
		for (const one of received) expect(verifiedByPlugin(one, stage.keys)).toBe(true);
	});

	it('is given up after the last of its repeats', async () => {
		stage.receiver.answer = (response) => response.writeHead(500).end();
		await stage.notify({ event: 'echo', url: stage.receiver.url });
		await stage.sandbox.notifications.settled();
		expect(stage.receiver.received).toHaveLength(11);
		expect(stage.sandbox.notifications.records[0].state).toBe('givenUp');
	});

	it('waits as long as the factor says', async () => {
		stage.receiver.refuse(500);
		// The first repeat of a payment comes after 15 seconds: at this speed after less than a millisecond.
		await stage.notify({
			event_type: 'TRANSACTION.SUCCESS',
			resource: {},
			url: stage.receiver.url,
		});
		await stage.receiver.count(2);
		// A repeat after fifteen seconds would make this test time out.
		await stage.control('PUT', '/notify', { speed: 1 });
		stage.receiver.refuse(200, 200, 500);
		await stage.notify({
			event_type: 'TRANSACTION.SUCCESS',
			resource: {},
			url: stage.receiver.url,
		});
		await stage.receiver.count(3);
		expect(stage.sandbox.notifications.records[1].state).not.toBe('accepted');
		await stage.sandbox.notifications.stop();
		expect(stage.sandbox.notifications.records[1]).toMatchObject({ state: 'stopped' });
		expect(stage.receiver.received).toHaveLength(3);
	});

	const sum = (waits: readonly number[]) => waits.reduce((a, b) => a + b, 0);
	it.each([
		['TRANSACTION.SUCCESS', 15, 24 * HOUR + 4 * MINUTE],
		['REFUND.SUCCESS', 15, 24 * HOUR + 4 * MINUTE],
		['MERCHANT_NOTIFY.NOTIFY', 15, 24 * HOUR + 4 * MINUTE],
		['SECURITY_ECHO.SUCCESS', 10, 3 * HOUR + 4 * MINUTE],
		// The page says at most 24 hours, and gives pauses that add up to more.
		['MCHWITHDRAW.CHANGE', 67, 24 * HOUR + 22.5 * MINUTE],
		['COMPLAINT.CREATE', 32, 2 * HOUR],
	])('is repeated for %s: %i times', (event, count, total) => {
		expect([repeatsOf(event).length, sum(repeatsOf(event))]).toEqual([count, total]);
	});

	it('is repeated for violations for 48 hours', () => {
		const waits = repeatsOf('VIOLATION.PUNISH');
		expect(waits.slice(0, 9).map((wait) => wait / 1000)).toEqual([
			1, 15, 15, 30, 180, 600, 1200, 1800, 1800,
		]);
		expect(sum(waits)).toBeLessThanOrEqual(48 * HOUR);
		expect(sum(waits)).toBeGreaterThan(47 * HOUR);
	});

	it('may be answered within 5 seconds, for withdrawals within 3', () => {
		expect([timeAllowed('COMPLAINT.CREATE'), timeAllowed('MCHWITHDRAW.CHANGE')]).toEqual([
			5000, 3000,
		]);
	});
});
