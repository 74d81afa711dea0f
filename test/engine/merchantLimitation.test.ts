import type { INodeParameters } from 'n8n-workflow';
import { detailsOf, openBenchForEachTest } from '../support/bench';
import { newSubMchid } from '../support/inputs';
import { LIMITATIONS } from '../support/limitations';

const bench = openBenchForEachTest();
const PATH = '/v3/mch-operation-manage/merchant-limitations/sub-mchid';
const get = (subMchid: string): INodeParameters => ({
	resource: 'merchantLimitation',
	operation: 'get',
	subMchid,
});

it('Get Merchant Limitation returns each control with what_to_do', async () => {
	const subMchid = newSubMchid();
	bench.sandbox.closing.setLimitations(subMchid, LIMITATIONS);
	const item = await bench.one(get(subMchid));
	expect(item).toMatchObject({
		mchid: subMchid,
		limited_functions: ['NO_WITHDRAWAL'],
		recovery_specifications: [
			{ recover_way_param: 'M1', what_to_do: expect.stringMatching(/appeal.*微信支付商家助手/) },
			{ recover_way: 'SOMETHING_NEW', what_to_do: expect.stringMatching(/95017/) },
		],
	});
	expect(bench.since(0)).toEqual([`GET ${PATH}/${subMchid} 200`]);
});

it('Get Merchant Limitation returns only the merchant ID if there is no limitation', async () => {
	const subMchid = newSubMchid();
	expect(await bench.one(get(subMchid))).toEqual({ mchid: subMchid });
});

it('Get Merchant Limitation reports a refusal with a hint that there may still be limitations', async () => {
	bench.sandbox.closing.configure({ refused: ['limitations'] });
	const details = detailsOf(await bench.one(get(newSubMchid())));
	expect(details).toMatchObject({ code: 'INVALID_REQUEST', httpStatus: 400 });
	expect(details.hint).toMatch(/does not mean that there are none/);
});
