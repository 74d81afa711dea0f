import type { NewComplaint } from '../../sandbox';
import { COMPLAINT_MEDIA, MERCHANT_MEDIA, PNG, get, post, upload, verified } from './client';
import { openStage, outcome } from './stage';

const COMPLAINTS = '/v3/merchant-service/complaints-v2';
const SUB = '1900000109';
const stage = openStage();

let id: string;
const complain = (given: Partial<NewComplaint> = {}) => {
	id = stage.sandbox.closing.createComplaint({ complainted_mchid: SUB, ...given }).complaint_id;
};
beforeEach(() => complain());

const right = { complainted_mchid: SUB, response_content: '已与用户沟通解决' };
const reply = async (change: Record<string, unknown> = {}) =>
	await post(stage.sandbox, `${COMPLAINTS}/${id}/response`, { ...right, ...change });
const complete = async (change: Record<string, unknown> = {}) =>
	await post(stage.sandbox, `${COMPLAINTS}/${id}/complete`, { complainted_mchid: SUB, ...change });
const details = async () => (await get(stage.sandbox, `${COMPLAINTS}/${id}`)).body;
const state = async () => (await details()).complaint_state;
interface Entry {
	operate_type: string;
	operate_details?: string;
	image_list?: string[];
	complaint_media_list?: { media_type: string; media_url: string[] };
}
const history = async () => {
	const path = `${COMPLAINTS}/${id}/negotiation-historys?limit=300`;
	return (await get(stage.sandbox, path)).body.data as Entry[];
};
const act = (action: 'reply' | 'escalate' | 'refund') =>
	stage.sandbox.closing.actOnComplaint(id, { action });
const NOT_NOW = [400, 'INVALID_REQUEST', '当前单据状态不支持操作，请检查是否重复调用'];

