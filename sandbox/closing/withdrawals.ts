import type { State } from '../state';
import type { ClosingState } from './closingState';
import type { FundWithdrawal, WithdrawalStatus } from './types';

/** A move of a withdrawal, as the bank or WeChat Pay's risk control would make it. */
export interface WithdrawalMove {
	status: WithdrawalStatus;
	/** For FAIL, REFUND and CLOSE: why. */
	reason?: string;
	/** Needed only if several sub-merchants have a withdrawal with this number. */
	sub_mchid?: string;
	/** Also allows what WeChat Pay would not do: leave a final state, go back. */
	force?: boolean;
}

/**
 * The next states of each state. REFUND also directly after CREATE_SUCCESS, so that tests can skip a step.
 * One page says that CLOSE follows INIT, another that it follows CREATE_SUCCESS.
 */
const STEPS: Record<WithdrawalStatus, WithdrawalStatus[]> = {
	INIT: ['CREATE_SUCCESS', 'CLOSE'],
	CREATE_SUCCESS: ['SUCCESS', 'FAIL', 'REFUND', 'CLOSE'],
	SUCCESS: ['REFUND'],
	FAIL: [],
	REFUND: [],
	CLOSE: [],
};

const REASONS: Partial<Record<WithdrawalStatus, string>> = {
	FAIL: '卡号错误',
	REFUND: '银行退票，请检查登记的账户信息',
	CLOSE: '商户被处罚或风控拦截，已关单',
};

/** In these states the money has left the account. */
const hasLeft = (status: WithdrawalStatus) => status === 'CREATE_SUCCESS' || status === 'SUCCESS';

const availableFor = ({ sub_mchid, account_type }: FundWithdrawal, state: State): number =>
	state.subMerchant(sub_mchid).balances[account_type]?.available ?? 0;

/**
 * Sets the state of a withdrawal and moves its money, both in one record, so that the money leaves and
 * comes back only once. Returns false, and changes nothing, if there is not enough money on the account.
 */
export function setStatus(
	withdrawal: FundWithdrawal,
	status: WithdrawalStatus,
	state: State,
	now: number,
): boolean {
	const leaves = hasLeft(status) && !hasLeft(withdrawal.status);
	const returns = !hasLeft(status) && hasLeft(withdrawal.status);
	const { amount, account_type, sub_mchid } = withdrawal;
	// Pending money cannot be withdrawn.
	if (leaves && availableFor(withdrawal, state) < amount) return false;
	withdrawal.status = status;
	withdrawal.updated = now;
	const before = state.subMerchant(sub_mchid);
	const { available = 0, pending = 0 } = before.balances[account_type] ?? {};
	const change = leaves ? -amount : returns ? amount : 0;
	const balances = {
		...before.balances,
		[account_type]: { available: available + change, pending },
	};
	state.closing.put({
		type: 'withdrawal',
		value: withdrawal,
		...(change === 0 ? {} : { subMerchant: { ...before, balances } }),
	});
	return true;
}

/** The withdrawal with this withdraw_id, or the newest with this out_request_no. Throws unless there is exactly one. */
function find(id: string, subMchid: string | undefined, closing: ClosingState): FundWithdrawal {
	const byId = closing.withdrawals.get(id);
	if (byId) return byId;
	const all = [...closing.withdrawals.values()].filter(
		({ number, sub_mchid }) => number === id && (subMchid === undefined || sub_mchid === subMchid),
	);
	if (all.length === 0) throw new Error(`There is no withdrawal ${id}.`);
	if (new Set(all.map(({ sub_mchid }) => sub_mchid)).size > 1) {
		throw new Error(`Several sub-merchants have a withdrawal ${id}: say which, with "sub_mchid".`);
	}
	return all[all.length - 1];
}

/** Moves a withdrawal on. Throws if the move is not possible. */
export function moveWithdrawal(
	id: string,
	to: WithdrawalMove,
	state: State,
	now: number,
): FundWithdrawal {
	const withdrawal = find(id, to.sub_mchid, state.closing);
	if (!Object.hasOwn(STEPS, String(to.status))) {
		throw new Error(`"status" must be one of ${Object.keys(STEPS).join(', ')}.`);
	}
	const allowed = STEPS[withdrawal.status];
	if (!to.force && !allowed.includes(to.status)) {
		const ways = allowed.length > 0 ? `possible: ${allowed.join(', ')}` : 'that is final';
		throw new Error(
			`${withdrawal.number} is ${withdrawal.status} and cannot become ${to.status} (${ways}; "force" allows it).`,
		);
	}
	const before = withdrawal.reason;
	withdrawal.reason = to.reason ?? REASONS[to.status];
	if (setStatus(withdrawal, to.status, state, now)) return withdrawal;
	withdrawal.reason = before;
	throw new Error(`There is not enough on the account of ${withdrawal.number}.`);
}

/** How much was paid, or is being paid, to the bank of a sub-merchant, in fen. */
export function paidOut(subMchid: string, { withdrawals }: ClosingState): number {
	let sum = 0;
	for (const { sub_mchid, status, amount } of withdrawals.values()) {
		if (sub_mchid === subMchid && hasLeft(status)) sum += amount;
	}
	return sum;
}
