import { Sandbox, type SandboxKeys } from '../../sandbox';
import {
	CREATE,
	MERCHANT_MEDIA,
	createBody,
	get,
	post,
	twoMedia,
	upload,
	verified,
	type RawReply,
} from './client';
import { sandboxKeys } from '../support/keys';

const BALANCE = '/v3/ecommerce/fund/balance';
const VALIDATE = '/v3/ecommerce/account/apply-cancel-withdraw/validate-cancel';
const APPLY = '/v3/ecommerce/account/apply-cancel-withdraw';

// Signed responses to another request: the signature does not cover the request.
describe('misdirected responses', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox;
	let media: [string, string];
	let now: number;

	beforeAll(async () => {
		keys = await sandboxKeys();
	});
	beforeEach(async () => {
		now = Date.now();
		sandbox = await Sandbox.start({ keys, now: () => now });
		media = await twoMedia(sandbox);
		sandbox.requests.length = 0;
	});
	afterEach(async () => await sandbox.stop());

	const create = async (number: string, subMchid = '1900000109') =>
		await post(sandbox, CREATE, createBody(number, media, subMchid));
	const query = async (number: string) => await get(sandbox, `${CREATE}/out-apply-no/${number}`);
	const good = (reply: RawReply) => verified(reply, keys.wechatPayPublicKeyPem);
	const nonce = ({ headers }: RawReply) => headers['wechatpay-nonce'];
	const lastFault = () => sandbox.requests.at(-1)?.fault;

	describe('another', () => {
		it('a query returns another application with a new signature', async () => {
			const created = [await create('A1', '1900000101'), await create('A2', '1900000102')];
			const own = await query('A2');
			await query('A1');
			sandbox.fault({ kind: 'another' });
			const reply = await query('A2');
			expect(reply.status).toBe(200);
			expect(reply.body).toMatchObject({ out_apply_no: 'A1', sub_mchid: '1900000101' });
			expect(good(reply)).toBe(true);
			expect([...created, own].map(nonce)).not.toContain(nonce(reply));
			expect(lastFault()).toBe('another');
			expect((await query('A2')).body).toEqual(own.body);
		});

		it('a query for an unknown number as well', async () => {
			await create('A1');
			await query('A1');
			sandbox.fault({ kind: 'another' });
			const reply = await query('A2');
			expect([reply.status, reply.body.out_apply_no, good(reply)]).toEqual([200, 'A1', true]);
			expect(sandbox.requests.at(-1)).toMatchObject({ status: 200, number: 'A2' });
			expect(sandbox.requests.at(-1)?.code).toBeUndefined();
		});

		it('a POST is acted on, and returns another application', async () => {
			await create('A1', '1900000101');
			sandbox.fault({ kind: 'another', match: { method: 'POST' } });
			const reply = await create('A2', '1900000102');
			expect(reply.body).toMatchObject({ out_apply_no: 'A1', sub_mchid: '1900000101' });
			expect(good(reply)).toBe(true);
			expect(sandbox.applications.get('A2')?.sub_mchid).toBe('1900000102');
		});

		it('the response may be about another account of the same merchant', async () => {
			const ask = async (type: string) =>
				await get(sandbox, `${BALANCE}/1900000109?account_type=${type}`);
			await ask('FEES');
			sandbox.fault({ kind: 'another' });
			expect((await ask('BASIC')).body).toMatchObject({
				sub_mchid: '1900000109',
				account_type: 'FEES',
			});
		});

		it('without an earlier response the numbers in the right one are changed', async () => {
			sandbox.fault({ kind: 'another', count: Infinity });
			const created = await create('A1', '1900000109');
			expect(created.body).toEqual({
				...sandboxShows('A1'),
				out_apply_no: expect.not.stringMatching(/^A1$/) as string,
				sub_mchid: expect.not.stringMatching(/^1900000109$/) as string,
			});
			expect(good(created)).toBe(true);
			const validated = await get(sandbox, `${VALIDATE}/1900000110`);
			expect(validated.body.sub_mchid).not.toBe('1900000110');
			expect(validated.body.validate_result).toBe('ALLOW_CANCEL_WITHDRAW');
			const headers = { 'Wechatpay-Serial': keys.wechatPayPublicKeyId };
			const body = {
				sub_mchid: '1900000111',
				out_request_no: 'W1',
				withdraw: 'NOT_APPLY_WITHDRAW',
			};
			const applied = await post(sandbox, APPLY, body, { headers });
			const { applymentId } = sandbox.withdrawals.get('W1') ?? {};
			expect(applied.body.out_request_no).not.toBe('W1');
			expect(applied.body.applyment_id).not.toBe(applymentId);
		});

		const sandboxShows = (number: string) => {
			const { state } = sandbox.applications.get(number) ?? {};
			return { cancel_state: state, update_time: expect.any(String) as string };
		};

		it('a rule can say which fields are changed or removed', async () => {
			await create('A1');
			await create('A2');
			const change = { sub_mchid: '1900000999', cancel_state: null };
			sandbox.fault({ kind: 'another', change });
			const reply = await query('A1');
			expect(reply.body).toMatchObject({ out_apply_no: 'A1', sub_mchid: '1900000999' });
			expect(reply.body).not.toHaveProperty('cancel_state');
			expect(good(reply)).toBe(true);
		});

		it.each([undefined, MERCHANT_MEDIA])(
			'an upload (%s) is answered with the answer of an earlier one, byte for byte',
			async (path) => {
				const content = (text: string) =>
					Buffer.concat([Buffer.from('BM'), Buffer.from(text), Buffer.alloc(64)]);
				const shape = (text: string) => ({
					path,
					content: content(text),
					name: 'a.bmp',
					type: 'image/bmp',
				});
				const first = await upload(sandbox, shape('merchant A'));
				const before = sandbox.media.size;
				sandbox.fault({ kind: 'another', count: 2 });
				const second = await upload(sandbox, shape('merchant B'));
				expect(second.raw).toEqual(first.raw);
				expect(nonce(second)).toBe(nonce(first));
				expect(second.headers['wechatpay-signature']).toBe(first.headers['wechatpay-signature']);
				expect(good(second)).toBe(true);
				expect(sandbox.media.size).toBe(before + 1);
				// Not its own response.
				await upload(sandbox, shape('merchant A'));
				expect(lastFault()).toBe(path === undefined ? 'another' : undefined);
			},
		);

		it('an upload gets its right response if the earlier ones are stale', async () => {
			now += 4 * 60_000;
			sandbox.fault({ kind: 'another' });
			const reply = await upload(sandbox, {
				content: Buffer.concat([Buffer.from('BM'), media0()]),
				name: 'b.bmp',
				type: 'image/bmp',
			});
			expect(sandbox.media.has(String(reply.body.media_id))).toBe(true);
			expect(media).not.toContain(reply.body.media_id);
			expect(lastFault()).toBeUndefined();
		});
		const media0 = () => Buffer.alloc(32, 5);

		it('an unknown client gets no earlier response', async () => {
			await create('A1');
			await query('A1');
			sandbox.fault({ kind: 'another' });
			const reply = await get(sandbox, `${CREATE}/out-apply-no/A2`, { signed: 'x' });
			expect([reply.status, lastFault()]).toEqual([401, undefined]);
		});
	});

	describe('repeated-nonce', () => {
		/** The very first response: a client has read it before it sends another request. */
		let first: RawReply;

		beforeEach(async () => {
			await sandbox.stop();
			sandbox = await Sandbox.start({ keys, now: () => now });
			first = await query('A0');
			media = await twoMedia(sandbox);
		});

		it('an identical request gets its earlier response, byte for byte', async () => {
			await create('A1');
			const before = await query('A1');
			sandbox.move('A1', { state: 'CANCEL_SUCCESS' });
			sandbox.fault({ kind: 'repeated-nonce' });
			const reply = await query('A1');
			expect(reply.raw).toEqual(before.raw);
			expect(nonce(reply)).toBe(nonce(before));
			expect(good(reply)).toBe(true);
			expect((await query('A1')).body.cancel_state).toBe('CANCEL_SUCCESS');
		});

		it('also if the earlier response was a refusal', async () => {
			const before = await query('A1');
			await create('A1');
			sandbox.fault({ kind: 'repeated-nonce' });
			const reply = await query('A1');
			expect([reply.status, reply.body.code]).toEqual([404, 'NOT_FOUND']);
			expect(nonce(reply)).toBe(nonce(before));
		});

		it('another request gets its right response with the nonce of the oldest one', async () => {
			await create('A1', '1900000101');
			sandbox.fault({ kind: 'repeated-nonce', count: 2 });
			const reply = await create('A2', '1900000102');
			expect(reply.body.out_apply_no).toBe('A2');
			expect(nonce(reply)).toBe(nonce(first));
			expect(good(reply)).toBe(true);
			const uploaded = await upload(sandbox);
			expect(sandbox.media.has(String(uploaded.body.media_id))).toBe(true);
			expect(nonce(uploaded)).toBe(nonce(first));
			expect(good(uploaded)).toBe(true);
			expect(lastFault()).toBe('repeated-nonce');
		});

		it('a stale response is not repeated: the right one has an earlier nonce', async () => {
			await create('A1');
			await query('A1');
			sandbox.move('A1', { state: 'CANCEL_SUCCESS' });
			now += 5 * 60_000;
			sandbox.fault({ kind: 'repeated-nonce' });
			const reply = await query('A1');
			expect(reply.body.cancel_state).toBe('CANCEL_SUCCESS');
			expect(nonce(reply)).toBe(nonce(first));
			expect(Number(reply.headers['wechatpay-timestamp'])).toBe(Math.floor(now / 1000));
		});

		it('the very first response has a nonce of its own', async () => {
			const other = await Sandbox.start({ keys });
			try {
				other.fault({ kind: 'repeated-nonce' });
				const reply = await get(other, `${CREATE}/out-apply-no/A1`);
				expect(good(reply)).toBe(true);
				expect(other.requests[0].fault).toBeUndefined();
			} finally {
				await other.stop();
			}
		});
	});
});
