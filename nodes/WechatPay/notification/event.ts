import type { IDataObject } from 'n8n-workflow';
import { isFinal, needsAttention } from '../application/states';
import type { Notification } from '../protocol/notification';
import { describeSubscription } from '../protocol/subscription';
import type { SubscriptionFacts } from '../protocol/subscription';
import { familyOf } from './families';
import type { Family } from './families';

/** A verified and decrypted notification. */
export interface Received {
	notification: Notification;
	/** What WeChat Pay encrypted, parsed. */
	resource: unknown;
	/** The key that this delivery was signed with. */
	serial: string;
	/** Unix time in seconds. */
	signedAt: number;
	/** The header `Request-ID`, which not every notification has. */
	requestId?: string;
}

/** A notification, and what it is about. */
export interface Event extends Received {
	family: Family | undefined;
	/** The sub-merchants that it names. */
	subMchids: string[];
	isTest: boolean;
	/** Only for subscription messages. */
	subscription?: SubscriptionFacts;
}

const fieldsOf = (value: unknown): IDataObject =>
	typeof value === 'object' && value !== null ? (value as IDataObject) : {};

/** A combined payment names its sub-merchants in its orders. */
function subMchidsOf(resource: unknown): string[] {
	const { sub_mchid: own, sub_orders: orders } = fieldsOf(resource);
	const ofOrders = Array.isArray(orders) ? orders.map((order) => fieldsOf(order).sub_mchid) : [];
	const named = [own, ...ofOrders].filter(
		(subMchid): subMchid is string => typeof subMchid === 'string' && subMchid !== '',
	);
	return [...new Set(named)];
}

/**
 * Finds out what a notification is about.
 *
 * @param cancelTopics names of subscription topics that are about cancellations
 */
export function describe(received: Received, cancelTopics: readonly string[]): Event {
	const { notification, resource } = received;
	const family = familyOf(notification.event_type, notification.resource.original_type);
	if (family !== 'subscription') {
		return { ...received, family, subMchids: subMchidsOf(resource), isTest: family === 'echo' };
	}
	const subscription = describeSubscription(resource, cancelTopics);
	const { sub_mchid: subMchid, is_test: isTest } = subscription;
	return { ...received, family, subscription, isTest, subMchids: subMchid ? [subMchid] : [] };
}

/** What a subscription message adds to the item. */
function subscriptionFields(facts: SubscriptionFacts): IDataObject {
	const { topic, business_state, withdraw_state, is_test } = facts;
	const fields = {
		...(topic && { topic }),
		...(business_state && { business_state }),
		is_test,
	};
	// Other topics have states of the same names with other meanings.
	if (!facts.isCancellation || is_test) return fields;
	const state = { cancel_state: business_state, withdraw_state };
	return {
		...fields,
		...(withdraw_state && { withdraw_state }),
		is_final: isFinal(state),
		needs_attention: needsAttention(state),
	};
}

/** The item that a notification starts the workflow with. */
export function toItem(event: Event): IDataObject {
	const { notification, resource, subMchids, subscription, serial, signedAt, requestId } = event;
	const { id, event_type, create_time, summary } = notification;
	return {
		id,
		event_type,
		create_time: create_time ?? null,
		summary: summary ?? null,
		original_type: notification.resource.original_type ?? null,
		resource: resource as IDataObject,
		...(subMchids.length === 1 && { sub_mchid: subMchids[0] }),
		...(subscription && subscriptionFields(subscription)),
		...(event.family === 'echo' && { is_test: true }),
		verified_by: serial,
		signed_at: new Date(signedAt * 1000).toISOString(),
		...(requestId && { request_id: requestId }),
	};
}
