import type { Resource } from '../operation';
import { get } from './get.operation';

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476690 */
export const balance: Resource = {
	value: 'balance',
	name: 'Balance',
	description: 'Look up what a sub-merchant has left: money on an account blocks closing it',
	default: 'get',
	operations: [get],
};
