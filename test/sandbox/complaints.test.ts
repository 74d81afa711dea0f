import { constants, privateDecrypt } from 'node:crypto';
import type { NewComplaint } from '../../sandbox';
import { get, verified } from './client';
import { DAY, openStage, outcome } from './stage';

const COMPLAINTS = '/v3/merchant-service/complaints-v2';
const SUB = '1900000109';
const stage = openStage();

const complain = (given: Partial<NewComplaint> = {}) =>
	stage.sandbox.closing.createComplaint({ complainted_mchid: SUB, ...given });
const ask = async (search: string) => await get(stage.sandbox, `${COMPLAINTS}${search}`);
const MARCH = '?begin_date=2026-03-01&end_date=2026-03-30';

interface Shown {
	complaint_id: string;
	payer_phone?: string;
}
const idsOf = ({ body }: Awaited<ReturnType<typeof ask>>) =>
	((body.data ?? []) as Shown[]).map(({ complaint_id }) => complaint_id);

describe('the list of complaints', () => {
	it('has the fields of the page, with an encrypted phone number and a signature', async () => {
		const { complaint_id } = complain({
			complaint_detail: '没有收到货',
			problem_type: 'REFUND',
			apply_refund_amount: 100,
			payer_phone: '13800000000',
			images: 1,
			user_tag_list: ['TRUSTED'],
		});
		const reply = await ask(MARCH);
		expect(reply.status).toBe(200);
		expect(verified(reply, stage.keys.wechatPayPublicKeyPem)).toBe(true);
		const [shown] = reply.body.data as Shown[];
		expect(shown).toEqual({
			complaint_id: expect.stringMatching(/^200201820260302\d{12}$/),
			complaint_time: '2026-03-02T18:00:00.000+08:00',
			complaint_detail: '没有收到货',
			complaint_state: 'PENDING',
			complainted_mchid: SUB,
			payer_phone: expect.stringMatching(/^[0-9A-Za-z+/]{342}==$/),
			complaint_order_info: [
				{ transaction_id: expect.any(String), out_trade_no: expect.any(String), amount: 100 },
			],
			complaint_full_refunded: false,
			incoming_user_response: true,
			user_complaint_times: 1,
			complaint_media_list: [
				{
					media_type: 'USER_COMPLAINT_IMAGE',
					media_url: [expect.stringContaining('/v3/merchant-service/images/')],
				},
			],
			problem_description: '不满意商家服务',
			problem_type: 'REFUND',
			apply_refund_amount: 100,
			user_tag_list: ['TRUSTED'],
		});
		expect(shown.complaint_id).toBe(complaint_id);
		const ciphertext = Buffer.from(String(shown.payer_phone), 'base64');
		const clear = privateDecrypt(
			{
				key: stage.keys.merchantPrivateKeyPem,
				padding: constants.RSA_PKCS1_OAEP_PADDING,
				oaepHash: 'sha1',
			},
			ciphertext,
		);
		expect(clear.toString()).toBe('13800000000');
		expect(reply.body).toMatchObject({ limit: 10, offset: 0, total_count: 1 });
	});

	it('uses days in Beijing, both ends included, newest first', async () => {
		const at = (complaint_time: string) => complain({ complaint_time }).complaint_id;
		at('2026-02-28T23:59:59+08:00');
		const first = at('2026-02-28T16:00:00Z');
		const last = at('2026-03-02T23:59:59+08:00');
		at('2026-03-03T00:00:00+08:00');
		expect(idsOf(await ask('?begin_date=2026-03-01&end_date=2026-03-02'))).toEqual([last, first]);
		expect(idsOf(await ask('?begin_date=2026-03-02&end_date=2026-03-02'))).toEqual([last]);
	});

	it('has pages; only the first has the total, and an empty page has no data', async () => {
		const ids = Array.from({ length: 12 }, (_, minute) => {
			const complaint_time = new Date(stage.now - minute * 60_000).toISOString();
			return complain({ complaint_time }).complaint_id;
		});
		const first = await ask(`${MARCH}&limit=5`);
		expect(idsOf(first)).toEqual(ids.slice(0, 5));
		expect(first.body).toMatchObject({ limit: 5, offset: 0, total_count: 12 });
		const second = await ask(`${MARCH}&limit=5&offset=10`);
		expect(idsOf(second)).toEqual(ids.slice(10));
		expect(second.body).not.toHaveProperty('total_count');
		const beyond = await ask(`${MARCH}&limit=5&offset=15`);
		expect(beyond.body).toEqual({ limit: 5, offset: 15 });
		expect(idsOf(await ask(MARCH))).toHaveLength(10);
	});

	it('can be limited to one sub-merchant', async () => {
		complain();
		const { complaint_id } = complain({ complainted_mchid: '1900000110' });
		expect(idsOf(await ask(MARCH))).toHaveLength(2);
		expect(idsOf(await ask(`${MARCH}&complainted_mchid=1900000110`))).toEqual([complaint_id]);
		stage.sandbox.setSubMerchant('1900000111', 'noRelation');
		expect(outcome(await ask(`${MARCH}&complainted_mchid=1900000111`))).toEqual([
			403,
			'NO_AUTH',
			'商户信息不合法',
		]);
	});

	it.each([
		['no dates', ''],
		['no end', '?begin_date=2026-03-01'],
		['31 dates', '?begin_date=2026-03-01&end_date=2026-03-31'],
		['an end before the beginning', '?begin_date=2026-03-02&end_date=2026-03-01'],
		['a date that does not exist', '?begin_date=2026-02-30&end_date=2026-03-01'],
		['a time', '?begin_date=2026-03-01T00:00:00Z&end_date=2026-03-02'],
		['a limit of 0', `${MARCH}&limit=0`],
		['a limit of 51', `${MARCH}&limit=51`],
		['a negative offset', `${MARCH}&offset=-1`],
		['a limit with a fraction', `${MARCH}&limit=1.5`],
		['a filter by state', `${MARCH}&complaint_state=PENDING`],
		['an empty sub-merchant', `${MARCH}&complainted_mchid=`],
		['a limit twice', `${MARCH}&limit=1&limit=2`],
	])('refuses %s as a parameter error', async (_what, search) => {
		const reply = await ask(search);
		expect([reply.status, reply.body.code, reply.signed]).toEqual([400, 'PARAM_ERROR', true]);
	});

	it('refuses a page that is too large, but not a smaller one', async () => {
		for (let count = 0; count < 4; count++) complain();
		stage.sandbox.closing.configure({ complaintPageMax: 2 });
		expect(outcome(await ask(`${MARCH}&limit=4`))).toEqual([
			400,
			'INVALID_REQUEST',
			'当前查询结果数据量过大，请缩小limit后重试',
		]);
		expect(idsOf(await ask(`${MARCH}&limit=2`))).toHaveLength(2);
	});

	it('has a rate limit for each minute', async () => {
		stage.sandbox.closing.configure({ limits: { complaintList: 3 } });
		for (let count = 0; count < 3; count++) expect((await ask(MARCH)).status).toBe(200);
		expect(outcome(await ask(MARCH))).toEqual([429, 'FREQUENCY_LIMITED', '频率限制']);
		stage.now += 59_999;
		expect((await ask(MARCH)).status).toBe(429);
		stage.now += 1;
		expect((await ask(MARCH)).status).toBe(200);
	});

	it('is refused to a platform that may not see complaints', async () => {
		stage.sandbox.closing.configure({ refused: ['complaints'] });
		expect(outcome(await ask(MARCH))).toEqual([403, 'NO_AUTH', '商户信息不合法']);
	});
});

