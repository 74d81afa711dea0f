import type { AccountType } from '../state';

export type ComplaintState = 'PENDING' | 'PROCESSING' | 'PROCESSED';

/** One step of the negotiation between the consumer, the merchant and WeChat Pay. */
export interface HistoryEntry {
	log_id: string;
	operator: string;
	/** Milliseconds since 1970. */
	time: number;
	operate_type: string;
	operate_details?: string;
	/** Ids under which its images can be downloaded. */
	images?: string[];
}

export interface ComplaintOrder {
	transaction_id: string;
	out_trade_no: string;
	/** In fen. */
	amount: number;
}

/** A consumer's complaint. Names with underscores are those of WeChat Pay. */
export interface Complaint {
	complaint_id: string;
	complainted_mchid: string;
	/** Milliseconds since 1970. */
	time: number;
	complaint_detail: string;
	complaint_state: ComplaintState;
	problem_description: string;
	problem_type?: string;
	/** In fen. */
	apply_refund_amount?: number;
	/** Clear text; encrypted anew in every answer. */
	payer_phone?: string;
	payer_openid?: string;
	complaint_order_info: ComplaintOrder[];
	complaint_full_refunded: boolean;
	incoming_user_response: boolean;
	user_complaint_times: number;
	user_tag_list?: string[];
	in_platform_service?: boolean;
	need_immediate_service?: boolean;
	/** Ids under which the consumer's images can be downloaded. */
	images: string[];
	/** Oldest first. */
	history: HistoryEntry[];
}

/** Why a sub-merchant is limited, and the way out. Unknown values pass through. */
export interface LimitationSpecification {
	limitation_case_id: string;
	limitation_reason_type?: string;
	limitation_reason?: string;
	limitation_reason_describe?: string;
	relate_limitations?: string[];
	other_relate_limitations?: string;
	recover_way?: string;
	recover_way_param?: string;
	recover_help_url?: string;
	limitation_action_type: string;
	/** RFC 3339; only for a delayed control, which begins then. */
	limitation_start_date?: string;
	limitation_date?: string;
}

export interface Limitations {
	/** Left out: what the specifications that have begun switch off. */
	limited_functions?: string[];
	other_limited_functions?: string;
	recovery_specifications: LimitationSpecification[];
	/** Whether validate-cancel reports HAS_BLOCKING_CONTROL. WeChat Pay does not say which controls do. */
	blocks_closing: boolean;
}

export interface SettlementAccount {
	account_type: 'ACCOUNT_TYPE_BUSINESS' | 'ACCOUNT_TYPE_PRIVATE';
	account_bank: string;
	bank_name?: string;
	bank_branch_id?: string;
	/** In full; answers show parts of it. */
	account_number: string;
	verify_result: 'VERIFY_SUCCESS' | 'VERIFY_FAIL' | 'VERIFYING';
	verify_fail_reason?: string;
	/** Whether the sub-merchant's permission to withdraw is switched off. */
	withdrawal_closed: boolean;
}

export type WithdrawalStatus = 'INIT' | 'CREATE_SUCCESS' | 'SUCCESS' | 'FAIL' | 'REFUND' | 'CLOSE';

/** Money of a sub-merchant on its way to its bank, account by account: no application, nothing is closed. */
export interface FundWithdrawal {
	number: string;
	withdrawId: string;
	sub_mchid: string;
	/** In fen. */
	amount: number;
	account_type: AccountType;
	status: WithdrawalStatus;
	/** Only for FAIL, REFUND and CLOSE. */
	reason?: string;
	/** As received, like the next two. */
	remark?: string;
	bank_memo?: string;
	notify_url?: string;
	/** The card when the withdrawal was created: the last four digits, the bank, the branch. */
	account_number: string;
	account_bank: string;
	bank_name?: string;
	/** The accepted body, keys in order: what the same number is compared with when it comes again. */
	request: string;
	created: number;
	updated: number;
	/** How many requests for this withdrawal arrived, the first one included. */
	requests: number;
}
