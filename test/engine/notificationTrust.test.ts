import fc from 'fast-check';
import type { SandboxKeys } from '../../sandbox';
import { sandboxKeys } from '../support/keys';
import { openDesk, type Answer } from '../support/notifications';

// What is not proven to be WeChat Pay's creates no execution, and cannot make us call WeChat Pay at will.

let keys: SandboxKeys;
const desk = openDesk(
	() => ({ keys }),
	async () => {
		keys = await sandboxKeys(2);
	},
);

const REFUSED: Answer = {
	status: 401,
	body: '{"code":"FAIL","message":"signature not verified"}',
};
const nothingStarted = () => {
	expect(desk.executions).toEqual([]);
	expect(desk.failures).toEqual([]);
};
/** The platform certificate that signs. */
const certificate = () => keys.platformCertificates[0];

describe('notification request', () => {
	it.each(['Timestamp', 'Nonce', 'Serial', 'Signature'])(
		'is rejected if Wechatpay-%s is missing or empty',
		async (name) => {
			const body = desk.seal({});
			const header = `Wechatpay-${name}`;
			for (const value of [undefined, '']) {
				expect(await desk.deliver(body, { ...desk.sign(body), [header]: value })).toEqual(REFUSED);
			}
			nothingStarted();
			expect(desk.logs).toHaveLength(2);
			for (const line of desk.logs) expect(line).toMatch(/^warn .*header is missing.*proxy or CDN/);
		},
	);

	it.each([
		['probe', /tests with a wrong signature/],
		['stale', /five minutes or more away.*age 3\d\d seconds/],
		['future', /five minutes or more away.*age -3\d\d seconds/],
		['unknown-serial', /a key that the credential does not know/],
		['wrong-signature', /does not fit the body/],
		['tampered', /does not fit the body/],
		['unsigned', /header is missing.*serial none, age unknown/],
		['other-type', /Signature-Type is not/],
	])(
		'is rejected with the fault %s, and the next valid request is accepted',
		async (fault, reason) => {
			const record = await desk.notify({
				event: 'complaint',
				complaint_id: 'X-17',
				signWith: 'publicKey',
				faults: [fault],
			});
			expect(record.deliveries.map(({ status }) => status)).toEqual([401, 200]);
			expect(record.deliveries[0].body).toBe(REFUSED.body);
			expect(desk.items).toHaveLength(1);
			expect(desk.failures).toEqual([]);
			expect(desk.logs).toHaveLength(1);
			expect(desk.logs[0]).toMatch(reason);
			// Nothing of the body, whoever sent it.
			expect(desk.logs[0]).not.toMatch(/ciphertext|COMPLAINT|X-17/);
		},
	);

	it('is rejected if its timestamp is more than five minutes in the past or future', async () => {
		const body = desk.seal({});
		for (const shift of [-298_000, 298_000]) {
			expect((await desk.deliver(body, desk.sign(body, { shift }))).status).toBe(200);
		}
		for (const shift of [-302_000, 302_000]) {
			expect(await desk.deliver(body, desk.sign(body, { shift }))).toEqual(REFUSED);
		}
	});

	it('is logged in one short line even if its serial number is long', async () => {
		const body = desk.seal({});
		const serial = `PUB_KEY_ID_${'9'.repeat(300)}\u00e9`;
		await desk.deliver(body, { ...desk.sign(body), 'Wechatpay-Serial': serial });
		expect(desk.logs).toHaveLength(1);
		expect(desk.logs[0].length).toBeLessThan(600);
	});
});