describe('a reply to a complaint', () => {
	it('answers 204, signed without a body, and moves the complaint on', async () => {
		const answer = await reply();
		expect([answer.status, answer.raw.length, answer.signed]).toEqual([204, 0, true]);
		expect(answer.headers).not.toHaveProperty('content-length');
		expect(verified(answer, stage.keys.wechatPayPublicKeyPem)).toBe(true);
		expect(await details()).toMatchObject({
			complaint_state: 'PROCESSING',
			incoming_user_response: false,
		});
		expect((await history())[0]).toMatchObject({
			operate_type: 'MERCHANT_RESPONSE',
			operate_details: '已与用户沟通解决',
		});
	});

	it('cannot be tampered with on its way back: there is no body', async () => {
		stage.sandbox.fault({ kind: 'tampered' });
		const answer = await reply();
		expect([answer.status, answer.raw.length]).toEqual([204, 0]);
		expect(answer.headers).not.toHaveProperty('content-length');
	});

	it('is another message every time: nothing is idempotent', async () => {
		await reply();
		await reply();
		const ours = (await history()).filter((entry) => entry.operate_type === 'MERCHANT_RESPONSE');
		expect(ours).toHaveLength(2);
	});

	it.each([
		['no content', { response_content: undefined }],
		['an empty content', { response_content: '' }],
		['501 characters', { response_content: '复'.repeat(501) }],
		['501 ASCII characters', { response_content: 'a'.repeat(501) }],
		['a character of four bytes', { response_content: '好的😀' }],
		['no sub-merchant', { complainted_mchid: undefined }],
		['the id of the complaint in the body', { complaint_id: '1' }],
		['five images', { response_images: ['1', '2', '3', '4', '5'] }],
		['no image in a list', { response_images: [] }],
		['a link without a text', { jump_url: 'https://example.com' }],
		['a link over plain HTTP', { jump_url: 'http://example.com', jump_url_text: '查看' }],
		['a link text of 11 characters', { jump_url: 'https://a.b', jump_url_text: '查'.repeat(11) }],
		['a program without a path', { mini_program_jump_info: { appid: 'wx1', text: '查看' } }],
	])('is refused with %s', async (_what, change) => {
		const answer = await reply(change);
		expect([answer.status, answer.body.code]).toEqual([400, 'PARAM_ERROR']);
		expect(await state()).toBe('PENDING');
	});

	it('may have 500 Chinese characters', async () => {
		expect((await reply({ response_content: '复'.repeat(500) })).status).toBe(204);
	});

	it('is refused under another number, and for a complaint that does not exist', async () => {
		expect(outcome(await reply({ complainted_mchid: '1900000110' }))).toEqual([
			403,
			'NO_AUTH',
			'您暂无权限为该投诉单提交商户回复',
		]);
		id = '200201820260302000000000099';
		expect(outcome(await reply()).slice(0, 2)).toEqual([403, 'NO_AUTH']);
	});

	it('may have links only if WeChat Pay has allowed them', async () => {
		const links = [
			{ jump_url: 'https://example.com/a', jump_url_text: '查看' },
			{ mini_program_jump_info: { appid: 'wx1', path: 'pages/a', text: '查看' } },
		];
		for (const link of links) {
			expect(outcome(await reply(link))).toEqual([
				403,
				'NO_AUTH',
				'此商户号暂不支持发送外部链接，如有需要请联系对接的微信支付行业运营评估配置',
			]);
		}
		stage.sandbox.closing.configure({ externalLinks: true });
		for (const link of links) expect((await reply(link)).status).toBe(204);
	});

	it('may have images of the right upload, which have other IDs in the history', async () => {
		const { media_id } = (await upload(stage.sandbox, { path: COMPLAINT_MEDIA })).body;
		const other = (await upload(stage.sandbox, { path: MERCHANT_MEDIA })).body.media_id;
		expect(outcome(await reply({ response_images: [other] }))).toEqual([
			400,
			'INVALID_REQUEST',
			'media_id对应的图片不存在',
		]);
		expect((await reply({ response_images: [media_id, media_id] })).status).toBe(204);
		const [entry] = await history();
		expect(entry.complaint_media_list?.media_type).toBe('OPERATION_IMAGE');
		expect(entry.complaint_media_list?.media_url).toHaveLength(2);
		expect(entry.image_list).toEqual(entry.complaint_media_list?.media_url);
		expect(entry.image_list?.join()).not.toContain(String(media_id));
	});

	it('can be sent twenty times, and again after a message of the consumer', async () => {
		for (let count = 0; count < 20; count++) expect((await reply()).status).toBe(204);
		const refused = [400, 'INVALID_REQUEST', '当前投诉单已达单次回复上限，请等待用户回复'];
		expect(outcome(await reply())).toEqual(refused);
		act('reply');
		expect((await details()).incoming_user_response).toBe(true);
		expect((await reply()).status).toBe(204);
	});

	it('is refused after two thousand messages in total', async () => {
		for (let count = 1; count < 1999; count++) act('reply');
		expect((await reply()).status).toBe(204);
		expect(outcome(await reply())).toEqual([400, 'INVALID_REQUEST', '当前投诉单已达消息总量上限']);
	});

	it('shares its rate limit with completing and uploading', async () => {
		stage.sandbox.closing.configure({ limits: { complaintFeedback: 3 } });
		expect((await upload(stage.sandbox, { path: COMPLAINT_MEDIA })).status).toBe(200);
		expect((await reply()).status).toBe(204);
		expect((await complete()).status).toBe(204);
		expect(outcome(await reply())).toEqual([429, 'FREQUENCY_LIMITED', '频率限制']);
		stage.now += 60_000;
		expect((await reply()).status).toBe(204);
	});
});

