import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InputError } from '../../protocol/errors';
import type { ItemTransport } from '../../transport';
import { readOwnNumber, readText } from '../checks';

export const APPLY_PATH = '/v3/ecommerce/account/apply-cancel-withdraw';

/** What a list about the money holds until a person has chosen. */
export const UNCHOSEN = '';

export const outRequestNoField: INodeProperties = {
	displayName: 'Out Request No.',
	name: 'outRequestNo',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'CANCEL2026112100001',
	description:
		'Your own number of the application (out_request_no): 1 to 32 letters and digits, used once. Take it from your data, so that running again finds the same application.',
};

const applymentIdField: INodeProperties = {
	displayName: 'Applyment ID',
	name: 'applymentId',
	type: 'string',
	default: '',
	required: true,
	displayOptions: { show: { getBy: ['applymentId'] } },
	description: "WeChat Pay's number of the application (applyment_id), which Apply gave",
};

/** The fields that name an application: by the user's number or by WeChat Pay's. */
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
		description: 'Which number names the application',
	},
	{ ...outRequestNoField, displayOptions: { show: { getBy: ['outRequestNo'] } } },
	applymentIdField,
];

/** GET by the user's number. */
export const lookUpPath = (outRequestNo: string): string =>
	`${APPLY_PATH}/out-request-no/${outRequestNo}`;

/** An application as the user named it. */
export interface NamedApplication {
	/** The entry of a request body. */
	body: { out_request_no: string } | { applyment_id: string };
	/** GET by that number. */
	path: string;
	/** How messages call it. */
	label: string;
}

/** Reads which application is meant. */
export function readApplication(
	this: IExecuteFunctions,
	i: number,
	wechatPay: ItemTransport,
): NamedApplication {
	if (this.getNodeParameter('getBy', i, 'outRequestNo') !== 'applymentId') {
		const number = readOwnNumber.call(this, outRequestNoField, 'out_request_no', i, wechatPay);
		return {
			body: { out_request_no: number },
			path: lookUpPath(number),
			label: `${outRequestNoField.displayName} ${number}`,
		};
	}
	const { name, displayName } = applymentIdField;
	const id = readText.call(this, name, displayName, i);
	if (!/^[0-9A-Za-z_-]{1,32}$/.test(id)) {
		throw new InputError(
			id === '' ? `${displayName} is empty` : `${displayName} is not 1 to 32 letters and digits`,
			'Enter the applyment_id that Apply gave.',
		);
	}
	wechatPay.known.applyment_id = id;
	return {
		body: { applyment_id: id },
		path: `${APPLY_PATH}/applyment-id/${id}`,
		label: `${displayName} ${id}`,
	};
}
