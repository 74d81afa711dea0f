import { isLate, type Fault, type FaultKind, type FaultMix, type FaultRule } from './kinds';

/** What rules match. `number` is unknown until the body was read. */
export interface Subject {
	method: string;
	path: string;
	number?: string;
}

/** mulberry32: returns the same sequence of numbers in [0, 1) for the same seed on every machine. */
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

	/** Adds a rule. The result counts how often the fault was played, and can remove the rule. */
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

	/** Sets the faults by chance, and restarts the random sequence. */
	setMix(mix: FaultMix, seed = this.seed): void {
		this.mix = mix;
		this.seed = seed;
		this.random = seededRandom(seed);
	}

	clear(): void {
		this.rules = [];
		this.setMix({});
	}

	/** Whether a rule needs a number, so that the body has to be read before a fault is chosen. */
	get needsNumber(): boolean {
		return this.rules.some(({ rule, played }) => rule.match?.number && played < (rule.count ?? 1));
	}

	/** The fault of this request, if any. Call it once for each request. */
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
		// Drawn for every request, so that a rule does not shift the sequence for later requests.
		const draw = this.random();
		return chosen ?? this.byChance(draw);
	}

	private byChance(draw: number): Fault | undefined {
		let sum = 0;
		for (const [kind, chance] of Object.entries(this.mix)) {
			sum += chance;
			if (draw >= sum) continue;
			const fault: Fault = { kind: kind as FaultKind };
			if (!isLate(fault)) return fault;
			// The position of the draw within the share is a second random number, without another draw.
			const within = Math.max(0, draw - (sum - chance)) / chance;
			return { ...fault, requests: 1 + Math.min(5, Math.floor(within * 6)) };
		}
		return undefined;
	}

	/** The current settings, for the controls. */
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
