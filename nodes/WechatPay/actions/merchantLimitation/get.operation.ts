import { withWhatToDo } from '../../application/limitations';
import { PATHS } from '../../application/paths';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import type { Operation } from '../operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012803072 */
export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get merchant limitations',
	description:
		'Look up what a sub-merchant may not do now, why, and how to lift it. WeChat Pay may refuse this operation to a platform.',
	fields: [subMchidField],
	async execute(item) {
		const subMchid = readSubMchid(item);
		return withWhatToDo(await item.get(PATHS.limitations(subMchid), { mchid: subMchid }));
	},
};
