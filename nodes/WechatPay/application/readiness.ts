import type { IDataObject } from 'n8n-workflow';
import { hasMoney, withdrawable } from './accounts';
import type { Account } from './accounts';
import type { Findings, Obstacle } from './findings';
import { objectsOf } from './limitations';
import { blockersOf, warningsOf } from './obstacles';

/** The parts of a check, by the names that the item and the option use. */
export const PARTS = [
	'validate',
	'balances',
	'limitations',
	'complaints',
	'settlementAccount',
] as const;
export type Part = (typeof PARTS)[number];

const SPECIFIC_REASONS = [
	'CONSUMER_COMPLAINT_UNPROCESSED',
	'HAS_BLOCKING_CONTROL',
	'FUNDS_PENDING_PROCESSING',
];

/** The types of the reasons that Validate gives. */
const reasonTypes = (validate: IDataObject): unknown[] => {
	const types = objectsOf(validate.block_reasons).map(({ type }) => type);
	const isBlocked = validate.validate_result === 'NOT_ALLOW_CANCEL_WITHDRAW';
	// Blocked without a reason: anything may be the reason, as with OTHER_REASON.
	const givesNoReason = isBlocked && validate.merchant_state === 'NORMAL' && types.length === 0;
	return givesNoReason ? ['OTHER_REASON'] : types;
};

/** Whether Validate gives this reason, or one that may be anything: OTHER_REASON, or one that is new. */
const mayBeReason = (validate: IDataObject | undefined, reason: string): boolean =>
	!validate ||
	reasonTypes(validate).some((type) => type === reason || !SPECIFIC_REASONS.includes(String(type)));

/** Whether the complaints are worth asking for. */
export const asksForComplaints = (validate: IDataObject | undefined): boolean =>
	mayBeReason(validate, 'CONSUMER_COMPLAINT_UNPROCESSED');

/** Whether the limitations are worth asking for. */
export const asksForLimitations = (
	validate: IDataObject | undefined,
	accounts: readonly Account[],
): boolean => mayBeReason(validate, 'HAS_BLOCKING_CONTROL') || hasMoney(accounts);

/** Whether the settlement account is worth asking for. */
export const asksForSettlementAccount = (accounts: readonly Account[]): boolean =>
	withdrawable(accounts).length > 0;

/** Whether the account can be closed now: Validate alone decides; null where it does not tell. */
export function readyOf(validate: IDataObject | undefined): boolean | null {
	if (!validate) return null;
	const { merchant_state: state, validate_result: result } = validate;
	if (state === 'HAS_BEEN_CANCELLED' || result === 'NOT_ALLOW_CANCEL_WITHDRAW') return false;
	return state === 'NORMAL' && result === 'ALLOW_CANCEL_WITHDRAW' ? true : null;
}

/** What the parts come to. */
export interface Readiness {
	ready: boolean | null;
	blockers: Obstacle[];
	warnings: Obstacle[];
}

/**
 * Judges what was read. What Validate gives as a reason blocks only if Validate says that the account
 * may not be closed; what other parts show is a warning, because a control or a balance may be in order.
 *
 * @param days how far back complaints were looked for
 * @see https://pay.weixin.qq.com/doc/v3/partner/4016420099
 */
export function judgeReadiness(findings: Findings, days: number): Readiness {
	const ready = readyOf(findings.validate);
	const reasons = blockersOf(findings, days);
	const warnings = warningsOf(findings, days);
	if (ready === false) return { ready, blockers: reasons, warnings: warnings };
	return { ready, blockers: [], warnings: [...reasons, ...warnings] };
}
