import type { IDataObject } from 'n8n-workflow';
import { hasMoney, withdrawable } from './accounts';
import type { Account } from './accounts';
import type { Findings, Obstacle } from './findings';
import { objectsOf } from '../protocol/values';
import { blockersOf, warningsOf } from './obstacles';

/** The parts of a check, by their names in the output and in the option. */
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
	// Blocked without a reason: anything may be the reason, like OTHER_REASON.
	const givesNoReason = isBlocked && validate.merchant_state === 'NORMAL' && types.length === 0;
	return givesNoReason ? ['OTHER_REASON'] : types;
};

/** Whether Validate gives this reason, or one that may stand for it: OTHER_REASON or an unknown one. */
const mayBeReason = (validate: IDataObject | undefined, reason: string): boolean =>
	!validate ||
	reasonTypes(validate).some((type) => type === reason || !SPECIFIC_REASONS.includes(String(type)));

/** Whether to read the complaints. */
export const asksForComplaints = (validate: IDataObject | undefined): boolean =>
	mayBeReason(validate, 'CONSUMER_COMPLAINT_UNPROCESSED');

/** Whether to read the limitations. */
export const asksForLimitations = (
	validate: IDataObject | undefined,
	accounts: readonly Account[],
): boolean => mayBeReason(validate, 'HAS_BLOCKING_CONTROL') || hasMoney(accounts);

/** Whether to read the settlement account. */
export const asksForSettlementAccount = (accounts: readonly Account[]): boolean =>
	withdrawable(accounts).length > 0;

/** Whether the account can be closed now. Only Validate decides; null if it does not say. */
export function readyOf(validate: IDataObject | undefined): boolean | null {
	if (!validate) return null;
	const { merchant_state: state, validate_result: result } = validate;
	if (state === 'HAS_BEEN_CANCELLED' || result === 'NOT_ALLOW_CANCEL_WITHDRAW') return false;
	return state === 'NORMAL' && result === 'ALLOW_CANCEL_WITHDRAW' ? true : null;
}

/** The result of a check. */
export interface Readiness {
	ready: boolean | null;
	blockers: Obstacle[];
	warnings: Obstacle[];
}

/**
 * Evaluates the parts. The reasons of Validate are blockers only if Validate says that the account cannot be
 * closed. What other parts show is a warning, because controls and balances can be acceptable.
 *
 * @param days number of days of complaints that were read
 * @see https://pay.weixin.qq.com/doc/v3/partner/4016420099
 */
export function judgeReadiness(findings: Findings, days: number): Readiness {
	const ready = readyOf(findings.validate);
	const reasons = blockersOf(findings, days);
	const warnings = warningsOf(findings, days);
	if (ready === false) return { ready, blockers: reasons, warnings: warnings };
	return { ready, blockers: [], warnings: [...reasons, ...warnings] };
}
