import type { INodeParameters } from 'n8n-workflow';

/** One operation of the whole job, as a user has it on the canvas behind a list of merchants. */
export interface Step {
	/** Its labels in the editor. */
	label: string;
	/** What the operation does, for the reader. */
	what: string;
	parameters: INodeParameters;
	/** The key of the output that says whether a run found it done. */
	existed?: 'already_existed' | 'already_confirmed';
	/** Whether WeChat Pay answers an identical request as the first time, so that a run cannot tell. */
	repeatsAnswer?: boolean;
}

const subMchid = '={{ $json.sub_mchid }}';
const outRequestNo = '={{ $json.out_request_no }}';
const complaintId = '={{ $json.complaint_id }}';
/** The sandbox has no speed limit, and its complaints are new. */
const options = { requestsPerSecond: 0 };
const cancellation = { resource: 'cancelWithdrawal' };

export const CHECK: Step = {
	label: 'Account Cancellation: Check Readiness',
	what: 'Can the account be closed, and if not, why',
	parameters: {
		...cancellation,
		operation: 'checkReadiness',
		subMchid,
		options: { ...options, complaintLookbackDays: 30 },
	},
};

export const COMPLAINTS: Step = {
	label: 'Complaint: Get Many',
	what: 'Finds the complaints of the last 30 days',
	parameters: { resource: 'complaint', operation: 'getMany', returnAll: true, options },
};

export const REPLY: Step = {
	label: 'Complaint: Reply',
	what: 'The consumer gets one reply',
	parameters: {
		resource: 'complaint',
		operation: 'reply',
		complaintId,
		subMchid,
		content: '={{ $json.reply }}',
		options,
	},
	existed: 'already_existed',
};

export const COMPLETE: Step = {
	label: 'Complaint: Complete',
	what: 'The complaint no longer blocks the closing',
	parameters: {
		resource: 'complaint',
		operation: 'complete',
		complaintId,
		subMchid,
		iUnderstand: true,
		options,
	},
	existed: 'already_existed',
};

export const WITHDRAW: Step = {
	label: 'Withdrawal: Create',
	what: "The balance goes to the sub-merchant's bank account",
	parameters: {
		resource: 'withdrawal',
		operation: 'create',
		subMchid,
		outRequestNo: '={{ $json.withdrawal_no }}',
		amount: '={{ Number($json.balance_fen) }}',
		accountType: 'BASIC',
		options,
	},
	existed: 'already_existed',
};

export const APPLY: Step = {
	label: 'Account Cancellation: Apply',
	what: 'One application for each merchant; one of them with a payout and an image from a link',
	parameters: {
		...cancellation,
		operation: 'apply',
		subMchid,
		outRequestNo,
		withdraw: '={{ $json.withdraw }}',
		payeeAccountType: '={{ $json.payee_account_type }}',
		accountName: '={{ $json.account_name }}',
		accountBank: { __rl: true, mode: 'list', value: '={{ $json.bank }}' },
		accountNumber: '={{ $json.account_number }}',
		identificationName: '={{ $json.identification_name }}',
		identificationNo: '={{ $json.identification_no }}',
		additionalMaterials: '={{ $json.link }}',
		options,
	},
	existed: 'already_existed',
	repeatsAnswer: true,
};

export const CONFIRM: Step = {
	label: 'Account Cancellation: Confirm',
	what: 'A person decides this: it closes the account for good',
	parameters: {
		...cancellation,
		operation: 'confirm',
		outRequestNo,
		subMchid,
		operatorIdentification: '样例人甲',
		confirmTime: '={{ $json.confirmed_at }}',
		cancelContractVersion: 'V20241213',
		iUnderstand: true,
		options,
	},
	existed: 'already_confirmed',
	repeatsAnswer: true,
};

export const GET: Step = {
	label: 'Account Cancellation: Get',
	what: 'The account is closed, and the money is paid',
	parameters: { ...cancellation, operation: 'get', outRequestNo, options },
};
