import type { IDataObject } from 'n8n-workflow';

const CLOSED = new Set(['REJECTED', 'REVOKED', 'CANCEL_SUCCESS']);
const TO_LOOK_AT = new Set(['WAITING_MERCHANT_CONFIRM', 'REJECTED', 'REVOKED']);
const FAILED_PAYMENTS = new Set(['PAY_FAIL', 'BANK_REFUNDED']);

const list = (value: unknown): IDataObject[] =>
	Array.isArray(value)
		? value.filter((entry): entry is IDataObject => typeof entry === 'object' && entry !== null)
		: [];

/** The state of every payment of an application. */
const payStates = (application: IDataObject): unknown[] =>
	list(application.account_withdraw_result).map(({ pay_state }) => pay_state);

/** Whether FINISH also means that no money is outstanding. */
function isPaidOut(application: IDataObject): boolean {
	const { withdraw } = application;
	if (withdraw === 'NOT_APPLY_WITHDRAW') return true;
	const states = payStates(application);
	if (states.length > 0) return states.every((state) => state === 'PAY_SUCCEED');
	const amounts = list(application.account_info).map(({ amount }) => amount);
	if (amounts.length > 0) return amounts.every((amount) => amount === 0);
	// WeChat Pay may leave `withdraw` out; without money in the answer there is none to wait for.
	return !withdraw;
}

/**
 * Whether nothing more will happen to an application. States that are new at WeChat Pay are not
 * final.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013892759
 */
export function isFinal(application: IDataObject): boolean {
	const { cancel_state: state, withdraw } = application;
	if (state === 'CANCELED') return withdraw === 'NOT_APPLY_WITHDRAW';
	if (state === 'FINISH') return isPaidOut(application);
	return CLOSED.has(String(state));
}

/** Whether a person has to do something: confirm, correct, or see to money that did not arrive. */
export function needsAttention(application: IDataObject): boolean {
	return (
		TO_LOOK_AT.has(String(application.cancel_state)) ||
		application.withdraw_state === 'WITHDRAW_EXCEPTION' ||
		payStates(application).some((state) => FAILED_PAYMENTS.has(String(state)))
	);
}
