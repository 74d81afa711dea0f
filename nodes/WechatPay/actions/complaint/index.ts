import type { Resource } from '../operation';
import { complete } from './complete.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { reply } from './reply.operation';

/**
 * Consumer complaints. Open complaints block the closing of an account.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4016312079
 */
export const complaint: Resource = {
	value: 'complaint',
	name: 'Complaint',
	description: 'Read, reply to and complete consumer complaints about a sub-merchant',
	default: 'getMany',
	operations: [complete, get, getMany, reply],
};
