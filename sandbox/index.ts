/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { setMaxListeners } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Nonces } from './authorization';
import { closingBehaviour } from './closing/behaviour';
import { ClosingControls } from './closing/controls';
import type { FundWithdrawal } from './closing/types';
import { control } from './control';
import { EarlierAnswers } from './earlierAnswers';
import { Faults, type FaultMix, type FaultRule } from './faults';
import {
	generateKeys,
	generatePlatformCertificate,
	type PlatformCertificate,
	type SandboxKeys,
} from './keys';
import { LateBookings } from './lateBookings';
import { move, type Move } from './moves';
import { Announcer } from './notifications/changes';
import type { Delivery } from './notifications/delivery';
import { Notifier, type NotificationRecord, type NotifySettings } from './notifications/notifier';
import { serve } from './server';
import { State, type Application, type SubMerchant, type SubMerchantKind } from './state';
import { Storage } from './storage';
import type { Behaviour, RequestLogEntry, World } from './types';

export { DOCUMENTED_LIMITS, documentedLimits } from './closing/behaviour';
export type { ClosingBehaviour, LimitName, Product } from './closing/behaviour';
export type { ComplaintAction, NewComplaint } from './closing/complaints';
export type { NewLimitations } from './closing/limitations';
export type { Complaint, FundWithdrawal, Limitations, SettlementAccount } from './closing/types';
export type { WithdrawalMove } from './closing/withdrawals';
export { FAULT_KINDS, parseFaults, seededRandom, standardMix } from './faults';
export type { Fault, FaultKind, FaultMix, FaultRule } from './faults';
export { generateKeys, generatePlatformCertificate } from './keys';
export type { PlatformCertificate, SandboxKeys } from './keys';
export type { Move } from './moves';
export type { Change } from './notifications/changes';
export { DELIVERY_FAULTS } from './notifications/delivery';
export type { Delivery, DeliveryFault } from './notifications/delivery';
export type { NotificationRecord, NotifySettings } from './notifications/notifier';
export type {
	AccountType,
	Application,
	Balance,
	CancelApplication,
	CancelWithdrawal,
	Material,
	Media,
	SubMerchant,
	SubMerchantKind,
} from './state';
export type { RequestLogEntry } from './types';

export interface SandboxOptions extends Partial<Behaviour> {
	/** 0, the default, takes a free one. */
	port?: number;
	/** Default 127.0.0.1: nobody else can reach it. */
	host?: string;
	/** PEM of the key and certificate to speak HTTPS with; plain HTTP without. */
	tls?: { key: string; cert: string };
	/** Made at start if left out; generate once and share them, it takes a second. */
	keys?: SandboxKeys;
	/** Keeps keys and state there across restarts. Without it everything is forgotten. */
	directory?: string;
	/** How many platform certificates the merchant has at the start (default: those of the keys, none otherwise). */
	platformCertificates?: number;
	subMerchants?: Record<string, SubMerchantKind | Partial<SubMerchant>>;
	/** Faults by chance. */
	faults?: FaultMix;
	seed?: number;
	/** Milliseconds that every answer takes at least. */
	latency?: number;
	/** Milliseconds since 1970; default the real clock. */
	now?: () => number;
	onRequest?: (entry: RequestLogEntry) => void;
	/** Where the messages of 合作伙伴订阅 go: the states of the new flow. On the real portal a person enters it. */
	subscriptionUrl?: string;
	/** How notifications are sent. */
	notify?: Partial<NotifySettings>;
	onDelivery?: (record: NotificationRecord, delivery: Delivery) => void;
}

/** Data of the n8n credential `wechatPayApi`. */
export interface SandboxCredential {
	mchid: string;
	serial: string;
	privateKey: string;
	verification: 'publicKey' | 'platformCertificate' | 'none';
	wechatPayPublicKeyId: string;
	wechatPayPublicKey: string;
	apiV3SecretKey: string;
	host: string;
	customHost: string;
	failover: boolean;
}

