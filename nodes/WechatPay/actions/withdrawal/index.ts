import type { Resource } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476652 */
export const withdrawal: Resource = {
	value: 'withdrawal',
	name: 'Withdrawal',
	description: "Pay out a sub-merchant's balance to its own settlement account",
	default: 'get',
	operations: [create, get],
};
