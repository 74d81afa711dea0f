/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { EventEmitter } from 'node:events';
import { ClosingState } from '../closing/closingState';
import { randomText } from '../keys';
import type { Change } from '../notifications/changes';
import {
	withoutSecrets,
	type Application,
	type CancelApplication,
	type CancelWithdrawal,
} from './applications';
import type { Media, MediaEndpoint, NotifyUrlKind, StateRecord } from './records';
import { toSubMerchant, type SubMerchant, type SubMerchantKind } from './subMerchants';

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
	/** Emits everything that is stored, and what else the merchant is notified about. */
	readonly changes = new EventEmitter<{ changed: [Change] }>();
	private readonly store: (record: StateRecord) => void;

	/** `store` is called with everything that has changed, before the response is sent. */
	constructor(
		private readonly now: () => number,
		store: (record: StateRecord) => void = () => {},
	) {
		this.store = (record) => {
			store(record);
			this.changes.emit('changed', record);
		};
	}

	/** Restores a stored record. */
	load(record: StateRecord): void {
		if (record.kind === 'media') this.media.set(record.value.id, record.value);
		else if (record.kind === 'notifyUrl') this.loadNotifyUrl(record.of, record.value);
		else if (record.kind === 'subMerchant') this.subMerchants.set(record.number, record.value);
		else if (record.kind === 'closing') this.closing.load(record.value);
		else if (record.value.flow === 'cancelApplication')
			this.applications.set(record.value.number, record.value);
		else this.withdrawals.set(record.value.number, { ...record.value, decrypted: {} });
	}

	/** All records, as they are stored. */
	*records(): Generator<StateRecord> {
		for (const value of this.media.values()) yield { kind: 'media', value };
		for (const [of, value] of this.notifyUrls) yield { kind: 'notifyUrl', of, value };
		for (const [number, value] of this.subMerchants) yield { kind: 'subMerchant', number, value };
		for (const value of this.closing.records()) yield { kind: 'closing', value };
		for (const value of this.applications.values()) yield { kind: 'application', value };
		for (const value of this.withdrawals.values())
			yield { kind: 'application', value: withoutSecrets(value) };
	}

	addMedia(endpoint: MediaEndpoint, name: string, digest: string, size: number): Media {
		const id = `V1_${randomText(61)}`;
		const value: Media = { id, endpoint, name, digest, size, time: this.now() };
		this.media.set(id, value);
		this.store({ kind: 'media', value });
		return value;
	}

	/** Sets the address for a kind of notification; `null` removes it. */
	setNotifyUrl(of: NotifyUrlKind, value: string | null): void {
		this.loadNotifyUrl(of, value);
		this.store({ kind: 'notifyUrl', of, value });
	}

	private loadNotifyUrl(of: NotifyUrlKind, value: string | null): void {
		if (value === null) this.notifyUrls.delete(of);
		else this.notifyUrls.set(of, value);
	}

	/** Stores a new or changed application. */
	put(application: Application): void {
		if (application.flow === 'cancelApplication') {
			this.applications.set(application.number, application);
			this.store({ kind: 'application', value: application });
		} else {
			this.withdrawals.set(application.number, application);
			this.store({ kind: 'application', value: withoutSecrets(application) });
		}
	}

	/** The sub-merchant with this number; one that was not described can be closed and has no money. */
	subMerchant(number: string): SubMerchant {
		// Merchant IDs consist of digits only.
		const otherwise = /^\d+$/.test(number) ? 'normal' : 'unknown';
		return this.subMerchants.get(number) ?? toSubMerchant(otherwise);
	}

	setSubMerchant(number: string, given: SubMerchantKind | Partial<SubMerchant>): void {
		const value = toSubMerchant(given);
		this.subMerchants.set(number, value);
		this.store({ kind: 'subMerchant', number, value });
	}
}
