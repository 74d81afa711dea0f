import type { IDataObject } from 'n8n-workflow';
import { isFinal, needsAttention } from '../application/states';
import type { Notification } from '../protocol/notification';
import { describeSubscription } from '../protocol/subscription';
import type { SubscriptionFacts } from '../protocol/subscription';
import { fieldsOf } from '../protocol/values';
import { familyOf } from './families';
import type { Family } from './families';

/** A verified and decrypted notification. */
export interface Received {
	notification: Notification;
	/** The decrypted content. */
	resource: unknown;
	/** Serial number of the key that signed this delivery. */
	serial: string;
	/** Unix time in seconds. */
	signedAt: number;
	/** The header `Request-ID`, which is optional. */
	requestId?: string;
}

/** A notification with what it is about. */
export interface Event extends Received {
	family: Family | undefined;
	/** The sub-merchants in it. */
	subMchids: string[];
	isTest: boolean;
	/** Only for subscription messages. */
	subscription?: SubscriptionFacts;
}

/** The sub-merchants in a resource. A combined payment has them in its orders. */
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

/** The fields that a subscription message adds to the item. */
function subscriptionFields(facts: SubscriptionFacts): IDataObject {
	const { topic, business_state, withdraw_state, is_test } = facts;
	const fields = {
		...(topic && { topic }),
		...(business_state && { business_state }),
		is_test,
	};
	// Other topics use the same states with other meanings.
	if (!facts.isCancellation || is_test) return fields;
	const state = { cancel_state: business_state, withdraw_state };
	return {
		...fields,
		...(withdraw_state && { withdraw_state }),
		is_final: isFinal(state),
		needs_attention: needsAttention(state),
	};
}

/** The item with which a notification starts the workflow. */
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
