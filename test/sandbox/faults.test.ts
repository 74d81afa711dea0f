import {
	FAULT_KINDS,
	Sandbox,
	parseFaults,
	seededRandom,
	standardMix,
	type FaultKind,
	type SandboxKeys,
} from '../../sandbox';
import { CREATE, createBody, get, post, twoMedia, verified, type RawReply } from './client';
import { sandboxKeys } from '../support/keys';

describe('faults', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox;
	let media: [string, string];

	beforeAll(async () => {
		keys = await sandboxKeys();
	});
	beforeEach(async () => {
		sandbox = await Sandbox.start({ keys });
		media = await twoMedia(sandbox);
		sandbox.requests.length = 0;
	});
	afterEach(async () => await sandbox.stop());

	const create = async () => await post(sandbox, CREATE, createBody('A1', media));
	const query = async () => await get(sandbox, `${CREATE}/out-apply-no/A1`);
	const good = (reply: RawReply) => verified(reply, keys.wechatPayPublicKeyPem);
	const played = () => sandbox.requests.map(({ fault }) => fault);

	it.each<[FaultKind, boolean]>([
		['refuse', false],
		['cut-before', false],
		['cut-after', true],
	])('%s leaves the client without a response', async (kind, acted) => {
		sandbox.fault({ kind });
		await expect(create()).rejects.toThrow(/hang up|ECONNRESET/);
		expect(sandbox.applications.has('A1')).toBe(acted);
		expect(sandbox.requests[0]).toMatchObject({ status: 0, fault: kind });
		expect((await create()).status).toBe(acted ? 409 : 200);
	});

	it.each<[FaultKind, number, string | undefined, boolean, boolean]>([
		['429', 429, 'RATELIMIT_EXCEEDED', false, true],
		['500-before', 500, 'SYSTEM_ERROR', false, true],
		['500-after', 500, 'SYSTEM_ERROR', true, true],
		['html-before', 502, undefined, false, false],
		['html-after', 502, undefined, true, false],
		['empty-before', 503, undefined, false, false],
		['empty-after', 503, undefined, true, false],
		['unsigned-404', 404, 'NOT_FOUND', false, false],
	])('%s', async (kind, status, code, acted, signed) => {
		sandbox.fault({ kind });
		const reply = await create();
		expect([reply.status, reply.body.code, reply.signed]).toEqual([status, code, signed]);
		expect(reply.headers).not.toHaveProperty('retry-after');
		expect(reply.headers['request-id']).toBeDefined();
		expect(sandbox.applications.has('A1')).toBe(acted);
		if (kind.startsWith('html')) expect(reply.raw.toString()).toContain('<html>');
		if (kind.startsWith('empty')) expect(reply.raw).toHaveLength(0);
	});

	it('429 with Retry-After', async () => {
		sandbox.fault({ kind: '429-retry-after', retryAfter: 7 });
		const reply = await create();
		expect([reply.status, reply.headers['retry-after']]).toEqual([429, '7']);
		expect(sandbox.applications.size).toBe(0);
	});

	it('answer: a given response instead of the endpoint’s', async () => {
		sandbox.fault({ kind: 'answer', status: 400, code: 'BIZ_ERR_NEED_RETRY', message: '请重试' });
		const reply = await create();
		expect([reply.status, reply.body.code, reply.body.message]).toEqual([
			400,
			'BIZ_ERR_NEED_RETRY',
			'请重试',
		]);
		expect(good(reply)).toBe(true);
		expect(sandbox.applications.size).toBe(0);
	});

	it('unsigned', async () => {
		sandbox.fault({ kind: 'unsigned' });
		const reply = await create();
		expect([reply.status, reply.signed]).toEqual([200, false]);
	});

	it.each<FaultKind>(['wrong-signature', 'tampered', 'probe', 'unknown-serial'])(
		'%s: does not verify, but was acted on',
		async (kind) => {
			sandbox.fault({ kind });
			const reply = await create();
			expect(reply.status).toBe(200);
			expect(reply.signed).toBe(true);
			expect(sandbox.applications.has('A1')).toBe(true);
			const known = reply.headers['wechatpay-serial'] === keys.wechatPayPublicKeyId;
			expect(known).toBe(kind !== 'unknown-serial');
			expect(known && good(reply)).toBe(false);
			if (kind === 'probe') {
				expect(reply.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//);
			}
			// A tampered body is valid JSON with another content.
			if (kind === 'tampered') expect(reply.body).not.toEqual((await query()).body);
		},
	);

	it('stale: verifies, but was signed more than five minutes ago', async () => {
		sandbox.fault({ kind: 'stale' });
		const reply = await create();
		expect(good(reply)).toBe(true);
		const age = Date.now() / 1000 - Number(reply.headers['wechatpay-timestamp']);
		expect(age).toBeGreaterThan(300);
	});

	it('truncate: the body is shorter than Content-Length', async () => {
		sandbox.fault({ kind: 'truncate' });
		await expect(create()).rejects.toThrow(/aborted/);
		expect(sandbox.applications.has('A1')).toBe(true);
	});

	it('truncate-consistent: half of the body, which does not verify', async () => {
		sandbox.fault({ kind: 'truncate-consistent' });
		const reply = await create();
		expect(reply.raw).toHaveLength(Number(reply.headers['content-length']));
		expect(reply.body).toEqual({});
		expect(good(reply)).toBe(false);
	});

	it.each<FaultKind>(['delay', 'drip'])('%s: late but right', async (kind) => {
		sandbox.fault({ kind, ms: 120 });
		const start = performance.now();
		expect(good(await create())).toBe(true);
		expect(performance.now() - start).toBeGreaterThan(100);
	});

	it('no-sub-mchid: the response to a query has no sub_mchid', async () => {
		await create();
		sandbox.fault({ kind: 'no-sub-mchid' });
		const reply = await query();
		expect(reply.body).not.toHaveProperty('sub_mchid');
		expect(reply.body.out_apply_no).toBe('A1');
		expect(good(reply)).toBe(true);
	});

	it('an unsigned 404 can have another code, and unknown clients do not get it', async () => {
		await create();
		sandbox.fault({ kind: 'unsigned-404', code: 'RESOURCE_NOT_EXISTS', count: 2 });
		const reply = await query();
		expect([reply.status, reply.body.code, reply.signed]).toEqual([
			404,
			'RESOURCE_NOT_EXISTS',
			false,
		]);
		const stranger = await get(sandbox, `${CREATE}/out-apply-no/A1`, { signed: 'x' });
		expect(stranger.status).toBe(401);
	});

	it('every kind is tested here or in a file of its own', () => {
		const here =
			'refuse cut-before cut-after delay drip truncate truncate-consistent 429 429-retry-after 500-before 500-after html-before html-after empty-before empty-after unsigned wrong-signature stale unknown-serial probe tampered no-sub-mchid answer unsigned-404';
		const elsewhere = 'another repeated-nonce late-500 late-cut late-busy';
		expect(`${here} ${elsewhere}`.split(' ').sort()).toEqual(Object.keys(FAULT_KINDS).sort());
	});

	it('does not hide that a request was not authorized', async () => {
		sandbox.fault({ kind: '500-after' });
		const reply = await get(sandbox, `${CREATE}/out-apply-no/A1`, { signed: 'x' });
		expect(reply.status).toBe(401);
	});

	describe('by rule', () => {
		it('are played on matching requests, from the nth on, as often as the rule says', async () => {
			const rule = sandbox.fault({
				kind: 'empty-before',
				match: { method: 'GET', path: /out-apply-no/ },
				nth: 2,
				count: 2,
			});
			await create();
			for (let i = 0; i < 4; i++) await query();
			expect(played()).toEqual([undefined, undefined, 'empty-before', 'empty-before', undefined]);
			expect(rule.played).toBe(2);
		});

		it('can match a number, in a body or in a path', async () => {
			sandbox.fault({ kind: 'refuse', match: { number: 'A1' }, count: 2 });
			await get(sandbox, `${CREATE}/out-apply-no/A2`);
			await expect(create()).rejects.toThrow();
			await expect(query()).rejects.toThrow();
			expect(played()).toEqual([undefined, 'refuse', 'refuse']);
			expect(sandbox.requests.map(({ number }) => number)).toEqual(['A2', 'A1', 'A1']);
		});

		it('can be removed', async () => {
			const rule = sandbox.fault({ kind: 'refuse', count: Infinity });
			rule.remove();
			expect((await create()).status).toBe(200);
			sandbox.fault({ kind: 'refuse', count: Infinity });
			sandbox.clearFaults();
			expect((await query()).status).toBe(200);
		});
	});

	describe('by chance', () => {
		it('the same seed gives the same sequence', async () => {
			const rows: Array<Array<string | undefined>> = [];
			for (const seed of [7, 7, 8]) {
				sandbox.requests.length = 0;
				sandbox.faults.setMix({ 'empty-before': 0.3, unsigned: 0.2 }, seed);
				for (let i = 0; i < 30; i++) await query();
				rows.push(played());
			}
			expect(rows[0]).toEqual(rows[1]);
			expect(rows[0]).not.toEqual(rows[2]);
			expect(new Set(rows[0])).toEqual(new Set([undefined, 'empty-before', 'unsigned']));
		});

		it('the standard mix is between ten and fifteen percent', () => {
			const total = Object.values(standardMix).reduce((sum, share) => sum + share, 0);
			expect(total).toBeGreaterThan(0.1);
			expect(total).toBeLessThan(0.15);
		});

		it('the generator is uniform and reproducible', () => {
			const [one, two] = [seededRandom(3), seededRandom(3)];
			const draws = Array.from({ length: 10_000 }, () => one());
			expect(draws.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => two()));
			expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
			expect(draws.filter((draw) => draw < 0.1).length).toBeGreaterThan(900);
			expect(draws.filter((draw) => draw < 0.1).length).toBeLessThan(1100);
		});

		it('are read from text', () => {
			expect(parseFaults('429=0.05, cut-after=0.02')).toEqual({ '429': 0.05, 'cut-after': 0.02 });
			expect(parseFaults('standard')).toEqual(standardMix);
			expect(parseFaults('')).toEqual({});
			expect(() => parseFaults('bogus=1')).toThrow('There is no fault "bogus"');
			expect(() => parseFaults('429')).toThrow('needs a share');
			expect(() => parseFaults('429=2')).toThrow('needs a share');
			expect(() => parseFaults('429=0.6,delay=0.6')).toThrow('more than 1');
		});
	});

	it('stopping does not wait for a slow response', async () => {
		let arrived = () => {};
		const arrival = new Promise<void>((resolve) => (arrived = resolve));
		const other = await Sandbox.start({ keys, onRequest: () => arrived() });
		other.fault({ kind: 'delay', ms: 600_000 });
		const waiting = expect(get(other, `${CREATE}/out-apply-no/A1`)).rejects.toThrow();
		await arrival;
		await other.stop();
		await waiting;
	});

	it('all responses can be slow', async () => {
		sandbox.latency = 60;
		const start = performance.now();
		await Promise.all([create(), query(), query()]);
		expect(performance.now() - start).toBeGreaterThan(50);
	});
});
