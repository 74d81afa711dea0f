/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { World } from '../types';
import { deliver, isRight, type Delivery, type DeliveryFault } from './delivery';
import { seal, type EnvelopeChange } from './envelope';
import type { Message } from './messages';
import { repeatsOf, timeAllowed } from './schedules';
import { checkSignWith, serialFor, type SignWith } from './signWith';
import { DEFAULT_FORM, type SubscriptionForm } from './subscription';

/** How notifications are sent; can be changed while the sandbox runs. */
export interface NotifySettings extends SubscriptionForm {
	/** WeChat Pay's waits are divided by this: 60 makes a minute a second. */
	speed: number;
	/** Milliseconds that an answer may take; left out, what the product's page says. */
	timeout?: number;
	/** Left out: the key that also signs answers to those who ask for none. */
	signWith?: SignWith;
	/** Before every n-th notification a signature probe is sent; 0 for none. */
	probeEvery: number;
	/** How often each notification is sent a second time although it was accepted. */
	copies: number;
	/** Notifications wait until they are released, in the order that is wanted. */
	hold: boolean;
}

export interface SendOptions extends EnvelopeChange {
	url: string;
	signWith?: SignWith;
	/** What is wrong with the first, the second, … attempt; afterwards all is right. */
	faults?: DeliveryFault[];
	/** Sent side by side with the first attempt that is right. */
	copies?: number;
	/** Whether it is repeated until it is accepted (default) or sent once. */
	repeat?: boolean;
}

/** A notification and everything that was sent of it. */
export interface NotificationRecord {
	id: string;
	eventType: string;
	url: string;
	/** What was encrypted. */
	resource: unknown;
	state: 'held' | 'waiting' | 'sending' | 'accepted' | 'givenUp' | 'stopped';
	deliveries: Delivery[];
}

interface Sending {
	record: NotificationRecord;
	body: Buffer;
	options: SendOptions;
	/** Copies that are still to be sent, with the first attempt that is right. */
	copies: number;
}

/** Ends what waits: every wait and every request listens to it. */
function newStop(): AbortController {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}

/** Sends notifications as WeChat Pay does: signed, repeated until accepted, and sometimes twice. */
export class Notifier {
	/** Everything that was sent, oldest first. */
	readonly records: NotificationRecord[] = [];
	readonly settings: NotifySettings;
	private readonly running = new Set<Promise<void>>();
	private held: Sending[] = [];
	private stopping = newStop();
	private sent = 0;
	private delivered = 0;

	constructor(
		private readonly world: World,
		settings: Partial<NotifySettings> = {},
		private readonly onDelivery: (
			record: NotificationRecord,
			delivery: Delivery,
		) => void = () => {},
	) {
		this.settings = {
			...DEFAULT_FORM,
			...{ speed: 60, probeEvery: 0, copies: 0, hold: false },
			...settings,
		};
	}

	/** Sends a notification; its record changes while it is delivered. Throws for options that cannot be. */
	send(message: Message, options: SendOptions): NotificationRecord {
		if (!/^https?:$/.test(new URL(options.url).protocol)) throw new Error('"url" must be http(s).');
		checkSignWith(options.signWith ?? this.settings.signWith, this.world);
		const { keys, now } = this.world;
		const { id, body } = seal(message, keys.apiV3SecretKey, now(), options);
		const { eventType, resource } = message;
		const state = this.settings.hold ? 'held' : 'waiting';
		const record: NotificationRecord = {
			...{ id, eventType, url: options.url, resource, state },
			deliveries: [],
		};
		this.records.push(record);
		this.sent += 1;
		const { probeEvery } = this.settings;
		const faults = probeEvery > 0 && this.sent % probeEvery === 0 ? ['probe' as const] : [];
		const sending: Sending = {
			record,
			body,
			options: { ...options, faults: options.faults ?? faults },
			copies: options.copies ?? this.settings.copies,
		};
		if (this.settings.hold) this.held.push(sending);
		else void this.start(sending);
		return record;
	}

	/**
	 * Sends what was held. Each waits until the one before it has been answered once, so that they
	 * arrive in this order.
	 */
	async release(order: 'asMade' | 'reverse' = 'asMade'): Promise<void> {
		const waiting = this.held;
		this.held = [];
		if (order === 'reverse') waiting.reverse();
		for (const sending of waiting) await this.start(sending);
	}

	/** Waits until nothing is being sent or repeated; what is held does not count. */
	async settled(): Promise<void> {
		while (this.running.size > 0) await Promise.all(this.running);
	}

	/** Ends everything that waits or is on its way. What was sent stays on record. */
	async stop(): Promise<void> {
		this.stopping.abort();
		for (const { record } of this.held) record.state = 'stopped';
		this.held = [];
		await this.settled();
	}

	/** Ends everything and forgets what was sent. */
	clear(): void {
		this.stopping.abort();
		this.stopping = newStop();
		this.held = [];
		this.records.length = 0;
	}

	/** Starts to deliver; fulfilled when the first attempt has been answered. */
	private async start(sending: Sending): Promise<void> {
		return await new Promise((firstAttempt) => {
			const run = this.run(sending, firstAttempt).finally(() => {
				this.running.delete(run);
				firstAttempt();
			});
			this.running.add(run);
		});
	}

	private async run(sending: Sending, firstAttempt: () => void): Promise<void> {
		const { record, options } = sending;
		const { signal } = this.stopping;
		const repeats = options.repeat === false ? [] : repeatsOf(record.eventType);
		for (const [index, wait] of [0, ...repeats].entries()) {
			record.state = 'waiting';
			// The first one too leaves a moment later: the answer to the request that caused it is on its way.
			const rested = await pause(wait / this.settings.speed, true, { signal }).catch(() => false);
			if (!rested) break;
			record.state = 'sending';
			const accepted = await this.attempt(sending, index + 1, signal);
			if (accepted) {
				record.state = 'accepted';
				return;
			}
			firstAttempt();
		}
		record.state = signal.aborted ? 'stopped' : 'givenUp';
	}

	/** One attempt and its copies; true if a right one was accepted. */
	private async attempt(sending: Sending, attempt: number, signal: AbortSignal): Promise<boolean> {
		const { record, body, options, copies } = sending;
		const fault = options.faults?.[attempt - 1];
		const right = isRight(fault);
		if (right) sending.copies = 0;
		const timeout = this.settings.timeout ?? timeAllowed(record.eventType);
		const one = async () => {
			const signWith = options.signWith ?? this.settings.signWith;
			const serial = serialFor(signWith, this.delivered++, this.world);
			const { url } = record;
			const delivery = await deliver(
				{ url, body, serial, fault, attempt, timeout, signal },
				this.world,
			);
			record.deliveries.push(delivery);
			this.onDelivery(record, delivery);
			return delivery.accepted;
		};
		const accepted = await Promise.all(Array.from({ length: right ? 1 + copies : 1 }, one));
		return right && accepted.includes(true);
	}
}
