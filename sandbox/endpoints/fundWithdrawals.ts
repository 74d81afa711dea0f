import { canonical, readJson, type Fields } from '../body';
import { guarded } from '../closing/guard';
import { limitedFunctions } from '../closing/limitations';
import { settlementAccountOf } from '../closing/settlement';
import type { FundWithdrawal, SettlementAccount } from '../closing/types';
import { setStatus } from '../closing/withdrawals';
import { NOTIFY_URL } from '../notifications/urls';
import { Refusal, invalidRequest, json, paramError } from '../replies';
import type { AccountType } from '../state';
import type { Call, Endpoint, Reply, World } from '../types';
import { NUMBER } from './cancelApplications';
import { checkNotCancelled } from './merchants';

export const WITHDRAW = '/v3/ecommerce/fund/withdraw';
const DAY = 24 * 3600_000;
/** How long a number is recognized. After that the same number moves money again. */
const REMEMBERED = 6 * DAY;

const FIELDS: Fields = {
	sub_mchid: { type: 'string', required: true, maxBytes: 32 },
	out_request_no: { type: 'string', required: true, maxBytes: 32, pattern: NUMBER },
	// In fen; at most 800 million CNY.
	amount: { type: 'integer', required: true, min: 1, max: 80_000_000_000 },
	remark: { type: 'string', maxBytes: 56 },
	bank_memo: { type: 'string', maxBytes: 32, pattern: /^[0-9A-Za-z\p{Script=Han}]+$/u },
	account_type: { type: 'string', maxBytes: 16, oneOf: ['BASIC', 'OPERATION', 'FEES'] },
	notify_url: { type: 'string', maxBytes: 256, pattern: NOTIFY_URL },
};

interface WithdrawBody {
	sub_mchid: string;
	out_request_no: string;
	amount: number;
	remark?: string;
	bank_memo?: string;
	account_type?: AccountType;
	notify_url?: string;
}

/** The response contains no state, which has to be queried. */
const show = ({ sub_mchid, withdrawId, number }: FundWithdrawal) => ({
	sub_mchid,
	withdraw_id: withdrawId,
	out_request_no: number,
});

/** Refuses a sub-merchant that does not belong to this platform, with the message of the page. */
export function checkPermission(subMchid: string, world: World): void {
	const { kind } = world.state.subMerchant(subMchid);
	const strangers = ['noRelation', 'unknown', 'notEcommerce', 'providerNotEcommerce'];
	if (subMchid === world.keys.mchid || strangers.includes(kind)) {
		throw invalidRequest('二级商户未开启预约提现权限');
	}
}

/** The card that receives the money; refuses a sub-merchant that may not withdraw. */
function checkWithdrawable(body: WithdrawBody, world: World): SettlementAccount {
	const { state } = world;
	checkPermission(body.sub_mchid, world);
	checkNotCancelled(body.sub_mchid, world);
	const type = body.account_type ?? 'BASIC';
	if (state.subMerchant(body.sub_mchid).neverOpened.includes(type)) {
		throw invalidRequest('商户账户类型不存在或未开通');
	}
	const card = settlementAccountOf(body.sub_mchid, state);
	if (!card) throw new Refusal(403, 'ACCOUNT_ERROR', '二级商户未绑卡');
	if (card.verify_result === 'VERIFY_FAIL') {
		throw new Refusal(403, 'ACCOUNT_NOT_VERIFIED', '二级商户下行打款未成功');
	}
	if (card.withdrawal_closed) {
		throw new Refusal(403, 'CONTRACT_NOT_CONFIRMED', '二级商户未开启预约提现权限');
	}
	const limitations = state.closing.limitations.get(body.sub_mchid);
	if (limitedFunctions(limitations, world.now()).includes('NO_WITHDRAWAL')) {
		throw new Refusal(403, 'REQUEST_BLOCKED', '二级商户未开启预约提现权限');
	}
	return card;
}

function accept(withdrawal: FundWithdrawal, world: World): Reply {
	if (setStatus(withdrawal, 'CREATE_SUCCESS', world.state, world.now())) {
		return json(200, show(withdrawal));
	}
	// The withdrawal remains: the identical request continues it when there is enough money.
	world.state.closing.put({ type: 'withdrawal', value: withdrawal });
	throw new Refusal(403, 'NOT_ENOUGH', '二级商户号账户可用余额不足');
}

/** The response to a number that was used within six days: no money is moved again. */
function repeated(earlier: FundWithdrawal, body: WithdrawBody, world: World): Reply {
	earlier.requests += 1;
	world.state.closing.put({ type: 'withdrawal', value: earlier });
	if (earlier.request !== canonical(body)) throw paramError('重试请求和原请求数据不一致');
	if (earlier.status !== 'INIT') return json(200, show(earlier));
	checkWithdrawable(body, world);
	return accept(earlier, world);
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012476652 */
function withdraw(call: Call, world: World): Reply {
	const body = readJson<WithdrawBody>(call, FIELDS);
	const { out_request_no: number, ...rest } = body;
	const { closing } = world.state;
	const now = world.now();
	const earlier = closing.withdrawal(number, body.sub_mchid);
	if (earlier && now - earlier.created < REMEMBERED) return repeated(earlier, body, world);

	const { account_number, account_bank, bank_name } = checkWithdrawable(body, world);
	const withdrawal: FundWithdrawal = {
		...rest,
		number,
		// 62 digits, as in the sample: only a string can hold them.
		withdrawId: `1${String(closing.withdrawals.size + 1).padStart(61, '0')}`,
		account_type: body.account_type ?? 'BASIC',
		status: 'INIT',
		account_number: account_number.slice(-4),
		account_bank,
		bank_name,
		request: canonical(body),
		created: now,
		updated: now,
		requests: 1,
	};
	return accept(withdrawal, world);
}

/** Withdrawal of a sub-merchant's money to its bank account. */
export const fundWithdrawalEndpoints: Endpoint[] = [
	{ method: 'POST', path: WITHDRAW, handle: guarded('withdrawals', 'withdraw', withdraw) },
];
