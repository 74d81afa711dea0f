import { readOwnNumber } from '../checks';
import type { Operation } from '../operation';
import { lookUpPath, outApplyNoField } from './shared';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476223 */
export const get: Operation = {
	value: 'get',
	name: 'Get Cancel Application',
	action: 'Get a cancel application',
	description: 'Look up the state of an application by your number',
	fields: [outApplyNoField],
	async execute(i, wechatPay) {
		const outApplyNo = readOwnNumber.call(this, outApplyNoField, 'out_apply_no', i, wechatPay);
		return await wechatPay.get(lookUpPath(outApplyNo));
	},
};
