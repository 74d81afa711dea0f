import type { State } from '../state';
import { checkBehaviour, type ClosingBehaviour } from './behaviour';
import { act, newComplaint, type ComplaintAction, type NewComplaint } from './complaints';
import { newLimitations, type NewLimitations } from './limitations';
import { newSettlementAccount } from './settlement';
import type { Complaint, FundWithdrawal, Limitations, SettlementAccount } from './types';
import { moveWithdrawal, paidOut, type WithdrawalMove } from './withdrawals';

/** What consumers, banks and WeChat Pay do around a closing. */
export class ClosingControls {
	constructor(
		private readonly state: State,
		readonly behaviour: ClosingBehaviour,
		private readonly now: () => number,
	) {}

	/** Complaints by complaint_id. */
	get complaints(): ReadonlyMap<string, Complaint> {
		return this.state.closing.complaints;
	}

	/** All withdrawals of sub-merchants' money by withdraw_id, oldest first. */
	get withdrawals(): ReadonlyMap<string, FundWithdrawal> {
		return this.state.closing.withdrawals;
	}

	get limitations(): ReadonlyMap<string, Limitations> {
		return this.state.closing.limitations;
	}

	/** The settlement accounts that were described; `null` where no card is bound. */
	get settlementAccounts(): ReadonlyMap<string, SettlementAccount | null> {
		return this.state.closing.settlementAccounts;
	}

	/** Creates a complaint, as a consumer does. Throws if a complaint with this ID exists. */
	createComplaint(given: NewComplaint): Complaint {
		const complaint = newComplaint(given, this.complaints.size + 1, this.now());
		if (this.complaints.has(complaint.complaint_id)) {
			throw new Error(`There is a complaint ${complaint.complaint_id} already.`);
		}
		this.state.closing.put({ type: 'complaint', value: complaint });
		return complaint;
	}

	/** Performs an action of the consumer or of WeChat Pay on a complaint. Throws if it is not possible. */
	actOnComplaint(id: string, action: ComplaintAction): Complaint {
		const complaint = this.complaints.get(id);
		if (!complaint) throw new Error(`There is no complaint ${id}.`);
		act(complaint, action, this.behaviour, this.now());
		this.state.closing.put({ type: 'complaint', value: complaint });
		return complaint;
	}

	/** Sets the limitations of a sub-merchant; `null` removes them. */
	setLimitations(subMchid: string, given: NewLimitations | null): Limitations | null {
		const value = given && newLimitations(given, this.now());
		this.state.closing.put({ type: 'limitations', number: subMchid, value });
		return value;
	}

	/** Describes the card that receives a sub-merchant's money; `null` removes it. */
	setSettlementAccount(
		subMchid: string,
		given: Partial<SettlementAccount> | null,
	): SettlementAccount | null {
		const value = given && newSettlementAccount(subMchid, given);
		this.state.closing.put({ type: 'settlementAccount', number: subMchid, value });
		return value;
	}

	/** Moves a withdrawal on, by its withdraw_id or its out_request_no. Throws if the move is not possible. */
	moveWithdrawal(id: string, to: WithdrawalMove): FundWithdrawal {
		return moveWithdrawal(id, to, this.state, this.now());
	}

	/** How much was paid, or is being paid, to the bank of a sub-merchant, in fen. */
	paidOut(subMchid: string): number {
		return paidOut(subMchid, this.state.closing);
	}

	/** Changes options. Throws if an option is unknown or has a wrong value. */
	configure(change: Partial<ClosingBehaviour>): ClosingBehaviour {
		return Object.assign(this.behaviour, checkBehaviour(change));
	}
}
