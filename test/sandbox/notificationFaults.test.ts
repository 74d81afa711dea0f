/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { openNotified } from './notified';
import { decryptedByPlugin, envelopeOf, verifiedByPlugin } from './receiver';

const stage = openNotified(() => ({ notify: { signWith: 'publicKey' } }));

describe('a fault of a notification', () => {
	const statuses = () => stage.sandbox.notifications.records[0].deliveries;

	/** Makes the receiver check everything, with the plugin and the clock. */
	function careful(): void {
		stage.receiver.answer = (response, received) => {
			const { 'wechatpay-timestamp': time, 'wechatpay-signature-type': type } = received.headers;
			const fresh = Math.abs(Date.now() / 1000 - Number(time)) < 300;
			const known = type === undefined || type === 'WECHATPAY2-SHA256-RSA2048';
			response
				.writeHead(fresh && known && verifiedByPlugin(received, stage.keys) ? 200 : 401)
				.end();
		};
	}

	it('can be a signature probe, which the right delivery follows', async () => {
		careful();
		await stage.notify({ event: 'test', url: stage.receiver.url, faults: ['probe'] });
		await stage.sandbox.notifications.settled();
		const [probe, right] = await stage.receiver.count(2);
		expect(probe.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//);
		expect(probe.raw.equals(right.raw)).toBe(true);
		expect(statuses().map(({ status, fault }) => [status, fault])).toEqual([
			[401, 'probe'],
			[200, undefined],
		]);
	});

	it('is recorded if the delivery was accepted, and the notification is sent again', async () => {
		await stage.notify({ event: 'test', url: stage.receiver.url, faults: ['probe', 'tampered'] });
		await stage.sandbox.notifications.settled();
		expect(statuses().map(({ fault, accepted }) => [fault, accepted])).toEqual([
			['probe', true],
			['tampered', true],
			[undefined, true],
		]);
	});

	it('makes a receiver that checks everything refuse the delivery', async () => {
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
		await stage.notify({ event: 'test', url: stage.receiver.url, faults });
		await stage.sandbox.notifications.settled();
		expect(statuses().map(({ fault, status }) => [fault, status])).toEqual([
			...faults.map((fault) => [fault, 401]),
			[undefined, 200],
		]);
		const received = await stage.receiver.count(8);
		expect(received[5].headers).not.toHaveProperty('wechatpay-serial');
		expect(statuses()[5].serial).toBe('');
		expect(received[6].headers['wechatpay-signature-type']).toBe('WECHATPAY2-SM2-WITH-SM3');
		const ages = received.map(
			({ headers }) => Date.now() / 1000 - Number(headers['wechatpay-timestamp']),
		);
		expect([ages[0] > 300, ages[1] < -300]).toEqual([true, true]);
	});

	it('does not include a missing signature type', async () => {
		careful();
		await stage.notify({ event: 'test', url: stage.receiver.url, faults: ['no-type'] });
		await stage.sandbox.notifications.settled();
		expect(statuses()).toMatchObject([{ fault: 'no-type', status: 200 }]);
		expect(stage.receiver.received[0].headers).not.toHaveProperty('wechatpay-signature-type');
	});

	it('can be a probe for every n-th notification', async () => {
		careful();
		await stage.control('PUT', '/notify', { probeEvery: 2 });
		for (let i = 0; i < 4; i++) await stage.notify({ event: 'test', url: stage.receiver.url });
		await stage.sandbox.notifications.settled();
		const faults = stage.sandbox.notifications.records.map(({ deliveries }) => deliveries[0].fault);
		expect(faults).toEqual([undefined, 'probe', undefined, 'probe']);
		expect(stage.sandbox.notifications.records.every(({ state }) => state === 'accepted')).toBe(
			true,
		);
	});

	it('can be duplicates: sent side by side with the first right attempt, each with its own signature', async () => {
		stage.receiver.refuse(500);
		await stage.notify({ event: 'test', url: stage.receiver.url, faults: ['probe'], copies: 2 });
		await stage.sandbox.notifications.settled();
		const received = await stage.receiver.count(4);
		expect(statuses().map(({ attempt }) => attempt)).toEqual([1, 2, 2, 2]);
		expect(new Set(received.map((one) => envelopeOf(one).id)).size).toBe(1);
		expect(new Set(received.map(({ headers }) => headers['wechatpay-nonce'])).size).toBe(4);
		for (const one of received.slice(1)) expect(verifiedByPlugin(one, stage.keys)).toBe(true);
	});

	it('duplicates a notification once: its repeats are not duplicated', async () => {
		stage.receiver.refuse(500, 500, 500);
		await stage.notify({ event: 'test', url: stage.receiver.url, copies: 2 });
		await stage.sandbox.notifications.settled();
		expect(statuses().map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2]);
	});

	it('can be the order: held notifications are released in reverse, one after the other', async () => {
		await stage.control('PUT', '/notify', { hold: true });
		for (const text of ['first', 'second', 'third'])
			await stage.notify({ event: 'echo', text, url: stage.receiver.url });
		expect(stage.sandbox.notifications.records.map(({ state }) => state)).toEqual([
			'held',
			'held',
			'held',
		]);
		await stage.control('PUT', '/notify', { hold: false });
		expect(stage.receiver.received).toHaveLength(0);
		let open = 0;
		let most = 0;
		stage.receiver.answer = (response) => {
			most = Math.max(most, ++open);
			setTimeout(() => {
				open -= 1;
				response.writeHead(200).end();
			}, 20);
		};
		await stage.control('POST', '/notify/release', { order: 'reverse' });
		const received = await stage.receiver.count(3);
		expect(most).toBe(1);
		const texts = received.map((one) => decryptedByPlugin(one, stage.keys).echo_message);
		expect(texts).toEqual(['third', 'second', 'first']);
	});

	it.each([
		['another algorithm', { algorithm: 'SM4-GCM' }],
		['another key', { wrongKey: true }],
		['another body', { body: '<xml/>' }],
	])('can be %s with a right signature', async (_what, change) => {
		careful();
		await stage.notify({ event: 'test', url: stage.receiver.url, ...change });
		await stage.sandbox.notifications.settled();
		const [received] = stage.receiver.received;
		expect(statuses()[0].status).toBe(200);
		if ('body' in change) return expect(received.raw.toString('utf8')).toBe('<xml/>');
		if ('wrongKey' in change)
			return expect(() => decryptedByPlugin(received, stage.keys)).toThrow();
		expect(envelopeOf(received).resource.algorithm).toBe('SM4-GCM');
	});
});
