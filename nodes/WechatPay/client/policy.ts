import { LONGEST_WAIT_MS } from '../failure/cause';

/** How requests are sent, retried and paced. Texts that name one of these figures use them from here. */
export const POLICY = {
	/** A call with all its attempts ends within this time. */
	callMs: LONGEST_WAIT_MS,
	/** Time-out of one attempt, including the whole response. */
	jsonTimeoutMs: 30_000,
	uploadTimeoutMs: 60_000,
	attempts: { default: 4, max: 10 },
	/** Full jitter: a random share of first × 2^n. */
	backoffMs: { first: 500, max: 8_000 },
	requestsPerSecond: 15,
	/** Items in flight. */
	batch: { default: 10, max: 50 },
	/** Number of unverified responses in a row that stops the run. */
	unverifiedThatStop: 3,
	/** WeChat Pay refuses timestamps that are this far from its own time. */
	clockSeconds: 300,
	/** How long platform certificates are cached; WeChat Pay asks for less than 12 hours. */
	refreshCertificatesMs: 10 * 60 * 60 * 1000,
} as const;

/** A rate limit that WeChat Pay documents for some endpoints. */
export interface Limit {
	/** Entries with the same name share one limit. */
	name: string;
	method: string;
	/** Prefix of path and query. */
	path: string;
	perMinute: number;
}

const COMPLAINTS = '/v3/merchant-service/complaints-v2';

/**
 * Documented limits, for each merchant number. Only the list of complaints has a query, so the details of a
 * complaint do not count towards its 200. "Merchant feedback" is understood as all POSTs about complaints.
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
