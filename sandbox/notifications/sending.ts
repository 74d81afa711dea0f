/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { setTimeout as pause } from 'node:timers/promises';
import type { World } from '../types';
import { deliver, isRight, type Delivery } from './delivery';
import { repeatsOf, timeAllowed } from './schedules';
import type { NotificationRecord, NotifySettings, SendOptions } from './settings';
import { serialFor } from './signWith';

/** A notification that is being sent. */
export interface Sending {
	record: NotificationRecord;
	body: Buffer;
	options: SendOptions;
	/** Copies that are still to be sent, with the first attempt that is right. */
	copies: number;
}

/** What all notifications of a sandbox share. */
export interface Sender {
	world: World;
	settings: NotifySettings;
	/** Counts the deliveries of all notifications. */
	countDelivery: () => number;
	onDelivery: (record: NotificationRecord, delivery: Delivery) => void;
}

/** Repeats a notification until it is accepted; calls `onFirstAttempt` after the first attempt if that failed. */
export async function sendUntilAccepted(
	sending: Sending,
	sender: Sender,
	signal: AbortSignal,
	onFirstAttempt: () => void,
): Promise<void> {
	const { record, options } = sending;
	const repeats = options.repeat === false ? [] : repeatsOf(record.eventType);
	for (const [index, wait] of [0, ...repeats].entries()) {
		record.state = 'waiting';
		// Even the first attempt waits a moment: the response to the request that caused it goes out first.
		const { speed } = sender.settings;
		const rested = await pause(wait / speed, true, { signal }).catch(() => false);
		if (!rested) break;
		record.state = 'sending';
		if (await attempt(sending, sender, index + 1, signal)) {
			record.state = 'accepted';
			return;
		}
		onFirstAttempt();
	}
	record.state = signal.aborted ? 'stopped' : 'givenUp';
}

/** One attempt and its copies; true if a right one was accepted. */
async function attempt(
	sending: Sending,
	sender: Sender,
	number: number,
	signal: AbortSignal,
): Promise<boolean> {
	const { record, body, options, copies } = sending;
	const { world, settings } = sender;
	const fault = options.faults?.[number - 1];
	const right = isRight(fault);
	if (right) sending.copies = 0;
	const timeout = settings.timeout ?? timeAllowed(record.eventType);
	const one = async () => {
		const signWith = options.signWith ?? settings.signWith;
		const serial = serialFor(signWith, sender.countDelivery(), world);
		const { url } = record;
		const delivery = await deliver(
			{ url, body, serial, fault, attempt: number, timeout, signal },
			world,
		);
		record.deliveries.push(delivery);
		sender.onDelivery(record, delivery);
		return delivery.accepted;
	};
	const accepted = await Promise.all(Array.from({ length: right ? 1 + copies : 1 }, one));
	return right && accepted.includes(true);
}
