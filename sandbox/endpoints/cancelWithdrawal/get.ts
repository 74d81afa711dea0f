import { Refusal, json, paramError, rfc3339 } from '../../replies';
import type { CancelWithdrawal } from '../../state';
import type { Call, Reply, World } from '../../types';
import { NUMBER } from '../cancelApplications';
import { accountInfo, ids } from './response';

/** An approved application that is not confirmed within this time is revoked. */
const CONFIRM_WITHIN = 30 * 24 * 3600_000;

const WITHDRAW_DESCRIPTIONS: Record<string, string> = {
	WITHDRAW_PROCESSING: '提现处理中',
	WITHDRAW_EXCEPTION: '提现异常',
	WITHDRAW_SUCCEED: '提现成功',
};

/** Finds an application by one of its numbers, and revokes it if it was not confirmed in time. */
export function find(
	by: { number?: string; applymentId?: string },
	world: World,
): CancelWithdrawal {
	const withdrawal =
		by.number !== undefined
			? world.state.withdrawals.get(by.number)
			: [...world.state.withdrawals.values()].find((w) => w.applymentId === by.applymentId);
	// The response to an unknown number is not documented for this query.
	if (!withdrawal) throw new Refusal(404, 'RESOURCE_NOT_EXISTS', '申请单不存在');
	const waiting = withdrawal.state === 'WAITING_MERCHANT_CONFIRM';
	if (waiting && world.now() - withdrawal.updated > CONFIRM_WITHIN) {
		withdrawal.state = 'REVOKED';
		withdrawal.description = '商户超过30天未确认，申请单已撤销';
		withdrawal.updated += CONFIRM_WITHIN;
		world.state.put(withdrawal);
	}
	return withdrawal;
}

/** https://pay.weixin.qq.com/doc/v3/partner/4013892759 */
function show(withdrawal: CancelWithdrawal): Reply {
	const { accounts, state, withdraw, withdrawState } = withdrawal;
	const results = accounts.filter((account) => account.pay_state !== undefined);
	const confirmUrl = `https://sandbox.invalid/confirm-cancel?applyment_id=${withdrawal.applymentId}`;
	return json(200, {
		...ids(withdrawal),
		sub_mchid: withdrawal.sub_mchid,
		cancel_state: state,
		cancel_state_description: withdrawal.description,
		...(withdraw ? { withdraw } : {}),
		...(withdrawState
			? {
					withdraw_state: withdrawState,
					withdraw_state_description: WITHDRAW_DESCRIPTIONS[withdrawState] ?? withdrawState,
				}
			: {}),
		...(results.length > 0
			? {
					account_withdraw_result: results.map(
						({ out_account_type, pay_state, state_description }) => ({
							out_account_type,
							pay_state,
							state_description,
						}),
					),
				}
			: {}),
		...accountInfo(accounts),
		modify_time: rfc3339(withdrawal.updated),
		...(state === 'WAITING_MERCHANT_CONFIRM'
			? { confirm_cancel: { confirm_cancel_url: confirmUrl } }
			: {}),
	});
}

export function getByNumber({ params }: Call, world: World): Reply {
	if (!NUMBER.test(params.number)) {
		throw paramError('输入源“/path/out_request_no”映射到字段“out_request_no”字符串规则校验失败', {
			field: '/out_request_no',
			value: params.number,
			location: 'path',
		});
	}
	return show(find({ number: params.number }, world));
}

export const getByApplymentId = ({ params }: Call, world: World): Reply =>
	show(find({ applymentId: params.applymentId }, world));
