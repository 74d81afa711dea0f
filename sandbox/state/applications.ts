export interface Material {
	application_type: string;
	application_media_id: string;
	/** SHA-256 of the image with this ID. */
	digest: string;
}

/** An application of the old flow. */
export interface CancelApplication {
	flow: 'cancelApplication';
	number: string;
	sub_mchid: string;
	materials: Material[];
	state: string;
	rejectReason?: string;
	/** The accepted body with sorted keys: what a repeated create is compared with. */
	request: string;
	created: number;
	updated: number;
	/** When a create with this number last arrived. */
	lastRequest: number;
	/** How many creates with this number arrived, including the first. */
	requests: number;
}

export interface AccountResult {
	out_account_type: string;
	amount: number;
	pay_state?: string;
	state_description?: string;
}

/** An application of the new flow (cancel and withdraw). */
export interface CancelWithdrawal {
	flow: 'cancelWithdrawal';
	number: string;
	applymentId: string;
	sub_mchid: string;
	withdraw?: string;
	state: string;
	description: string;
	withdrawState?: string;
	accounts: AccountResult[];
	/** SHA-256 of the raw body: encrypted fields differ in every new request. */
	requestDigest: string;
	/** The accepted body in clear text with sorted keys. Kept in memory only, like `decrypted`. */
	information?: string;
	/** Whether the sub-merchant was already canceled when this was accepted. */
	isFurtherPayout?: boolean;
	/** Digests of the images in proof_medias and additional_materials. */
	materials: Material[];
	remark?: string;
	created: number;
	updated: number;
	requests: number;
	confirmedBy?: string;
	/** The accepted body of Confirm with sorted keys. */
	confirmation?: string;
	/** The decrypted fields, for tests. Kept in memory only: not stored, and not shown over HTTP. */
	decrypted: Record<string, string>;
}

export type Application = CancelApplication | CancelWithdrawal;

/** The application as it may be stored: without what was encrypted. */
export const withoutSecrets = (value: CancelWithdrawal): CancelWithdrawal => ({
	...value,
	decrypted: {},
	information: undefined,
});
