/** Replaces a sensitive text. */
const STARS = '***';

/** Shorter texts are not masked: a "0" occurs in most messages and identifies nobody. */
const MIN_LENGTH = 4;

/** Characters that count as two letters: a Chinese name has two or three characters. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** One percent-encoded character, in UTF-8. */
const ENCODED =
	/%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/iy;

/** A text in the form in which it is compared: its letters and digits, with their positions in the text. */
interface Reading {
	/** UTF-16 code units of the folded letters and digits. */
	units: number[];
	starts: number[];
	ends: number[];
}

/** One character without case, width and accents; empty if it is neither letter nor digit. */
function fold(character: string): string {
	if (/^[0-9A-Z]$/.test(character)) return character;
	return character
		.normalize('NFKD')
		.toLowerCase()
		.toUpperCase()
		.replace(/[^\p{L}\p{N}]/gu, '');
}

/** The character at a position, percent-decoded if requested, and its length in the text. */
function characterAt(
	text: string,
	at: number,
	decodes: boolean,
): [character: string, size: number] {
	if (decodes && text[at] === '%') {
		ENCODED.lastIndex = at;
		const [encoded] = ENCODED.exec(text) ?? [];
		if (encoded) {
			return [Buffer.from(encoded.replaceAll('%', ''), 'hex').toString('utf8'), encoded.length];
		}
	}
	const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
	return [character, character.length];
}

function read(text: string, decodes: boolean): Reading {
	const reading: Reading = { units: [], starts: [], ends: [] };
	for (let at = 0; at < text.length; ) {
		const [character, size] = characterAt(text, at, decodes);
		const folded = fold(character);
		for (let i = 0; i < folded.length; i++) {
			reading.units.push(folded.charCodeAt(i));
			reading.starts.push(at);
			reading.ends.push(at + size);
		}
		// An accent belongs to the letter before it.
		const last = reading.ends.length - 1;
		if (reading.ends[last] === at && /^\p{M}+$/u.test(character)) reading.ends[last] += size;
		at += size;
	}
	return reading;
}

/** Length of a text in letters and digits, where a Chinese character counts as two. */
function lengthOf(secret: string): number {
	return [...secret]
		.filter((character) => fold(character) !== '')
		.reduce((length, character) => length + (WIDE.test(character) ? 2 : 1), 0);
}

/**
 * The Aho-Corasick automaton: finds all words in one pass. Its time depends only on the length of the text.
 */
class Words {
	/** By state and code unit. */
	private readonly edges = new Map<number, number>();

	/** By state: length of the longest word that ends there; 0 for none. */
	readonly longest = [0];

	/** By state: the state of its longest proper suffix that is a prefix of a word. */
	private readonly fallbacks = [0];

	constructor(words: readonly number[][]) {
		for (const word of words) {
			let state = 0;
			for (const unit of word) state = this.edge(state, unit) ?? this.addEdge(state, unit);
			this.longest[state] = word.length;
		}
		this.linkFallbacks(words);
	}

	/** The state after one more code unit. */
	step(state: number, unit: number): number {
		for (let from = state; ; from = this.fallbacks[from]) {
			const next = this.edge(from, unit);
			if (next !== undefined) return next;
			if (from === 0) return 0;
		}
	}

	private edge(state: number, unit: number): number | undefined {
		return this.edges.get(state * 0x10000 + unit);
	}

	private addEdge(state: number, unit: number): number {
		const next = this.longest.push(0) - 1;
		this.fallbacks.push(0);
		this.edges.set(state * 0x10000 + unit, next);
		return next;
	}

	/** Breadth-first, because a fallback is shorter than its state. */
	private linkFallbacks(words: readonly number[][]): void {
		let under = words.map((word) => ({ word, state: 0 }));
		for (let length = 0; under.length > 0; length++) {
			under = under.filter(({ word }) => length < word.length);
			for (const path of under) {
				const { word, state } = path;
				const unit = word[length];
				const next = this.edge(state, unit) ?? 0;
				const fallback = state === 0 ? 0 : this.step(this.fallbacks[state], unit);
				this.fallbacks[next] = fallback;
				this.longest[next] ||= this.longest[fallback];
				path.state = next;
			}
		}
	}
}

/** Marks what to mask: +1 where a match begins, -1 where it ends. */
function markFinds(words: Words, { units, starts, ends }: Reading, marks: Int32Array): void {
	let state = 0;
	for (const [i, unit] of units.entries()) {
		state = words.step(state, unit);
		const length = words.longest[state];
		if (length === 0) continue;
		marks[starts[i - length + 1]] += 1;
		marks[ends[i]] -= 1;
	}
}

function replaceMarked(text: string, marks: Int32Array): string {
	const parts: string[] = [];
	let depth = 0;
	let from = 0;
	for (const [at, mark] of marks.entries()) {
		if (mark === 0) continue;
		if (depth === 0) parts.push(text.slice(from, at), STARS);
		depth += mark;
		from = at;
	}
	parts.push(text.slice(from));
	return parts.join('');
}

/**
 * Makes a function that masks sensitive texts in messages, also if they are echoed in another case or width,
 * with spaces or punctuation between the characters, or percent-encoded. Its time is linear in the length of
 * the message.
 *
 * @param secrets names, account and identity numbers. Those with fewer than four letters or digits are not
 *   masked; a Chinese character counts as two.
 */
export function createMask(secrets: readonly string[]): (text: string) => string {
	const words = [...new Set(secrets)]
		.filter((secret) => lengthOf(secret) >= MIN_LENGTH)
		.map((secret) => read(secret, false).units);
	if (words.length === 0) return (text) => text;
	const known = new Words(words);
	return (text) => {
		const marks = new Int32Array(text.length + 1);
		markFinds(known, read(text, false), marks);
		// A percent sign need not begin an escape, so the text is read both ways.
		if (text.includes('%')) markFinds(known, read(text, true), marks);
		return replaceMarked(text, marks);
	};
}

/** Returns a copy of a value with every string in it masked, at any depth. */
export function maskStrings<T>(value: T, mask: (text: string) => string): T {
	if (typeof value === 'string') return mask(value) as T;
	if (Array.isArray(value)) return value.map((entry: unknown) => maskStrings(entry, mask)) as T;
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([key, entry]) => [key, maskStrings(entry, mask)]);
	return Object.fromEntries(entries) as T;
}
