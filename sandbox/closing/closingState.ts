import type { State, SubMerchant } from '../state';
import { Pace } from './guard';
import type { Complaint, FundWithdrawal, Limitations, SettlementAccount } from './types';

/** One line of the stored state. */
export type ClosingRecord =
	| { type: 'complaint'; value: Complaint }
	| { type: 'limitations'; number: string; value: Limitations | null }
	| { type: 'settlementAccount'; number: string; value: SettlementAccount | null }
	/** With the balances that it changed, so that a killed sandbox does not lose money. */
	| { type: 'withdrawal'; value: FundWithdrawal; subMerchant?: SubMerchant };

const key = (number: string, subMchid: string) => `${number} ${subMchid}`;

/** What the sandbox's WeChat Pay remembers about everything that can block a closing. */
export class ClosingState {
	readonly pace = new Pace();
	readonly complaints = new Map<string, Complaint>();
	readonly limitations = new Map<string, Limitations>();
	/** `null`: no card is bound. A sub-merchant that was not described has a verified one. */
	readonly settlementAccounts = new Map<string, SettlementAccount | null>();
	/** All withdrawals, by withdraw_id, oldest first. */
	readonly withdrawals = new Map<string, FundWithdrawal>();
	/** The newest withdrawal of each out_request_no. */
	readonly withdrawalsByNumber = new Map<string, FundWithdrawal>();
	private readonly newest = new Map<string, FundWithdrawal>();
	/** The complaint that each downloadable image belongs to. */
	readonly images = new Map<string, string>();

	constructor(
		private readonly subMerchants: State['subMerchants'],
		private readonly store: (record: ClosingRecord) => void,
	) {}

	/** Applies a record: a stored one, or a change that is about to be stored. */
	load(record: ClosingRecord): void {
		switch (record.type) {
			case 'complaint':
				this.complaints.set(record.value.complaint_id, record.value);
				for (const id of imagesOf(record.value)) this.images.set(id, record.value.complaint_id);
				return;
			case 'limitations':
				if (record.value) this.limitations.set(record.number, record.value);
				else this.limitations.delete(record.number);
				return;
			case 'settlementAccount':
				this.settlementAccounts.set(record.number, record.value);
				return;
			case 'withdrawal': {
				const { value, subMerchant } = record;
				const isNew = !this.withdrawals.has(value.withdrawId);
				this.withdrawals.set(value.withdrawId, value);
				// A change of an older withdrawal with the same number does not make it the newest.
				if (isNew) {
					this.withdrawalsByNumber.set(value.number, value);
					this.newest.set(key(value.number, value.sub_mchid), value);
				}
				if (subMerchant) this.subMerchants.set(value.sub_mchid, subMerchant);
			}
		}
	}

	/** Applies and stores a change. */
	put(record: ClosingRecord): void {
		this.load(record);
		this.store(record);
	}

	/** All records, as they are stored. Balances are stored with their sub-merchants. */
	*records(): Generator<ClosingRecord> {
		for (const value of this.complaints.values()) yield { type: 'complaint', value };
		for (const [number, value] of this.limitations) yield { type: 'limitations', number, value };
		for (const [number, value] of this.settlementAccounts)
			yield { type: 'settlementAccount', number, value };
		for (const value of this.withdrawals.values()) yield { type: 'withdrawal', value };
	}

	/** The newest withdrawal with this number for this sub-merchant. */
	withdrawal(number: string, subMchid: string): FundWithdrawal | undefined {
		return this.newest.get(key(number, subMchid));
	}
}

const imagesOf = ({ images, history }: Complaint): string[] => [
	...images,
	...history.flatMap((entry) => entry.images ?? []),
];
