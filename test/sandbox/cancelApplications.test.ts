import { Sandbox, type SandboxKeys, type SubMerchantKind } from '../../sandbox';
import {
	COMPLAINT_MEDIA,
	CREATE,
	MERCHANT_MEDIA,
	createBody,
	get,
	post,
	twoMedia,
	upload,
	type RawReply,
} from './client';
import { sandboxKeys } from '../support/keys';

const DAY = 24 * 3600_000;

describe('the old cancel application', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox;
	let media: [string, string];
	let now: number;

	beforeAll(async () => {
		keys = await sandboxKeys();
	});
	beforeEach(async () => {
		now = Date.parse('2026-03-01T08:00:00Z');
		sandbox = await Sandbox.start({ keys, now: () => now, retryWindow: DAY });
		media = await twoMedia(sandbox);
	});
	afterEach(async () => await sandbox.stop());

	const create = async (body: unknown) => await post(sandbox, CREATE, body);
	const query = async (number: string) => await get(sandbox, `${CREATE}/out-apply-no/${number}`);
	const outcome = ({ status, body }: RawReply) => [status, body.code, body.message];

	it('is created and read', async () => {
		const created = await create(createBody('A1', media));
		expect(created.status).toBe(200);
		expect(created.body).toEqual({
			out_apply_no: 'A1',
			sub_mchid: '1900000109',
			cancel_state: 'REVIEWING',
			update_time: '2026-03-01T16:00:00+08:00',
		});
		expect((await query('A1')).body).toEqual(created.body);
		expect((await query('A1')).headers['request-id']).toMatch(/-0$/);
	});

	it('accepts the deprecated forms', async () => {
		const body = createBody('A1', media);
		body.application_info[0].application_type = 'SP_MERCHANT_APPLICATION';
		body.application_info[1].application_type = 'SUB_MERCHANT_APPLICATION';
		expect((await create(body)).status).toBe(200);
	});

	it('refuses a repeated number: 409 for the same body, 400 for another', async () => {
		await create(createBody('A1', media));
		expect(outcome(await create(createBody('A1', media)))).toEqual([
			409,
			'ALREADY_EXISTS',
			'申请单已存在',
		]);
		const others = await twoMedia(sandbox);
		expect(outcome(await create(createBody('A1', others)))).toEqual([
			400,
			'INVALID_REQUEST',
			'重试请求和原请求数据不一致',
		]);
		expect(sandbox.applications.size).toBe(1);
		expect(sandbox.applications.get('A1')?.requests).toBe(3);
	});

	it('ignores the order of the fields', async () => {
		const { sub_mchid, out_apply_no, application_info } = createBody('A1', media);
		await create({ sub_mchid, out_apply_no, application_info });
		expect((await create({ application_info, out_apply_no, sub_mchid })).status).toBe(409);
	});

	it('accepts the same body again if the option says so', async () => {
		sandbox.behaviour.sameBody = 'accept';
		const first = await create(createBody('A1', media));
		expect((await create(createBody('A1', media))).body).toEqual(first.body);
	});

	it('refuses a late retry', async () => {
		await create(createBody('A1', media));
		now += DAY + 1;
		expect(outcome(await create(createBody('A1', media)))[2]).toBe('重试请求距离上次请求间隔太久');
	});

	it('does not store a number that was refused', async () => {
		const body = createBody('A1', ['nothing', 'nothing']);
		expect(outcome(await create(body))[2]).toBe('media_id对应的图片不存在');
		expect(outcome(await query('A1'))).toEqual([404, 'NOT_FOUND', '申请单不存在']);
		expect((await create(createBody('A1', media))).status).toBe(200);
	});

	it.each([MERCHANT_MEDIA, COMPLAINT_MEDIA])(
		'refuses a media id that %s gave out',
		async (path) => {
			const other = await upload(sandbox, { path });
			const body = createBody('A1', [String(other.body.media_id), media[1]]);
			expect(outcome(await create(body))).toEqual([
				400,
				'INVALID_REQUEST',
				'media_id对应的图片不存在',
			]);
		},
	);

	it.each([
		['SUB_CANCEL_ACCOUNT_APPLICATION', 1],
		['SP_CANCEL_ACCOUNT_APPLICATION', 0],
	])('refuses two forms of one side (without %s)', async (_missing, index) => {
		const body = createBody('A1', media);
		body.application_info[index].application_type =
			body.application_info[1 - index].application_type;
		expect(outcome(await create(body))).toEqual([
			400,
			'INVALID_REQUEST',
			'“服务商注销电商子申请书”或“子商户注销电商子申请书”缺失',
		]);
	});

	it('refuses one form with the detail that was observed', async () => {
		const body = createBody('A1', media);
		body.application_info.pop();
		const reply = await create(body);
		expect(reply.body.code).toBe('PARAM_ERROR');
		expect(reply.body.detail).toMatchObject({ value: 1, location: null });
	});

	it('refuses an object instead of the list of forms', async () => {
		const { application_info, ...rest } = createBody('A1', media);
		const reply = await create({ ...rest, application_info: application_info[0] });
		expect(reply.body.code).toBe('PARAM_ERROR');
		expect(reply.body.message).toContain('/body/application_info');
		expect(reply.body.message).toContain('JSON 数组');
	});

	it.each([
		['a hyphen in the number', { out_apply_no: 'A-1' }],
		['a number of 33 characters', { out_apply_no: 'A'.repeat(33) }],
		['an empty number', { out_apply_no: '' }],
		['a number that is not text', { out_apply_no: 20260101 }],
		['a merchant ID that is not text', { sub_mchid: 1900000109 }],
		['null', { remark: null }],
		['null in a known field', { sub_mchid: null }],
		['an unknown field', { remark: 'x' }],
		['a character of four bytes', { sub_mchid: '😀' }],
		['a missing number', { out_apply_no: undefined }],
		[
			'an unknown form',
			{
				application_info: [
					{ application_type: 'X', application_media_id: 'x' },
					{ application_type: 'Y', application_media_id: 'y' },
				],
			},
		],
	])('refuses %s as a parameter error', async (_what, change) => {
		const reply = await create({ ...createBody('A1', media), ...change });
		expect([reply.status, reply.body.code]).toEqual([400, 'PARAM_ERROR']);
		expect(reply.signed).toBe(true);
	});

	it('refuses a body that is not JSON in UTF-8, and another Content-Type', async () => {
		const request = { method: 'POST', body: Buffer.from('{"sub_mchid":"\xe9"}', 'latin1') };
		expect((await get(sandbox, CREATE, request)).body.message).toBe('请求体必须使用UTF-8编码');
		const broken = await get(sandbox, CREATE, { method: 'POST', body: '{' });
		expect(broken.body.code).toBe('PARAM_ERROR');
		const headers = { 'Content-Type': 'text/plain' };
		const text = await post(sandbox, CREATE, createBody('A1', media), { headers });
		expect(text.status).toBe(415);
	});

	it('refuses query strings, and invalid numbers in the path', async () => {
		expect((await query('A1?x=1')).body.code).toBe('PARAM_ERROR');
		expect((await query('A-1')).body.code).toBe('PARAM_ERROR');
	});

	it.each<[SubMerchantKind, string]>([
		['notAllowed', '该商户当前不允许注销'],
		['hasBalance', '该商户号账户有余额，请先提现后再申请注销'],
		['alreadyCancelled', '服务商或子商户已注销'],
		['notEcommerce', '子商户非电商子商户'],
		['noRelation', '服务商和子商户无受理关系'],
		['unknown', '服务商或子商户不存在'],
		['providerNotEcommerce', '服务商非电商服务商'],
	])('refuses a sub-merchant that is %s', async (kind, message) => {
		sandbox.setSubMerchant('1900000109', kind);
		expect(outcome(await create(createBody('A1', media)))).toEqual([
			400,
			'INVALID_REQUEST',
			message,
		]);
		expect(sandbox.applications.size).toBe(0);
	});

	it('refuses the provider itself as the sub-merchant', async () => {
		expect((await create(createBody('A1', media, keys.mchid))).status).toBe(400);
	});

	it('refuses a second application for a sub-merchant unless the first was rejected', async () => {
		await create(createBody('A1', media));
		expect(outcome(await create(createBody('A2', media)))[2]).toBe('该商户当前不允许注销');
		sandbox.move('A1', { state: 'REJECTED', reason: '公章不清晰' });
		expect((await query('A1')).body).toMatchObject({
			cancel_state: 'REJECTED',
			reject_reason: '公章不清晰',
		});
		expect((await create(createBody('A2', media))).status).toBe(200);
		sandbox.move('A2', { state: 'CANCEL_SUCCESS' });
		expect((await query('A2')).body.cancel_state).toBe('CANCEL_SUCCESS');
		expect(outcome(await create(createBody('A3', media)))[2]).toBe('服务商或子商户已注销');
	});

	it('does not leave a final state, or accept an unknown one, unless forced', async () => {
		await create(createBody('A1', media));
		expect(() => sandbox.move('A1', { state: 'FINISH' })).toThrow('REJECTED, CANCEL_SUCCESS');
		sandbox.move('A1', { state: 'CANCEL_SUCCESS' });
		expect(() => sandbox.move('A1', { state: 'REJECTED' })).toThrow('that is final');
		expect(sandbox.move('A1', { state: 'SOMETHING_NEW', force: true }).state).toBe('SOMETHING_NEW');
		expect(() => sandbox.move('B1', { state: 'REJECTED' })).toThrow('no application B1');
	});
});
