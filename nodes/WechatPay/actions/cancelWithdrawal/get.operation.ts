import type { Operation } from '../operation';
import { isFinal, needsAttention } from '../state';
import { applicationFields, readApplication } from './shared';

/**
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013892759
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013892765
 */
export const get: Operation = {
	value: 'get',
	name: 'Get',
	action: 'Get a cancel withdrawal application',
	description: 'Look up an application: is it final, and does a person have to do something?',
	fields: applicationFields,
	async execute(i, wechatPay) {
		const { path } = readApplication.call(this, i, wechatPay);
		const answer = await wechatPay.get(path);
		return { ...answer, is_final: isFinal(answer), needs_attention: needsAttention(answer) };
	},
};
