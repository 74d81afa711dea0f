/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Multipart, Wechatpay } from 'wechatpay-axios-plugin';
import { Sandbox, type SandboxKeys } from '../../sandbox';
import {
	CANCEL_MEDIA,
	COMPLAINT_MEDIA,
	CREATE,
	JPEG,
	MERCHANT_MEDIA,
	PNG,
	createBody,
	sha256,
} from './client';
import { sandboxKeys } from '../support/keys';

/** The part of the plugin that is used here; its own types are too loose. */
interface Chain {
	post: (
		data: unknown,
		config?: unknown,
	) => Promise<{ status: number; data: Record<string, string> }>;
	get: (config?: unknown) => Promise<{ status: number; data: Record<string, string> }>;
}
interface Refused {
	response: { status: number; data: { code: string; message: string } };
}

/** Without MIME types, so that every file is application/octet-stream. */
class Untyped extends Multipart {
	constructor() {
		super();
		this.mimeTypes = {};
	}
}

// wechatpay-axios-plugin is an independent client: what works with it works with any right client.
describe('wechatpay-axios-plugin against the sandbox', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox;
	let at: (path: string) => Chain;

	beforeAll(async () => {
		keys = await sandboxKeys(1);
	});

	beforeEach(async () => {
		sandbox = await Sandbox.start({ keys: { ...keys, platformCertificates: [] } });
		at = client(sandbox, { [keys.wechatPayPublicKeyId]: keys.wechatPayPublicKeyPem });
	});

	afterEach(async () => await sandbox.stop());

	function client(target: Sandbox, certs: Record<string, string>): (path: string) => Chain {
		const wechatpay = new Wechatpay({
			mchid: keys.mchid,
			serial: keys.serial,
			privateKey: keys.merchantPrivateKeyPem,
			certs,
			baseURL: target.url,
		} as ConstructorParameters<typeof Wechatpay>[0]);
		return (path) =>
			path
				.slice(1)
				.split('/')
				.reduce(
					(chain, name) => chain[name],
					wechatpay as unknown as Record<string, never>,
				) as unknown as Chain;
	}

	function form(content: Buffer, name: string): Multipart {
		const meta = JSON.stringify({ file_name: name, file_digest: sha256(content) });
		return new Multipart().append('meta', meta, 'meta.json').append('file', content, name);
	}

	const rightUpload = async (media: Multipart, path = CANCEL_MEDIA) =>
		await at(path).post(media.getBuffer(), {
			meta: media.toJSON(),
			headers: media.getHeaders(),
		});

	const refusal = async (call: Promise<unknown>) =>
		await call.then(
			() => {
				throw new Error('was accepted');
			},
			(error: Refused) => error.response,
		);

	it('uploads two images, creates an application and reads it', async () => {
		const sp = await rightUpload(form(PNG, 'sp.png'));
		const sub = await rightUpload(form(JPEG, 'sub.jpg'));
		const body = createBody('2026010100001', [sp.data.media_id, sub.data.media_id]);
		const created = await at(CREATE).post(body);
		expect(created.data).toMatchObject({
			out_apply_no: '2026010100001',
			cancel_state: 'REVIEWING',
		});

		const read = await at(`${CREATE}/out-apply-no/2026010100001`).get();
		expect(read.data).toEqual(created.data);
		expect(sandbox.applications.get('2026010100001')?.materials).toEqual([
			{ ...body.application_info[0], digest: sha256(PNG) },
			{ ...body.application_info[1], digest: sha256(JPEG) },
		]);
	});

	describe('with interfaces that are not an operation of the node', () => {
		const WITHDRAW = '/v3/ecommerce/fund/withdraw';
		const balances = { BASIC: { available: 12800, pending: 0 } };
		const body = {
			sub_mchid: '1900000109',
			out_request_no: 'W1',
			amount: 12800,
			remark: '清退余额，打款至原结算卡',
		};
		const dayBefore = () => new Date(Date.now() - 3 * 24 * 3600_000).toISOString().slice(0, 10);

		beforeEach(() => sandbox.setSubMerchant('1900000109', { balances }));

		it('reads the balance of a day, and is refused for Chinese characters in the query', async () => {
			const ofDay = at('/v3/ecommerce/fund/enddaybalance/1900000109');
			const date = dayBefore();
			const { data } = await ofDay.get({ params: { date, account_type: 'BASIC' } });
			expect(data).toMatchObject({ account_type: 'BASIC', available_amount: 12800 });
			const chinese = await refusal(ofDay.get({ params: { date, account_type: '基本户 A' } }));
			// Not 401: the query was signed in the form in which it was sent.
			expect([chinese.status, chinese.data.code]).toEqual([400, 'PARAM_ERROR']);
			const missing = await refusal(ofDay.get());
			expect([missing.status, missing.data.code]).toEqual([400, 'PARAM_ERROR']);
		});

		it('withdraws once, with a Chinese remark', async () => {
			const first = await at(WITHDRAW).post(body);
			expect(Object.keys(first.data)).toEqual(['sub_mchid', 'withdraw_id', 'out_request_no']);
			expect((await at(WITHDRAW).post(body)).data).toEqual(first.data);
			const made = sandbox.fundWithdrawals.get('W1');
			expect(Buffer.from(made?.remark ?? '')).toEqual(Buffer.from(body.remark));
			expect(made?.requests).toBe(2);
			expect(sandbox.subMerchants.get('1900000109')?.balances.BASIC?.available).toBe(0);
			const other = await refusal(at(WITHDRAW).post({ ...body, remark: '清退' }));
			expect([other.status, other.data.code]).toEqual([400, 'PARAM_ERROR']);
			const more = await refusal(at(WITHDRAW).post({ ...body, out_request_no: 'W2' }));
			expect([more.status, more.data.code]).toEqual([403, 'NOT_ENOUGH']);
		});

		it('uploads an image for a complaint, and is refused with another digest or none', async () => {
			const image = (meta: object | undefined) => {
				const media = new Multipart();
				if (meta) media.append('meta', JSON.stringify(meta));
				return media.append('file', JPEG, 'a.jpg');
			};
			const right = { filename: 'a.jpg', sha256: sha256(JPEG) };
			const { data } = await rightUpload(image(right), COMPLAINT_MEDIA);
			expect(sandbox.media.get(data.media_id)).toMatchObject({ digest: sha256(JPEG) });
			const wrong = image({ ...right, sha256: sha256(PNG) });
			const refused = await refusal(rightUpload(wrong, COMPLAINT_MEDIA));
			expect([refused.status, refused.data.code]).toEqual([400, 'PARAM_ERROR']);
			const without = image(undefined);
			const unsigned = await refusal(
				at(COMPLAINT_MEDIA).post(without.getBuffer(), { headers: without.getHeaders() }),
			);
			expect([unsigned.status, unsigned.data.code]).toEqual([401, 'SIGN_ERROR']);
			expect(sandbox.media.size).toBe(1);
		});
	});

	it('verifies responses that a platform certificate signed', async () => {
		const other = await Sandbox.start({ keys });
		try {
			const [{ serial, certificatePem }] = keys.platformCertificates;
			const read = client(other, { [serial]: certificatePem })(
				`${CREATE}/out-apply-no/unknown1`,
			).get();
			expect((await refusal(read)).data.code).toBe('NOT_FOUND');
			const balance = client(other, { [serial]: certificatePem });
			const { data } = await balance(
				'/v3/ecommerce/account/apply-cancel-withdraw/validate-cancel/1900000109',
			).get();
			expect(data.validate_result).toBe('ALLOW_CANCEL_WITHDRAW');
		} finally {
			await other.stop();
		}
	});

	it('accepts misdirected responses: their signatures verify', async () => {
		const sp = await rightUpload(form(PNG, 'sp.png'));
		const sub = await rightUpload(form(JPEG, 'sub.jpg'));
		const ids: [string, string] = [sp.data.media_id, sub.data.media_id];
		await at(CREATE).post(createBody('101', ids, '1900000101'));
		sandbox.fault({ kind: 'another', match: { method: 'POST' }, count: 2 });
		const created = await at(CREATE).post(createBody('102', ids, '1900000102'));
		expect(created.data).toMatchObject({ out_apply_no: '101', sub_mchid: '1900000101' });
		const again = await rightUpload(form(Buffer.concat([JPEG, PNG]), 'sp.jpg'));
		expect(again.data.media_id).toBe(sub.data.media_id);
		sandbox.fault({ kind: 'repeated-nonce' });
		const read = await at(`${CREATE}/out-apply-no/102`).get();
		expect(read.data).toMatchObject({ out_apply_no: '102', sub_mchid: '1900000102' });
	});

	it('finds an application that was booked late', async () => {
		const sp = await rightUpload(form(PNG, 'sp.png'));
		const sub = await rightUpload(form(JPEG, 'sub.jpg'));
		const body = createBody('101', [sp.data.media_id, sub.data.media_id]);
		sandbox.fault({ kind: 'late-busy', requests: 2 });
		const lookUp = at(`${CREATE}/out-apply-no/101`);
		expect((await refusal(at(CREATE).post(body))).status).toBe(500);
		expect((await refusal(lookUp.get())).data.code).toBe('NOT_FOUND');
		expect((await refusal(at(CREATE).post(body))).status).toBe(400);
		expect((await lookUp.get()).data).toMatchObject({ cancel_state: 'REVIEWING' });
		expect((await refusal(at(CREATE).post(body))).data.code).toBe('ALREADY_EXISTS');
	});

	it('uploads a PDF to the general upload', async () => {
		const pdf = Buffer.from('%PDF-1.7\n%%EOF');
		const meta = JSON.stringify({ filename: 'form.pdf', sha256: sha256(pdf) });
		const media = new Multipart().append('meta', meta).append('file', pdf, 'form.pdf');
		const { data } = await rightUpload(media, MERCHANT_MEDIA);
		expect(sandbox.media.get(data.media_id)).toMatchObject({ name: 'form.pdf' });
	});

	it('is refused when it posts the form object, as its samples did', async () => {
		const refused = await refusal(at(CANCEL_MEDIA).post(form(PNG, 'sp.png')));
		expect(refused.status).toBe(401);
		expect(refused.data.code).toBe('SIGN_ERROR');
		expect(sandbox.media.size).toBe(0);
	});

	it('is refused when it posts the bytes without meta', async () => {
		const media = form(PNG, 'sp.png');
		const refused = await refusal(
			at(CANCEL_MEDIA).post(media.getBuffer(), { headers: media.getHeaders() }),
		);
		expect(refused.status).toBe(401);
		expect(refused.data.code).toBe('SIGN_ERROR');
		expect(sandbox.media.size).toBe(0);
	});

	it('is refused when the file part has no image type', async () => {
		const meta = JSON.stringify({ file_name: 'sp.png', file_digest: sha256(PNG) });
		const untyped = new Untyped().append('meta', meta).append('file', PNG, 'sp.png');
		const refused = await refusal(rightUpload(untyped));
		expect(refused.status).toBe(400);
		expect(refused.data.message).toBe('图片Content-Type非法');
		expect(sandbox.media.size).toBe(0);
	});

	it('is refused when it sends the form as a stream, in chunks', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
		try {
			writeFileSync(join(folder, 'sp.png'), PNG);
			const meta = JSON.stringify({ file_name: 'sp.png', file_digest: sha256(PNG) });
			const media = new Multipart()
				.append('meta', meta)
				.append('file', createReadStream(join(folder, 'sp.png')), 'sp.png');
			const refused = await refusal(
				at(CANCEL_MEDIA).post(media, { meta: media.toJSON(), headers: media.getHeaders() }),
			);
			expect(refused.data.message).toBe('Http头缺少Content-Length');
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});
