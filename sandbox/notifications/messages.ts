import { randomText } from '../keys';
import { rfc3339 } from '../replies';

/** The content of a notification before it is encrypted. */
export interface Message {
	eventType: string;
	/** Not in every sample; neither is the next field. */
	originalType?: string;
	summary?: string;
	associatedData: string;
	/** `uuid`, or `EV-` and digits as in the older samples. */
	idForm: 'uuid' | 'ev';
	resource: unknown;
}

/** The known fields of a withdrawal. */
export interface WithdrawalLike {
	number: string;
	withdrawId: string;
	sub_mchid: string;
	amount: number;
	account_type: string;
	status?: string;
	reason?: string;
	remark?: string;
	bank_memo?: string;
	notify_url?: string;
	account_number?: string;
	account_bank?: string;
	bank_name?: string;
	created: number;
	updated?: number;
}

/**
 * The state of a withdrawal: the response of the query.
 * https://pay.weixin.qq.com/doc/v3/partner/4013049135, https://pay.weixin.qq.com/doc/v3/partner/4012476656
 */
export function withdrawalMessage(withdrawal: WithdrawalLike, spMchid: string): Message {
	const { created, updated = created } = withdrawal;
	return {
		eventType: 'MCHWITHDRAW.CHANGE',
		originalType: 'mch_withdraw',
		summary: '商户提现状态变更通知',
		associatedData: 'mch_withdraw',
		idForm: 'uuid',
		resource: {
			sp_mchid: spMchid,
			sub_mchid: withdrawal.sub_mchid,
			status: withdrawal.status,
			withdraw_id: withdrawal.withdrawId,
			out_request_no: withdrawal.number,
			amount: withdrawal.amount,
			create_time: rfc3339(created),
			update_time: rfc3339(updated),
			reason: withdrawal.reason ?? '',
			remark: withdrawal.remark ?? '',
			bank_memo: withdrawal.bank_memo ?? '',
			account_type: withdrawal.account_type,
			// A default card, if the sub-merchant's is unknown.
			account_number: withdrawal.account_number ?? '0001',
			account_bank: withdrawal.account_bank ?? '工商银行',
			bank_name: withdrawal.bank_name,
		},
	};
}

/** The sample has neither summary nor original_type. https://pay.weixin.qq.com/doc/v3/partner/4012076174 */
export function complaintMessage(complaintId: string, action: string): Message {
	return {
		eventType: action === 'CREATE_COMPLAINT' ? 'COMPLAINT.CREATE' : 'COMPLAINT.STATE_CHANGE',
		associatedData: '',
		idForm: 'ev',
		resource: { complaint_id: complaintId, action_type: action },
	};
}

/** The fields of a violation; the others are those of the sample. */
export interface Violation {
	sub_mchid: string;
	/** PUNISH, INTERCEPT or APPEAL. */
	kind?: string;
	[field: string]: string | undefined;
}

/** https://pay.weixin.qq.com/doc/v3/partner/4012079216 */
export function violationMessage({ kind = 'PUNISH', ...fields }: Violation, now: number): Message {
	return {
		eventType: `VIOLATION.${kind}`,
		originalType: 'violation',
		summary: '产生新投诉',
		associatedData: '',
		idForm: 'ev',
		resource: {
			company_name: `示例二级商户${fields.sub_mchid}`,
			record_id: `2002018202001010800${randomText(8, '0123456789')}`,
			punish_plan: '关闭支付权限',
			punish_time: rfc3339(now),
			punish_description: '利用特殊行业违规经营，加重处罚',
			risk_type: 'ONE_YUAN_PURCHASES',
			risk_description: '涉嫌一元购',
			...fields,
		},
	};
}

/** The name of the field differs from that of the interface. https://pay.weixin.qq.com/doc/v3/partner/4019605946 */
export function echoMessage(text: string, encrypted?: string): Message {
	return {
		eventType: 'SECURITY_ECHO.SUCCESS',
		originalType: 'security',
		summary: '回调通知成功',
		associatedData: '',
		idForm: 'ev',
		resource: { echo_message: text, encrypt_echo_message: encrypted },
	};
}
