import { isFinal, needsAttention } from '../../application/states';
import type { Operation } from '../operation';
import { applicationFields, readApplication } from './shared';

/**
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013892759
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013892765
 */
export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get cancellation application',
	description: 'Look up an application, whether it is final, and whether a person has to act',
	fields: applicationFields,
	async execute(item) {
		const { path, named } = readApplication(item);
		const response = await item.get(path, named);
		return { ...response, is_final: isFinal(response), needs_attention: needsAttention(response) };
	},
};
