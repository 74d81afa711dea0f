import { beijingDay } from '../application/complaints';
import { InputError } from '../failure/errors';
import type { Item } from './item';
import type { Field } from './values';
import { labelOf } from './values';

/** A date from an expression as text: a DateTime, a Date, or a text. */
export function toDateText(value: unknown): string {
	if (typeof value !== 'object' || value === null) return String(value ?? '').trim();
	if ('toISO' in value) return String((value as { toISO: () => unknown }).toISO());
	const isDate = 'toISOString' in value && !Number.isNaN(Number(value));
	return isDate ? (value as Date).toISOString() : String(value);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Whether the day exists. JavaScript reads 30 February as 2 March. */
export function exists(day: string): boolean {
	const ms = Date.parse(`${day}T00:00:00Z`);
	return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** The date in UTC+8 of a text; undefined if it is not a date. */
export function toDay(text: string): string | undefined {
	if (DAY.test(text)) return exists(text) ? text : undefined;
	const match = DATE_TIME.exec(text);
	if (!match || !exists(match[1])) return undefined;
	// Without an offset it is a date chosen in the calendar of the editor.
	if (match[4] === undefined) return match[1];
	const ms = Date.parse(text.replace(' ', 'T'));
	return Number.isNaN(ms) ? undefined : beijingDay(ms);
}

/**
 * Reads a date. A date-time becomes its day in UTC+8.
 *
 * @param otherwise the value of an empty field
 * @returns `YYYY-MM-DD`
 * @throws {InputError} for anything else
 */
export function readDay(item: Item, field: Field, otherwise: string): string {
	const text = toDateText(item.value(field.name));
	if (text === '') return otherwise;
	const day = toDay(text);
	if (day !== undefined) return day;
	throw new InputError(
		`${labelOf(field)} "${text.slice(0, 40)}" is not a date`,
		'Enter it as YYYY-MM-DD, e.g. 2026-11-21.',
	);
}
