import { Sandbox, type FaultKind, type SandboxKeys } from '../../sandbox';
import { CREATE, createBody, get, post, send, twoMedia, upload, verified } from './client';
import { sandboxKeys } from '../support/keys';

const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';
const JSON_TYPE = { 'Content-Type': 'application/json' };

// WeChat Pay accepts a request, responds with a failure, and acts on the request later.
describe('late bookings', () => {
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

	const create = async (number = 'A1', subMchid = '1900000109') =>
		await post(sandbox, CREATE, createBody(number, media, subMchid));
	const query = async (number = 'A1') =>
		(await get(sandbox, `${CREATE}/out-apply-no/${number}`)).status;

	it.each<FaultKind>(['late-500', 'late-busy'])(
		'%s: look-ups before it find nothing',
		async (kind) => {
			sandbox.fault({ kind, requests: 2 });
			const reply = await create();
			expect([reply.status, reply.body.code]).toEqual([500, 'SYSTEM_ERROR']);
			expect(verified(reply, keys.wechatPayPublicKeyPem)).toBe(true);
			expect(sandbox.requests[0]).toMatchObject({ status: 500, fault: kind, number: 'A1' });
			expect([await query(), await query()]).toEqual([404, 404]);
			expect(sandbox.applications.get('A1')).toMatchObject({ requests: 1 });
			expect(await query()).toBe(200);
		},
	);

	it('late-cut: the connection is closed', async () => {
		sandbox.fault({ kind: 'late-cut', requests: 1 });
		await expect(create()).rejects.toThrow(/hang up|ECONNRESET/);
		expect([await query(), await query()]).toEqual([404, 200]);
	});

	it('counts only requests about the number', async () => {
		sandbox.fault({ kind: 'late-500', requests: 1 });
		await create();
		for (let i = 0; i < 3; i++) expect(await query('A2')).toBe(404);
		expect(sandbox.applications.size).toBe(0);
		expect([await query(), await query()]).toEqual([404, 200]);
	});

	it('waits for two requests by default', async () => {
		sandbox.fault({ kind: 'late-500' });
		await create();
		expect([await query(), await query(), await query()]).toEqual([404, 404, 200]);
	});

	it('late-500: an identical request is acted on at once, and not again later', async () => {
		sandbox.fault({ kind: 'late-500', requests: 3 });
		await create();
		expect((await create()).status).toBe(200);
		const { updated } = sandbox.applications.get('A1')!;
		expect([await query(), await query(), await query()]).toEqual([200, 200, 200]);
		expect(sandbox.applications.get('A1')).toMatchObject({ requests: 2, updated });
		expect(sandbox.applications.size).toBe(1);
	});

	it('late-busy: an identical request is refused as in progress until the first is booked', async () => {
		sandbox.fault({ kind: 'late-busy', requests: 3 });
		await create();
		expect(await query()).toBe(404);
		const refused = await create();
		expect([refused.status, refused.body.code, refused.body.message]).toEqual([
			400,
			'INVALID_REQUEST',
			'请求正在处理中，请勿重复提交',
		]);
		expect(verified(refused, keys.wechatPayPublicKeyPem)).toBe(true);
		expect((await create('A2', '1900000110')).status).toBe(200);
		expect(await query()).toBe(404);
		expect(await query()).toBe(200);
		expect((await create()).status).toBe(409);
	});

	it('a request that has to be refused is refused later as well', async () => {
		sandbox.setSubMerchant('1900000109', 'notAllowed');
		sandbox.fault({ kind: 'late-500', requests: 1 });
		await create();
		expect([await query(), await query()]).toEqual([404, 404]);
		expect(sandbox.applications.size).toBe(0);
	});

	it('can depend on time', async () => {
		sandbox.fault({ kind: 'late-cut', ms: 150, requests: Infinity });
		await expect(create()).rejects.toThrow();
		expect(await query()).toBe(404);
		while (!sandbox.applications.has('A1')) await query('A2');
		expect(await query()).toBe(200);
	});

	it('can be booked now', async () => {
		sandbox.fault({ kind: 'late-500', requests: Infinity, count: 2 });
		await create();
		await create('A2', '1900000110');
		expect(await query()).toBe(404);
		expect((await get(sandbox, '/sandbox/faults')).body.late).toEqual(['A1', 'A2']);
		const path = '/sandbox/late-bookings';
		const done = await send(sandbox, { method: 'POST', path, body: '{}', headers: JSON_TYPE });
		expect(done.body).toEqual({ booked: ['A1', 'A2'] });
		expect([...sandbox.applications.keys()]).toEqual(['A1', 'A2']);
		expect(sandbox.settle()).toEqual([]);
	});

	it('books the new flow as well: applying and confirming', async () => {
		const headers = { 'Wechatpay-Serial': keys.wechatPayPublicKeyId };
		const body = {
			sub_mchid: '1900000110',
			out_request_no: 'W1',
			withdraw: 'NOT_APPLY_WITHDRAW',
		};
		const read = async () => (await get(sandbox, `${APPLY}/out-request-no/W1`)).body.cancel_state;
		sandbox.fault({ kind: 'late-500', requests: 1 });
		expect((await post(sandbox, APPLY, body, { headers })).status).toBe(500);
		expect([await read(), await read()]).toEqual([undefined, 'ACCEPTED']);
		sandbox.move('W1', { state: 'WAITING_MERCHANT_CONFIRM' });
		sandbox.fault({ kind: 'late-500', requests: 1 });
		const confirmation = {
			out_request_no: 'W1',
			sub_mchid: '1900000110',
			operator_identification: '001',
			confirm_time: '2026-03-01T16:00:00+08:00',
			cancel_contract_version: 'V20241213',
		};
		expect((await post(sandbox, `${APPLY}/confirm`, confirmation)).status).toBe(500);
		expect([await read(), await read()]).toEqual(['WAITING_MERCHANT_CONFIRM', 'SYSTEM_PROCESSING']);
	});

	it('does not apply to look-ups, uploads and unknown clients', async () => {
		sandbox.fault({ kind: 'late-500', count: Infinity });
		expect(await query()).toBe(404);
		expect((await upload(sandbox)).status).toBe(200);
		expect(sandbox.requests.map(({ fault }) => fault)).toEqual([undefined, undefined]);
		const stranger = await post(sandbox, CREATE, createBody('A1', media), { signed: 'x' });
		expect(stranger.status).toBe(401);
		expect(sandbox.settle()).toEqual([]);
	});

	it('is not booked after the sandbox has stopped', async () => {
		sandbox.fault({ kind: 'late-500', ms: 60_000 });
		await create();
		await sandbox.stop();
		expect(sandbox.settle()).toEqual([]);
		expect(sandbox.applications.size).toBe(0);
	});

	it('by chance, is booked after one to six requests', async () => {
		sandbox.faults.setMix({ 'late-500': 0.5, '429': 0.5 }, 3);
		const waits = Array.from({ length: 400 }, () =>
			sandbox.faults.pick({ method: 'POST', path: '/', number: 'A1' }),
		)
			.filter((fault) => fault?.kind === 'late-500')
			.map((fault) => fault?.requests ?? 0);
		const counted = [1, 2, 3, 4, 5, 6].map((n) => waits.filter((wait) => wait === n).length);
		expect(counted.every((times) => times > 15)).toBe(true);
		expect(counted.reduce((sum, times) => sum + times)).toBe(waits.length);
	});
});
