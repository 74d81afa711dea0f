import { PATHS } from '../../application/paths';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import type { Operation } from '../operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4016420099 */
export const validate: Operation = {
	value: 'validate',
	name: 'Validate',
	action: 'Validate account cancellation',
	description:
		"Check whether a sub-merchant's account can be closed now, and what blocks it. Changes nothing.",
	fields: [subMchidField],
	async execute(item) {
		const subMchid = readSubMchid(item);
		const response = await item.get(PATHS.validate(subMchid), { sub_mchid: subMchid });
		return { ...response, allowed: response.validate_result === 'ALLOW_CANCEL_WITHDRAW' };
	},
};
