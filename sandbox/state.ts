/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { EventEmitter } from 'node:events';
import { ClosingState, type ClosingRecord } from './closing/closingState';
import { randomText } from './keys';
import type { Change } from './notifications/changes';

/** What is special about a sub-merchant; `normal` means that it can be closed. */
export type SubMerchantKind =
	| 'normal'
	| 'notAllowed'
	| 'hasBalance'
	| 'alreadyCancelled'
	| 'notEcommerce'
	| 'noRelation'
	| 'unknown'
	| 'providerNotEcommerce';

export type AccountType = 'BASIC' | 'OPERATION' | 'FEES' | 'DEPOSIT';

/** Amounts in fen. */
export interface Balance {
	available: number;
	pending: number;
}

export interface SubMerchant {
	kind: SubMerchantKind;
	balances: Partial<Record<AccountType, Balance>>;
	/** Accounts that were never opened: asking for their balance is refused. */
	neverOpened: AccountType[];
	/** Why closing is not allowed, as validate-cancel reports it. Left out: what the other states say. */
	blockReasons?: Array<{ type: string; description: string }>;
}

export type MediaEndpoint = 'cancel' | 'merchant' | 'complaint';

/** A picture that was uploaded; its bytes are not kept. */
export interface Media {
	id: string;
	/** Ids are bound to the endpoint that gave them out. */
	endpoint: MediaEndpoint;
	name: string;
	/** SHA-256 of the picture, lower-case hexadecimal. */
	digest: string;
	size: number;
	time: number;
}

export interface Material {
	application_type: string;
	application_media_id: string;
	/** SHA-256 of the picture behind the id. */
	digest: string;
}

/** An application of the old flow. */
export interface CancelApplication {
	flow: 'cancelApplication';
	number: string;
	sub_mchid: string;
	materials: Material[];
	state: string;
	rejectReason?: string;
	/** The accepted body, keys in order: what a repeated create is compared with. */
	request: string;
	created: number;
	updated: number;
	/** When a create with this number last arrived. */
	lastRequest: number;
	/** How many creates with this number arrived, the first one included. */
	requests: number;
}

export interface AccountResult {
	out_account_type: string;
	amount: number;
	pay_state?: string;
	state_description?: string;
}

/** An application of the new flow (cancel and withdraw). */
export interface CancelWithdrawal {
	flow: 'cancelWithdrawal';
	number: string;
	applymentId: string;
	sub_mchid: string;
	withdraw?: string;
	state: string;
	description: string;
	withdrawState?: string;
	accounts: AccountResult[];
	/** SHA-256 of the raw body: encrypted fields differ in every request that was made anew. */
	requestDigest: string;
	/** The accepted body in clear text, keys in order. Held in memory only, like `decrypted`. */
	information?: string;
	/** Whether the sub-merchant was cancelled already when this was accepted. */
	isFurtherPayout?: boolean;
	/** Digests of the pictures in proof_medias and additional_materials. */
	materials: Material[];
	remark?: string;
	created: number;
	updated: number;
	requests: number;
	confirmedBy?: string;
	/** The accepted body of Confirm, keys in order. */
	confirmation?: string;
	/**
	 * The decrypted fields, for tests to look at. Held in memory only: not stored, and not shown over HTTP.
	 */
	decrypted: Record<string, string>;
}

export type Application = CancelApplication | CancelWithdrawal;

/** For what a merchant sets an address; other notifications go to the address in the request. */
export type NotifyUrlKind = 'subscription' | 'complaint' | 'violation';

/** One line of the stored state. */
export type StateRecord =
	| { kind: 'media'; value: Media }
	/** `null`: taken back. */
	| { kind: 'notifyUrl'; of: NotifyUrlKind; value: string | null }
	| { kind: 'closing'; value: ClosingRecord }
	| { kind: 'application'; value: Application }
	| { kind: 'subMerchant'; number: string; value: SubMerchant };

const ACCOUNTS: Record<AccountType, string> = {
	BASIC: 'BASIC_ACCOUNT',
	OPERATION: 'OPERATE_ACCOUNT',
	FEES: 'TRADE_FEE_ACCOUNT',
	DEPOSIT: 'MARGIN_ACCOUNT',
};

/** Fills in what a short description of a sub-merchant leaves out. */
export function toSubMerchant(given: SubMerchantKind | Partial<SubMerchant>): SubMerchant {
	const partial = typeof given === 'string' ? { kind: given } : given;
	const kind = partial.kind ?? 'normal';
	return {
		kind,
		balances: kind === 'hasBalance' ? { BASIC: { available: 100, pending: 0 } } : {},
		neverOpened: [],
		...(kind === 'notAllowed'
			? {
					blockReasons: [
						{ type: 'CONSUMER_COMPLAINT_UNPROCESSED', description: '存在未处理的消费者投诉' },
					],
				}
			: {}),
		...partial,
	};
}

