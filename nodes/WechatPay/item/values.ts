import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../failure/errors';

/** The part of a field that its readers need. */
export type Field = Pick<INodeProperties, 'name' | 'displayName'>;

/** The label of a field in messages, in quotation marks. */
export const labelOf = ({ displayName }: Pick<Field, 'displayName'>): string => `"${displayName}"`;

/** A field inside Options. */
export const option = ({ name, displayName }: Field): Field => ({
	name: `options.${name}`,
	displayName,
});

/**
 * Converts a value to text. Spreadsheets return numbers; one that is too long has already lost digits, so it
 * is refused.
 */
export function toText(value: unknown, label: string): string {
	if (typeof value === 'number') {
		if (Number.isSafeInteger(value) && value >= 0) return String(value);
		throw new InputError(
			`${label} is the number ${value}, which has lost digits or is not an integer`,
			'Enter it as text: format the spreadsheet column as text, or put quotes around it in JSON.',
		);
	}
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return '';
	throw new InputError(
		`${label} is not text`,
		'Check the expression: it returns a list or an object.',
	);
}

/** The entries of a list: separated by commas, spaces or lines, or an array from an expression. */
export function toList(value: unknown, label: string): string[] {
	const entries =
		typeof value === 'string'
			? value.split(/[\s,，、;；]+/)
			: Array.isArray(value)
				? value
				: [value];
	return entries.map((entry: unknown) => toText(entry, label)).filter((entry) => entry !== '');
}

/** @throws {InputError} if WeChat Pay would not accept the number */
export function assertOwnNumber(number: string, label: string): void {
	if (/^[0-9A-Za-z]{1,32}$/.test(number)) return;
	throw new InputError(
		`${label} "${number.slice(0, 64)}" is not 1 to 32 letters and digits`,
		'Use only letters and digits, without hyphens, underscores or spaces. For a UUID, remove the hyphens.',
	);
}

/**
 * @returns the trimmed text
 * @throws {InputError} if it is empty
 */
export function requireText(text: string, label: string, whatToDo = 'Fill it in.'): string {
	const trimmed = text.trim();
	if (trimmed !== '') return trimmed;
	throw new InputError(`${label} is empty`, whatToDo);
}

/** @throws {InputError} if a text has more characters than WeChat Pay accepts */
export function assertLength(text: string, max: number, label: string): void {
	const { length } = [...text]; // an emoji is one character, not two
	if (length <= max) return;
	throw new InputError(
		`${label} has ${length} characters; WeChat Pay accepts ${max} at most`,
		'Shorten it.',
	);
}

/** @throws {InputError} if a text contains characters other than digits, letters and Chinese characters */
export function assertPlain(text: string, label: string, whatToDo: string): void {
	if (/^[\p{Script=Han}0-9A-Za-z]*$/u.test(text)) return;
	throw new InputError(
		`${label} contains characters other than digits, letters and Chinese characters`,
		whatToDo,
	);
}
