import type { Resource } from '../operation';
import { get } from './get.operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012803072 */
export const merchantLimitation: Resource = {
	value: 'merchantLimitation',
	name: 'Merchant Limitation',
	description: 'Look up the restrictions that WeChat Pay has placed on a sub-merchant',
	default: 'get',
	operations: [get],
};
