import type { INodeProperties } from 'n8n-workflow';
import { addDays, beijingDay } from '../../application/complaints';
import { InputError } from '../../failure/errors';
import { decryptPhoneOption, listComplaints, revealPhone } from '../../item/complaints';
import { readDay } from '../../item/days';
import type { Item } from '../../item/item';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import type { Operation } from '../operation';
import { labelOf } from '../../item/values';

const returnAllField: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	displayOptions: { show: { returnAll: [false] } },
	description: 'Max number of results to return',
};

const beginDateField: INodeProperties = {
	displayName: 'Begin Date',
	name: 'beginDate',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-10-23',
	description:
		'First day of the complaints, as YYYY-MM-DD in UTC+8. If empty, 29 days before "End Date". Periods of more than 30 days take several requests.',
};

const endDateField: INodeProperties = {
	displayName: 'End Date',
	name: 'endDate',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-11-21',
	description: 'Last day of the complaints, as YYYY-MM-DD in UTC+8. If empty, today.',
};

const ofSubMerchantField: INodeProperties = {
	...subMchidField,
	required: false,
	description:
		'Merchant number (sub_mchid) of the sub-merchant that the complaints are about. If empty, all sub-merchants of the platform.',
};

/** Every 30 days take one request, so a mistyped year would cause many. */
const MAX_DAYS = 3660;

function readDates(item: Item) {
	const end = readDay(item, endDateField, beijingDay(Date.now()));
	const begin = readDay(item, beginDateField, addDays(end, -29));
	if (begin > end) {
		throw new InputError(
			`${labelOf(beginDateField)} ${begin} is after ${labelOf(endDateField)} ${end}`,
			'Correct one of the two; an empty "End Date" is today.',
		);
	}
	if (begin < addDays(end, -MAX_DAYS)) {
		throw new InputError(
			`${labelOf(beginDateField)} ${begin} is more than 10 years before ${labelOf(endDateField)}`,
			'Check the year.',
		);
	}
	return { begin, end };
}

function readLimit(item: Item): number {
	if (item.value(returnAllField.name, false) === true) return Infinity;
	const limit = Number(item.value(limitField.name, limitField.default));
	if (Number.isSafeInteger(limit) && limit >= 1) return limit;
	throw new InputError(
		`${labelOf(limitField)} is not a whole number from 1`,
		'Correct it, or switch "Return All" on.',
	);
}

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012691285 */
export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many complaints',
	description:
		'List the complaints of a period, starting with its last 30 days. One item for each complaint.',
	fields: [returnAllField, limitField, beginDateField, endDateField, ofSubMerchantField],
	options: [decryptPhoneOption],
	async execute(item) {
		const dates = readDates(item);
		const isOfOne = item.text(ofSubMerchantField).trim() !== '';
		const subMchid = isOfOne ? readSubMchid(item) : undefined;
		const complaints = await listComplaints(item, { ...dates, subMchid, max: readLimit(item) });
		return complaints.map((complaint) => revealPhone(item, complaint));
	},
};
