import { guarded } from '../closing/guard';
import type { FundWithdrawal } from '../closing/types';
import { preciseTime, readQuery } from '../query';
import { Refusal, json, paramError } from '../replies';
import type { Call, Endpoint, Reply, World } from '../types';
import { NUMBER } from './cancelApplications';
import { WITHDRAW, checkPermission } from './fundWithdrawals';

/** How long after its creation a withdrawal can be looked up. */
const REACH = 90 * 24 * 3600_000;

function show(withdrawal: FundWithdrawal, world: World): Reply {
	const { withdrawId, number, created, updated, reason, ...fields } = withdrawal;
	const { status, sub_mchid, amount, account_type, account_number, account_bank } = fields;
	const over = status === 'FAIL' || status === 'REFUND' || status === 'CLOSE';
	return json(200, {
		sp_mchid: world.keys.mchid,
		sub_mchid,
		status,
		withdraw_id: withdrawId,
		out_request_no: number,
		amount,
		create_time: preciseTime(created),
		update_time: preciseTime(updated),
		...(over ? { reason } : {}),
		// Required fields of the response, "empty" if they were not sent: understood as an empty string.
		remark: withdrawal.remark ?? '',
		bank_memo: withdrawal.bank_memo ?? '',
		account_type,
		account_number,
		account_bank,
		...(withdrawal.bank_name ? { bank_name: withdrawal.bank_name } : {}),
	});
}

/** The response for a withdrawal of the sub-merchant in the query. Its age counts from its creation. */
function answer(
	call: Call,
	world: World,
	find: (subMchid: string) => FundWithdrawal | undefined,
): Reply {
	const { sub_mchid = '' } = readQuery(call, { sub_mchid: { required: true, maxBytes: 32 } });
	checkPermission(sub_mchid, world);
	const withdrawal = find(sub_mchid);
	if (withdrawal?.sub_mchid !== sub_mchid || world.now() - withdrawal.created >= REACH) {
		throw new Refusal(404, 'ORDER_NOT_EXIST', '预约提现单号不存在');
	}
	return show(withdrawal, world);
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012476656 */
function byNumber(call: Call, world: World): Reply {
	const { number } = call.params;
	if (!NUMBER.test(number)) {
		throw paramError('输入源“/path/out_request_no”映射到字段“out_request_no”字符串规则校验失败', {
			field: '/out_request_no',
			value: number,
			location: 'path',
		});
	}
	// A number that was used again after six days is the number of the newer withdrawal.
	return answer(call, world, (subMchid) => world.state.closing.withdrawal(number, subMchid));
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012476665 */
const byId = (call: Call, world: World): Reply =>
	answer(call, world, () => world.state.closing.withdrawals.get(call.params.withdrawId));

/** Look-up of a withdrawal. */
export const fundWithdrawalQueryEndpoints: Endpoint[] = [
	{
		method: 'GET',
		path: `${WITHDRAW}/out-request-no/:number`,
		query: true,
		handle: guarded('withdrawals', 'withdrawQuery', byNumber),
	},
	{
		method: 'GET',
		path: `${WITHDRAW}/:withdrawId`,
		query: true,
		handle: guarded('withdrawals', 'withdrawQuery', byId),
	},
];
