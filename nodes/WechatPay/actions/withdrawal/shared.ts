import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { isFinalWithdrawal, withdrawalNeedsAttention } from '../../application/withdrawals';
import type { Item } from '../../item/item';

export const outRequestNoField: INodeProperties = {
	displayName: 'Out Request No.',
	name: 'outRequestNo',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. WD20261121A01',
	description:
		'Your own number for the withdrawal (out_request_no): 1 to 32 letters and digits. Take it from your data, include a date, and never reuse it: WeChat Pay keeps a number for 90 days, and reusing it later moves money again.',
};

const MAY_COME_BACK =
	'The bank can still return a withdrawal after SUCCESS, usually within 7 working days. Check with "Get".';

/** The output of a withdrawal. */
export function toOutput(item: Item, withdrawal: IDataObject): IDataObject {
	if (withdrawal.status === 'SUCCESS') item.hint(MAY_COME_BACK);
	return {
		...withdrawal,
		is_final: isFinalWithdrawal(withdrawal),
		needs_attention: withdrawalNeedsAttention(withdrawal),
	};
}
