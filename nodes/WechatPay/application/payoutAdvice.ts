import { depositOf, withdrawable } from './accounts';
import { amountsOf, functionsOf } from './findings';
import { text } from '../protocol/values';
import type { Findings, Obstacle } from './findings';

/**
 * Whether to withdraw the available money before the application or with it.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
function adviceOnMoney(findings: Findings): Obstacle[] {
	const money = withdrawable(findings.accounts);
	if (money.length === 0) return [];
	const advise = (type: string, what_to_do: string): Obstacle[] => [
		{
			type,
			description: `Available: ${amountsOf(money, 'available_amount')}`,
			what_to_do,
			ids: [],
		},
	];
	if (findings.validate?.merchant_state === 'HAS_BEEN_CANCELLED') {
		const what_to_do = 'Apply with a payout, a new number and stamped forms under "Proofs".';
		return advise('MONEY_LEFT', what_to_do);
	}
	const withdraw =
		'pay it out first with "Create" of "Withdrawal", wait until it has arrived, then check again';
	const payOut = 'set "Withdraw" to "Withdraw" in "Apply"';
	if (!findings.limitations) {
		const what_to_do = `It was not read whether the sub-merchant may receive and pay. If it may do neither, ${payOut}; otherwise, ${withdraw}.`;
		return advise('MONEY_LEFT', what_to_do);
	}
	const off = functionsOf(findings);
	const receives = !off.some((name) => /^NO_TRANSACTION(_AND_RECHARGE)?$/.test(name));
	if (!receives && off.includes('NO_PAYMENT')) {
		return advise('APPLY_WITH_PAYOUT', `The sub-merchant may neither receive nor pay: ${payOut}.`);
	}
	const first = off.includes('NO_WITHDRAWAL')
		? ' Withdrawals are disabled: have that lifted first.'
		: '';
	return advise('WITHDRAW_FIRST', `Before applying, ${withdraw}.${first}`);
}

function adviceOnDeposit({ accounts }: Findings): Obstacle[] {
	const deposit = depositOf(accounts);
	if (deposit === 0) return [];
	return [
		{
			type: 'DEPOSIT_LEFT',
			description: `DEPOSIT: ${deposit} fen`,
			what_to_do:
				'It can only be paid out with the cancellation: set "Withdraw" to "Withdraw" in "Apply".',
			ids: [],
		},
	];
}

function adviceOnAccount({ settlementAccount }: Findings): Obstacle[] {
	if (settlementAccount?.verify_result !== 'VERIFY_FAIL') return [];
	return [
		{
			type: 'SETTLEMENT_ACCOUNT_FAILED',
			description:
				text(settlementAccount.verify_fail_reason) ||
				'The settlement account could not be verified',
			what_to_do:
				'A withdrawal will fail. Correct the account first: POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement.',
			ids: [],
		},
	];
}

/** Advice on the money that is left. */
export const adviceOnPayout = (findings: Findings): Obstacle[] => [
	...adviceOnMoney(findings),
	...adviceOnDeposit(findings),
	...adviceOnAccount(findings),
];
