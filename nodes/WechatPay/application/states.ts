import type { IDataObject } from 'n8n-workflow';

/** Refused, or not confirmed in time: the number is used up. */
const CLOSED = ['REJECTED', 'REVOKED'];
/** States of both flows after which nothing more happens to the application. */
const FINAL = [...CLOSED, 'FINISH', 'CANCEL_SUCCESS'];
/** States in which the application still waits to be confirmed, or cannot be yet. */
const UNCONFIRMED = ['ACCEPTED', 'REVIEWING', 'WAITING_MERCHANT_CONFIRM'];
/** States that only follow a confirmation. */
const CONFIRMED = ['SYSTEM_PROCESSING', 'CANCELED', 'FUND_PROCESSING', 'FINISH'];
const NEEDS_ATTENTION = ['WAITING_MERCHANT_CONFIRM', ...CLOSED];
const FAILED_PAYMENTS = ['PAY_FAIL', 'BANK_REFUNDED'];

const isIn = (states: readonly string[], state: unknown): boolean =>
	typeof state === 'string' && states.includes(state);

/** The objects of a list: what is no object tells nothing. */
const objectsOf = (value: unknown): IDataObject[] =>
	Array.isArray(value)
		? value.filter((entry): entry is IDataObject => typeof entry === 'object' && entry !== null)
		: [];

/** The state of every payment of an application. */
const payStates = ({ account_withdraw_result: results }: IDataObject): unknown[] =>
	objectsOf(results).map(({ pay_state: state }) => state);

/** Whether an application was refused or has lapsed. */
export const isClosed = ({ cancel_state: state }: IDataObject): boolean => isIn(CLOSED, state);

/** Whether an application is in a state that proves that it was confirmed. */
export const isConfirmed = ({ cancel_state: state }: IDataObject): boolean =>
	isIn(CONFIRMED, state);

/** Whether an application is in a state that proves that it was not confirmed yet. */
export const isUnconfirmed = ({ cancel_state: state }: IDataObject): boolean =>
	isIn(UNCONFIRMED, state);

/**
 * Whether nothing more will happen to an application; FINISH also after a payout that failed. States
 * that are new at WeChat Pay are not final.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
export const isFinal = ({ cancel_state: state }: { cancel_state?: unknown }): boolean =>
	isIn(FINAL, state);

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
	return hasState || payStates(application).length > 0 || objectsOf(accounts).length > 0;
}

/** Whether a person has to do something: confirm, correct, or see to money that did not arrive. */
export const needsAttention = (application: IDataObject): boolean =>
	isIn(NEEDS_ATTENTION, application.cancel_state) ||
	application.withdraw_state === 'WITHDRAW_EXCEPTION' ||
	payStates(application).some((state) => isIn(FAILED_PAYMENTS, state));
