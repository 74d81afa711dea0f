import type { AccountResult, Application } from './applications';
import type { State } from './state';
import type { AccountType } from './subMerchants';

const ACCOUNTS: Record<AccountType, string> = {
	BASIC: 'BASIC_ACCOUNT',
	OPERATION: 'OPERATE_ACCOUNT',
	FEES: 'TRADE_FEE_ACCOUNT',
	DEPOSIT: 'MARGIN_ACCOUNT',
};

const CLOSED = ['CANCEL_SUCCESS', 'CANCELED', 'FUND_PROCESSING', 'FINISH'];
const OPEN = [
	'ACCEPTED',
	'REVIEWING',
	'WAITING_MERCHANT_CONFIRM',
	'SYSTEM_PROCESSING',
	'CANCELED',
	'FUND_PROCESSING',
];

/** The accounts of a sub-merchant that hold money, named as in the cancellation endpoints. */
export function accountsWithMoney(subMchid: string, state: State): AccountResult[] {
	return Object.entries(state.subMerchant(subMchid).balances)
		.map(([type, { available, pending }]) => ({
			out_account_type: ACCOUNTS[type as AccountType],
			amount: available + pending,
		}))
		.filter(({ amount }) => amount > 0);
}

/** Whether a sub-merchant is closed: by its description or by a successful application. */
export function isCancelled(subMchid: string, state: State): boolean {
	if (state.subMerchant(subMchid).kind === 'alreadyCancelled') return true;
	return applicationsOf(subMchid, state).some((application) => CLOSED.includes(application.state));
}

/** Whether an application for this sub-merchant is in progress, including its payout. */
export function hasOpenApplication(subMchid: string, state: State): boolean {
	return applicationsOf(subMchid, state).some((application) => OPEN.includes(application.state));
}

function applicationsOf(subMchid: string, state: State): Application[] {
	const found: Application[] = [];
	// Two plain loops: this runs for every create, and the soak test makes thousands.
	for (const value of state.applications.values())
		if (value.sub_mchid === subMchid) found.push(value);
	for (const value of state.withdrawals.values())
		if (value.sub_mchid === subMchid) found.push(value);
	return found;
}
