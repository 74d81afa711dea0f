/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { setMaxListeners } from 'node:events';
import type { World } from '../types';
import { seal } from './envelope';
import type { Message } from './messages';
import { sendUntilAccepted, type Sender, type Sending } from './sending';
import {
	DEFAULT_SETTINGS,
	type NotificationRecord,
	type NotifySettings,
	type SendOptions,
} from './settings';
import { checkSignWith } from './signWith';

/** Ends all waits and requests: each of them listens to it. */
function newStop(): AbortController {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}

/** Sends notifications as WeChat Pay does: signed, repeated until accepted, and sometimes twice. */
export class Notifier {
	/** All notifications, oldest first. */
	readonly records: NotificationRecord[] = [];
	readonly settings: NotifySettings;
	private readonly sender: Sender;
	private readonly running = new Set<Promise<void>>();
	private held: Sending[] = [];
	private stopping = newStop();
	private sent = 0;
	private deliveries = 0;

	constructor(
		private readonly world: World,
		settings: Partial<NotifySettings> = {},
		onDelivery: Sender['onDelivery'] = () => {},
	) {
		this.settings = { ...DEFAULT_SETTINGS, ...settings };
		this.sender = {
			world,
			settings: this.settings,
			countDelivery: () => this.deliveries++,
			onDelivery,
		};
	}

	/** Sends a notification; its record changes while it is delivered. Throws for options that are not possible. */
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
	 * Sends what was held. Each notification waits until the one before it was answered once, so that they
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

	/** Stops all notifications that wait or are being sent. Their records are kept. */
	async stop(): Promise<void> {
		this.stopping.abort();
		for (const { record } of this.held) record.state = 'stopped';
		this.held = [];
		await this.settled();
	}

	/** Stops all notifications and removes their records. */
	clear(): void {
		this.stopping.abort();
		this.stopping = newStop();
		this.held = [];
		this.records.length = 0;
	}

	/** Starts to deliver; fulfilled when the first attempt was answered. */
	private async start(sending: Sending): Promise<void> {
		const { signal } = this.stopping;
		return await new Promise((firstAttempt) => {
			const run = sendUntilAccepted(sending, this.sender, signal, firstAttempt).finally(() => {
				this.running.delete(run);
				firstAttempt();
			});
			this.running.add(run);
		});
	}
}
