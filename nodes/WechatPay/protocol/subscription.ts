import { fieldsOf, trimmedText } from './values';

/** The event type of every message of 合作伙伴订阅 (partner subscription), whatever its topic. */
export const SUBSCRIPTION_EVENT = 'MERCHANT_NOTIFY.NOTIFY';

/** A subscription message. Missing fields are empty. */
export interface SubscriptionMessage {
	topicEnglishName: string;
	topicChineseName: string;
	/** Number of the merchant that the message is about. */
	merchantCode: string;
	businessCode: string;
	businessState: string;
	/** Documented for the cancellation topic, and absent from the debug message. */
	remark: string;
}

/** The facts of a subscription message, with the names of the queries. Unknown ones are undefined. */
export interface SubscriptionFacts {
	sub_mchid?: string;
	topic?: string;
	business_state?: string;
	/** Only for cancellations. */
	withdraw_state?: string;
	is_test: boolean;
	/** Whether the message is certainly about the cancellation of an account. */
	isCancellation: boolean;
}

/** States that only cancellations have. Others, such as FINISH and REJECTED, also exist in onboarding. */
const CANCELLATION_STATES = ['WAITING_MERCHANT_CONFIRM', 'SYSTEM_PROCESSING', 'FUND_PROCESSING'];

/** States whose remark has the result of the payout. */
const PAYOUT_STATES = ['CANCELED', 'FINISH'];

// The official table has text and code and does not say which is sent. The state that needs attention comes
// first, so that it wins if a remark has two.
const WITHDRAW_STATES: Array<[code: string, chinese: string]> = [
	['WITHDRAW_EXCEPTION', '提现异常'],
	['WITHDRAW_PROCESSING', '提现处理中'],
	['WITHDRAW_SUCCEED', '提现成功'],
];

/**
 * Reads a subscription message. Its fields are documented in `message_content` and `topic_name`, but were also
 * observed at the top level.
 *
 * @param resource the decrypted resource of a notification
 * @see https://pay.weixin.qq.com/doc/v3/partner/4016022266
 */
export function readSubscription(resource: unknown): SubscriptionMessage {
	const flat = fieldsOf(resource);
	const content = { ...flat, ...fieldsOf(flat.message_content) };
	const topic = { ...flat, ...fieldsOf(flat.topic_name) };
	return {
		topicEnglishName: trimmedText(topic.topic_english_name),
		topicChineseName: trimmedText(topic.topic_chinese_name),
		merchantCode: trimmedText(content.merchant_code),
		businessCode: trimmedText(content.business_code),
		businessState: trimmedText(content.business_state),
		remark: trimmedText(content.remark),
	};
}

/**
 * Whether this is the debug message of the partner platform. Two of its three marks are required, so that a
 * real message with one of them does not count as a test.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4016022264
 */
export function isTestMessage(message: SubscriptionMessage): boolean {
	const marks = [
		message.topicEnglishName === 'test',
		message.businessState === 'TEST',
		/^0+$/.test(message.merchantCode),
	];
	return marks.filter(Boolean).length >= 2;
}

/** The state of the payout in the remark; undefined if there is none that is known. */
function withdrawStateOf({ remark }: SubscriptionMessage): string | undefined {
	return WITHDRAW_STATES.find((names) => names.some((name) => remark.includes(name)))?.[0];
}

/**
 * Whether a message is certainly about the cancellation of an account. The name of the topic is not
 * documented, so it is recognized by parts of the name, by names that the user entered, or by values that
 * only cancellations have.
 *
 * @param cancelTopics English or Chinese names of topics
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
function isCancellation(message: SubscriptionMessage, cancelTopics: readonly string[]): boolean {
	const names = [message.topicEnglishName, message.topicChineseName]
		.map((name) => name.toLowerCase())
		.filter((name) => name !== '');
	if (names.some((name) => name.includes('cancel') || name.includes('注销'))) return true;
	const given = cancelTopics.map((topic) => topic.trim().toLowerCase());
	if (names.some((name) => given.includes(name))) return true;
	if (CANCELLATION_STATES.includes(message.businessState)) return true;
	if (WITHDRAW_STATES.some(([code]) => message.remark.includes(code))) return true;
	// The Chinese texts alone also describe withdrawals that close nothing.
	const aboutPayout = PAYOUT_STATES.includes(message.businessState);
	return aboutPayout && withdrawStateOf(message) !== undefined;
}

/**
 * Reads the facts of a subscription message. `withdraw_state` is set for cancellations only, because other
 * topics use the same remarks and states with other meanings.
 *
 * @param resource the decrypted resource of a MERCHANT_NOTIFY.NOTIFY
 * @param cancelTopics English or Chinese names of topics that are about cancellations
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
export function describeSubscription(
	resource: unknown,
	cancelTopics: readonly string[] = [],
): SubscriptionFacts {
	const message = readSubscription(resource);
	const cancellation = isCancellation(message, cancelTopics);
	const isTest = isTestMessage(message);
	return {
		// The debug message has zeros.
		sub_mchid: /^0*$/.test(message.merchantCode) ? undefined : message.merchantCode,
		topic: message.topicEnglishName || message.topicChineseName || undefined,
		business_state: message.businessState || undefined,
		withdraw_state: cancellation ? withdrawStateOf(message) : undefined,
		is_test: isTest,
		isCancellation: cancellation,
	};
}
