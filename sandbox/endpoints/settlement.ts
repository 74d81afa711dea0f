import { guarded } from '../closing/guard';
import { settlementAccountOf } from '../closing/settlement';
import { readQuery } from '../query';
import { invalidRequest, json } from '../replies';
import type { Call, Endpoint, Reply, World } from '../types';
import { checkRelation } from './merchants';

/** How many characters each rule leaves unmasked at the beginning and at the end. */
const MASKS: Record<string, [head: number, tail: number]> = {
	ACCOUNT_NUMBER_RULE_MASK_V1: [2, 2],
	ACCOUNT_NUMBER_RULE_MASK_V2: [6, 4],
};

function masked(number: string, [head, tail]: [number, number]): string {
	const hidden = Math.max(0, number.length - head - tail);
	return number.slice(0, head) + '*'.repeat(hidden) + number.slice(head + hidden);
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012761142 */
function get(call: Call, world: World): Reply {
	const { account_number_rule: rule = 'ACCOUNT_NUMBER_RULE_MASK_V1' } = readQuery(call, {
		account_number_rule: { oneOf: Object.keys(MASKS) },
	});
	const { subMchid } = call.params;
	checkRelation(subMchid, world);
	const account = settlementAccountOf(subMchid, world.state);
	// The page lists only the common error codes: the message is the sandbox's.
	if (!account) throw invalidRequest('该商户未绑定结算账户');
	return json(200, {
		...account,
		// An option of the sandbox, not a field of the response.
		withdrawal_closed: undefined,
		account_number: masked(account.account_number, MASKS[rule]),
	});
}

/** The card that receives a sub-merchant's money. */
export const settlementEndpoints: Endpoint[] = [
	{
		method: 'GET',
		path: '/v3/apply4sub/sub_merchants/:subMchid/settlement',
		query: true,
		handle: guarded('settlement', 'settlement', get),
	},
];
