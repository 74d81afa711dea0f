import type { INodeProperties } from 'n8n-workflow';
import { PATHS } from '../../application/paths';
import { InputError } from '../../failure/errors';
import type { Item } from '../../item/item';
import { labelOf } from '../../item/values';

/** The value of a list about money until a person has chosen. */
export const UNCHOSEN = '';

export const outRequestNoField: INodeProperties = {
	displayName: 'Out Request No.',
	name: 'outRequestNo',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. CANCEL2026112100001',
	description:
		'Your own number for the application (out_request_no): 1 to 32 letters and digits, used once. Take it from your data, so that a second run finds the same application.',
};

const applymentIdField: INodeProperties = {
	displayName: 'Applyment ID',
	name: 'applymentId',
	type: 'string',
	default: '',
	required: true,
	displayOptions: { show: { getBy: ['applymentId'] } },
	description: "WeChat Pay's number of the application (applyment_id), returned by Apply",
};

/** The fields that identify an application: by the user's number or by WeChat Pay's. */
export const applicationFields: INodeProperties[] = [
	{
		displayName: 'Find Application By',
		name: 'getBy',
		type: 'options',
		options: [
			{ name: 'Applyment ID', value: 'applymentId', description: "WeChat Pay's number" },
			{ name: 'Out Request No.', value: 'outRequestNo', description: 'Your own number' },
		],
		default: 'outRequestNo',
		description: 'The number to find the application by',
	},
	{ ...outRequestNoField, displayOptions: { show: { getBy: ['outRequestNo'] } } },
	applymentIdField,
];

/** An application as the user identified it. */
export interface NamedApplication {
	/** The field in a request body, which responses repeat. */
	named: { out_request_no: string } | { applyment_id: string };
	/** GET by that number. */
	path: string;
	/** Its name in messages. */
	label: string;
}

/** Reads which application the user means. */
export function readApplication(item: Item): NamedApplication {
	if (item.value('getBy', 'outRequestNo') !== 'applymentId') {
		const number = item.ownNumber(outRequestNoField, 'out_request_no');
		return {
			named: { out_request_no: number },
			path: PATHS.byOutRequestNo(number),
			label: `${labelOf(outRequestNoField)} ${number}`,
		};
	}
	const label = labelOf(applymentIdField);
	const id = item.text(applymentIdField);
	if (!/^[0-9A-Za-z_-]{1,32}$/.test(id)) {
		throw new InputError(
			id === '' ? `${label} is empty` : `${label} is not 1 to 32 letters and digits`,
			'Enter the applyment_id returned by "Apply".',
		);
	}
	item.note({ applyment_id: id });
	return {
		named: { applyment_id: id },
		path: PATHS.byApplymentId(id),
		label: `${label} ${id}`,
	};
}