/** A local WeChat Pay: its APIv3 endpoints for closing sub-merchants' accounts, over HTTP or HTTPS, and strict. */
export class Sandbox {
	/** All requests since the start, oldest first; controls are not among them. */
	readonly requests: RequestLogEntry[] = [];
	readonly faults = new Faults();
	/** Complaints, limitations, settlement accounts and withdrawals: what others do to them. */
	readonly closing: ClosingControls;
	readonly late = new LateBookings();
	/** Milliseconds that every answer takes at least; can be changed while it runs. */
	latency: number;
	readonly world: World;
	/** Sends notifications, and keeps what was sent and answered. */
	readonly notifications: Notifier;
	private readonly announcer: Announcer;
	private readonly stopping = new AbortController();
	private readonly server: Server;

	private constructor(
		readonly keys: SandboxKeys,
		readonly behaviour: Behaviour,
		readonly state: State,
		private readonly options: SandboxOptions,
		private readonly storage: Storage | undefined,
	) {
		// Every answer that waits listens to it.
		setMaxListeners(0, this.stopping.signal);
		this.latency = options.latency ?? 0;
		this.closing = new ClosingControls(state, behaviour, this.now);
		this.faults.setMix(options.faults ?? {}, options.seed ?? 1);
		const world: World = { keys, state, behaviour, now: this.now };
		this.world = world;
		this.notifications = new Notifier(world, options.notify, options.onDelivery);
		this.announcer = new Announcer(world, this.notifications);
		state.changes.on('changed', (change) => this.announcer.announce(change));
		const parts = {
			world,
			faults: this.faults,
			late: this.late,
			earlier: new EarlierAnswers(),
			nonces: new Nonces(),
			latency: () => this.latency,
			signal: this.stopping.signal,
			log: (entry: RequestLogEntry) => {
				this.requests.push(entry);
				options.onRequest?.(entry);
			},
			control: control(this),
		};
		const listener: RequestListener = (request, response) => void serve(request, response, parts);
		this.server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
		// WeChat Pay closes idle connections after eight seconds.
		this.server.keepAliveTimeout = 8000;
	}

	/** Starts a sandbox; it listens when the promise is fulfilled. */
	static async start(options: SandboxOptions = {}): Promise<Sandbox> {
		const storage = options.directory === undefined ? undefined : new Storage(options.directory);
		const wanted = { platformCertificates: options.platformCertificates ?? 0 };
		const given = options.keys ?? (await (storage ? storage.keys(wanted) : generateKeys(wanted)));
		// A copy: rotating certificates in one sandbox must not reach another with the same keys.
		const keys = { ...given, platformCertificates: [...given.platformCertificates] };
		const behaviour: Behaviour = {
			sameBody: options.sameBody ?? 'conflict',
			sameInformation: options.sameInformation ?? 'bytes',
			retryWindow: options.retryWindow ?? Infinity,
			dailyUploads: options.dailyUploads ?? Infinity,
			migration: options.migration ?? 'publicKey',
			signMissingCertificates: options.signMissingCertificates ?? false,
			idCard: options.idCard ?? 'IDENTIFICATION_TYPE_ID_CARD',
			...closingBehaviour(options),
		};
		const state = new State(options.now ?? Date.now, (record) => storage?.append(record));
		const sandbox = new Sandbox(keys, behaviour, state, options, storage);
		while (keys.platformCertificates.length < wanted.platformCertificates) {
			await sandbox.addPlatformCertificate();
		}
		// The port first: it is what keeps a second sandbox away from the journal of this one. No request
		// can come in between, since what follows does not wait for anything.
		await sandbox.listen();
		for (const record of storage?.load() ?? []) state.load(record);
		for (const record of state.records()) sandbox.announcer.remember(record);
		storage?.compact(state.records());
		if (options.subscriptionUrl !== undefined) {
			state.setNotifyUrl('subscription', options.subscriptionUrl);
		}
		for (const [number, subMerchant] of Object.entries(options.subMerchants ?? {})) {
			state.setSubMerchant(number, subMerchant);
		}
		return sandbox;
	}

	readonly now = (): number => (this.options.now ?? Date.now)();

	get port(): number {
		return (this.server.address() as AddressInfo).port;
	}

