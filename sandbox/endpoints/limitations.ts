import { guarded } from '../closing/guard';
import { showLimitations } from '../closing/limitations';
import { invalidRequest, json, paramError } from '../replies';
import type { Call, Endpoint, Reply, World } from '../types';

/** https://pay.weixin.qq.com/doc/v3/partner/4012803072 */
function get({ params }: Call, world: World): Reply {
	const { subMchid } = params;
	if (Buffer.byteLength(subMchid) > 32) {
		throw paramError('输入源“/path/sub_mchid”映射到字段“sub_mchid”字符串规则校验失败', {
			field: '/sub_mchid',
			value: subMchid,
			location: 'path',
		});
	}
	const { kind } = world.state.subMerchant(subMchid);
	if (subMchid === world.keys.mchid || kind === 'noRelation' || kind === 'unknown') {
		throw invalidRequest('当前服务商与查询的商户号不存在受理关系');
	}
	const limitations = world.state.closing.limitations.get(subMchid);
	return json(200, { mchid: subMchid, ...showLimitations(limitations, world.now()) });
}

/** What a sub-merchant may not do, why, and how to lift it. */
export const limitationEndpoints: Endpoint[] = [
	{
		method: 'GET',
		path: '/v3/mch-operation-manage/merchant-limitations/sub-mchid/:subMchid',
		handle: guarded('limitations', 'limitations', get),
	},
];
