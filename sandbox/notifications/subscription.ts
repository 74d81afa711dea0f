import { rfc3339 } from '../replies';
import type { CancelWithdrawal } from '../state';
import type { Message } from './messages';

/** The undocumented parts of the messages of the cancellation topic. */
export interface SubscriptionForm {
	topicEnglish: string;
	topicChinese: string;
	/** The remark of a payout: text and code as in the table, or one of them. */
	remark: 'both' | 'chinese' | 'code';
	/** Whether the fields are at the top level, as an early client found them. */
	flat: boolean;
}

export const DEFAULT_FORM: SubscriptionForm = {
	topicEnglish: 'merchant_cancel_withdraw',
	topicChinese: '商户注销提现状态变更通知',
	remark: 'both',
	flat: false,
};

const REMARKS: Record<string, string> = {
	WITHDRAW_PROCESSING: '提现处理中',
	WITHDRAW_SUCCEED: '提现成功',
	WITHDRAW_EXCEPTION: '提现异常',
};

/** The message that the portal sends to debug an address. https://pay.weixin.qq.com/doc/v3/partner/4016022264 */
export function testMessage(now: number): Message {
	return subscriptionMessage(
		{
			merchant_code: '00000000000',
			merchant_company_name: '测试商户号',
			business_time: rfc3339(now),
			business_code: '空',
			business_state: 'TEST',
		},
		{ topic_english_name: 'test', topic_chinese_name: '测试消息' },
		false,
	);
}

/** https://pay.weixin.qq.com/doc/v3/partner/4016022266 */
function subscriptionMessage(
	content: Record<string, string>,
	topic: Record<string, string>,
	flat: boolean,
): Message {
	return {
		eventType: 'MERCHANT_NOTIFY.NOTIFY',
		originalType: 'merchant_notify',
		summary: '订阅消息',
		associatedData: 'merchant_notify',
		idForm: 'uuid',
		resource: flat
			? { ...content, topic_name: topic }
			: { message_content: content, topic_name: topic },
	};
}

/** State and remark of a message. They differ from those of the query. https://pay.weixin.qq.com/doc/v3/partner/4018153750 */
function stateAndRemark(
	{ state, withdrawState }: CancelWithdrawal,
	form: SubscriptionForm,
): { business_state: string; remark?: string } {
	// FUND_PROCESSING is not in the table: a payout in progress is announced as CANCELED with a remark.
	const business_state = state === 'FUND_PROCESSING' ? 'CANCELED' : state;
	if (business_state !== 'CANCELED' && business_state !== 'FINISH') return { business_state };
	const chinese = REMARKS[withdrawState ?? ''];
	if (!withdrawState || !chinese) return { business_state, remark: '-' };
	const remarks = { both: `${chinese}（${withdrawState}）`, chinese, code: withdrawState };
	return { business_state, remark: remarks[form.remark] };
}

/** The message about the state of an application of the new flow. */
export function cancellationMessage(
	application: CancelWithdrawal,
	form: SubscriptionForm,
): Message {
	return subscriptionMessage(
		{
			merchant_code: application.sub_mchid,
			merchant_company_name: `示例二级商户${application.sub_mchid}`,
			business_time: rfc3339(application.updated),
			business_code: application.applymentId,
			...stateAndRemark(application, form),
		},
		{ topic_english_name: form.topicEnglish, topic_chinese_name: form.topicChinese },
		form.flat,
	);
}
