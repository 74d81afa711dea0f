/** Every way in which the sandbox can fail. "Before" and "after": before or after the request was acted on. */
export const FAULT_KINDS = {
	refuse: 'the connection is reset at once; not acted on',
	'cut-before': 'the request is read, then the connection is closed; not acted on',
	'cut-after': 'acted on, then the connection is closed without an answer',
	delay: 'the answer comes late (ms, default 500)',
	drip: 'the answer comes byte by byte (over ms, default 800)',
	truncate: 'the body is cut, Content-Length says how long it should be',
	'truncate-consistent': 'the body is cut, and Content-Length fits what is left',
	'429': 'too many requests, without Retry-After; not acted on',
	'429-retry-after': 'too many requests, with Retry-After (seconds, default 1); not acted on',
	'500-before': 'SYSTEM_ERROR as JSON; not acted on',
	'500-after': 'SYSTEM_ERROR as JSON; acted on',
	'html-before': '502 with an HTML page; not acted on',
	'html-after': '502 with an HTML page; acted on',
	'empty-before': '503 without a body; not acted on',
	'empty-after': '503 without a body; acted on',
	unsigned: 'acted on; the answer has no Wechatpay-* headers',
	'wrong-signature': 'acted on; the signature is of other bytes',
	stale: 'acted on; rightly signed, but more than five minutes ago',
	'unknown-serial': 'acted on; Wechatpay-Serial names a key that nobody has',
	probe: 'acted on; a signature probe (WECHATPAY/SIGNTEST/)',
	tampered: 'acted on; the body was changed after it was signed',
	'no-sub-mchid': 'a query is answered without sub_mchid',
	another:
		'acted on; the answer is about another number or merchant (upload: an earlier answer, byte for byte)',
	'repeated-nonce':
		'acted on; an earlier answer to the same question, byte for byte, or the right one with an earlier nonce',
	'unsigned-404': '404 without a signature; not acted on',
	'late-500':
		'POST with a number: SYSTEM_ERROR, acted on later (after ms, or requests about the number, default 2)',
	'late-cut': 'the same, but the connection is closed without an answer',
	'late-busy': 'as late-500; until it is acted on, the same number is refused as in progress',
	answer: 'an answer of your own: status, code, message; not acted on',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Plays a fault on the requests that match. */
export interface FaultRule {
	kind: FaultKind;
	/** All given conditions must match. A string matches the beginning of the path. */
	match?: { method?: string; path?: string | RegExp; number?: string };
	/** The first matching request that gets the fault, counted from 1 (default 1). */
	nth?: number;
	/** How many requests get the fault from there on (default 1; Infinity for all). */
	count?: number;
	/** For `delay` and `drip`; for the `late` kinds, after which time it is acted on at the latest (default a minute). */
	ms?: number;
	/** For the `late` kinds: how many requests about the number get a response before it is acted on. */
	requests?: number;
	/** For `another`: the fields that differ from the right response, instead of a response about another; null removes a field. */
	change?: Record<string, unknown>;
	/** For `429-retry-after`: seconds, or an HTTP date. */
	retryAfter?: number | string;
	/** For `answer`; also replaces the status of the 429, 404 and 5xx kinds. */
	status?: number;
	code?: string;
	message?: string;
}

/** The probability of each kind: 0.05 is one request in twenty. */
export type FaultMix = Partial<Record<FaultKind, number>>;

/** About one request in eight fails, as on a bad day. */
export const standardMix: FaultMix = {
	refuse: 0.01,
	'cut-before': 0.01,
	'cut-after': 0.02,
	delay: 0.01,
	drip: 0.005,
	truncate: 0.005,
	'truncate-consistent': 0.005,
	'429': 0.01,
	'429-retry-after': 0.005,
	'500-before': 0.01,
	'500-after': 0.01,
	'html-before': 0.005,
	'empty-after': 0.005,
	unsigned: 0.003,
	'wrong-signature': 0.003,
	stale: 0.003,
	'unknown-serial': 0.002,
	probe: 0.003,
	tampered: 0.003,
	another: 0.005,
	'repeated-nonce': 0.003,
	'unsigned-404': 0.004,
	'late-500': 0.003,
	'late-cut': 0.003,
	'late-busy': 0.003,
};

export const isLate = (fault: Fault | undefined): boolean =>
	fault?.kind.startsWith('late-') ?? false;

/** The fault that one request gets. */
export type Fault = Omit<FaultRule, 'match' | 'nth' | 'count'>;

/** Reads `standard` or `429=0.05,cut-after=0.02`. Throws an error that says what is wrong. */
export function parseFaults(text: string): FaultMix {
	if (text.trim() === '' || text === 'none') return {};
	if (text === 'standard') return { ...standardMix };
	const mix: FaultMix = {};
	for (const entry of text.split(',')) {
		const [kind, share] = entry.split('=').map((piece) => piece.trim());
		if (!Object.hasOwn(FAULT_KINDS, kind) || kind === 'answer') {
			const known = Object.keys(FAULT_KINDS).filter((name) => name !== 'answer');
			throw new Error(`There is no fault "${kind}". Known: standard, ${known.join(', ')}.`);
		}
		const chance = Number(share);
		if (!share || !(chance >= 0 && chance <= 1)) {
			throw new Error(`The fault "${kind}" needs a share from 0 to 1, as in ${kind}=0.05.`);
		}
		mix[kind as FaultKind] = chance;
	}
	const total = Object.values(mix).reduce((sum, chance) => sum + chance, 0);
	if (total > 1)
		throw new Error(`The shares of all faults make ${total}; more than 1 is not possible.`);
	return mix;
}
