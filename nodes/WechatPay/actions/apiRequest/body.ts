import { InputError } from '../../failure/errors';
import { withLabel } from '../../failure/problems';
import { merchantMedia, readImage } from '../../item/images';
import type { Item } from '../../item/item';
import { encryptTexts } from '../../item/sensitive';
import type { FieldPath } from '../../protocol/fieldPaths';
import { checkTexts, findValue, hasLostDigits } from '../../protocol/json';
import { digestKeyField, encryptField, jsonBodyField, nameKeyField } from './fields';
import { labelOf } from '../../item/values';

/** A request body. */
export interface Body {
	bytes: Buffer;
	contentType: string;
	/** Its content before encryption. */
	plain: object;
}

const LABEL = labelOf(jsonBodyField);

const notJson = (): InputError =>
	new InputError(
		`${LABEL} is not a JSON object`,
		'Check quotes, commas and braces. In an expression use JSON.stringify for values that come from items.',
	);

function parse(json: string): object {
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		throw notJson();
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJson();
	return value;
}

/** The text as entered. An object from an expression is serialized. */
function readText(item: Item): string {
	const value = item.value(jsonBodyField.name);
	if (typeof value === 'string') return value;
	const lost = findValue(value, hasLostDigits);
	if (lost === undefined) return JSON.stringify(value) ?? '';
	throw new InputError(
		`${LABEL}: ${lost || 'a value'} is a number that has lost digits`,
		'Enter JSON text instead of an object, or the number as text.',
	);
}

function check(value: object): void {
	withLabel(LABEL, () => checkTexts(value, ''));
	const empty = findValue(value, (entry) => entry === null);
	if (empty === undefined) return;
	throw new InputError(
		`${LABEL}: ${empty} is null, which WeChat Pay does not accept`,
		'Omit the field where it has no value.',
	);
}

/**
 * Reads the JSON body: the text as entered, with the texts at `encrypt` replaced.
 *
 * @throws {InputError} if it is not a JSON object, or has values that WeChat Pay does not accept
 */
export async function readJsonBody(item: Item, encrypt: readonly FieldPath[]): Promise<Body> {
	const json = readText(item);
	const plain = parse(json);
	check(plain);
	const sent = encrypt.length > 0 ? await encryptTexts(item, json, encrypt, LABEL) : json;
	return { bytes: Buffer.from(sent, 'utf8'), contentType: 'application/json', plain };
}

function readKey(item: Item, field: typeof nameKeyField): string {
	const key = item.text(field).trim() || String(field.default);
	if (/^\w{1,64}$/.test(key)) return key;
	throw new InputError(
		`${labelOf(field)} is not made of letters, digits and underscores`,
		'Enter the name as documented for the endpoint.',
	);
}

/**
 * Reads an image as the body of its upload.
 *
 * @throws {InputError} if it is not a JPG, PNG or BMP
 */
export async function readUpload(
	item: Item,
	path: string,
	encrypt: readonly FieldPath[],
): Promise<Body> {
	if (encrypt.length > 0) {
		throw new InputError(
			`${labelOf(encryptField)} is set for an upload`,
			'Clear it: the meta of an upload holds nothing to encrypt.',
		);
	}
	const endpoint = {
		...merchantMedia(item),
		path,
		nameKey: readKey(item, nameKeyField),
		digestKey: readKey(item, digestKeyField),
	};
	const { body, contentType } = await readImage(item, endpoint);
	return { bytes: body, contentType, plain: {} };
}
