import type { INodeProperties } from 'n8n-workflow';
import { PATHS } from '../../application/paths';
import { confirmationRules } from '../../application/rules';
import { InputError } from '../../failure/errors';
import { exists, toDateText } from '../../item/days';
import type { Item } from '../../item/item';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { assertConsent, consentField } from '../../item/consent';
import { assertLength, assertPlain, labelOf, requireText } from '../../item/values';
import { toJsonBytes } from '../../protocol/json';
import type { Operation } from '../operation';
import { applicationFields, readApplication } from './shared';

const operatorField: INodeProperties = {
	displayName: 'Operator',
	name: 'operatorIdentification',
	type: 'string',
	default: '',
	required: true,
	description:
		'Name or staff number of the person at the platform who confirms: letters, digits and Chinese characters, up to 100',
};

const confirmTimeField: INodeProperties = {
	displayName: 'Confirm Time',
	name: 'confirmTime',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 2026-11-21T10:00:00+08:00',
	description: 'Time of the confirmation by the merchant, with UTC offset (RFC 3339)',
};

const contractVersionField: INodeProperties = {
	displayName: 'Cancel Contract Version',
	name: 'cancelContractVersion',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. V20241213',
	description:
		'Version of the cancellation agreement that the merchant confirmed, up to 32 characters',
};

const iUnderstandField = consentField(
	"Whether a person has decided this. Confirming closes the sub-merchant's account permanently.",
);

const confirmNotice: INodeProperties = {
	displayName:
		"Confirming closes the sub-merchant's account permanently. WeChat Pay no longer lists this endpoint, so it may not be available to your merchant. Alternatively, the sub-merchant confirms: make a QR code of confirm_cancel_url, which Get returns. WeChat Pay's page says in one place that the super administrator scans it, in another that staff of the sub-merchant do.",
	name: 'confirmNotice',
	type: 'notice',
	default: '',
};

/** Reads the time as RFC 3339, also from a DateTime of an expression. It never comes from the clock. */
function readConfirmTime(item: Item): string {
	const { name } = confirmTimeField;
	const label = labelOf(confirmTimeField);
	const given = toDateText(item.value(name));
	const match = /^((\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(
		given,
	);
	if (match && !Number.isNaN(Date.parse(given)) && exists(match[2])) {
		return match[1] + (match[3] === 'Z' ? '+00:00' : match[3]);
	}
	throw new InputError(
		given === '' ? `${label} is empty` : `${label} is not a time with a UTC offset`,
		'Enter it in RFC 3339 format, e.g. 2026-11-21T10:00:00+08:00.',
	);
}

function readShort(item: Item, field: INodeProperties, max: number): string {
	const value = requireText(item.text(field), labelOf(field));
	assertLength(value, max, labelOf(field));
	return value;
}

/** @see https://pay.weixin.qq.com/doc/v3/partner/4013892772 */
export const confirm: Operation = {
	value: 'confirm',
	name: 'Confirm',
	action: 'Confirm cancellation application',
	description:
		'Confirm an application on behalf of the sub-merchant. This closes the account permanently: a person must decide.',
	fields: [
		confirmNotice,
		...applicationFields,
		subMchidField,
		operatorField,
		confirmTimeField,
		contractVersionField,
		iUnderstandField,
	],
	numberOf: (item) => readApplication(item).label,
	async execute(item) {
		const { named, path, label } = readApplication(item);
		const subMchid = readSubMchid(item);
		const operator = readShort(item, operatorField, 100);
		assertPlain(
			operator,
			labelOf(operatorField),
			'Enter the name or staff number without spaces and symbols.',
		);
		const confirmTime = readConfirmTime(item);
		const contractVersion = readShort(item, contractVersionField, 32);
		assertConsent(item, 'Confirming closes the account permanently.');
		const about = { ...named, sub_mchid: subMchid };
		const { response, alreadyExisted } = await item.submit({
			path: PATHS.confirm,
			body: async () =>
				toJsonBytes({
					...about,
					operator_identification: operator,
					confirm_time: confirmTime,
					cancel_contract_version: contractVersion,
				}),
			about,
			lookUpPath: path,
			rules: confirmationRules(label, subMchid),
		});
		return { ...response, already_confirmed: alreadyExisted };
	},
};
