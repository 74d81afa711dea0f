const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const times = (count: number, wait: number): number[] => Array.from({ length: count }, () => wait);

/** The given pauses, followed by as many of `wait` as fit into `total`. */
function until(total: number, first: number[], wait: number): number[] {
	const waits = [...first];
	let sum = first.reduce((a, b) => a + b, 0);
	while ((sum += wait) <= total) waits.push(wait);
	return waits;
}

/**
 * The pauses before each repeated delivery, in milliseconds. The pages give a list and a number of
 * deliveries, but not whether that number includes the first one. Here every entry is a repeat.
 */
const SCHEDULES = {
	/** Payment, refund, profit sharing: https://pay.weixin.qq.com/doc/v3/partner/4012085146 */
	payment: [
		...[15 * SECOND, 15 * SECOND, 30 * SECOND, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE],
		...times(3, 30 * MINUTE),
		HOUR,
		...times(3, 3 * HOUR),
		...times(2, 6 * HOUR),
	],
	/** https://pay.weixin.qq.com/doc/v3/partner/4019605946 */
	echo: [...[0, 15 * SECOND, 15 * SECOND, 30 * SECOND, 3 * MINUTE], ...times(4, 30 * MINUTE), HOUR],
	/** https://pay.weixin.qq.com/doc/v3/partner/4012076174 */
	complaint: until(2 * HOUR, times(10, MINUTE), 5 * MINUTE),
	/** https://pay.weixin.qq.com/doc/v3/partner/4012079216 */
	violation: until(
		48 * HOUR,
		[
			SECOND,
			15 * SECOND,
			15 * SECOND,
			30 * SECOND,
			3 * MINUTE,
			10 * MINUTE,
			20 * MINUTE,
			30 * MINUTE,
		],
		30 * MINUTE,
	),
	/** https://pay.weixin.qq.com/doc/v3/partner/4013049135 */
	withdrawal: [...times(10, 15 * SECOND), ...times(10, 5 * MINUTE), ...times(47, 30 * MINUTE)],
};

const BY_EVENT: Array<[beginning: string, schedule: keyof typeof SCHEDULES]> = [
	['SECURITY_ECHO.', 'echo'],
	['PAYSCORE.', 'echo'],
	['COMPLAINT.', 'complaint'],
	['VIOLATION.', 'violation'],
	['MCHWITHDRAW.', 'withdrawal'],
];

/**
 * The pauses before each repeated delivery of an event. Those of MERCHANT_NOTIFY.NOTIFY are not
 * documented; its page refers to the payment notification.
 */
export function repeatsOf(eventType: string): readonly number[] {
	const found = BY_EVENT.find(([beginning]) => eventType.startsWith(beginning));
	return SCHEDULES[found?.[1] ?? 'payment'];
}

/** The time-out of a delivery. The page of withdrawals says both 5 and 3 seconds: the stricter reading. */
export const timeAllowed = (eventType: string): number =>
	(eventType.startsWith('MCHWITHDRAW.') ? 3 : 5) * SECOND;
