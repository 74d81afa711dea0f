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
	/** IDs with which its images can be downloaded. */
	images?: string[];
}

export interface ComplaintOrder {
	transaction_id: string;
	out_trade_no: string;
	/** In fen. */
	amount: number;
}

/** A consumer's complaint. Names with underscores are WeChat Pay's. */
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
	/** Clear text; encrypted again for every response. */
	payer_phone?: string;
	payer_openid?: string;
	complaint_order_info: ComplaintOrder[];
	complaint_full_refunded: boolean;
	incoming_user_response: boolean;
	user_complaint_times: number;
	user_tag_list?: string[];
	in_platform_service?: boolean;
	need_immediate_service?: boolean;
	/** IDs with which the consumer's images can be downloaded. */
	images: string[];
	/** Oldest first. */
	history: HistoryEntry[];
}

/** Why a sub-merchant is limited, and how to lift the limitation. Unknown values pass through. */
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
	/** RFC 3339; only for a delayed control, which begins at this time. */
	limitation_start_date?: string;
	limitation_date?: string;
}

export interface Limitations {
	/** If left out, the functions in the specifications that have begun. */
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
	/** Complete; responses show parts of it. */
	account_number: string;
	verify_result: 'VERIFY_SUCCESS' | 'VERIFY_FAIL' | 'VERIFYING';
	verify_fail_reason?: string;
	/** Whether the sub-merchant's permission to withdraw is disabled. */
	withdrawal_closed: boolean;
}

export type WithdrawalStatus = 'INIT' | 'CREATE_SUCCESS' | 'SUCCESS' | 'FAIL' | 'REFUND' | 'CLOSE';

/** A withdrawal of a sub-merchant's money to its bank. It is not an application: nothing is closed. */
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
	/** As received; so are the next two fields. */
	remark?: string;
	bank_memo?: string;
	notify_url?: string;
	/** The card at the time of creation: the last four digits, the bank, the branch. */
	account_number: string;
	account_bank: string;
	bank_name?: string;
	/** The accepted body with sorted keys: what a repeated request is compared with. */
	request: string;
	created: number;
	updated: number;
	/** How many requests for this withdrawal arrived, including the first. */
	requests: number;
}
