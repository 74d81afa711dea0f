/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { Sandbox, type SandboxKeys } from '../../sandbox';
import { NOTIFY_URL } from '../../sandbox/notifications/urls';
import { repeatsOf, timeAllowed } from '../../sandbox/notifications/schedules';
import { send } from './client';
import { sandboxKeys } from '../support/keys';
import {
	Receiver,
	decryptedByPlugin,
	envelopeOf,
	verifiedByPlugin,
	type Received,
} from './receiver';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Six hours become a fifth of a second. */
const FAST = 100_000;

let keys: SandboxKeys;
let sandbox: Sandbox;
let receiver: Receiver;

beforeAll(async () => {
	keys = await sandboxKeys(1);
});
beforeEach(async () => {
	receiver = await Receiver.start();
	sandbox = await Sandbox.start({ keys, notify: { speed: FAST, signWith: 'publicKey' } });
});
afterEach(async () => {
	await sandbox.stop();
	await receiver.stop();
});

const control = async (method: string, path: string, body?: object) =>
	await send(sandbox, {
		method,
		path: `/sandbox${path}`,
		...(body ? { body: JSON.stringify(body) } : {}),
		headers: { 'Content-Type': 'application/json' },
	});
const notify = async (body: object) => await control('POST', '/notify', body);
const serialOf = ({ headers }: Received) => headers['wechatpay-serial'];
const refuse = (...first: number[]) => {
	receiver.answer = (response, _received, index) => response.writeHead(first[index] ?? 200).end();
};

describe('a notification', () => {
	it('is a POST that an independent client verifies and decrypts', async () => {
		const { body } = await notify({ event: 'test', url: receiver.url });
		await sandbox.notifications.settled();
		const [received] = await receiver.count(1);
		expect(received).toMatchObject({ method: 'POST', path: '/webhook/wechatpay' });
		expect(received.headers).toMatchObject({
			'content-type': 'application/json',
			'content-length': String(received.raw.length),
			'user-agent': 'Mozilla/4.0',
			'wechatpay-serial': keys.wechatPayPublicKeyId,
			'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
		});
		expect(verifiedByPlugin(received, keys)).toBe(true);
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
		// The plaintext that the official page prints: https://pay.weixin.qq.com/doc/v3/partner/4016022266
		const { message_content: content, ...rest } = decryptedByPlugin(received, keys);
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
		await notify({
			url: receiver.url,
			event_type: 'TRANSACTION.SUCCESS',
			original_type: 'transaction',
			associated_data: 'transaction',
			summary: '支付成功',
			resource,
		});
		const [received] = await receiver.count(1);
		expect(verifiedByPlugin(received, keys)).toBe(true);
		expect(decryptedByPlugin(received, keys)).toEqual(resource);
		expect(envelopeOf(received)).toMatchObject({ event_type: 'TRANSACTION.SUCCESS' });
	});

	it('is signed with either key, or with both in turn', async () => {
		const [{ serial }] = keys.platformCertificates;
		await notify({ event: 'test', url: receiver.url, signWith: 'platformCertificate' });
		await sandbox.notifications.settled();
		await notify({ event: 'test', url: receiver.url, signWith: serial });
		await sandbox.notifications.settled();
		await control('PUT', '/notify', { signWith: 'mixed' });
		for (let i = 0; i < 4; i++) {
			await notify({ event: 'test', url: receiver.url });
			await sandbox.notifications.settled();
		}
		const received = await receiver.count(6);
		expect(received.slice(0, 2).map(serialOf)).toEqual([serial, serial]);
		expect(received.slice(2).map(serialOf).sort()).toEqual(
			[serial, serial, keys.wechatPayPublicKeyId, keys.wechatPayPublicKeyId].sort(),
		);
		for (const one of received) expect(verifiedByPlugin(one, keys)).toBe(true);
	});

	it('is signed with the certificate unless told otherwise, like answers to those who ask for no key', async () => {
		const other = await Sandbox.start({ keys });
		const without = await Sandbox.start({ keys: { ...keys, platformCertificates: [] } });
		try {
			for (const one of [other, without]) {
				one.notifications.send(
					{ eventType: 'A.B', associatedData: '', idForm: 'ev', resource: {} },
					{ url: receiver.url },
				);
				await one.notifications.settled();
			}
			const serials = (await receiver.count(2)).map(serialOf);
			expect(serials).toEqual([keys.platformCertificates[0].serial, keys.wechatPayPublicKeyId]);
		} finally {
			await other.stop();
			await without.stop();
		}
	});

	it('is signed by the clock of the sandbox', async () => {
		const now = Date.parse('2026-03-02T10:00:00Z');
		const frozen = await Sandbox.start({ keys, now: () => now });
		try {
			const [record] = [
				frozen.notifications.send(
					{ eventType: 'A.B', associatedData: '', idForm: 'ev', resource: {} },
					{ url: receiver.url },
				),
			];
			const [received] = await receiver.count(1);
			expect(received.headers['wechatpay-timestamp']).toBe(String(now / 1000));
			expect(envelopeOf(received).create_time).toBe('2026-03-02T18:00:00+08:00');
			expect(record.id).toMatch(/^EV-20260302180000\d{5}$/);
		} finally {
			await frozen.stop();
		}
	});
});

