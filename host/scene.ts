import type { Sandbox } from '../sandbox';
import { readList } from './examples';

/** The balance of the first merchant to close, in fen. */
const BALANCE = 128_050;

/** Describes the merchants of the examples to the sandbox. Merchants that it already knows are not changed. */
export function setScene(sandbox: Sandbox): void {
	const describe = (subMchid: string, available: number, complaint?: string): void => {
		if (sandbox.subMerchants.has(subMchid)) return;
		sandbox.setSubMerchant(subMchid, {
			kind: available > 0 ? 'hasBalance' : 'normal',
			balances: { BASIC: { available, pending: 0 } },
		});
		if (complaint === undefined) return;
		sandbox.closing.createComplaint({
			complainted_mchid: subMchid,
			complaint_detail: complaint,
		});
	};
	for (const { sub_mchid, balance_fen, expected } of readList('withdrawals.csv')) {
		describe(sub_mchid, Number(balance_fen), expected === 'blocked' ? '没有收到货' : undefined);
	}
	const [first, ...others] = readList('tables/merchants_to_close.csv');
	describe(first.sub_mchid, BALANCE, '申请退款一直没有到账');
	for (const { sub_mchid } of others) describe(sub_mchid, 0);
}