describe('one complaint', () => {
	it('has the fields of the list, and the openid', async () => {
		const { complaint_id, payer_openid } = complain();
		const { body } = await ask(`/${complaint_id}`);
		const listed = ((await ask(MARCH)).body.data as Shown[])[0];
		const { payer_phone, ...others } = listed;
		expect(body).toMatchObject(others);
		expect(body.payer_openid).toBe(payer_openid);
		// Encrypted again for every response.
		expect(body.payer_phone).not.toBe(payer_phone);
		expect(listed).not.toHaveProperty('payer_openid');
	});

	it('is refused if it does not exist, and takes no query', async () => {
		const { complaint_id } = complain();
		expect(outcome(await ask('/200201820260302000000000099')).slice(0, 2)).toEqual([
			403,
			'NO_AUTH',
		]);
		expect((await ask(`/${complaint_id}?limit=1`)).body.code).toBe('PARAM_ERROR');
	});
});

describe('the history of a complaint', () => {
	const history = async (id: string, search = '') =>
		await ask(`/${id}/negotiation-historys${search}`);

	it('has every step, newest first or last, with the images in one object', async () => {
		const { complaint_id: id } = complain({ complaint_detail: '没有收到货' });
		stage.now += DAY;
		stage.sandbox.closing.actOnComplaint(id, { action: 'reply', text: '还没有', images: 2 });
		const { body } = await history(id);
		expect(body).toEqual({
			data: [
				{
					log_id: expect.stringMatching(/^300285320260303\d{12}$/),
					operator: '投诉人',
					operate_time: '2026-03-03T18:00:00.000+08:00',
					operate_type: 'USER_RESPONSE',
					operate_details: '还没有',
					complaint_media_list: {
						media_type: 'USER_COMPLAINT_IMAGE',
						media_url: [expect.any(String), expect.any(String)],
					},
				},
				{
					log_id: expect.any(String),
					operator: '投诉人',
					operate_time: '2026-03-02T18:00:00.000+08:00',
					operate_type: 'USER_CREATE_COMPLAINT',
					operate_details: '没有收到货',
				},
			],
			limit: 10,
			offset: 0,
			total_count: 2,
		});
		stage.sandbox.closing.configure({ historyOrder: 'oldestFirst' });
		const turned = (await history(id, '?limit=1')).body.data as Array<{ operate_type: string }>;
		expect(turned.map(({ operate_type }) => operate_type)).toEqual(['USER_CREATE_COMPLAINT']);
		expect((await history(id, '?limit=1&offset=1')).body).not.toHaveProperty('total_count');
	});

	it.each(['?limit=0', '?limit=301', '?offset=-1', '?begin_date=2026-03-01'])(
		'refuses %s as a parameter error',
		async (search) => {
			const { complaint_id } = complain();
			expect((await history(complaint_id, search)).body.code).toBe('PARAM_ERROR');
		},
	);
});
