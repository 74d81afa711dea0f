import type { IDataObject } from 'n8n-workflow';
import { objectsOf } from '../protocol/values';

/** Rejected, or not confirmed in time: the number cannot be used again. */
const CLOSED = ['REJECTED', 'REVOKED'];
/** States of both flows after which an application no longer changes. */
const FINAL = [...CLOSED, 'FINISH', 'CANCEL_SUCCESS'];
/** States before the confirmation. */
const UNCONFIRMED = ['ACCEPTED', 'REVIEWING', 'WAITING_MERCHANT_CONFIRM'];
/** States after the confirmation. */
const CONFIRMED = ['SYSTEM_PROCESSING', 'CANCELED', 'FUND_PROCESSING', 'FINISH'];
const NEEDS_ATTENTION = ['WAITING_MERCHANT_CONFIRM', ...CLOSED];
const FAILED_PAYMENTS = ['PAY_FAIL', 'BANK_REFUNDED'];

const isIn = (states: readonly string[], state: unknown): boolean =>
	typeof state === 'string' && states.includes(state);

/** The states of all payments of an application. */
const payStates = ({ account_withdraw_result: results }: IDataObject): unknown[] =>
	objectsOf(results).map(({ pay_state: state }) => state);

/** Whether an application was rejected or revoked. */
export const isClosed = ({ cancel_state: state }: IDataObject): boolean => isIn(CLOSED, state);

/** Whether the state of an application proves that it was confirmed. */
export const isConfirmed = ({ cancel_state: state }: IDataObject): boolean =>
	isIn(CONFIRMED, state);

/** Whether the state of an application proves that it was not confirmed yet. */
export const isUnconfirmed = ({ cancel_state: state }: IDataObject): boolean =>
	isIn(UNCONFIRMED, state);

/**
 * Whether an application will not change any more; FINISH is final also after a failed payout. Unknown
 * states are not final.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
export const isFinal = ({ cancel_state: state }: { cancel_state?: unknown }): boolean =>
	isIn(FINAL, state);

/**
 * Whether an application includes a payout, so that the bank can still return the money. `withdraw` says so.
 * If WeChat Pay omits it, a payout state, payments or accounts show it, because only such applications have
 * them.
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

/** Whether a person has to act: confirm, correct, or handle money that did not arrive. */
export const needsAttention = (application: IDataObject): boolean =>
	isIn(NEEDS_ATTENTION, application.cancel_state) ||
	application.withdraw_state === 'WITHDRAW_EXCEPTION' ||
	payStates(application).some((state) => isIn(FAILED_PAYMENTS, state));
