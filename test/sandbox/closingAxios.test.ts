import { Multipart, Rsa, Wechatpay } from 'wechatpay-axios-plugin';
import { COMPLAINT_MEDIA, JPEG, PNG, sha256 } from './client';
import { openStage } from './stage';

interface Answer {
	status: number;
	data: Record<string, unknown>;
}
/** The part of the plugin that is used here; its own types are too loose. */
interface Chain {
	post: (data: unknown, config?: unknown) => Promise<Answer>;
	get: (config?: unknown) => Promise<Answer>;
}
interface Refused {
	response: { status: number; data: { code: string; message: string } };
}

const SUB = '1900000109';
const COMPLAINTS = '/v3/merchant-service/complaints-v2';
const stage = openStage({ now: Date.now });

/** A path of the plugin, which signs each request and verifies each response with its own code. */
function at(path: string): Chain {
	const { keys, sandbox } = stage;
	const client = new Wechatpay({
		mchid: keys.mchid,
		serial: keys.serial,
		privateKey: keys.merchantPrivateKeyPem,
		certs: { [keys.wechatPayPublicKeyId]: keys.wechatPayPublicKeyPem },
		baseURL: sandbox.url,
	} as ConstructorParameters<typeof Wechatpay>[0]);
	// The unchanged path: the plugin would change uppercase letters.
	const { v3 } = client as unknown as { v3: { chain: (path: string) => Chain } };
	return v3.chain(path.slice('/v3/'.length));
}

const refusal = async (call: Promise<unknown>) =>
	await call.then(
		() => {
			throw new Error('was accepted');
		},
		({ response }: Refused) => [response.status, response.data.code],
	);

