/** What a sensitive text is replaced by. */
const STARS = '***';

/** Shorter texts are not masked: a "0" stands in most messages, and says nothing of anybody. */
const MIN_LENGTH = 4;

/** Characters of which two already say as much as four letters: a Chinese name has two or three. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** One percent-encoded character, in UTF-8. */
const ENCODED =
	/%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/iy;

/** A text as it is compared: its letters and digits, and where in the text each of them stands. */
interface Reading {
	/** UTF-16 code units of the folded letters and digits. */
	units: number[];
	starts: number[];
	ends: number[];
}

/** One character without its case, width and accents; nothing if it is neither letter nor digit. */
function fold(character: string): string {
	if (/^[0-9A-Z]$/.test(character)) return character;
	return character
		.normalize('NFKD')
		.toLowerCase()
		.toUpperCase()
		.replace(/[^\p{L}\p{N}]/gu, '');
}

/** The character at a place of a text, percent-decoded if wanted, and how much of the text it takes. */
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

/** How much a text says: signs and spaces nothing, Chinese characters twice as much as letters. */
function lengthOf(secret: string): number {
	return [...secret]
		.filter((character) => fold(character) !== '')
		.reduce((length, character) => length + (WIDE.test(character) ? 2 : 1), 0);
}

/**
 * The automaton of Aho and Corasick: it finds all words in one pass, however many there are, and
 * however a text was made to be slow.
 */
class Words {
	/** By state and code unit. */
	private readonly edges = new Map<number, number>();

	/** By state: the longest word that ends there; 0 for none. */
	readonly longest = [0];

	/** By state: the state of the longest shorter ending that some word begins with. */
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

	/** A fallback is shorter than its state, so all states of one length come before the next length. */
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

/** Marks what is to be masked: +1 where a find begins, -1 where it ends. */
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
 * Makes a function that takes sensitive texts out of messages, however they are echoed there: in
 * other case or width, with spaces, dashes or other signs between the characters, percent-encoded in
 * whole or in part. It takes time in proportion to the length of the message.
 *
 * @param secrets names, account and identity numbers. Those with fewer than four letters or digits
 *   are left alone; a Chinese character counts as two.
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
		// A percent sign may also be nothing but a sign, so the text is read both ways.
		if (text.includes('%')) markFinds(known, read(text, true), marks);
		return replaceMarked(text, marks);
	};
}

/** Masks every string inside a value, however deep; gives a copy. */
export function maskStrings<T>(value: T, mask: (text: string) => string): T {
	if (typeof value === 'string') return mask(value) as T;
	if (Array.isArray(value)) return value.map((entry: unknown) => maskStrings(entry, mask)) as T;
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([key, entry]) => [key, maskStrings(entry, mask)]);
	return Object.fromEntries(entries) as T;
}
