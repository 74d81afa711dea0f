import type { IDataObject } from 'n8n-workflow';

const FINAL = new Set<unknown>(['REJECTED', 'REVOKED', 'FINISH', 'CANCEL_SUCCESS']);
const TO_LOOK_AT = new Set(['WAITING_MERCHANT_CONFIRM', 'REJECTED', 'REVOKED']);
const FAILED_PAYMENTS = new Set(['PAY_FAIL', 'BANK_REFUNDED']);

const list = (value: unknown): IDataObject[] =>
	Array.isArray(value)
		? value.filter((entry): entry is IDataObject => typeof entry === 'object' && entry !== null)
		: [];

/** The state of every payment of an application. */
const payStates = (application: IDataObject): unknown[] =>
	list(application.account_withdraw_result).map(({ pay_state }) => pay_state);

/**
 * Whether an application is over. FINISH is final also when the payout failed or
 * came back: that is not repaired under this number. CANCELED is not, it always goes on to FINISH.
 * States that are new at WeChat Pay are not final.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
export const isFinal = ({ cancel_state }: { cancel_state?: unknown }): boolean =>
	FINAL.has(cancel_state);

/**
 * Whether an application asks for a payout, so that money can still come back from the bank.
 * `withdraw` decides where it says so. WeChat Pay may leave it out; then an application asks for a
 * payout if it has something that only those have: a state of the payout, payments or accounts.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013892759
 */
export function asksForPayout(application: IDataObject): boolean {
	const { withdraw, withdraw_state: state, account_info: accounts } = application;
	if (withdraw === 'APPLY_WITHDRAW') return true;
	if (withdraw === 'NOT_APPLY_WITHDRAW') return false;
	const hasState = typeof state === 'string' && state !== '';
	return hasState || payStates(application).length > 0 || list(accounts).length > 0;
}

/** Whether a person has to do something: confirm, correct, or see to money that did not arrive. */
export function needsAttention(application: IDataObject): boolean {
	return (
		TO_LOOK_AT.has(String(application.cancel_state)) ||
		application.withdraw_state === 'WITHDRAW_EXCEPTION' ||
		payStates(application).some((state) => FAILED_PAYMENTS.has(String(state)))
	);
}