describe('an answer', () => {
	it('is recorded with status, body and time', async () => {
		receiver.answer = (response, _received, index) =>
			index === 0
				? response.writeHead(401).end('{"code":"FAIL","message":"signature not verified"}')
				: response.writeHead(204).end();
		await notify({ event: 'test', url: receiver.url });
		await sandbox.notifications.settled();
		const { body } = await control('GET', '/notifications');
		expect(body.notifications).toEqual([
			expect.objectContaining({
				state: 'accepted',
				url: receiver.url,
				eventType: 'MERCHANT_NOTIFY.NOTIFY',
				deliveries: [
					expect.objectContaining({
						attempt: 1,
						status: 401,
						body: '{"code":"FAIL","message":"signature not verified"}',
						accepted: false,
						time: expect.any(Number),
						took: expect.any(Number),
						serial: keys.wechatPayPublicKeyId,
					}),
					expect.objectContaining({ attempt: 2, status: 204, body: '', accepted: true }),
				],
			}),
		]);
	});

	it.each([201, 202, 301, 400, 500])('with %i does not accept', async (status) => {
		refuse(status);
		await notify({ event: 'test', url: receiver.url });
		await sandbox.notifications.settled();
		const [{ deliveries, state }] = sandbox.notifications.records;
		expect(deliveries.map((d) => [d.status, d.accepted])).toEqual([
			[status, false],
			[200, true],
		]);
		expect(state).toBe('accepted');
	});

	it('that comes too late, is cut, or never comes does not accept', async () => {
		sandbox.notifications.settings.timeout = 200;
		receiver.answer = (response, _received, index) => {
			if (index === 1) response.destroy();
			else if (index === 2) response.writeHead(200, { 'Content-Length': 9 }).write('half');
			else if (index > 2) response.end();
		};
		await notify({ event: 'test', url: receiver.url });
		await sandbox.notifications.settled();
		const [{ deliveries }] = sandbox.notifications.records;
		expect(deliveries.map((d) => [d.status, d.error])).toEqual([
			[0, 'no answer within 200 ms'],
			[0, 'socket hang up'],
			[0, 'no answer within 200 ms'],
			[200, undefined],
		]);
	});

	it('is not there if nobody listens, which is repeated like everything else', async () => {
		const { url } = receiver;
		await receiver.stop();
		await notify({ event: 'echo', url, repeat: false });
		await sandbox.notifications.settled();
		const [{ deliveries, state }] = sandbox.notifications.records;
		expect(deliveries[0]).toMatchObject({
			status: 0,
			error: expect.stringContaining('ECONNREFUSED'),
		});
		expect(state).toBe('givenUp');
		receiver = await Receiver.start();
	});

	it('is kept to its first 64 KB', async () => {
		receiver.answer = (response) => response.end('x'.repeat(1_000_000));
		await notify({ event: 'test', url: receiver.url });
		await sandbox.notifications.settled();
		expect(sandbox.notifications.records[0].deliveries[0].body).toHaveLength(65_536);
	});
});

