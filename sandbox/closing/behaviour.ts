const SECOND = 1000;
const MINUTE = 60_000;

/** The rate limits that WeChat Pay publishes: how many requests in how many milliseconds. */
export const DOCUMENTED_LIMITS = {
	/** https://pay.weixin.qq.com/doc/v3/partner/4012072858 */
	complaintList: { requests: 200, within: MINUTE },
	/** "Merchant feedback": understood as reply, complete and upload together. */
	complaintFeedback: { requests: 60, within: MINUTE },
	/** https://pay.weixin.qq.com/doc/v3/partner/4012476652 */
	withdraw: { requests: 40, within: SECOND },
	withdrawQuery: { requests: 100, within: SECOND },
	/** https://pay.weixin.qq.com/doc/v3/partner/4012761142 */
	settlement: { requests: 100, within: SECOND },
	/** For each of the bank lists. */
	banks: { requests: 300, within: SECOND },
	/** No number is published: not enforced unless one is set. */
	limitations: { requests: Infinity, within: SECOND },
} as const;

export type LimitName = keyof typeof DOCUMENTED_LIMITS;

const PRODUCTS = [
	'balances',
	'banks',
	'complaints',
	'limitations',
	'settlement',
	'withdrawals',
] as const;

/** A product that WeChat Pay may not have enabled for a platform. */
export type Product = (typeof PRODUCTS)[number];

/** Behavior of the endpoints around a closing that the documentation leaves open, or that depends on the platform. */
export interface ClosingBehaviour {
	/** Products that this platform may not use. */
	refused: Product[];
	/** How many requests are allowed in the published period; a limit that is left out is not enforced. */
	limits: Partial<Record<LimitName, number>>;
	/** The state of a complaint after the consumer has escalated it: the pages contradict each other. */
	escalatedTo: 'PENDING' | 'PROCESSING';
	/** The order of the negotiation history: not documented. */
	historyOrder: 'newestFirst' | 'oldestFirst';
	/** Whether this platform may send links to consumers. */
	externalLinks: boolean;
	/** A page with more complaints is refused as too large. */
	complaintPageMax: number;
	/** Milliseconds after a reply during which Complete is refused: the tutorial recommends a wait of 5 to 10 seconds. */
	completeAfter: number;
}

/** All published limits, for the option `limits`. */
export function documentedLimits(): ClosingBehaviour['limits'] {
	const entries = Object.entries(DOCUMENTED_LIMITS).map(([name, { requests }]) => [name, requests]);
	return Object.fromEntries(entries.filter(([, requests]) => requests !== Infinity));
}

/** Fills in the defaults. */
export function closingBehaviour(given: Partial<ClosingBehaviour>): ClosingBehaviour {
	return {
		refused: given.refused ?? [],
		limits: given.limits ?? {},
		escalatedTo: given.escalatedTo ?? 'PENDING',
		historyOrder: given.historyOrder ?? 'newestFirst',
		externalLinks: given.externalLinks ?? false,
		complaintPageMax: given.complaintPageMax ?? 50,
		completeAfter: given.completeAfter ?? 0,
	};
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const CHECKS: Record<keyof ClosingBehaviour, [(value: unknown) => boolean, string]> = {
	refused: [
		(value) => Array.isArray(value) && value.every((name) => PRODUCTS.includes(name as Product)),
		`a list out of ${PRODUCTS.join(', ')}`,
	],
	limits: [
		(value) =>
			typeof value === 'object' &&
			value !== null &&
			Object.entries(value).every(
				([name, count]) => Object.hasOwn(DOCUMENTED_LIMITS, name) && isCount(count),
			),
		`an object with whole numbers for ${Object.keys(DOCUMENTED_LIMITS).join(', ')}`,
	],
	escalatedTo: [(value) => value === 'PENDING' || value === 'PROCESSING', 'PENDING or PROCESSING'],
	historyOrder: [
		(value) => value === 'newestFirst' || value === 'oldestFirst',
		'newestFirst or oldestFirst',
	],
	externalLinks: [(value) => typeof value === 'boolean', 'true or false'],
	complaintPageMax: [isCount, 'a whole number'],
	completeAfter: [isCount, 'a whole number of milliseconds'],
};

/** Checks a change from outside. Throws an error that says what is wrong. */
export function checkBehaviour(change: object): Partial<ClosingBehaviour> {
	for (const [name, value] of Object.entries(change)) {
		if (!Object.hasOwn(CHECKS, name)) {
			throw new Error(`There is no option "${name}". Known: ${Object.keys(CHECKS).join(', ')}.`);
		}
		const [holds, rule] = CHECKS[name as keyof ClosingBehaviour];
		if (!holds(value)) throw new Error(`"${name}" must be ${rule}.`);
	}
	return change as Partial<ClosingBehaviour>;
}
