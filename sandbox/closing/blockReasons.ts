import { isCancelled, type State } from '../state';

export interface BlockReason {
	type: string;
	description: string;
}

/**
 * Why a sub-merchant may not be closed: the reasons in its description, or those that follow from its
 * complaints, limitations and withdrawals. Which of them block a closing at WeChat Pay is not documented.
 * https://pay.weixin.qq.com/doc/v3/partner/4016420099
 */
export function blockReasonsOf(subMchid: string, state: State): BlockReason[] {
	const { blockReasons } = state.subMerchant(subMchid);
	if (blockReasons) return blockReasons;
	// Reasons are returned only for sub-merchants that are not closed yet.
	if (isCancelled(subMchid, state)) return [];
	const { complaints, limitations, withdrawals } = state.closing;
	const reasons: BlockReason[] = [];
	const complained = some(
		complaints,
		(one) => one.complainted_mchid === subMchid && one.complaint_state !== 'PROCESSED',
	);
	if (complained) {
		reasons.push({ type: 'CONSUMER_COMPLAINT_UNPROCESSED', description: '存在未处理的消费者投诉' });
	}
	if (limitations.get(subMchid)?.blocks_closing) {
		reasons.push({ type: 'HAS_BLOCKING_CONTROL', description: '商户存在不可注销的管控' });
	}
	const underWay = some(
		withdrawals,
		(one) => one.sub_mchid === subMchid && one.status === 'CREATE_SUCCESS',
	);
	if (underWay) {
		reasons.push({
			type: 'FUNDS_PENDING_PROCESSING',
			// The text of the sample on the page, where it belongs to another type.
			description: '该商户存在冻结资金或在途资金，请先处理资金再申请注销',
		});
	}
	return reasons;
}

function some<T>(all: ReadonlyMap<string, T>, holds: (one: T) => boolean): boolean {
	for (const one of all.values()) if (holds(one)) return true;
	return false;
}
