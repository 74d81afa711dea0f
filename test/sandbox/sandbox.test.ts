/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox, type SandboxKeys } from '../../sandbox';
import { CREATE, createBody, get, post, send, twoMedia } from './client';
import { sandboxKeys } from '../support/keys';

const JSON_TYPE = { 'Content-Type': 'application/json' };

const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';

describe('the sandbox', () => {
	let keys: SandboxKeys;
	const started: Sandbox[] = [];

	beforeAll(async () => {
		keys = await sandboxKeys();
	});
	afterEach(async () => {
		await Promise.all(started.splice(0).map(async (sandbox) => await sandbox.stop()));
	});

	const start = async (options: Parameters<typeof Sandbox.start>[0] = { keys }) => {
		const sandbox = await Sandbox.start(options);
		started.push(sandbox);
		return sandbox;
	};
	const create = async (sandbox: Sandbox, number: string, media: [string, string]) =>
		await post(sandbox, CREATE, createBody(number, media));

	it('returns the data of an n8n credential', async () => {
		const sandbox = await start();
		expect(sandbox.credential({ failover: false })).toEqual({
			mchid: keys.mchid,
			serial: keys.serial,
			privateKey: keys.merchantPrivateKeyPem,
			verification: 'publicKey',
			wechatPayPublicKeyId: keys.wechatPayPublicKeyId,
			wechatPayPublicKey: keys.wechatPayPublicKeyPem,
			apiV3SecretKey: '',
			host: 'custom',
			customHost: `http://127.0.0.1:${sandbox.port}`,
			failover: false,
		});
		expect(keys.merchantPrivateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
		expect(keys.apiV3SecretKey).toHaveLength(32);
	});

	it('rejects if the port is taken', async () => {
		const sandbox = await start();
		await expect(Sandbox.start({ keys, port: sandbox.port })).rejects.toThrow('EADDRINUSE');
	});

	it('reports every request', async () => {
		const seen: string[] = [];
		const sandbox = await start({
			keys,
			onRequest: ({ method, path, status, code }) =>
				seen.push([method, path, status, code].join(' ')),
		});
		await get(sandbox, `${CREATE}/out-apply-no/A1`);
		await create(sandbox, 'A1', ['x', 'y']);
		expect(seen).toEqual([
			`GET ${CREATE}/out-apply-no/A1 404 NOT_FOUND`,
			`POST ${CREATE} 400 INVALID_REQUEST`,
		]);
		expect(sandbox.requests[1]).toMatchObject({
			number: 'A1',
			message: 'media_id对应的图片不存在',
		});
	});

	it('keeps the balances of sub-merchants', async () => {
		const sandbox = await start({
			keys,
			subMerchants: {
				'1900000109': { balances: { BASIC: { available: 7, pending: 8 } }, neverOpened: ['FEES'] },
				'1900000110': 'noRelation',
			},
		});
		const balance = async (number: string, query: string) =>
			(await get(sandbox, `/v3/ecommerce/fund/balance/${number}${query}`)).body;
		expect(await balance('1900000109', '?account_type=BASIC')).toEqual({
			sub_mchid: '1900000109',
			account_type: 'BASIC',
			available_amount: 7,
			pending_amount: 8,
		});
		expect((await balance('1900000109', '?account_type=DEPOSIT')).available_amount).toBe(0);
		expect((await balance('1900000109', '?account_type=FEES')).code).toBe('INVALID_REQUEST');
		expect((await balance('1900000110', '?account_type=BASIC')).code).toBe('NO_AUTH');
		for (const query of ['?account_type=', '?account_type=X', '?account_type=BASIC&date=1']) {
			expect((await balance('1900000109', query)).code).toBe('PARAM_ERROR');
		}
	});

	describe('across restarts', () => {
		let directory: string;

		beforeEach(() => {
			directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
		});
		afterEach(() => rmSync(directory, { recursive: true }));
		/** A start rewrites what it has read: only the next start shows whether something was lost. */
		const restart = async () => await (await start({ directory })).stop();

		it('keeps keys, media ids, applications and sub-merchants', async () => {
			const first = await start({ directory });
			const media = await twoMedia(first);
			await create(first, 'A1', media);
			first.move('A1', { state: 'REJECTED', reason: '不清晰' });
			first.setSubMerchant('1900000111', 'hasBalance');
			const certificate = await first.addPlatformCertificate();
			await first.stop();
			await restart();

			const third = await start({ directory });
			expect(third.keys).toEqual(first.keys);
			expect(third.keys.platformCertificates).toEqual([certificate]);
			const path = `${CREATE}/out-apply-no/A1`;
			expect((await get(third, path)).body).toMatchObject({ reject_reason: '不清晰' });
			expect((await create(third, 'A1', media)).status).toBe(409);
			expect((await create(third, 'A2', media)).status).toBe(200);
			expect(third.state.subMerchant('1900000111').kind).toBe('hasBalance');
		});

		it('keeps applications of the new flow', async () => {
			const first = await start({ directory });
			const body = {
				sub_mchid: '1900000111',
				out_request_no: 'N1',
				withdraw: 'NOT_APPLY_WITHDRAW',
				remark: '清退',
			};
			const headers = { 'Wechatpay-Serial': first.keys.wechatPayPublicKeyId };
			const applied = await post(first, APPLY, body, { headers });
			expect(applied.status).toBe(200);
			first.move('N1', { state: 'WAITING_MERCHANT_CONFIRM' });
			const { applymentId } = first.withdrawals.get('N1')!;
			await first.stop();
			await restart();

			const third = await start({ directory });
			expect([...third.withdrawals.values()]).toMatchObject([
				{ number: 'N1', applymentId, state: 'WAITING_MERCHANT_CONFIRM', remark: '清退' },
			]);
		});

		it('pays nothing out twice, and knows what it paid', async () => {
			const first = await start({ directory });
			first.setSubMerchant('1900000111', { balances: { BASIC: { available: 100, pending: 0 } } });
			const body = { sub_mchid: '1900000111', out_request_no: 'W1', amount: 60, remark: '清退' };
			const withdraw = async (sandbox: Sandbox) =>
				await post(sandbox, '/v3/ecommerce/fund/withdraw', body);
			const paid = await withdraw(first);
			await first.stop();
			await restart();

			const third = await start({ directory });
			expect((await withdraw(third)).body).toEqual(paid.body);
			expect(third.state.subMerchant('1900000111').balances.BASIC?.available).toBe(40);
			const told = await fetch(`${third.url}/sandbox/fund-withdrawals`);
			expect(await told.json()).toMatchObject({
				withdrawals: [{ number: 'W1', amount: 60, remark: '清退', requests: 2 }],
			});
		});

		it('makes the files private, and leaves no partial files', async () => {
			const sandbox = await start({ directory });
			await twoMedia(sandbox);
			expect(readdirSync(directory).sort()).toEqual(['keys.json', 'state.jsonl']);
			for (const file of readdirSync(directory)) {
				expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
			}
		});

		it('ignores only a record that is incomplete', async () => {
			const first = await start({ directory });
			const media = await twoMedia(first);
			await create(first, 'A1', media);
			await first.stop();
			const journal = join(directory, 'state.jsonl');
			appendFileSync(journal, '{"kind":"application","val');
			const second = await start({ directory });
			expect([...second.applications.keys()]).toEqual(['A1']);
			await create(second, 'A1', media);
			await second.stop();
			// Compacted at the start: one line for each object, and one for each change since.
			expect(readFileSync(journal, 'utf8').trim().split('\n')).toHaveLength(4);
		});
	});

	describe('controls', () => {
		it('move applications on, and list them', async () => {
			const sandbox = await start();
			await create(sandbox, 'A1', await twoMedia(sandbox));
			const body = JSON.stringify({ state: 'REJECTED', reason: '公章不清晰' });
			const path = '/sandbox/applications/A1';
			const moved = await send(sandbox, { method: 'POST', path, body, headers: JSON_TYPE });
			expect(moved.body).toMatchObject({ number: 'A1', state: 'REJECTED' });
			expect(moved.signed).toBe(false);
			const list = await get(sandbox, '/sandbox/applications');
			expect(list.body.applications).toMatchObject([
				{ number: 'A1', state: 'REJECTED', reject_reason: '公章不清晰' },
			]);
			const again = await send(sandbox, { method: 'POST', path, body, headers: JSON_TYPE });
			expect([again.status, again.body.error]).toEqual([
				400,
				'A1 is REJECTED and cannot become REJECTED (that is final; "force" allows it).',
			]);
		});

		it('set faults and latency, and count', async () => {
			const sandbox = await start();
			const put = async (path: string, body: unknown) =>
				await send(sandbox, {
					method: 'PUT',
					path,
					body: JSON.stringify(body),
					headers: JSON_TYPE,
				});
			expect((await put('/sandbox/faults', { mix: 'bogus=1' })).status).toBe(400);
			expect((await put('/sandbox/faults', { rules: [{ kind: 'bogus' }] })).status).toBe(400);
			const rules = [{ kind: '429', match: { path: '/v3/ecommerce' } }];
			const set = await put('/sandbox/faults', { mix: 'unsigned=0.5', seed: 3, rules });
			expect(set.body).toMatchObject({ mix: { unsigned: 0.5 }, seed: 3 });
			expect((await get(sandbox, `${CREATE}/out-apply-no/A1`)).status).toBe(429);
			const counted = await get(sandbox, '/sandbox/requests');
			expect(counted.body).toMatchObject({
				total: 1,
				answers: { [`GET ${CREATE}/out-apply-no/… 429 RATELIMIT_EXCEEDED`]: 1 },
				faults: { '429': 1 },
			});
			await send(sandbox, { method: 'DELETE', path: '/sandbox/faults', headers: JSON_TYPE });
			expect((await get(sandbox, '/sandbox/faults')).body).toMatchObject({
				mix: {},
				rules: [],
				late: [],
			});
			expect((await put('/sandbox/faults', { dailyUploads: '7' })).status).toBe(400);
			await put('/sandbox/faults', { dailyUploads: 7 });
			expect(sandbox.behaviour.dailyUploads).toBe(7);
			await put('/sandbox/sub-merchants/1900000109', { kind: 'notAllowed' });
			expect(sandbox.state.subMerchant('1900000109').kind).toBe('notAllowed');
		});

		it('refuse requests of web pages: other types than JSON', async () => {
			const sandbox = await start();
			const reply = await send(sandbox, {
				method: 'POST',
				path: '/sandbox/applications/A1',
				body: '{}',
				headers: { 'Content-Type': 'text/plain' },
			});
			expect(reply.body.error).toBe('Send Content-Type: application/json.');
			expect((await get(sandbox, '/sandbox')).status).toBe(404);
		});

		it('show no decrypted fields', async () => {
			const sandbox = await start();
			sandbox.state.put({
				flow: 'cancelWithdrawal',
				number: 'W1',
				applymentId: '1',
				sub_mchid: '1900000109',
				state: 'ACCEPTED',
				description: '',
				accounts: [],
				requestDigest: '',
				materials: [],
				created: 0,
				updated: 0,
				requests: 1,
				decrypted: { account_number: '6222000000000000001' },
			});
			const list = await get(sandbox, '/sandbox/applications');
			expect(list.raw.toString()).not.toContain('6222');
			expect(JSON.stringify([...sandbox.state.records()])).not.toContain('6222');
		});
	});
});
