import { Problem } from './problem';

/** The part of a place for the entries of a list. */
const EACH = '[]';

/** The position of a text: keys, and `[]` for the entries of a list. */
type Place = readonly string[];

/** A dotted path such as `receivers[].name`. */
export interface FieldPath {
	text: string;
	place: Place;
}

/**
 * Reads dotted paths, separated by commas or white space, without duplicates.
 *
 * @throws {Problem} for an invalid path
 */
export function readFieldPaths(given: string): FieldPath[] {
	const texts = given.split(/[\s,，、;；]+/).filter((text) => text !== '');
	return [...new Set(texts)].map((text) => {
		const parts = text.split('.');
		if (!parts.every((part) => /^[^[\]"'\\{}$]+(\[\])*$/.test(part))) {
			throw new Problem('fieldPath', { path: text.slice(0, 64) });
		}
		return { text, place: parts.flatMap((part) => part.split(/(?=\[\])/)) };
	});
}

const isAt = (place: Place, path: FieldPath): boolean =>
	place.length === path.place.length && place.every((part, i) => part === path.place[i]);

/** An object or list around a token. */
interface Frame {
	part: string;
	/** Whether the next text is a key. */
	wantsKey: boolean;
}

/** A token of valid JSON: a text, a punctuation character, or a number or literal. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

const opened = (sign: string): Frame =>
	sign === '{' ? { part: '', wantsKey: true } : { part: EACH, wantsKey: false };

/** Tracks the position in valid JSON. Returns whether the token is a text value. */
function follow(token: string, frames: Frame[]): boolean {
	const frame = frames.at(-1);
	if (token === '{' || token === '[') frames.push(opened(token));
	else if (token === '}' || token === ']') frames.pop();
	else if (token === ',' && frame) frame.wantsKey = frame.part !== EACH;
	else if (token.startsWith('"')) {
		if (!frame?.wantsKey) return true;
		frame.part = JSON.parse(token) as string;
		frame.wantsKey = false;
	}
	return false;
}

/** Returns the replacement for a text at a path. */
export type Change = (value: string, path: FieldPath) => string;

/**
 * Replaces the texts at the paths in a JSON text. Everything else stays unchanged, including the digits of
 * numbers.
 *
 * @param json valid JSON
 * @returns the changed JSON, and the paths without a text
 */
export function changeTexts(
	json: string,
	paths: readonly FieldPath[],
	change: Change,
): { json: string; missing: FieldPath[] } {
	const frames: Frame[] = [];
	const found = new Set<FieldPath>();
	const changed = json.replace(TOKEN, (token) => {
		if (!follow(token, frames)) return token;
		const place = frames.map(({ part }) => part);
		const path = paths.find((one) => isAt(place, one));
		if (!path) return token;
		found.add(path);
		return JSON.stringify(change(JSON.parse(token) as string, path));
	});
	return { json: changed, missing: paths.filter((path) => !found.has(path)) };
}
