import type { Item } from './item';
import { assertLength, assertPlain, labelOf } from './values';
import type { Field } from './values';

const MAX_LENGTH = 32;

/**
 * Reads a text for the bank's record of a payout. It may be empty.
 *
 * @throws {InputError} if it has more than 32 characters, or others than digits, letters and Chinese characters
 */
export function readBankText(item: Item, field: Field): string {
	const text = item.text(field).trim();
	assertLength(text, MAX_LENGTH, labelOf(field));
	assertPlain(text, labelOf(field), 'Remove spaces and symbols.');
	return text;
}
