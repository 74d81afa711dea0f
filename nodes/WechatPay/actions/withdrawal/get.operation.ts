import type { INodeProperties } from 'n8n-workflow';
import { PATHS } from '../../application/paths';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { InputError } from '../../failure/errors';
import type { Operation } from '../operation';
import { labelOf } from '../../item/values';
import { outRequestNoField, toOutput } from './shared';

const getByField: INodeProperties = {
	displayName: 'Find Withdrawal By',
	name: 'getBy',
	type: 'options',
	options: [
		{ name: 'Out Request No.', value: 'outRequestNo', description: 'Your own number' },
		{ name: 'Withdraw ID', value: 'withdrawId', description: "WeChat Pay's number" },
	],
	default: 'outRequestNo',
	description: 'The number to find the withdrawal by',
};

const withdrawIdField: INodeProperties = {
	displayName: 'Withdraw ID',
	name: 'withdrawId',
	type: 'string',
	default: '',
	required: true,
	displayOptions: { show: { getBy: ['withdrawId'] } },
	description: "WeChat Pay's number of the withdrawal (withdraw_id), returned by Create",
};

/**
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012476656
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012476665
 */
export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get withdrawal',
	description: 'Look up the state of a withdrawal. WeChat Pay keeps it for 90 days.',
	fields: [
		subMchidField,
		getByField,
		{ ...outRequestNoField, displayOptions: { show: { getBy: ['outRequestNo'] } } },
		withdrawIdField,
	],
	async execute(item) {
		const subMchid = readSubMchid(item);
		if (item.value('getBy', 'outRequestNo') !== 'withdrawId') {
			const outRequestNo = item.ownNumber(outRequestNoField, 'out_request_no');
			const about = { out_request_no: outRequestNo, sub_mchid: subMchid };
			return toOutput(
				item,
				await item.get(PATHS.withdrawalByOutRequestNo(outRequestNo, subMchid), about),
			);
		}
		const id = item.text(withdrawIdField);
		if (!/^[0-9A-Za-z_-]{1,128}$/.test(id)) {
			throw new InputError(
				`${labelOf(withdrawIdField)} ${id === '' ? 'is empty' : 'is not 1 to 128 letters and digits'}`,
				'Enter the withdraw_id returned by "Create".',
			);
		}
		item.note({ withdraw_id: id });
		const about = { withdraw_id: id, sub_mchid: subMchid };
		return toOutput(item, await item.get(PATHS.withdrawalById(id, subMchid), about));
	},
};
