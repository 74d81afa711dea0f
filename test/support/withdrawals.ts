import type { INodeParameters } from 'n8n-workflow';
import type { FundWithdrawal } from '../../sandbox';
import type { Bench } from './bench';
import { newNumber, newSubMchid } from './inputs';

/** What a sub-merchant owns before the first withdrawal, in fen. */
export const START = 100_000;

/** Parameters of Create, of a sub-merchant with money. */
export function withdrawalParameters(bench: Bench, more: INodeParameters = {}): INodeParameters {
	const subMchid = newSubMchid();
	bench.sandbox.setSubMerchant(subMchid, {
		balances: { BASIC: { available: START, pending: 0 } },
	});
	return {
		resource: 'withdrawal',
		operation: 'create',
		subMchid,
		outRequestNo: newNumber(),
		amount: 8000,
		accountType: 'BASIC',
		...more,
	};
}

/** What the sub-merchant of these parameters owns. */
export const availableTo = (bench: Bench, { subMchid }: INodeParameters): number | undefined =>
	bench.sandbox.subMerchants.get(String(subMchid))?.balances.BASIC?.available;

/** The withdrawals that WeChat Pay holds for these parameters. */
export const heldWithdrawals = (
	bench: Bench,
	{ outRequestNo, subMchid }: INodeParameters,
): FundWithdrawal[] =>
	[...bench.sandbox.state.closing.withdrawals.values()].filter(
		({ number, sub_mchid }) => number === outRequestNo && sub_mchid === subMchid,
	);