describe('what is not accepted', () => {
	it('is repeated with the same body, id and another signature', async () => {
		refuse(500, 500);
		await notify({ event: 'test', url: receiver.url });
		await sandbox.notifications.settled();
		const received = await receiver.count(3);
		expect(new Set(received.map(({ raw }) => raw.toString('utf8'))).size).toBe(1);
		const signatures = received.map(({ headers }) => headers['wechatpay-signature']);
		const nonces = received.map(({ headers }) => headers['wechatpay-nonce']);
		expect([new Set(signatures).size, new Set(nonces).size]).toEqual([3, 3]);
		for (const one of received) expect(verifiedByPlugin(one, keys)).toBe(true);
	});

	it('is given up after the last of its repeats', async () => {
		receiver.answer = (response) => response.writeHead(500).end();
		await notify({ event: 'echo', url: receiver.url });
		await sandbox.notifications.settled();
		expect(receiver.received).toHaveLength(11);
		expect(sandbox.notifications.records[0].state).toBe('givenUp');
	});

	it('waits as long as the factor says', async () => {
		refuse(500);
		// The first repeat of a payment comes after 15 seconds; 15,000 times as fast after a millisecond.
		await notify({ event_type: 'TRANSACTION.SUCCESS', resource: {}, url: receiver.url });
		await receiver.count(2);
		// Fifteen seconds are longer than this test may take: it would time out.
		await control('PUT', '/notify', { speed: 1 });
		refuse(200, 200, 500);
		await notify({ event_type: 'TRANSACTION.SUCCESS', resource: {}, url: receiver.url });
		await receiver.count(3);
		expect(sandbox.notifications.records[1].state).not.toBe('accepted');
		await sandbox.notifications.stop();
		expect(sandbox.notifications.records[1]).toMatchObject({ state: 'stopped' });
		expect(receiver.received).toHaveLength(3);
	});

	const sum = (waits: readonly number[]) => waits.reduce((a, b) => a + b, 0);
	it.each([
		['TRANSACTION.SUCCESS', 15, 24 * HOUR + 4 * MINUTE],
		['REFUND.SUCCESS', 15, 24 * HOUR + 4 * MINUTE],
		['MERCHANT_NOTIFY.NOTIFY', 15, 24 * HOUR + 4 * MINUTE],
		['SECURITY_ECHO.SUCCESS', 10, 3 * HOUR + 4 * MINUTE],
		// 24 h at most, says the page, and prints waits that add up to more.
		['MCHWITHDRAW.CHANGE', 67, 24 * HOUR + 22.5 * MINUTE],
		['COMPLAINT.CREATE', 32, 2 * HOUR],
	])('is repeated for %s %i times, over so long', (event, count, total) => {
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

describe('what goes wrong on purpose', () => {
	const statuses = () => sandbox.notifications.records[0].deliveries;

	/** A receiver that checks everything, with the plugin and the clock. */
	function careful(): void {
		receiver.answer = (response, received) => {
			const { 'wechatpay-timestamp': time, 'wechatpay-signature-type': type } = received.headers;
			const fresh = Math.abs(Date.now() / 1000 - Number(time)) < 300;
			const known = type === undefined || type === 'WECHATPAY2-SHA256-RSA2048';
			response.writeHead(fresh && known && verifiedByPlugin(received, keys) ? 200 : 401).end();
		};
	}

	it('is a probe, and the right one follows', async () => {
		careful();
		await notify({ event: 'test', url: receiver.url, faults: ['probe'] });
		await sandbox.notifications.settled();
		const [probe, right] = await receiver.count(2);
		expect(probe.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//);
		expect(probe.raw.equals(right.raw)).toBe(true);
		expect(statuses().map(({ status, fault }) => [status, fault])).toEqual([
			[401, 'probe'],
			[200, undefined],
		]);
	});

	it('is sent again also if a wrong delivery was accepted, and that is on record', async () => {
		await notify({ event: 'test', url: receiver.url, faults: ['probe', 'tampered'] });
		await sandbox.notifications.settled();
		expect(statuses().map(({ fault, accepted }) => [fault, accepted])).toEqual([
			['probe', true],
			['tampered', true],
			[undefined, true],
		]);
	});

	it('is refused by a receiver that checks everything', async () => {
		careful();
		const faults = [
			'stale',
			'future',
			'unknown-serial',
			'wrong-signature',
			'tampered',
			'unsigned',
			'other-type',
		];
		await notify({ event: 'test', url: receiver.url, faults });
		await sandbox.notifications.settled();
		expect(statuses().map(({ fault, status }) => [fault, status])).toEqual([
			...faults.map((fault) => [fault, 401]),
			[undefined, 200],
		]);
		const received = await receiver.count(8);
		expect(received[5].headers).not.toHaveProperty('wechatpay-serial');
		expect(statuses()[5].serial).toBe('');
		expect(received[6].headers['wechatpay-signature-type']).toBe('WECHATPAY2-SM2-WITH-SM3');
		const ages = received.map(
			({ headers }) => Date.now() / 1000 - Number(headers['wechatpay-timestamp']),
		);
		expect([ages[0] > 300, ages[1] < -300]).toEqual([true, true]);
	});

	it('is nothing where the type of the signature is not named', async () => {
		careful();
		await notify({ event: 'test', url: receiver.url, faults: ['no-type'] });
		await sandbox.notifications.settled();
		expect(statuses()).toMatchObject([{ fault: 'no-type', status: 200 }]);
		expect(receiver.received[0].headers).not.toHaveProperty('wechatpay-signature-type');
	});

	it('is every n-th notification, if a probe is wanted so often', async () => {
		careful();
		await control('PUT', '/notify', { probeEvery: 2 });
		for (let i = 0; i < 4; i++) await notify({ event: 'test', url: receiver.url });
		await sandbox.notifications.settled();
		const faults = sandbox.notifications.records.map(({ deliveries }) => deliveries[0].fault);
		expect(faults).toEqual([undefined, 'probe', undefined, 'probe']);
		expect(sandbox.notifications.records.every(({ state }) => state === 'accepted')).toBe(true);
	});

	it('is a duplicate: side by side, signed each for itself, with the first right attempt', async () => {
		refuse(500);
		await notify({ event: 'test', url: receiver.url, faults: ['probe'], copies: 2 });
		await sandbox.notifications.settled();
		const received = await receiver.count(4);
		expect(statuses().map(({ attempt }) => attempt)).toEqual([1, 2, 2, 2]);
		expect(new Set(received.map((one) => envelopeOf(one).id)).size).toBe(1);
		expect(new Set(received.map(({ headers }) => headers['wechatpay-nonce'])).size).toBe(4);
		for (const one of received.slice(1)) expect(verifiedByPlugin(one, keys)).toBe(true);
	});

	it('is a duplicate once: a repeat is not doubled again', async () => {
		refuse(500, 500, 500);
		await notify({ event: 'test', url: receiver.url, copies: 2 });
		await sandbox.notifications.settled();
		expect(statuses().map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2]);
	});

	it('is the order: what was held is released in reverse, one after the other', async () => {
		await control('PUT', '/notify', { hold: true });
		for (const text of ['first', 'second', 'third'])
			await notify({ event: 'echo', text, url: receiver.url });
		expect(sandbox.notifications.records.map(({ state }) => state)).toEqual([
			'held',
			'held',
			'held',
		]);
		await control('PUT', '/notify', { hold: false });
		expect(receiver.received).toHaveLength(0);
		let open = 0;
		let most = 0;
		receiver.answer = (response) => {
			most = Math.max(most, ++open);
			setTimeout(() => {
				open -= 1;
				response.writeHead(200).end();
			}, 20);
		};
		await control('POST', '/notify/release', { order: 'reverse' });
		const received = await receiver.count(3);
		expect(most).toBe(1);
		const texts = received.map((one) => decryptedByPlugin(one, keys).echo_message);
		expect(texts).toEqual(['third', 'second', 'first']);
	});

	it.each([
		['another algorithm', { algorithm: 'SM4-GCM' }],
		['another key', { wrongKey: true }],
		['another body', { body: '<xml/>' }],
	])('is %s, rightly signed', async (_what, change) => {
		careful();
		await notify({ event: 'test', url: receiver.url, ...change });
		await sandbox.notifications.settled();
		const [received] = receiver.received;
		expect(statuses()[0].status).toBe(200);
		if ('body' in change) return expect(received.raw.toString('utf8')).toBe('<xml/>');
		if ('wrongKey' in change) return expect(() => decryptedByPlugin(received, keys)).toThrow();
		expect(envelopeOf(received).resource.algorithm).toBe('SM4-GCM');
	});
});

describe('the controls', () => {
	it.each([
		['no address', { event: 'test' }, 'No address is set for it: give a "url".'],
		['a URL that is none', { event: 'test', url: 'here' }, 'TypeError: Invalid URL'],
		['another protocol', { event: 'test', url: 'ftp://a/b' }, '"url" must be http(s).'],
		[
			'an unknown event',
			{ event: 'x', url: 'http://a/b' },
			'"event", or "event_type" and "resource"?',
		],
		[
			'an unknown fault',
			{ event: 'test', url: 'http://a/b', faults: ['x'] },
			'There is no fault "x".',
		],
		['an unknown key', { event: 'test', url: 'http://a/b', signWith: 'x' }, 'There is no key x.'],
		[
			'an unknown number',
			{ event: 'cancellation', number: 'X' },
			'There is no application or withdrawal X.',
		],
		[
			'copies that cannot be',
			{ event: 'test', url: 'http://a/b', copies: -1 },
			'"copies" must be a number.',
		],
	])('refuse %s', async (_what, body, error) => {
		expect(await notify(body)).toMatchObject({ status: 400, body: { error } });
		expect(sandbox.notifications.records).toEqual([]);
	});

	it.each([
		[{ speed: 0 }, '"speed" cannot be 0.'],
		[{ faster: 1 }, 'There is no setting "faster".'],
		[{ speed: 5, hold: 'yes' }, '"hold" cannot be "yes".'],
		[
			{ subscriptionUrl: 'http://example.com/x' },
			'"subscriptionUrl" must be https, or http on this machine, without parameters.',
		],
		[{ signWith: 'nobody' }, 'There is no key nobody.'],
	])('refuse the settings %j and change nothing', async (settings, error) => {
		const before = (await control('GET', '/notify')).body;
		expect(await control('PUT', '/notify', settings)).toMatchObject({
			status: 400,
			body: { error },
		});
		expect((await control('GET', '/notify')).body).toEqual(before);
	});

	it('show and change where notifications go and how', async () => {
		const { body } = await control('PUT', '/notify', {
			subscriptionUrl: receiver.url,
			speed: 1000,
			remark: 'code',
		});
		expect(body).toEqual({
			urls: { subscription: receiver.url },
			settings: expect.objectContaining({ speed: 1000, remark: 'code', signWith: 'publicKey' }),
		});
		await notify({ event: 'test' });
		await receiver.count(1);
		const none = await control('PUT', '/notify', { subscriptionUrl: null });
		expect(none.body.urls).toEqual({});
	});

	it('forget what was sent, and send nothing more of it', async () => {
		receiver.answer = (response) => response.writeHead(500).end();
		sandbox.notifications.settings.speed = 1;
		await notify({ event: 'test', url: receiver.url });
		await receiver.count(1);
		await control('DELETE', '/notifications', {});
		await sandbox.notifications.settled();
		expect(receiver.received).toHaveLength(1);
		expect((await control('GET', '/notifications')).body).toEqual({ notifications: [] });
		await notify({ event: 'echo', url: receiver.url });
		await receiver.count(2);
	});

	it('say what there is', async () => {
		const { status, body } = await control('GET', '');
		expect(status).toBe(404);
		expect(Object.keys(body)).toContain('POST /sandbox/notify');
	});
});

describe('a notify_url', () => {
	it.each([
		'https://example.com/wechatpay',
		'https://n8n.example.com:8443/webhook/1f0c-4a/wechatpay',
		'https://203.0.113.7/x',
		'http://127.0.0.1:5678/webhook/x',
		'http://localhost:5678/x',
		'http://host.docker.internal:5678/x',
		'http://n8n:5678/x',
		'http://[::1]:5678/x',
	])('may be %s', (url) => {
		expect(NOTIFY_URL.test(url)).toBe(true);
	});

	it.each([
		'http://www.weixin.qq.com',
		'https://www.weixin.qq.com',
		'https://www.weixin.qq.com/',
		'http://example.com/x',
		'./PayNotify.aspx',
		'test',
		'https://example.com/x?a=1',
		'https://example.com/x#a',
		'https://example.com/x y',
		'https://localhost/x',
		'https://127.0.0.1/x',
		'https://192.168.1.2/x',
		'https://10.1.2.3/x',
		'https://172.16.0.1/x',
		'https://例子.com/x',
		'https://user:word@example.com/x',
		'http://192.168.1.2/x',
		'ftp://example.com/x',
		'',
	])('may not be %j', (url) => {
		expect(NOTIFY_URL.test(url)).toBe(false);
	});
});
