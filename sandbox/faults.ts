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
	answer: 'an answer of your own: status, code, message; not acted on',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Plays a fault on the requests that match. */
export interface FaultRule {
	kind: FaultKind;
	/** All that are given must hold. Text matches the beginning of the path. */
	match?: { method?: string; path?: string | RegExp; number?: string };
	/** The first matching request that the fault is played on, counted from 1 (default 1). */
	nth?: number;
	/** On how many requests it is played from there on (default 1; Infinity for all). */
	count?: number;
	/** For `delay` and `drip`. */
	ms?: number;
	/** For `429-retry-after`; seconds, or a date as HTTP writes it. */
	retryAfter?: number | string;
	/** For `answer`; also changes the status of the 429 and 5xx kinds. */
	status?: number;
	code?: string;
	message?: string;
}

/** How often each kind occurs by chance: 0.05 is one request in twenty. */
export type FaultMix = Partial<Record<FaultKind, number>>;

/** About one request in eight fails: what a bad day looks like. */
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
};

/** The fault that one request gets. */
export type Fault = Omit<FaultRule, 'match' | 'nth' | 'count'>;

/** What a rule can see of a request. `number` is unknown until the body was read. */
export interface Subject {
	method: string;
	path: string;
	number?: string;
}

/** mulberry32: a few lines that give the same row of numbers in [0, 1) for the same seed everywhere. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

/** Reads `standard` or `429=0.05,cut-after=0.02`. Throws with a sentence that names what is wrong. */
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

interface ActiveRule {
	rule: FaultRule;
	matched: number;
	played: number;
}

/** Decides which request gets which fault: by rule first, then by chance. */
export class Faults {
	private rules: ActiveRule[] = [];
	private mix: FaultMix = {};
	private random = seededRandom(1);
	seed = 1;

	/** Adds a rule. The answer tells how often it was played, and takes it back. */
	add(rule: FaultRule): { readonly played: number; remove: () => void } {
		const active: ActiveRule = { rule, matched: 0, played: 0 };
		this.rules.push(active);
		return {
			get played() {
				return active.played;
			},
			remove: () => {
				this.rules = this.rules.filter((other) => other !== active);
			},
		};
	}

	/** Sets what happens by chance, and starts the row of chances anew. */
	setMix(mix: FaultMix, seed = this.seed): void {
		this.mix = mix;
		this.seed = seed;
		this.random = seededRandom(seed);
	}

	clear(): void {
		this.rules = [];
		this.setMix({});
	}

	/** Whether a rule waits for a number, so that the choice has to wait for the body. */
	get needsNumber(): boolean {
		return this.rules.some(({ rule, played }) => rule.match?.number && played < (rule.count ?? 1));
	}

	/** The fault of this request, if it gets one. Each request is asked about once. */
	pick(subject: Subject): Fault | undefined {
		let chosen: FaultRule | undefined;
		for (const active of this.rules) {
			const { rule } = active;
			if (!matches(rule, subject)) continue;
			active.matched += 1;
			const due = active.matched >= (rule.nth ?? 1) && active.played < (rule.count ?? 1);
			if (chosen || !due) continue;
			active.played += 1;
			chosen = rule;
		}
		// Drawn for every request, so that a rule does not shift the chances of those after it.
		const draw = this.random();
		return chosen ?? this.byChance(draw);
	}

	private byChance(draw: number): Fault | undefined {
		let sum = 0;
		for (const [kind, chance] of Object.entries(this.mix)) {
			sum += chance;
			if (draw < sum) return { kind: kind as FaultKind };
		}
		return undefined;
	}

	/** What is set, for people to look at. */
	describe(): Record<string, unknown> {
		return {
			mix: this.mix,
			seed: this.seed,
			rules: this.rules.map(({ rule, matched, played }) => ({
				...rule,
				match: rule.match && { ...rule.match, path: rule.match.path?.toString() },
				matched,
				played,
			})),
		};
	}
}

function matches({ match }: FaultRule, subject: Subject): boolean {
	if (!match) return true;
	const { method, path, number } = match;
	if (method !== undefined && method.toUpperCase() !== subject.method) return false;
	if (number !== undefined && number !== subject.number) return false;
	if (path === undefined) return true;
	return typeof path === 'string' ? subject.path.startsWith(path) : path.test(subject.path);
}