/** What the sandbox's WeChat Pay remembers. */
export class State {
	readonly media = new Map<string, Media>();
	readonly applications = new Map<string, CancelApplication>();
	readonly withdrawals = new Map<string, CancelWithdrawal>();
	readonly subMerchants = new Map<string, SubMerchant>();
	/** Complaints, limitations, settlement accounts and withdrawals. */
	readonly closing = new ClosingState(this.subMerchants, (value) =>
		this.store({ kind: 'closing', value }),
	);
	/** Where notifications go. */
	readonly notifyUrls = new Map<NotifyUrlKind, string>();
	/** Tells of everything that is stored, and of what else the merchant is notified about. */
	readonly changes = new EventEmitter<{ changed: [Change] }>();
	private readonly store: (record: StateRecord) => void;

	/** `store` is called with everything that has changed, before the answer goes out. */
	constructor(
		private readonly now: () => number,
		store: (record: StateRecord) => void = () => {},
	) {
		this.store = (record) => {
			store(record);
			this.changes.emit('changed', record);
		};
	}

	/** Takes a stored record back in. */
	load(record: StateRecord): void {
		if (record.kind === 'media') this.media.set(record.value.id, record.value);
		else if (record.kind === 'notifyUrl') this.loadNotifyUrl(record.of, record.value);
		else if (record.kind === 'subMerchant') this.subMerchants.set(record.number, record.value);
		else if (record.kind === 'closing') this.closing.load(record.value);
		else if (record.value.flow === 'cancelApplication')
			this.applications.set(record.value.number, record.value);
		else this.withdrawals.set(record.value.number, { ...record.value, decrypted: {} });
	}

	/** Everything there is, as it is stored. */
	*records(): Generator<StateRecord> {
		for (const value of this.media.values()) yield { kind: 'media', value };
		for (const [of, value] of this.notifyUrls) yield { kind: 'notifyUrl', of, value };
		for (const [number, value] of this.subMerchants) yield { kind: 'subMerchant', number, value };
		for (const value of this.closing.records()) yield { kind: 'closing', value };
		for (const value of this.applications.values()) yield { kind: 'application', value };
		for (const value of this.withdrawals.values())
			yield { kind: 'application', value: bare(value) };
	}

	addMedia(endpoint: MediaEndpoint, name: string, digest: string, size: number): Media {
		const id = `V1_${randomText(61)}`;
		const value: Media = { id, endpoint, name, digest, size, time: this.now() };
		this.media.set(id, value);
		this.store({ kind: 'media', value });
		return value;
	}

	/** Sets the address for a kind of notification; `null` takes it back. */
	setNotifyUrl(of: NotifyUrlKind, value: string | null): void {
		this.loadNotifyUrl(of, value);
		this.store({ kind: 'notifyUrl', of, value });
	}

	private loadNotifyUrl(of: NotifyUrlKind, value: string | null): void {
		if (value === null) this.notifyUrls.delete(of);
		else this.notifyUrls.set(of, value);
	}

	/** Keeps an application, new or changed. */
	put(application: Application): void {
		if (application.flow === 'cancelApplication') {
			this.applications.set(application.number, application);
			this.store({ kind: 'application', value: application });
		} else {
			this.withdrawals.set(application.number, application);
			this.store({ kind: 'application', value: bare(application) });
		}
	}

	/** The sub-merchant with this number; one that nobody has described can be closed and owns nothing. */
	subMerchant(number: string): SubMerchant {
		// Merchant IDs are digits; nothing else can be one.
		const otherwise = /^\d+$/.test(number) ? 'normal' : 'unknown';
		return this.subMerchants.get(number) ?? toSubMerchant(otherwise);
	}

	setSubMerchant(number: string, given: SubMerchantKind | Partial<SubMerchant>): void {
		const value = toSubMerchant(given);
		this.subMerchants.set(number, value);
		this.store({ kind: 'subMerchant', number, value });
	}

	/** The accounts of a sub-merchant with money on them, named as the cancellation endpoints name them. */
	accountsWithMoney(number: string): AccountResult[] {
		return Object.entries(this.subMerchant(number).balances)
			.map(([type, { available, pending }]) => ({
				out_account_type: ACCOUNTS[type as AccountType],
				amount: available + pending,
			}))
			.filter(({ amount }) => amount > 0);
	}

	/** Whether a sub-merchant is closed: described as such, or by an application that went through. */
	isCancelled(number: string): boolean {
		if (this.subMerchant(number).kind === 'alreadyCancelled') return true;
		const closed = ['CANCEL_SUCCESS', 'CANCELED', 'FUND_PROCESSING', 'FINISH'];
		return this.ofSubMerchant(number).some(({ state }) => closed.includes(state));
	}

	/** Whether an application for this sub-merchant is still under way, its payout included. */
	hasOpenApplication(number: string): boolean {
		const open = [
			'ACCEPTED',
			'REVIEWING',
			'WAITING_MERCHANT_CONFIRM',
			'SYSTEM_PROCESSING',
			'CANCELED',
			'FUND_PROCESSING',
		];
		return this.ofSubMerchant(number).some(({ state }) => open.includes(state));
	}

	private ofSubMerchant(number: string): Application[] {
		const of: Application[] = [];
		// Two plain loops: this runs for every create, and a soak makes thousands.
		for (const value of this.applications.values()) if (value.sub_mchid === number) of.push(value);
		for (const value of this.withdrawals.values()) if (value.sub_mchid === number) of.push(value);
		return of;
	}
}

const bare = (value: CancelWithdrawal): CancelWithdrawal => ({
	...value,
	decrypted: {},
	information: undefined,
});
