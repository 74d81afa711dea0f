import { readSubMchid, subMchidField } from '../checks';
import type { Operation } from '../operation';
import { APPLY_PATH } from './shared';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4016420099 */
export const validate: Operation = {
	value: 'validate',
	name: 'Validate',
	action: 'Validate whether a sub-merchant can be cancelled',
	description:
		'Check whether a sub-merchant can be closed now, and what blocks it. It changes nothing.',
	fields: [subMchidField],
	async execute(i, wechatPay) {
		const subMchid = readSubMchid.call(this, i, wechatPay);
		const answer = await wechatPay.get(`${APPLY_PATH}/validate-cancel/${subMchid}`);
		return { ...answer, allowed: answer.validate_result === 'ALLOW_CANCEL_WITHDRAW' };
	},
};
