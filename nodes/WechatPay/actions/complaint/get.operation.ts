import { PATHS } from '../../application/paths';
import {
	complaintIdField,
	decryptPhoneOption,
	readComplaintId,
	revealPhone,
} from '../../item/complaints';
import type { Operation } from '../operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012691648 */
export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get complaint',
	description: 'Look up a complaint with its state, details and orders',
	fields: [complaintIdField],
	options: [decryptPhoneOption],
	async execute(item) {
		const id = readComplaintId(item);
		return revealPhone(item, await item.get(PATHS.complaint(id), { complaint_id: id }));
	},
};
