import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../failure/errors';
import type { Item } from './item';
import { labelOf, requireText } from './values';

export const subMchidField: INodeProperties = {
	displayName: 'Sub-Merchant ID',
	name: 'subMchid',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 1900000109',
	description: 'Merchant number (sub_mchid) of the sub-merchant',
};

/**
 * Reads the sub-merchant's number.
 *
 * @throws {InputError} if it is not 1 to 32 digits, or is the platform's own number
 */
export function readSubMchid(item: Item): string {
	const label = labelOf(subMchidField);
	const subMchid = item.text(subMchidField);
	requireText(
		subMchid,
		label,
		'Enter the merchant number of the sub-merchant, or an expression that returns it.',
	);
	item.note({ sub_mchid: subMchid.slice(0, 64) });
	if (!/^\d{1,32}$/.test(subMchid)) {
		throw new InputError(
			`${label} "${subMchid.slice(0, 64)}" is not 1 to 32 digits`,
			'Enter the number without spaces. In a spreadsheet, format the column as Text.',
		);
	}
	if (subMchid === item.run.client.account.signer.mchid) {
		throw new InputError(
			`${label} ${subMchid} is the "Merchant ID" of the credential: the platform itself`,
			'Enter the merchant number of the sub-merchant.',
		);
	}
	return subMchid;
}
