import { invalidRequest, json, paramError } from '../replies';
import type { AccountType } from '../state';
import type { Endpoint } from '../types';
import { checkRelation } from './merchants';

const TYPES: AccountType[] = ['BASIC', 'OPERATION', 'FEES', 'DEPOSIT'];

/** What a sub-merchant has on one of its accounts. https://pay.weixin.qq.com/doc/v3/partner/4012476690 */
export const balanceEndpoints: Endpoint[] = [
	{
		method: 'GET',
		path: '/v3/ecommerce/fund/balance/:subMchid',
		query: true,
		handle: ({ params, query }, world) => {
			const type = TYPES.find((known) => known === query.get('account_type'));
			// Whether account_type may be left out is not certain: it is required here.
			if (!type || [...query.keys()].length !== 1) {
				throw paramError('输入源“/query/account_type”映射到字段“account_type”枚举规则校验失败', {
					field: '/account_type',
					value: query.get('account_type'),
					location: 'query',
				});
			}
			checkRelation(params.subMchid, world);
			const { balances, neverOpened } = world.state.subMerchant(params.subMchid);
			// The text for an account that does not exist is not documented; this one is the sandbox's.
			if (neverOpened.includes(type)) throw invalidRequest('该账户类型未开通');
			return json(200, {
				sub_mchid: params.subMchid,
				account_type: type,
				available_amount: balances[type]?.available ?? 0,
				pending_amount: balances[type]?.pending ?? 0,
			});
		},
	},
];
