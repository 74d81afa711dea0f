import type { FaultMix } from './faults/kinds';
import type { SandboxKeys } from './keys';
import type { Delivery } from './notifications/delivery';
import type { NotificationRecord, NotifySettings } from './notifications/settings';
import type { ListenerOptions } from './server/listener';
import type { SubMerchant, SubMerchantKind } from './state';
import type { Behaviour, RequestLogEntry } from './types';

export interface SandboxOptions extends Partial<Behaviour>, ListenerOptions {
	/** Generated at the start if left out, which takes a second: generate them once and share them. */
	keys?: SandboxKeys;
	/** Keeps keys and state in this folder across restarts. Without it everything is forgotten. */
	directory?: string;
	/** How many platform certificates the merchant has at the start (default: those of the keys, or none). */
	platformCertificates?: number;
	subMerchants?: Record<string, SubMerchantKind | Partial<SubMerchant>>;
	/** Faults by chance. */
	faults?: FaultMix;
	seed?: number;
	/** Minimum time for every response, in milliseconds. */
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
