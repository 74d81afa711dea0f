import { blockReasonsOf } from '../../closing/blockReasons';
import { json } from '../../replies';
import { accountsWithMoney, hasOpenApplication, isCancelled } from '../../state';
import type { Call, Reply, World } from '../../types';
import { checkRelation } from '../merchants';
import { accountInfo } from './response';

/** https://pay.weixin.qq.com/doc/v3/partner/4016420099 */
export function validate({ params }: Call, world: World): Reply {
	const { subMchid } = params;
	checkRelation(subMchid, world);
	const { kind } = world.state.subMerchant(subMchid);
	const blockReasons = blockReasonsOf(subMchid, world.state);
	const cancelled = isCancelled(subMchid, world.state);
	// Reasons are returned for a sub-merchant that is not canceled yet. That an application in progress is
	// one of them is a guess.
	const reasons = cancelled
		? []
		: hasOpenApplication(subMchid, world.state)
			? [...blockReasons, { type: 'OTHER_REASON', description: '存在处理中的注销申请单' }]
			: blockReasons;
	// The response for a canceled sub-merchant that still has money is not documented: not allowed, the
	// stricter reading. That any reason forbids closing is a guess as well: the sample on the page shows
	// a reason together with an allowed result.
	const allowed = !cancelled && kind !== 'notAllowed' && reasons.length === 0;
	return json(200, {
		sub_mchid: subMchid,
		merchant_state: cancelled ? 'HAS_BEEN_CANCELLED' : 'NORMAL',
		validate_result: allowed ? 'ALLOW_CANCEL_WITHDRAW' : 'NOT_ALLOW_CANCEL_WITHDRAW',
		...accountInfo(accountsWithMoney(subMchid, world.state)),
		...(reasons.length > 0 ? { block_reasons: reasons } : {}),
	});
}
