import type { INodePropertyOptions } from 'n8n-workflow';
import { SUBSCRIPTION_EVENT } from '../protocol/subscription';

/** Kinds of notifications that a user can choose. */
export type Family =
	| 'subscription'
	| 'withdrawal'
	| 'complaint'
	| 'violation'
	| 'payment'
	| 'refund'
	| 'profitSharing'
	| 'echo';

/** All events, including those that are not listed here. */
export const ALL = 'all';

/** The choices of the field Events. */
export const EVENT_OPTIONS: INodePropertyOptions[] = [
	{
		name: 'All',
		value: ALL,
		description: 'Every notification that arrives at this URL, including unknown types',
	},
	{
		name: 'Complaint',
		value: 'complaint',
		description: 'COMPLAINT.*: a complaint was created or changed',
	},
	{
		name: 'Partner Subscription',
		value: 'subscription',
		description: 'MERCHANT_NOTIFY.NOTIFY (合作伙伴订阅): cancellation states and other topics',
	},
	{
		name: 'Payment',
		value: 'payment',
		description: 'TRANSACTION.SUCCESS: a payment or combined payment succeeded',
	},
	{
		name: 'Profit Sharing',
		value: 'profitSharing',
		description: 'Profit sharing and its reversal, sent to the receiver',
	},
	{
		name: 'Refund',
		value: 'refund',
		description: 'REFUND.*: a refund succeeded, failed or was closed',
	},
	{
		name: 'Security Echo',
		value: 'echo',
		description: 'SECURITY_ECHO.SUCCESS: the response to a test call of /v3/security/echo',
	},
	{
		name: 'Violation',
		value: 'violation',
		description: 'VIOLATION.*: a sub-merchant was penalized or intercepted, or appealed',
	},
	{
		name: 'Withdrawal',
		value: 'withdrawal',
		description: 'MCHWITHDRAW.CHANGE: the result of a withdrawal with a notify_url',
	},
];

const PREFIXES: ReadonlyArray<readonly [prefix: string, family: Family]> = [
	['MCHWITHDRAW.', 'withdrawal'],
	['COMPLAINT.', 'complaint'],
	['VIOLATION.', 'violation'],
	['TRANSACTION.', 'payment'],
	['REFUND.', 'refund'],
	['PROFITSHARING.', 'profitSharing'],
	['SECURITY_ECHO.', 'echo'],
];

/**
 * The family of a notification; undefined if it is not listed. The event type alone is not sufficient: the
 * page of profit sharing has TRANSACTION.SUCCESS.
 *
 * @param originalType `resource.original_type`, which some samples omit
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012116672
 */
export function familyOf(eventType: string, originalType: string | undefined): Family | undefined {
	if (eventType === SUBSCRIPTION_EVENT) return 'subscription';
	if (originalType === 'profitsharing') return 'profitSharing';
	return PREFIXES.find(([prefix]) => eventType.startsWith(prefix))?.[1];
}
