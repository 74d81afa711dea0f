import type { IDataObject } from 'n8n-workflow';
import { isObject, text } from '../protocol/values';

const IN_MINI_PROGRAM =
	'in the mini program 微信支付商家助手 → 业务受限处理 (merchant assistant → restricted business)';

/**
 * What to do, by `recover_way`.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012165270
 */
const RECOVER_WAYS: Readonly<Record<string, string>> = {
	MODIFY_SUBJECT_INFORMATION: `Renew the license or the identity data: the sub-merchant does it ${IN_MINI_PROGRAM}.`,
	MODIFY_SETTLE_ACCOUNT_INFORMATION: `Correct the settlement account: the sub-merchant does it ${IN_MINI_PROGRAM}, or the platform with POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement.`,
	VERIFY_INACTIVE_MERCHANT_IDENTITY: `The sub-merchant verifies its identity ${IN_MINI_PROGRAM}.`,
	SUBMIT_INFORMATION_FOR_APPEAL: `The sub-merchant submits material for an appeal ${IN_MINI_PROGRAM}.`,
	SUBMIT_CDD_INFORMATION: `The sub-merchant submits due diligence information ${IN_MINI_PROGRAM}.`,
	SUBMIT_UBO_INFORMATION: `The sub-merchant submits information about its beneficial owner ${IN_MINI_PROGRAM}.`,
	SUBMIT_OFFLINE_BUSINESS_SCENARIO_INFORMATION: `The sub-merchant submits information about its offline business ${IN_MINI_PROGRAM}.`,
	SUBMIT_ONLINE_BUSINESS_SCENARIO_INFORMATION: `The sub-merchant submits information about its online business ${IN_MINI_PROGRAM}.`,
	UPDATE_BUSINESS_SCENARIO_INFORMATION: `The sub-merchant updates the information about its business ${IN_MINI_PROGRAM}.`,
	CONFIRM_BUSINESS_TYPE: `The sub-merchant confirms its type of business ${IN_MINI_PROGRAM}.`,
	MODIFY_ADMINISTRATOR_INFORMATION:
		"The sub-merchant changes its super administrator, by the guide of WeChat Pay's customer service.",
	MODIFY_ABBREVIATION_INFORMATION: 'Change the short name of the sub-merchant.',
	WAITING_FOR_PLATFORM_REVIEW: 'Wait: WeChat Pay reviews it, and there is nothing to submit.',
	RESOLVE_TRANSACTION_DISPUTES:
		'Settle the disputes with the consumers first: see "Get Many" of "Complaint".',
	CALL_CUSTOMER_SERVICE_AT_95017:
		'It usually cannot be lifted. Call the customer service of WeChat Pay at 95017.',
	IRRECOVERABLE:
		'It cannot be lifted: the merchant number is closed, or the cooperation has ended.',
	SIGN_ANTI_FRAUD_PLEDGE_AND_VERIFY_FACE: `The sub-merchant signs the anti-fraud pledge and verifies its face ${IN_MINI_PROGRAM}; only for merchants of 收款助手.`,
	CONTACT_APPROPRIATE_AUTHORITY_FOR_CONSULTATION:
		'Ask the authority that ordered it; recover_way_param says which one.',
	CONTACT_SERVICE_PROVIDER: 'The sub-merchant asks its service provider: that is the platform.',
};

const UNKNOWN_WAY =
	"This package knows no way to lift it. See recover_help_url, or call WeChat Pay's customer service at 95017.";

/** What to do about a control, by its `recover_way`. Unknown values get a general text. */
export const whatToDoAbout = ({ recover_way: way }: IDataObject): string =>
	Object.hasOwn(RECOVER_WAYS, text(way)) ? RECOVER_WAYS[text(way)] : UNKNOWN_WAY;

/** Adds `what_to_do` to each control. */
export function withWhatToDo(limitations: IDataObject): IDataObject {
	const { recovery_specifications: controls } = limitations;
	if (!Array.isArray(controls)) return limitations;
	return {
		...limitations,
		recovery_specifications: (controls as unknown[]).map((control) =>
			isObject(control) ? { ...control, what_to_do: whatToDoAbout(control) } : control,
		) as IDataObject[],
	};
}

/** Whether a control is not in force yet: a delayed control has a date only once it is. */
export const isDelayed = (control: IDataObject): boolean =>
	control.limitation_action_type === 'LIMIT_ACTION_TYPE_DELAY_CONTROL' &&
	text(control.limitation_date) === '';
