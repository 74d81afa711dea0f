import { LONGEST_WAIT_MS } from '../failure/cause';

/** How requests are sent, repeated and paced. Texts that name a figure derive from here. */
export const POLICY = {
	/** A call with all its attempts ends within this time. */
	callMs: LONGEST_WAIT_MS,
	/** One attempt, until the whole response is there. */
	jsonTimeoutMs: 30_000,
	uploadTimeoutMs: 60_000,
	attempts: { default: 4, max: 10 },
	/** Full jitter: a random share of first × 2^n. */
	backoffMs: { first: 500, max: 8_000 },
	requestsPerSecond: 15,
	/** Items in flight. */
	batch: { default: 10, max: 50 },
	/** So many responses in a row that do not verify are no accident. */
	unverifiedThatStop: 3,
	/** WeChat Pay refuses what is this far from its own time. */
	clockSeconds: 300,
	/** Platform certificates; WeChat Pay asks for less than 12 hours. */
	refreshCertificatesMs: 10 * 60 * 60 * 1000,
} as const;

/** A limit that WeChat Pay publishes for some of its interfaces. */
export interface Limit {
	/** Those with the same name share the limit. */
	name: string;
	method: string;
	/** How path and query begin. */
	path: string;
	perMinute: number;
}

const COMPLAINTS = '/v3/merchant-service/complaints-v2';

/**
 * Limits of their own, for each merchant number. The list always has a query: the details of one
 * complaint are not among its 200. "Merchant feedback" is taken as all POSTs about complaints.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012072858
 */
export const LIMITS: readonly Limit[] = [
	{ name: 'complaintList', method: 'GET', path: `${COMPLAINTS}?`, perMinute: 200 },
	{ name: 'complaintFeedback', method: 'POST', path: `${COMPLAINTS}/`, perMinute: 60 },
	{
		name: 'complaintFeedback',
		method: 'POST',
		path: '/v3/merchant-service/images/upload',
		perMinute: 60,
	},
];
