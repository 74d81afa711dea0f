import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InputError } from '../protocol/errors';
import type { ItemTransport } from '../transport';

export const subMchidField: INodeProperties = {
	displayName: 'Sub-Merchant ID',
	name: 'subMchid',
	type: 'string',
	default: '',
	required: true,
	placeholder: '1900000109',
	description: 'Merchant number (sub_mchid) of the sub-merchant that leaves the platform',
};

/**
 * Reads a parameter as text. Numbers come as numbers from spreadsheets: one that is too long for a
 * number has already lost digits, so it is refused and never rounded.
 */
export function readText(this: IExecuteFunctions, name: string, label: string, i: number): string {
	return toText(this.getNodeParameter(name, i, ''), label);
}

function toText(value: unknown, label: string): string {
	if (typeof value === 'number') {
		if (Number.isSafeInteger(value) && value >= 0) return String(value);
		throw new InputError(
			`${label} came as the number ${value}, which has lost digits or is not whole`,
			'Give it as text: format the column of the spreadsheet as Text, or put quotes around it in JSON.',
		);
	}
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return '';
	throw new InputError(
		`${label} is not text`,
		'Check the expression: it gives a list or an object.',
	);
}

/** Reads a list: separated by commas, spaces or lines, or an array from an expression. */
export function readList(
	this: IExecuteFunctions,
	name: string,
	label: string,
	i: number,
): string[] {
	return toList(this.getNodeParameter(name, i, ''), label);
}

/** The entries of a list that came as text or as an array. */
export function toList(value: unknown, label: string): string[] {
	const entries =
		typeof value === 'string'
			? value.split(/[\s,，、;；]+/)
			: Array.isArray(value)
				? value
				: [value];
	return entries.map((entry: unknown) => toText(entry, label)).filter((entry) => entry !== '');
}

const missing = (label: string, whatToDo: string): InputError =>
	new InputError(`${label} is empty`, whatToDo);

/** Reads the sub-merchant's number: digits, and not the platform's own. */
export function readSubMchid(this: IExecuteFunctions, i: number, wechatPay: ItemTransport): string {
	const label = subMchidField.displayName;
	const subMchid = readText.call(this, subMchidField.name, label, i);
	if (subMchid === '') {
		throw missing(
			label,
			'Enter the merchant number of the sub-merchant, or an expression that gives it.',
		);
	}
	wechatPay.known.sub_mchid = subMchid.slice(0, 64);
	if (!/^\d{1,32}$/.test(subMchid)) {
		throw new InputError(
			`${label} "${subMchid.slice(0, 64)}" is not made of digits alone`,
			'Give the number as WeChat Pay shows it, up to 32 digits, as text and without spaces.',
		);
	}
	if (subMchid === wechatPay.mchid) {
		throw new InputError(
			`${label} ${subMchid} is the Merchant ID of the credential: the platform itself`,
			'Enter the merchant number of the sub-merchant.',
		);
	}
	return subMchid;
}

/** Reads a number that the user chose (`out_apply_no`, `out_request_no`): used as it is given. */
export function readOwnNumber(
	this: IExecuteFunctions,
	field: Pick<INodeProperties, 'name' | 'displayName'>,
	key: string,
	i: number,
	wechatPay: ItemTransport,
): string {
	const label = field.displayName;
	const number = readText.call(this, field.name, label, i);
	if (number === '') {
		throw missing(
			label,
			'Give every application a number of its own from your data. It is never made up for you.',
		);
	}
	wechatPay.known[key] = number.slice(0, 64);
	assertOwnNumber(number, label);
	return number;
}

/** @throws {InputError} unless a number is one that WeChat Pay takes */
export function assertOwnNumber(number: string, label: string): void {
	if (/^[0-9A-Za-z]{1,32}$/.test(number)) return;
	throw new InputError(
		`${label} "${number.slice(0, 64)}" is not 1 to 32 letters and digits`,
		'Use letters and digits alone: no hyphen, underscore or space. For a UUID, leave its hyphens out.',
	);
}

/** @throws {InputError} if a text has other characters than digits, letters and Chinese characters */
export function assertPlainText(text: string, label: string, whatToDo: string): void {
	if (/^[\p{Script=Han}0-9A-Za-z]*$/u.test(text)) return;
	throw new InputError(
		`${label} has other characters than digits, letters and Chinese characters`,
		whatToDo,
	);
}

/** @throws {InputError} if a text has more characters than WeChat Pay takes */
export function assertLength(text: string, most: number, label: string): void {
	const { length } = [...text]; // an emoji is one character, not two
	if (length <= most) return;
	throw new InputError(
		`${label} has ${length} characters; WeChat Pay takes ${most} at most`,
		'Shorten it.',
	);
}