describe('verification while a merchant migrates', () => {
	it.each(['publicKey', 'platformCertificate'] as const)(
		'downloads the certificates once in mode %s',
		async (verification) => {
			desk.credential = { verification };
			const isCertificateOnly = verification === 'platformCertificate';
			const message = { event: 'complaint', complaint_id: '1' };
			const first = await desk.notify({ ...message, signWith: 'platformCertificate' });
			expect(first.deliveries.map(({ status }) => status)).toEqual([200]);
			const more = await Promise.all(
				[0, 1, 2].map(
					async () => await desk.notify({ ...message, signWith: 'platformCertificate' }),
				),
			);
			expect(more.every(({ deliveries }) => deliveries.length === 1)).toBe(true);
			const withPublicKey = await desk.notify({
				...message,
				signWith: 'publicKey',
				repeat: false,
			});
			expect(withPublicKey.deliveries[0].status).toBe(isCertificateOnly ? 401 : 200);
			expect(desk.downloads).toBe(1);
			expect(new Set(desk.items.map(({ verified_by }) => verified_by))).toEqual(
				new Set([
					first.deliveries[0].serial,
					...(isCertificateOnly ? [] : [keys.wechatPayPublicKeyId]),
				]),
			);
		},
	);

	it('downloads a new certificate one minute after the last download', async () => {
		const message = { event: 'complaint', complaint_id: '1', signWith: 'platformCertificate' };
		expect((await desk.notify(message)).deliveries).toHaveLength(1);
		const { serial } = await desk.sandbox.addPlatformCertificate();
		const withNew = { ...message, signWith: serial, repeat: false };
		expect((await desk.notify(withNew)).deliveries[0].status).toBe(401);
		expect(desk.downloads).toBe(1);
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
		expect((await desk.notify(withNew)).deliveries[0].status).toBe(200);
		expect(desk.downloads).toBe(2);
	});
});

describe('unknown serial numbers', () => {
	const forged = (body: Buffer, serial: string, more: object = {}) => ({
		...desk.sign(body),
		'Wechatpay-Serial': serial,
		...more,
	});
	const serialOf = (i: number) => i.toString(16).toUpperCase().padStart(40, '5');

	it('cause one download per minute', async () => {
		const body = desk.seal({});
		const deliver = async (i: number) => await desk.deliver(body, forged(body, serialOf(i)));
		const answers = await Promise.all([...Array(30).keys()].map(deliver));
		for (const answer of [...answers, await deliver(31)]) expect(answer).toEqual(REFUSED);
		expect(desk.downloads).toBe(1);
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
		await Promise.all([40, 41, 42].map(deliver));
		expect(desk.downloads).toBe(2);
		nothingStarted();
	});

	it('cause no download if another header is invalid or they cannot be certificates', async () => {
		const body = desk.seal({});
		const bad = [
			forged(body, serialOf(1), { 'Wechatpay-Signature': 'not base64!' }),
			forged(body, serialOf(1), { 'Wechatpay-Signature': 'WECHATPAY/SIGNTEST/x' }),
			forged(body, serialOf(1), { 'Wechatpay-Timestamp': '1' }),
			forged(body, serialOf(1), { 'Wechatpay-Nonce': undefined }),
			forged(body, serialOf(1), { 'Wechatpay-Signature-Type': 'RSA' }),
			forged(body, 'PUB_KEY_ID_1'),
			forged(body, 'not-a-serial'),
		];
		for (const headers of bad) expect(await desk.deliver(body, headers)).toEqual(REFUSED);
		expect(desk.downloads).toBe(0);
	});

	it('are rejected while the download is slow, and accepted when it is complete', async () => {
		desk.credential = { verification: 'platformCertificate' };
		desk.sandbox.fault({ kind: 'delay', match: { path: '/v3/certificates' }, ms: 3000 });
		const message = { event: 'complaint', complaint_id: '1', signWith: 'platformCertificate' };
		const early = await desk.notify({ ...message, repeat: false });
		expect(early.deliveries[0].status).toBe(401);
		expect(desk.logs.join()).toMatch(/could not be downloaded: the download takes long/);
		// While it is under way, it is waited for; WeChat Pay repeats.
		const late = await desk.notify(message);
		expect(late.deliveries.at(-1)?.status).toBe(200);
		expect(desk.downloads).toBe(1);
	});

	it('cause a log entry if the download fails', async () => {
		desk.credential = { verification: 'platformCertificate' };
		desk.sandbox.fault({ kind: '500-before', match: { path: '/v3/certificates' } });
		const body = desk.seal({});
		const headers = desk.sign(body, { serial: certificate().serial });
		expect(await desk.deliver(body, headers)).toEqual(REFUSED);
		expect(desk.logs.join()).toMatch(/certificates could not be downloaded: WeChat Pay returned/);
	});
});

