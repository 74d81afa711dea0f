import { InputError } from '../failure/errors';
import { withLabel } from '../failure/problems';
import type { QueryParameter } from '../protocol/apiPath';
import { encryptSensitive } from '../protocol/cipher';
import { changeTexts } from '../protocol/fieldPaths';
import type { FieldPath } from '../protocol/fieldPaths';
import type { Item } from './item';

/** Masks a text in the errors of an item and of the run. */
export function keepSecret(item: Item, text: string): void {
	item.secrets.push(text);
	item.run.client.runState.secrets.push(text);
}

const missingTexts = (paths: readonly FieldPath[], where: string): InputError =>
	new InputError(
		`"Encrypt Fields": ${where} has no text at ${paths.map(({ text }) => text).join(', ')}`,
		'Check the path. A number must be in quotes to be encrypted. Remove the path where the field is omitted.',
	);

/** Returns a function that encrypts texts for WeChat Pay. The plain texts are masked in errors. */
async function encryptor(item: Item): Promise<(plain: string, label: string) => string> {
	const { key } = await item.run.client.encryptionKey();
	return (plain, label) => {
		keepSecret(item, plain);
		return withLabel(label, () => encryptSensitive(plain, key));
	};
}

/**
 * Encrypts the texts at the paths in a JSON text.
 *
 * @param where label of the field with the JSON
 * @throws {InputError} for a path without a text, a text that is too long, or if there is no key
 */
export async function encryptTexts(
	item: Item,
	json: string,
	paths: readonly FieldPath[],
	where: string,
): Promise<string> {
	const encrypt = await encryptor(item);
	const { json: sent, missing } = changeTexts(json, paths, (plain, { text }) =>
		encrypt(plain, text),
	);
	if (missing.length > 0) throw missingTexts(missing, where);
	return sent;
}

/**
 * Encrypts query parameters by their names.
 *
 * @throws as `encryptTexts`
 */
export async function encryptParameters(
	item: Item,
	parameters: readonly QueryParameter[],
	names: readonly FieldPath[],
	where: string,
): Promise<QueryParameter[]> {
	if (names.length === 0) return [...parameters];
	const missing = names.filter(({ text }) => !parameters.some(({ name }) => name === text));
	if (missing.length > 0) throw missingTexts(missing, where);
	const encrypt = await encryptor(item);
	const isMeant = (name: string): boolean => names.some(({ text }) => text === name);
	return parameters.map(({ name, value }) => ({
		name,
		value: isMeant(name) ? encrypt(value, name) : value,
	}));
}
