/** The old flow. */
const OLD = '/v3/ecommerce/account/cancel-applications';
/** The new flow. */
const NEW = '/v3/ecommerce/account/apply-cancel-withdraw';

const WITHDRAW = '/v3/ecommerce/fund/withdraw';
const COMPLAINTS = '/v3/merchant-service/complaints-v2';

/** Paths of both flows and of related endpoints. Numbers and IDs are letters and digits: no encoding. */
export const PATHS = {
	create: OLD,
	byOutApplyNo: (outApplyNo: string): string => `${OLD}/out-apply-no/${outApplyNo}`,
	apply: NEW,
	confirm: `${NEW}/confirm`,
	validate: (subMchid: string): string => `${NEW}/validate-cancel/${subMchid}`,
	byOutRequestNo: (outRequestNo: string): string => `${NEW}/out-request-no/${outRequestNo}`,
	byApplymentId: (applymentId: string): string => `${NEW}/applyment-id/${applymentId}`,
	balance: (subMchid: string, accountType: string): string =>
		`/v3/ecommerce/fund/balance/${subMchid}?account_type=${encodeURIComponent(accountType)}`,
	withdraw: WITHDRAW,
	withdrawalByOutRequestNo: (outRequestNo: string, subMchid: string): string =>
		`${WITHDRAW}/out-request-no/${outRequestNo}?sub_mchid=${subMchid}`,
	withdrawalById: (withdrawId: string, subMchid: string): string =>
		`${WITHDRAW}/${withdrawId}?sub_mchid=${subMchid}`,
	settlementAccount: (subMchid: string): string =>
		`/v3/apply4sub/sub_merchants/${subMchid}/settlement`,
	limitations: (subMchid: string): string =>
		`/v3/mch-operation-manage/merchant-limitations/sub-mchid/${subMchid}`,
	complaints: COMPLAINTS,
	complaint: (complaintId: string): string => `${COMPLAINTS}/${complaintId}`,
	complaintHistory: (complaintId: string): string =>
		`${COMPLAINTS}/${complaintId}/negotiation-historys`,
	replyToComplaint: (complaintId: string): string => `${COMPLAINTS}/${complaintId}/response`,
	completeComplaint: (complaintId: string): string => `${COMPLAINTS}/${complaintId}/complete`,
} as const;