describe('credential that cannot verify or decrypt', () => {
	it.each([
		['no verification', { verification: 'none' as const }, /"Response Verification" is "None"/],
		['no APIv3 key', { apiV3SecretKey: '' }, /"APIv3 Secret Key" is empty/],
		['an APIv3 key of another length', { apiV3SecretKey: 'short' }, /has 5 characters/],
		['an unreadable private key', { privateKey: 'x' }, /"Merchant Private Key" cannot be read/],
	])(
		'causes HTTP 500, starts no execution and blocks activation: %s',
		async (_what, credential, sentence) => {
			desk.credential = credential;
			const answer = await desk.deliver(desk.seal({}));
			expect(answer.status).toBe(500);
			expect(JSON.parse(answer.body)).toEqual({
				code: 'FAIL',
				message: 'the receiver is not set up',
			});
			nothingStarted();
			expect(desk.logs).toHaveLength(1);
			expect(desk.logs[0]).toMatch(/^error /);
			expect(desk.logs[0]).toMatch(sentence);
			for (const how of ['activate', 'create', 'update', 'manual'] as const) {
				await expect(desk.activate(how)).rejects.toThrow(sentence);
			}
			// What n8n does by itself must not take the URL away.
			for (const how of ['init', 'leadershipChange'] as const) {
				expect(await desk.activate(how)).toBe(true);
			}
		},
	);
});

describe('activation', () => {
	const host = 'https://api.mch.weixin.qq.com';

	it('sends no request to WeChat Pay', async () => {
		expect(await desk.activate()).toBe(true);
		expect(desk.sandbox.requests).toEqual([]);
	});

	it.each([
		['http://n8n.example.com/webhook', /does not begin with https/],
		['http://localhost:5678/webhook', /localhost, which WeChat Pay cannot reach/],
		['https://127.0.0.1/webhook', /cannot reach/],
		['https://10.1.2.3/webhook', /cannot reach/],
		['https://172.20.0.1/webhook', /cannot reach/],
		['https://192.168.1.2/webhook', /cannot reach/],
		['https://[::1]/webhook', /cannot reach/],
		['https://[fd00::1]/webhook', /cannot reach/],
		['https://n8n/webhook', /cannot reach/],
		['https://n8n.local/webhook', /cannot reach/],
		[`https://n8n.example.com/${'a'.repeat(250)}`, /characters; WeChat Pay accepts 255/],
	])('rejects %s unless the credential has a custom host', async (url, sentence) => {
		expect(await desk.activate('activate', url)).toBe(true);
		desk.credential = { host };
		await expect(desk.activate('activate', url)).rejects.toThrow(sentence);
		expect(await desk.activate('init', url)).toBe(true);
	});

	it.each(['https://n8n.example.com/webhook', 'https://172.32.0.1/webhook', 'https://8.8.8.8/w'])(
		'accepts %s',
		async (url) => {
			desk.credential = { host };
			expect(await desk.activate('activate', url)).toBe(true);
		},
	);
});

it('random requests are rejected and start no execution', async () => {
	const body = desk.seal({});
	const right = desk.sign(body);
	const value = fc.oneof(
		fc.string({ unit: fc.constantFrom(...'aZ0+/= _-:'), maxLength: 60 }),
		fc.constantFrom(...Object.values(right)),
	);
	await fc.assert(
		fc.asyncProperty(
			fc.record(
				Object.fromEntries(Object.keys(right).map((name) => [name, value])) as Record<
					string,
					typeof value
				>,
				{ requiredKeys: [] },
			),
			fc.uint8Array({ maxLength: 200 }),
			async (headers, bytes) => {
				expect(await desk.deliver(Buffer.from(bytes), headers)).toEqual(REFUSED);
			},
		),
		{ numRuns: 300 },
	);
	nothingStarted();
	expect(desk.downloads).toBeLessThanOrEqual(1);
}, 60_000);
