import { guarded } from '../closing/guard';
import { readQuery } from '../query';
import { Refusal, invalidRequest, json } from '../replies';
import type { AccountType } from '../state';
import type { Call, Endpoint, Reply, World } from '../types';

const TYPES: AccountType[] = ['BASIC', 'OPERATION', 'FEES', 'DEPOSIT'];

/** Refuses a sub-merchant whose balances this platform may not see, with the messages of the pages. */
export function checkBalanceRight(subMchid: string, world: World): void {
	const refused = (message: string) => new Refusal(403, 'NO_AUTH', message);
	if (subMchid === world.keys.mchid) throw refused('你无权查询该商户余额');
	switch (world.state.subMerchant(subMchid).kind) {
		case 'noRelation':
		case 'unknown':
			throw refused('你无权查询该商户余额');
		case 'providerNotEcommerce':
			throw refused('你无权调用此接口');
		case 'notEcommerce':
			throw refused('受理关系无效');
	}
}

function get(call: Call, world: World): Reply {
	// The default account is not documented: the basic one, as for the balance at the end of a day.
	const { account_type = 'BASIC' } = readQuery(call, { account_type: { oneOf: TYPES } });
	const type = account_type as AccountType;
	const { subMchid } = call.params;
	checkBalanceRight(subMchid, world);
	const { balances, neverOpened } = world.state.subMerchant(subMchid);
	if (neverOpened.includes(type)) throw invalidRequest('输入账户类型未开通');
	return json(200, {
		sub_mchid: subMchid,
		account_type: type,
		available_amount: balances[type]?.available ?? 0,
		pending_amount: balances[type]?.pending ?? 0,
	});
}

/** The balance of one of a sub-merchant's accounts. https://pay.weixin.qq.com/doc/v3/partner/4012476690 */
export const balanceEndpoints: Endpoint[] = [
	{
		method: 'GET',
		path: '/v3/ecommerce/fund/balance/:subMchid',
		query: true,
		handle: guarded('balances', undefined, get),
	},
];
