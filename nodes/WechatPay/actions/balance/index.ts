import type { Resource } from '../operation';
import { get } from './get.operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476690 */
export const balance: Resource = {
	value: 'balance',
	name: 'Balance',
	description: "Look up a sub-merchant's balances. Money on an account blocks its cancellation.",
	default: 'get',
	operations: [get],
};
