import { completionRules } from '../../application/complaints';
import { PATHS } from '../../application/paths';
import { complaintIdField, readComplaintId } from '../../item/complaints';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { assertConsent, consentField } from '../../item/consent';
import { toJsonBytes } from '../../protocol/json';
import type { Operation } from '../operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012467217 */
export const complete: Operation = {
	value: 'complete',
	name: 'Complete',
	action: 'Complete complaint',
	description:
		'Tell WeChat Pay and the consumer that a complaint is resolved. It must have a reply.',
	fields: [
		complaintIdField,
		subMchidField,
		consentField(
			'Whether a person has decided that the complaint is resolved. The consumer is told, and may escalate it.',
		),
	],
	numberOf: readComplaintId,
	async execute(item) {
		const id = readComplaintId(item);
		const subMchid = readSubMchid(item);
		assertConsent(item, 'The consumer sees that the complaint is completed.');
		const { alreadyExisted } = await item.submit({
			path: PATHS.completeComplaint(id),
			body: async () => toJsonBytes({ complainted_mchid: subMchid }),
			about: { complaint_id: id },
			expectsEmptyBody: true,
			lookUpPath: PATHS.complaint(id),
			// A complaint that is not found must not be completed.
			isAbsent: () => false,
			rules: completionRules(`Complaint ${id}`, subMchid),
		});
		return { complaint_id: id, already_existed: alreadyExisted };
	},
};