// wechatpay-axios-plugin is an independent client: what works with it works with any right client.
describe('wechatpay-axios-plugin around a closing', () => {
	const today = () => new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10);
	const days = () => ({ begin_date: today(), end_date: today(), complainted_mchid: SUB });

	it('lists a complaint, reads it, replies with an image, completes it', async () => {
		const { complaint_id } = stage.sandbox.closing.createComplaint({ complainted_mchid: SUB });
		const { data: list } = await at(COMPLAINTS).get({ params: days() });
		expect(list).toMatchObject({ total_count: 1, data: [{ complaint_id }] });
		const { data: read } = await at(`${COMPLAINTS}/${complaint_id}`).get();
		const clear = Rsa.decrypt(String(read.payer_phone), stage.keys.merchantPrivateKeyPem);
		expect(clear).toBe('18500000000');

		const meta = JSON.stringify({ filename: 'a.jpg', sha256: sha256(JPEG) });
		const form = new Multipart().append('meta', meta).append('file', JPEG, 'a.jpg');
		const uploaded = await at(COMPLAINT_MEDIA).post(form.getBuffer(), {
			meta: form.toJSON(),
			headers: form.getHeaders(),
		});
		const body = {
			complainted_mchid: SUB,
			response_content: '已与用户沟通解决',
			response_images: [uploaded.data.media_id],
		};
		expect((await at(`${COMPLAINTS}/${complaint_id}/response`).post(body)).status).toBe(204);
		const { data: history } = await at(`${COMPLAINTS}/${complaint_id}/negotiation-historys`).get();
		expect(history).toMatchObject({
			total_count: 2,
			data: [{ operate_details: '已与用户沟通解决' }, {}],
		});

		const complete = at(`${COMPLAINTS}/${complaint_id}/complete`);
		expect((await complete.post({ complainted_mchid: SUB })).status).toBe(204);
		expect(await refusal(complete.post({ complainted_mchid: SUB }))).toEqual([
			400,
			'INVALID_REQUEST',
		]);
		const { data: after } = await at(`${COMPLAINTS}/${complaint_id}`).get();
		expect(after.complaint_state).toBe('PROCESSED');
	});

	it('is refused for a complaint of another sub-merchant, and for a list of more than thirty dates', async () => {
		const { complaint_id } = stage.sandbox.closing.createComplaint({ complainted_mchid: SUB });
		const response = at(`${COMPLAINTS}/${complaint_id}/response`);
		const body = { complainted_mchid: '1900000110', response_content: '已解决' };
		expect(await refusal(response.post(body))).toEqual([403, 'NO_AUTH']);
		const params = { begin_date: '2026-01-01', end_date: '2026-01-31' };
		expect(await refusal(at(COMPLAINTS).get({ params }))).toEqual([400, 'PARAM_ERROR']);
	});

	it('downloads an image by the path of its link', async () => {
		const complaint = stage.sandbox.closing.createComplaint({ complainted_mchid: SUB, images: 1 });
		const { data } = await at(`${COMPLAINTS}/${complaint.complaint_id}`).get();
		const [{ media_url }] = data.complaint_media_list as Array<{ media_url: string[] }>;
		const image = await at(new URL(media_url[0]).pathname).get({
			responseType: 'arraybuffer',
			headers: { Accept: '*/*' },
		});
		expect(Buffer.from(image.data as unknown as ArrayBuffer)).toEqual(PNG);
	});

	it('withdraws, looks the withdrawal up by either number, and the money leaves once', async () => {
		stage.sandbox.setSubMerchant(SUB, 'hasBalance');
		const params = { sub_mchid: SUB };
		const lookUp = at('/v3/ecommerce/fund/withdraw/out-request-no/W20260302A1');
		expect(await refusal(lookUp.get({ params }))).toEqual([404, 'ORDER_NOT_EXIST']);
		const body = {
			sub_mchid: SUB,
			out_request_no: 'W20260302A1',
			amount: 60,
			account_type: 'BASIC',
		};
		const { data: created } = await at('/v3/ecommerce/fund/withdraw').post(body);
		expect((await at('/v3/ecommerce/fund/withdraw').post(body)).data).toEqual(created);
		const { data: found } = await lookUp.get({ params });
		expect(found).toMatchObject({ ...body, ...created, status: 'CREATE_SUCCESS' });
		const byId = at(`/v3/ecommerce/fund/withdraw/${String(created.withdraw_id)}`);
		expect((await byId.get({ params })).data).toEqual(found);
		const balance = at(`/v3/ecommerce/fund/balance/${SUB}`);
		const { data } = await balance.get({ params: { account_type: 'BASIC' } });
		expect(data.available_amount).toBe(40);
	});

	it('reads limitations and the settlement account', async () => {
		stage.sandbox.closing.setLimitations(SUB, { limited_functions: ['NO_REFUND'] });
		const path = `/v3/mch-operation-manage/merchant-limitations/sub-mchid/${SUB}`;
		expect((await at(path).get()).data).toEqual({ mchid: SUB, limited_functions: ['NO_REFUND'] });
		stage.sandbox.closing.configure({ refused: ['limitations'] });
		expect(await refusal(at(path).get())).toEqual([400, 'INVALID_REQUEST']);
		const { data } = await at(`/v3/apply4sub/sub_merchants/${SUB}/settlement`).get();
		expect(data.verify_result).toBe('VERIFY_SUCCESS');
	});

	it('reads banks, provinces, cities and branches, and finds the bank of a card', async () => {
		const root = '/v3/capital/capitallhh';
		const { data: banks } = await at(`${root}/banks/personal-banking`).get({
			params: { limit: 200, offset: 0 },
		});
		const other = (banks.data as Array<Record<string, unknown>>).find(
			(bank) => bank.need_bank_branch,
		);
		const { data: provinces } = await at(`${root}/areas/provinces`).get();
		expect(provinces.total_count).toBe(31);
		const { data: cities } = await at(`${root}/areas/provinces/22/cities`).get();
		const [{ city_code }] = cities.data as Array<{ city_code: number }>;
		const { data: branches } = await at(
			`${root}/banks/${String(other?.bank_alias_code)}/branches`,
		).get({ params: { city_code, limit: 5 } });
		expect(branches).toMatchObject({ count: 5, bank_alias: other?.bank_alias });

		const { keys } = stage;
		const { data: found } = await at(`${root}/banks/search-banks-by-bank-account`).get({
			params: { account_number: Rsa.encrypt('6214831234567890', keys.wechatPayPublicKeyPem) },
			headers: { 'Wechatpay-Serial': keys.wechatPayPublicKeyId },
		});
		expect(found).toMatchObject({ total_count: 1, data: [{ account_bank: '招商银行' }] });
	});
});
