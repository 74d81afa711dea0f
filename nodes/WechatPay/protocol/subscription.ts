/** The event type of every message of 合作伙伴订阅 (partner subscription), whatever its topic. */
export const SUBSCRIPTION_EVENT = 'MERCHANT_NOTIFY.NOTIFY';

/** A subscription message; a field that is not there is an empty text. */
export interface SubscriptionMessage {
	topicEnglishName: string;
	topicChineseName: string;
	/** The merchant that the message is about. */
	merchantCode: string;
	businessCode: string;
	businessState: string;
	/** Documented for the cancellation topic, and absent from the debug message. */
	remark: string;
}

/** What a subscription message says, named as the queries name it; absent where it cannot be told. */
export interface SubscriptionFacts {
	sub_mchid?: string;
	topic?: string;
	business_state?: string;
	/** Only for cancellations. */
	withdraw_state?: string;
	is_test: boolean;
	/** Whether the message is surely about the cancellation of an account. */
	isCancellation: boolean;
}

/** States that no interface but cancellation has. Others, such as FINISH and REJECTED, exist in onboarding too. */
const CANCELLATION_STATES = ['WAITING_MERCHANT_CONFIRM', 'SYSTEM_PROCESSING', 'FUND_PROCESSING'];

/** States whose remark tells what became of the payout. */
const PAYOUT_STATES = ['CANCELED', 'FINISH'];

// The table prints text and code side by side and does not say which is sent. What needs a person
// stands first: a remark that names two states is not taken for the better one.
const WITHDRAW_STATES: Array<[code: string, chinese: string]> = [
	['WITHDRAW_EXCEPTION', '提现异常'],
	['WITHDRAW_PROCESSING', '提现处理中'],
	['WITHDRAW_SUCCEED', '提现成功'],
];

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
	typeof value === 'object' && value !== null ? (value as Fields) : {};

const text = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';

/**
 * Reads a subscription message. The documented form nests its fields in `message_content` and
 * `topic_name`; a client of the first months found them at the top level, so both are read.
 *
 * @param resource the decrypted resource of a notification
 * @see https://pay.weixin.qq.com/doc/v3/partner/4016022266
 */
export function readSubscription(resource: unknown): SubscriptionMessage {
	const flat = fieldsOf(resource);
	const content = { ...flat, ...fieldsOf(flat.message_content) };
	const topic = { ...flat, ...fieldsOf(flat.topic_name) };
	return {
		topicEnglishName: text(topic.topic_english_name),
		topicChineseName: text(topic.topic_chinese_name),
		merchantCode: text(content.merchant_code),
		businessCode: text(content.business_code),
		businessState: text(content.business_state),
		remark: text(content.remark),
	};
}

/**
 * Whether this is the message with which the portal debugs an address. Two of its three marks must
 * be there: a real message that has one of them is not taken for a test.
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

/** What the remark says of the payout; undefined if it names no known state. */
function withdrawStateOf({ remark }: SubscriptionMessage): string | undefined {
	return WITHDRAW_STATES.find((names) => names.some((name) => remark.includes(name)))?.[0];
}

/**
 * Whether a message is surely about the cancellation of an account. The topic's name is not
 * documented, so it is told by what the name contains, by names that the user gives, or by what only
 * cancellations have.
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
 * What a subscription message says. `withdraw_state` is given for cancellations only: other topics
 * use remarks and states of the same name with other meanings.
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
		// The debug message's zeros are no merchant.
		sub_mchid: /^0*$/.test(message.merchantCode) ? undefined : message.merchantCode,
		topic: message.topicEnglishName || message.topicChineseName || undefined,
		business_state: message.businessState || undefined,
		withdraw_state: cancellation ? withdrawStateOf(message) : undefined,
		is_test: isTest,
		isCancellation: cancellation,
	};
}
