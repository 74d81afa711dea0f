import type { Delivery, DeliveryFault } from './delivery';
import type { EnvelopeChange } from './envelope';
import type { SignWith } from './signWith';
import { DEFAULT_FORM, type SubscriptionForm } from './subscription';

/** How notifications are sent; can be changed while the sandbox runs. */
export interface NotifySettings extends SubscriptionForm {
	/** WeChat Pay's pauses are divided by this: 60 turns a minute into a second. */
	speed: number;
	/** Time-out of a delivery in milliseconds; if left out, what the product's page says. */
	timeout?: number;
	/** If left out, the key that also signs responses to requests that ask for no key. */
	signWith?: SignWith;
	/** A signature probe is sent before every n-th notification; 0 for none. */
	probeEvery: number;
	/** How often each notification is sent again although it was accepted. */
	copies: number;
	/** Notifications wait until they are released, in either order. */
	hold: boolean;
}

export const DEFAULT_SETTINGS: NotifySettings = {
	...DEFAULT_FORM,
	speed: 60,
	probeEvery: 0,
	copies: 0,
	hold: false,
};

export interface SendOptions extends EnvelopeChange {
	url: string;
	signWith?: SignWith;
	/** What is wrong with the first, the second, … attempt; all later ones are right. */
	faults?: DeliveryFault[];
	/** Sent side by side with the first attempt that is right. */
	copies?: number;
	/** Whether it is repeated until it is accepted (default) or sent once. */
	repeat?: boolean;
}

/** A notification and all its deliveries. */
export interface NotificationRecord {
	id: string;
	eventType: string;
	url: string;
	/** What was encrypted. */
	resource: unknown;
	state: 'held' | 'waiting' | 'sending' | 'accepted' | 'givenUp' | 'stopped';
	deliveries: Delivery[];
}
