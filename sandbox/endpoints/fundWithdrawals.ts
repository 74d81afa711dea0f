import { canonical, readJson, type Fields } from '../body';
import { Refusal, invalidRequest, json, paramError } from '../replies';
import type { AccountType, FundWithdrawal } from '../state';
import type { Call, Endpoint, Reply, World } from '../types';
import { NUMBER } from './cancelApplications';
import { checkNotCancelled, checkRelation } from './merchants';

const FIELDS: Fields = {
	sub_mchid: { type: 'string', required: true, maxBytes: 32 },
	out_request_no: { type: 'string', required: true, maxBytes: 32, pattern: NUMBER },
	// In fen; 800 million CNY at most.
	amount: { type: 'integer', required: true, min: 1, max: 80_000_000_000 },
	remark: { type: 'string', maxBytes: 56 },
	bank_memo: { type: 'string', maxBytes: 32, pattern: /^[0-9A-Za-z\p{Script=Han}]+$/u },
	account_type: { type: 'string', maxBytes: 16, oneOf: ['BASIC', 'OPERATION', 'FEES'] },
	// The rules of the sister interface, withdrawal by end-of-day balance: HTTPS, and no parameters.
	notify_url: { type: 'string', maxBytes: 256, pattern: /^https:\/\/[^\s/?#]+[^\s?#]*$/ },
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

const show = ({ sub_mchid, withdrawId, number, account_type }: FundWithdrawal) => ({
	sub_mchid,
	withdraw_id: withdrawId,
	out_request_no: number,
	account_type,
});

/**
 * A number that was used before pays nothing again. WeChat Pay promises that for six days, and for a
 * number together with its sub-merchant; here it holds for good and for the number alone, so that a
 * client which uses numbers twice is found out.
 */
function repeated(earlier: FundWithdrawal, request: string, world: World): Reply {
	earlier.requests += 1;
	world.state.putFundWithdrawal(earlier);
	if (earlier.request !== request) throw paramError('重试请求和原请求数据不一致');
	return json(200, show(earlier));
}

/** Takes money off an account; refuses if there is not enough. */
function takeMoney(body: WithdrawBody, type: AccountType, world: World): void {
	const subMerchant = world.state.subMerchant(body.sub_mchid);
	if (subMerchant.neverOpened.includes(type)) throw invalidRequest('该账户类型未开通');
	const { available = 0, pending = 0 } = subMerchant.balances[type] ?? {};
	// What is pending cannot be withdrawn.
	if (available < body.amount) {
		throw new Refusal(403, 'NOT_ENOUGH', '二级商户号账户可用余额不足');
	}
	const rest = { available: available - body.amount, pending };
	world.state.setSubMerchant(body.sub_mchid, {
		...subMerchant,
		balances: { ...subMerchant.balances, [type]: rest },
	});
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012476652 */
function withdraw(call: Call, world: World): Reply {
	const body = readJson<WithdrawBody>(call, FIELDS);
	const request = canonical(body);
	const earlier = world.state.fundWithdrawals.get(body.out_request_no);
	if (earlier) return repeated(earlier, request, world);

	checkRelation(body.sub_mchid, world);
	checkNotCancelled(body.sub_mchid, world);
	const account_type = body.account_type ?? 'BASIC';
	takeMoney(body, account_type, world);
	const { out_request_no: number, ...rest } = body;
	const withdrawal: FundWithdrawal = {
		...rest,
		number,
		// 62 digits, as in the sample: no number of any language holds them.
		withdrawId: `1${String(world.state.fundWithdrawals.size + 1).padStart(61, '0')}`,
		account_type,
		request,
		created: world.now(),
		requests: 1,
	};
	world.state.putFundWithdrawal(withdrawal);
	return json(200, show(withdrawal));
}

/** Withdrawal of a sub-merchant's money to its bank, as before an application of the old flow. */
export const fundWithdrawalEndpoints: Endpoint[] = [
	{ method: 'POST', path: '/v3/ecommerce/fund/withdraw', handle: withdraw },
];
