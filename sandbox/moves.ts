import type { Application, CancelApplication, CancelWithdrawal, State } from './state';

/** How to move an application on. */
export interface Move {
	/** The new state; if left out, only the other fields change. */
	state?: string;
	/** Old flow: why it was rejected. New flow: description of the state. */
	reason?: string;
	/** New flow: WITHDRAW_PROCESSING, WITHDRAW_EXCEPTION or WITHDRAW_SUCCEED. */
	withdrawState?: string;
	/** New flow: pay_state of all accounts, or of each account by name. */
	payState?: string | Record<string, string>;
	/** Also allows what WeChat Pay would not do: leave a final state, go back, use an unknown state. */
	force?: boolean;
	/** Needed only if both flows have an application with this number. */
	flow?: Application['flow'];
}

const CANCEL_STATES: Record<string, string[]> = {
	REVIEWING: ['REJECTED', 'CANCEL_SUCCESS'],
	REJECTED: [],
	CANCEL_SUCCESS: [],
};

/**
 * The states that directly follow a state in the diagram of the announcement. A further payout, for a
 * sub-merchant that is already canceled, is reviewed and paid; that nobody has to confirm it is a guess.
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
function nextStates(application: CancelWithdrawal, state: string): string[] {
	const { isFurtherPayout } = application;
	switch (state) {
		case 'ACCEPTED':
			return isFurtherPayout ? ['REVIEWING'] : ['REVIEWING', 'WAITING_MERCHANT_CONFIRM'];
		case 'REVIEWING':
			return ['REJECTED', isFurtherPayout ? 'FUND_PROCESSING' : 'SYSTEM_PROCESSING'];
		case 'WAITING_MERCHANT_CONFIRM':
			return ['SYSTEM_PROCESSING', 'REVOKED'];
		case 'SYSTEM_PROCESSING':
			return ['CANCELED'];
		case 'CANCELED':
			return [asksForMoney(application) ? 'FUND_PROCESSING' : 'FINISH'];
		case 'FUND_PROCESSING':
			return ['FINISH'];
		default:
			return [];
	}
}

/** All states that can be reached: steps may be skipped, as they appear to a client that polls. */
function reachableStates(application: CancelWithdrawal): string[] {
	const reached = new Set(nextStates(application, application.state));
	// States that are added during the loop are visited as well.
	for (const state of reached) {
		for (const next of nextStates(application, state)) reached.add(next);
	}
	return [...reached];
}

const DESCRIPTIONS: Record<string, string> = {
	ACCEPTED: '已受理',
	REVIEWING: '审核中',
	REJECTED: '审批驳回',
	WAITING_MERCHANT_CONFIRM: '等待商户确认',
	REVOKED: '已撤销',
	SYSTEM_PROCESSING: '系统处理中',
	CANCELED: '已注销',
	FUND_PROCESSING: '资金处理中',
	FINISH: '注销完成',
};

/** The description of a state of the new flow. */
export const describe = (state: string): string => DESCRIPTIONS[state] ?? state;

/** Moves an application on, as WeChat Pay's reviewers, the merchant and the bank would. Throws if the move is not possible. */
export function move(state: State, number: string, to: Move, now: number): Application {
	const cancel = state.applications.get(number);
	const withdrawal = state.withdrawals.get(number);
	if (cancel && withdrawal && !to.flow) {
		throw new Error(`Both flows have an application ${number}: say which flow.`);
	}
	const application = to.flow === 'cancelWithdrawal' ? withdrawal : (cancel ?? withdrawal);
	if (!application) throw new Error(`There is no application ${number}.`);
	if (to.state !== undefined && !to.force) checkStep(application, to.state);
	if (application.flow === 'cancelApplication') moveCancel(application, to);
	else moveWithdrawal(application, to);
	application.updated = now;
	state.put(application);
	return application;
}

function checkStep(application: Application, to: string): void {
	if (to === 'FUND_PROCESSING' && !asksForMoney(application)) {
		throw new Error(`${application.number} asked for no withdrawal; there is nothing to pay out.`);
	}
	const allowed =
		application.flow === 'cancelApplication'
			? (CANCEL_STATES[application.state] ?? [])
			: reachableStates(application);
	if (!allowed.includes(to)) {
		const ways = allowed.length > 0 ? `possible: ${allowed.join(', ')}` : 'that is final';
		throw new Error(
			`${application.number} is ${application.state} and cannot become ${to} (${ways}; "force" allows it).`,
		);
	}
}

function moveCancel(application: CancelApplication, to: Move): void {
	application.state = to.state ?? application.state;
	application.rejectReason =
		to.reason ?? (application.state === 'REJECTED' ? '申请书不清晰，请重新上传' : undefined);
}

function moveWithdrawal(application: CancelWithdrawal, to: Move): void {
	if (to.state !== undefined) {
		application.state = to.state;
		application.description = describe(to.state);
		if (asksForMoney(application) && to.state === 'FUND_PROCESSING') {
			application.withdrawState = 'WITHDRAW_PROCESSING';
			for (const account of application.accounts) setPayState(account, 'PAY_PROCESSING');
		}
		if (asksForMoney(application) && to.state === 'FINISH') finishPayout(application);
	}
	if (to.reason !== undefined) application.description = to.reason;
	if (to.payState !== undefined) {
		for (const account of application.accounts) {
			const state =
				typeof to.payState === 'string' ? to.payState : to.payState[account.out_account_type];
			if (state !== undefined) setPayState(account, state);
		}
		// Also after FINISH: money that the bank returns changes only this, not the state.
		if (application.accounts.some(hasFailed)) application.withdrawState = 'WITHDRAW_EXCEPTION';
	}
	if (to.withdrawState !== undefined) application.withdrawState = to.withdrawState;
}

const asksForMoney = (application: Application) =>
	application.flow === 'cancelWithdrawal' && application.withdraw === 'APPLY_WITHDRAW';

const hasFailed = ({ pay_state: state }: CancelWithdrawal['accounts'][number]) =>
	state === 'PAY_FAIL' || state === 'BANK_REFUNDED';

/** Ends a payout, successful or not: all accounts that have not failed are paid. */
function finishPayout(application: CancelWithdrawal): void {
	const { accounts } = application;
	for (const account of accounts) if (!hasFailed(account)) setPayState(account, 'PAY_SUCCEED');
	application.withdrawState = accounts.some(hasFailed) ? 'WITHDRAW_EXCEPTION' : 'WITHDRAW_SUCCEED';
}

const PAY_DESCRIPTIONS: Record<string, string> = {
	PAY_PROCESSING: '处理中',
	PAY_SUCCEED: '付款成功',
	PAY_FAIL: '付款失败',
	BANK_REFUNDED: '银行退票',
};

function setPayState(account: CancelWithdrawal['accounts'][number], state: string): void {
	account.pay_state = state;
	account.state_description = PAY_DESCRIPTIONS[state] ?? state;
}
