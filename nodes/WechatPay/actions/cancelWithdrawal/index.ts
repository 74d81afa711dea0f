import type { Resource } from '../operation';
import { apply } from './apply.operation';
import { checkReadiness } from './checkReadiness.operation';
import { confirm } from './confirm.operation';
import { get } from './get.operation';
import { validate } from './validate.operation';

/**
 * The new flow: validate, apply, get, confirm.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
export const cancelWithdrawal: Resource = {
	value: 'cancelWithdrawal',
	name: 'Account Cancellation',
	description:
		"Close a sub-merchant's account and pay out its balance with one application. WeChat Pay recommends this flow.",
	default: 'validate',
	operations: [apply, checkReadiness, confirm, get, validate],
};
