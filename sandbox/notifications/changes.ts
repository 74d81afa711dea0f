import type { ClosingRecord } from '../closing/closingState';
import type { CancelWithdrawal, StateRecord } from '../state';
import type { World } from '../types';
import {
	complaintMessage,
	echoMessage,
	violationMessage,
	withdrawalMessage,
	type Message,
	type Violation,
	type WithdrawalLike,
} from './messages';
import type { Notifier } from './notifier';
import type { SendOptions } from './settings';
import { cancellationMessage } from './subscription';

/** A complaint with its negotiation, oldest entry first. */
export interface ComplaintLike {
	complaint_id: string;
	history: Array<{ operate_type: string }>;
}

/** A request to the echo interface. */
export interface Echo {
	url: string;
	text: string;
	encrypted?: string;
	/** The key that the request named. */
	serial: string;
}

/** A change that WeChat Pay may have to announce to the merchant. */
export type Change =
	| StateRecord
	| { kind: 'violation'; value: Violation }
	| { kind: 'echo'; value: Echo };

/** The page of withdrawals lists these four: https://pay.weixin.qq.com/doc/v3/partner/4013049135 */
const ANNOUNCED = ['SUCCESS', 'FAIL', 'REFUND', 'CLOSE'];

/** The announced action for each type of entry in a negotiation; other types are not announced. */
const ACTIONS: Record<string, string> = {
	USER_CREATE_COMPLAINT: 'CREATE_COMPLAINT',
	USER_CONTINUE_COMPLAINT: 'CONTINUE_COMPLAINT',
	USER_RESPONSE: 'USER_RESPONSE',
	PLATFORM_RESPONSE: 'RESPONSE_BY_PLATFORM',
	COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE: 'SELLER_REFUND',
	MERCHANT_RESPONSE: 'MERCHANT_RESPONSE',
	MERCHANT_CONFIRM_COMPLETE: 'MERCHANT_CONFIRM_COMPLETE',
	USER_APPLY_PLATFORM_SERVICE: 'USER_APPLY_PLATFORM_SERVICE',
	USER_CANCEL_PLATFORM_SERVICE: 'USER_CANCEL_PLATFORM_SERVICE',
	PLATFORM_SERVICE_FINISHED: 'PLATFORM_SERVICE_FINISHED',
	MERCHANT_APPROVE_REFUND: 'MERCHANT_APPROVE_REFUND',
	MERCHANT_REFUSE_RERUND: 'MERCHANT_REJECT_REFUND',
	COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE: 'REFUND_SUCCESS',
};

/** Announces changes: each once, to the address that the merchant has set for its kind. */
export class Announcer {
	/** The last announced state of each object: records are also stored without a change that is announced. */
	private readonly seen = new Map<string, string>();

	constructor(
		private readonly world: World,
		private readonly notifier: Notifier,
	) {}

	/** Remembers a change of an earlier run, which was announced then. */
	remember(change: Change): void {
		this.messagesOf(change);
	}

	/** Announces a change if WeChat Pay announces it and an address is set. */
	announce(change: Change): void {
		const { url, ...options } = this.addressOf(change);
		for (const message of this.messagesOf(change)) {
			if (url !== undefined) this.notifier.send(message, { ...options, url });
		}
	}

	private addressOf(change: Change): Partial<SendOptions> {
		const { notifyUrls } = this.world.state;
		switch (change.kind) {
			case 'application':
				return { url: notifyUrls.get('subscription') };
			case 'closing':
				if (change.value.type === 'withdrawal') return { url: change.value.value.notify_url };
				return change.value.type === 'complaint' ? { url: notifyUrls.get('complaint') } : {};
			case 'violation':
				return { url: notifyUrls.get('violation') };
			case 'echo':
				return { url: change.value.url, signWith: change.value.serial };
			default:
				return {};
		}
	}

	private messagesOf(change: Change): Message[] {
		const { keys, now } = this.world;
		switch (change.kind) {
			case 'application':
				// Whether the old flow is announced is not documented: here it is not.
				return change.value.flow === 'cancelWithdrawal' ? this.ofApplication(change.value) : [];
			case 'closing':
				return this.ofClosing(change.value, keys.mchid);
			case 'violation':
				return [violationMessage(change.value, now())];
			case 'echo':
				return [echoMessage(change.value.text, change.value.encrypted)];
			default:
				return [];
		}
	}

	private ofApplication(application: CancelWithdrawal): Message[] {
		const { number, state, withdrawState } = application;
		if (!this.isNew(`application ${number}`, `${state} ${withdrawState}`)) return [];
		return [cancellationMessage(application, this.notifier.settings)];
	}

	private ofClosing(record: ClosingRecord, mchid: string): Message[] {
		if (record.type === 'withdrawal') return this.ofWithdrawal(record.value, mchid);
		return record.type === 'complaint' ? this.ofComplaint(record.value) : [];
	}

	private ofWithdrawal(withdrawal: WithdrawalLike, mchid: string): Message[] {
		const { withdrawId, status = '' } = withdrawal;
		const isNew = this.isNew(`withdrawal ${withdrawId}`, status);
		return isNew && ANNOUNCED.includes(status) ? [withdrawalMessage(withdrawal, mchid)] : [];
	}

	private ofComplaint({ complaint_id: id, history }: ComplaintLike): Message[] {
		const before = Number(this.seen.get(`complaint ${id}`) ?? 0);
		this.seen.set(`complaint ${id}`, String(history.length));
		return history.slice(before).flatMap(({ operate_type }) => {
			const action = ACTIONS[operate_type];
			return action ? [complaintMessage(id, action)] : [];
		});
	}

	private isNew(key: string, value: string): boolean {
		const changed = this.seen.get(key) !== value;
		this.seen.set(key, value);
		return changed;
	}
}
