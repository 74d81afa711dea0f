import { PATHS } from '../../application/paths';
import type { Operation } from '../operation';
import { outApplyNoField } from './shared';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476223 */
export const get: Operation = {
	value: 'get',
	name: 'Get Cancel Application',
	action: 'Get cancel application',
	description: 'Look up the state of an application by your number',
	fields: [outApplyNoField],
	async execute(item) {
		const outApplyNo = item.ownNumber(outApplyNoField, 'out_apply_no');
		return await item.get(PATHS.byOutApplyNo(outApplyNo), { out_apply_no: outApplyNo });
	},
};