describe('completing a complaint', () => {
	it('is refused before a reply, and works once', async () => {
		expect(outcome(await complete())).toEqual(NOT_NOW);
		await reply();
		const answer = await complete();
		expect([answer.status, answer.raw.length]).toEqual([204, 0]);
		expect(verified(answer, stage.keys.wechatPayPublicKeyPem)).toBe(true);
		expect(await state()).toBe('PROCESSED');
		expect((await history())[0].operate_type).toBe('MERCHANT_CONFIRM_COMPLETE');
		expect(outcome(await complete())).toEqual(NOT_NOW);
	});

	it('needs only the merchant ID of the complaint', async () => {
		await reply();
		expect((await complete({ complainted_mchid: '1900000110' })).body.code).toBe('NO_AUTH');
		expect((await complete({ complainted_mchid: undefined })).body.code).toBe('PARAM_ERROR');
		expect((await complete({ complaint_id: id })).body.code).toBe('PARAM_ERROR');
		expect(await state()).toBe('PROCESSING');
	});

	it('is refused shortly after a reply if the option says so', async () => {
		stage.sandbox.closing.configure({ completeAfter: 5000 });
		await reply();
		stage.now += 4999;
		expect(outcome(await complete())).toEqual(NOT_NOW);
		stage.now += 1;
		expect((await complete()).status).toBe(204);
	});
});

describe('a consumer', () => {
	it.each(['PENDING', 'PROCESSING'] as const)(
		'escalates a complaint, which becomes %s again',
		async (escalatedTo) => {
			stage.sandbox.closing.configure({ escalatedTo });
			act('escalate');
			expect(await details()).toMatchObject({
				complaint_state: 'PENDING',
				user_complaint_times: 2,
			});
			await reply();
			await complete();
			act('escalate');
			expect(await details()).toMatchObject({
				complaint_state: escalatedTo,
				user_complaint_times: 3,
				incoming_user_response: true,
			});
			expect((await history())[0].operate_type).toBe('USER_CONTINUE_COMPLAINT');
		},
	);

	it('cannot escalate after a full refund, which ends a complaint that asked for it', async () => {
		act('refund');
		expect(await details()).toMatchObject({
			complaint_state: 'PENDING',
			complaint_full_refunded: true,
		});
		expect(() => act('escalate')).toThrow('refunded in full');
		complain({ problem_type: 'REFUND' });
		act('refund');
		expect(await state()).toBe('PROCESSED');
	});
});

describe('the images of complaints', () => {
	it('are downloaded with the unchanged IDs of the complaint, without a signature', async () => {
		complain({ images: 1 });
		const list = (await details()).complaint_media_list as Array<{ media_url: string[] }>;
		const url = new URL(list[0].media_url[0]);
		expect(url.host).toBe(`127.0.0.1:${stage.sandbox.port}`);
		const accept = { Accept: '*/*' };
		const image = await get(stage.sandbox, url.pathname, { headers: accept });
		expect([image.status, image.signed]).toEqual([200, false]);
		expect(image.headers['content-type']).toBe('image/png');
		expect(image.raw).toEqual(PNG);

		const [folder, encoded] = url.pathname.split(/(?<=images\/)/);
		expect(encoded).toContain('%2F');
		// Decoded it is another path; encoded again it is another ID.
		const decoded = folder + decodeURIComponent(encoded);
		expect((await get(stage.sandbox, decoded, { headers: accept })).status).toBe(404);
		const anew = folder + encodeURIComponent(decodeURIComponent(encoded));
		expect(outcome(await get(stage.sandbox, anew, { headers: accept }))).toEqual([
			400,
			'INVALID_REQUEST',
			'图片不存在',
		]);
		const json = await get(stage.sandbox, url.pathname);
		expect(outcome(json).slice(0, 2)).toEqual([400, 'INVALID_REQUEST']);
		const unsigned = { ...accept, Authorization: undefined };
		expect((await get(stage.sandbox, url.pathname, { headers: unsigned })).status).toBe(401);
	});

	it('are not downloaded with the IDs of the upload', async () => {
		const { media_id } = (await upload(stage.sandbox, { path: COMPLAINT_MEDIA })).body;
		const path = `/v3/merchant-service/images/${String(media_id)}`;
		const reply = await get(stage.sandbox, path, { headers: { Accept: '*/*' } });
		expect(reply.body.message).toBe('图片不存在');
	});
});
