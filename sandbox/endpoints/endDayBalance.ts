import { guarded } from '../closing/guard';
import { dayOf } from '../query';
import { Refusal, invalidRequest, json, paramError } from '../replies';
import type { AccountType } from '../state';
import type { Call, Endpoint, Reply, World } from '../types';
import { checkBalanceRight } from './balance';

const TYPES: AccountType[] = ['BASIC', 'DEPOSIT'];
const DAY = 24 * 3600_000;
/** WeChat Pay's days are those of Beijing, in any time zone of this machine. */
const BEIJING = 8 * 3600_000;
/** How many days back a balance can be queried. */
const DAYS_BACK = 90;
/** When the balance of a day is available on the next one: earlier requests are refused, the stricter reading. */
const READY_AT = 10 * 3600_000;

const wrong = (field: string, value: string | null, rule: string): Refusal =>
	paramError(`输入源“/query/${field}”映射到字段“${field}”${rule}校验失败`, {
		field: `/${field}`,
		value,
		location: 'query',
	});

function checkDate(text: string | null, now: number): void {
	const day = dayOf(text ?? '');
	if (day === undefined) throw wrong('date', text, '字符串规则');
	const local = now + BEIJING;
	const age = Math.floor(local / DAY) - day;
	if (age < 0 || age > DAYS_BACK) throw wrong('date', text, '取值范围规则');
	// Neither code nor message of this refusal is documented; both are the sandbox's.
	const early = age === 1 && local % DAY < READY_AT;
	if (age === 0 || early) throw invalidRequest('日终余额尚未生成');
}

function checkQuery({ query }: Call): { date: string | null; type: AccountType } {
	const names = [...query.keys()];
	const other = names.find(
		(name, at) => !['date', 'account_type'].includes(name) || names.indexOf(name) !== at,
	);
	if (other !== undefined) throw wrong(other, query.get(other), '参数定义规则');
	const asked = query.get('account_type') ?? 'BASIC';
	const type = TYPES.find((known) => known === asked);
	if (!type) throw wrong('account_type', asked, '枚举规则');
	return { date: query.get('date'), type };
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012476693 */
function get(call: Call, world: World): Reply {
	const { date, type } = checkQuery(call);
	checkDate(date, world.now());
	const { subMchid } = call.params;
	checkBalanceRight(subMchid, world);
	const { balances, neverOpened } = world.state.subMerchant(subMchid);
	if (neverOpened.includes(type)) throw invalidRequest('该账户在指定时间不存在');
	// The sandbox keeps no history: every day ended with the current balance.
	const { available = 0, pending = 0 } = balances[type] ?? {};
	return json(200, {
		sub_mchid: subMchid,
		account_type: type,
		available_amount: available,
		pending_amount: pending,
	});
}

/** The balance of a sub-merchant's account at the end of a day. */
export const endDayBalanceEndpoints: Endpoint[] = [
	{
		method: 'GET',
		path: '/v3/ecommerce/fund/enddaybalance/:subMchid',
		query: true,
		handle: guarded('balances', undefined, get),
	},
];