	get url(): string {
		const host = this.options.host ?? '127.0.0.1';
		// An address that means "all of them" is no address to call.
		const reachable = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
		const scheme = this.options.tls ? 'https' : 'http';
		return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${this.port}`;
	}

	get mchid(): string {
		return this.keys.mchid;
	}

	get serial(): string {
		return this.keys.serial;
	}

	/** Applications of the old flow, by out_apply_no. */
	get applications(): State['applications'] {
		return this.state.applications;
	}

	/** Applications of the new flow, by out_request_no. */
	get withdrawals(): State['withdrawals'] {
		return this.state.withdrawals;
	}

	/** The newest withdrawal of sub-merchants' money for each out_request_no. */
	get fundWithdrawals(): ReadonlyMap<string, FundWithdrawal> {
		return this.state.closing.withdrawalsByNumber;
	}

	/** Uploaded pictures, by media id. */
	get media(): State['media'] {
		return this.state.media;
	}

	/** Data for the n8n credential `wechatPayApi`, in public key mode unless overridden. */
	credential(overrides: Partial<SandboxCredential> = {}): SandboxCredential {
		return {
			mchid: this.keys.mchid,
			serial: this.keys.serial,
			privateKey: this.keys.merchantPrivateKeyPem,
			verification: 'publicKey',
			wechatPayPublicKeyId: this.keys.wechatPayPublicKeyId,
			wechatPayPublicKey: this.keys.wechatPayPublicKeyPem,
			apiV3SecretKey: '',
			host: 'custom',
			customHost: this.url,
			failover: true,
			...overrides,
		};
	}

	/** Plays a fault on the requests that match; once unless the rule says otherwise. */
	fault(rule: FaultRule): ReturnType<Faults['add']> {
		return this.faults.add(rule);
	}

	/** Takes back all faults, by rule and by chance. */
	clearFaults(): void {
		this.faults.clear();
	}

	/** Acts now on what was answered with a failure to be acted on later; the numbers, in their order. */
	settle(): string[] {
		return this.late.settle();
	}

	/** The sub-merchants that were described; all others can be closed and own nothing. */
	get subMerchants(): ReadonlyMap<string, SubMerchant> {
		return this.state.subMerchants;
	}

	/** Describes a sub-merchant: by its kind, or with balances and more. */
	setSubMerchant(number: string, subMerchant: SubMerchantKind | Partial<SubMerchant>): void {
		this.state.setSubMerchant(number, subMerchant);
	}

	/** Moves an application on, as a reviewer, the merchant or the bank would. Throws if that cannot be. */
	move(number: string, to: Move): Application {
		return move(this.state, number, to, this.now());
	}

	/** Gives the merchant a further platform certificate, which signs from now on. */
	async addPlatformCertificate(): Promise<PlatformCertificate> {
		const certificates = this.keys.platformCertificates;
		const newest = Math.max(0, ...certificates.map(({ effectiveTime }) => effectiveTime));
		const effective = Math.max(newest + 1000, this.now() - 60_000);
		const certificate = await generatePlatformCertificate(effective);
		certificates.push(certificate);
		this.storage?.saveKeys(this.keys);
		return certificate;
	}

	/** Takes a platform certificate out of use. */
	retirePlatformCertificate(serial: string): void {
		const certificates = this.keys.platformCertificates;
		const index = certificates.findIndex((certificate) => certificate.serial === serial);
		if (index < 0) throw new Error(`There is no platform certificate ${serial}.`);
		certificates.splice(index, 1);
		this.storage?.saveKeys(this.keys);
	}

	/** Closes all connections and the port. */
	async stop(): Promise<void> {
		this.stopping.abort();
		this.late.clear();
		await this.notifications.stop();
		if (!this.server.listening) return;
		await new Promise<void>((resolve) => {
			this.server.close(() => resolve());
			this.server.closeAllConnections();
		});
	}

	private async listen(): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(this.options.port ?? 0, this.options.host ?? '127.0.0.1', () => {
				this.server.off('error', reject);
				resolve();
			});
		});
	}
}
