import { Problem } from './problem';

/** What stands in a place for the entries of a list. */
const EACH = '[]';

/** Where a text stands: keys, and `[]` for the entries of a list. */
type Place = readonly string[];

/** A dotted path such as `receivers[].name`. */
export interface FieldPath {
	text: string;
	place: Place;
}

/**
 * Reads dotted paths, separated by commas or white space; each one once.
 *
 * @throws {Problem} for one that is none
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

/** What is open around a token: the key that is read, or an entry of a list. */
interface Frame {
	part: string;
	/** Whether a text that comes next is a key. */
	wantsKey: boolean;
}

/** In valid JSON: a text, a sign, or a number or word. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

const opened = (sign: string): Frame =>
	sign === '{' ? { part: '', wantsKey: true } : { part: EACH, wantsKey: false };

/** Follows the signs of valid JSON; true if the token is a text that is a value. */
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

/** A text under one of the paths. */
export type Change = (value: string, path: FieldPath) => string;

/**
 * Changes the texts that stand under paths in a JSON text. Everything else stays as it stands, digit
 * for digit.
 *
 * @param json valid JSON
 * @returns the changed JSON, and the paths under which no text was
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
