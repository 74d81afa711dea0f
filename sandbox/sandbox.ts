/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { setMaxListeners } from 'node:events';
import { ClosingControls } from './closing/controls';
import type { FundWithdrawal } from './closing/types';
import { control } from './control';
import { credentialFor, type SandboxCredential } from './credential';
import { EarlierAnswers } from './faults/earlierAnswers';
import { Faults } from './faults/faults';
import type { FaultRule } from './faults/kinds';
import { LateBookings } from './faults/lateBookings';
import {
	addPlatformCertificate,
	removePlatformCertificate,
	type PlatformCertificate,
	type SandboxKeys,
} from './keys';
import { move, type Move } from './moves';
import { Announcer } from './notifications/changes';
import { Notifier } from './notifications/notifier';
import type { SandboxOptions } from './options';
import { Nonces } from './server/authorization';
import { Listener } from './server/listener';
import { serve, type ServerParts } from './server/serve';
import { State, type Application, type SubMerchant, type SubMerchantKind } from './state';
import { Storage } from './storage';
import type { Behaviour, RequestLogEntry, World } from './types';
import { createWorld } from './world';

/** A local WeChat Pay: its APIv3 endpoints for closing sub-merchants' accounts over HTTP or HTTPS, and strict. */
export class Sandbox {
	readonly keys: SandboxKeys;
	readonly state: State;
	readonly behaviour: Behaviour;
	/** Milliseconds since 1970, by the clock of the sandbox. */
	readonly now: () => number;
	/** All requests since the start, oldest first; controls are not included. */
	readonly requests: RequestLogEntry[] = [];
	readonly faults = new Faults();
	/** What consumers, banks and WeChat Pay do: complaints, limitations, settlement accounts, withdrawals. */
	readonly closing: ClosingControls;
	readonly late = new LateBookings();
	/** Minimum time for every response, in milliseconds; can be changed while the sandbox runs. */
	latency: number;
	/** Sends notifications, and keeps what was sent and how it was answered. */
	readonly notifications: Notifier;
	private readonly announcer: Announcer;
	private readonly stopping = new AbortController();
	private readonly listener: Listener;

	private constructor(
		readonly world: World,
		options: SandboxOptions,
		private readonly storage: Storage | undefined,
	) {
		const { keys, state, behaviour, now } = world;
		this.keys = keys;
		this.state = state;
		this.behaviour = behaviour;
		this.now = now;
		// Every response that waits listens to it.
		setMaxListeners(0, this.stopping.signal);
		this.latency = options.latency ?? 0;
		this.closing = new ClosingControls(state, behaviour, now);
		this.faults.setMix(options.faults ?? {}, options.seed ?? 1);
		this.notifications = new Notifier(world, options.notify, options.onDelivery);
		this.announcer = new Announcer(world, this.notifications);
		state.changes.on('changed', (change) => this.announcer.announce(change));
		const parts: ServerParts = {
			world,
			faults: this.faults,
			late: this.late,
			earlier: new EarlierAnswers(),
			nonces: new Nonces(),
			latency: () => this.latency,
			signal: this.stopping.signal,
			log: (entry) => {
				this.requests.push(entry);
				options.onRequest?.(entry);
			},
			control: control(this),
		};
		this.listener = new Listener(options, (request, response) => {
			void serve(request, response, parts);
		});
	}

	/** Starts a sandbox; it listens when the promise is fulfilled. */
	static async start(options: SandboxOptions = {}): Promise<Sandbox> {
		const storage = options.directory === undefined ? undefined : new Storage(options.directory);
		const world = await createWorld(options, storage);
		const { state } = world;
		const sandbox = new Sandbox(world, options, storage);
		// The port first: it keeps a second sandbox away from the journal of this one. No request can come in
		// before the state is restored, because nothing below waits.
		await sandbox.listener.open();
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

	get port(): number {
		return this.listener.port;
	}

	get url(): string {
		return this.listener.url;
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

	/** Uploaded images, by media ID. */
	get media(): State['media'] {
		return this.state.media;
	}

	/** The sub-merchants that were described; all others can be closed and have no money. */
	get subMerchants(): ReadonlyMap<string, SubMerchant> {
		return this.state.subMerchants;
	}

	/** Data for the n8n credential `wechatPayApi`, with Response Verification set to Public Key unless overridden. */
	credential(overrides: Partial<SandboxCredential> = {}): SandboxCredential {
		return { ...credentialFor(this.keys, this.url), ...overrides };
	}

	/** Plays a fault on the requests that match; once unless the rule says otherwise. */
	fault(rule: FaultRule): ReturnType<Faults['add']> {
		return this.faults.add(rule);
	}

	/** Removes all faults: rules and chances. */
	clearFaults(): void {
		this.faults.clear();
	}

	/** Acts now on the requests that failed first and are to be acted on later. Returns their numbers in order. */
	settle(): string[] {
		return this.late.settle();
	}

	/** Describes a sub-merchant: by its kind, or with balances and more. */
	setSubMerchant(number: string, subMerchant: SubMerchantKind | Partial<SubMerchant>): void {
		this.state.setSubMerchant(number, subMerchant);
	}

	/** Moves an application on, as a reviewer, the merchant or the bank would. Throws if the move is not possible. */
	move(number: string, to: Move): Application {
		return move(this.state, number, to, this.now());
	}

	/** Gives the merchant another platform certificate, which signs from now on. */
	async addPlatformCertificate(): Promise<PlatformCertificate> {
		const certificate = await addPlatformCertificate(this.keys, this.now());
		this.storage?.saveKeys(this.keys);
		return certificate;
	}

	/** Takes a platform certificate out of use. */
	retirePlatformCertificate(serial: string): void {
		removePlatformCertificate(this.keys, serial);
		this.storage?.saveKeys(this.keys);
	}

	/** Closes all connections and the port. */
	async stop(): Promise<void> {
		this.stopping.abort();
		this.late.clear();
		await this.notifications.stop();
		await this.listener.close();
	}
}
