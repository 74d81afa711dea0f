import type { INodeProperties } from 'n8n-workflow';
import { PATHS } from '../../application/paths';
import { readAmount, withdrawalRules } from '../../application/withdrawals';
import { isAbsentWithdrawal } from '../../failure/cause';
import { InputError } from '../../failure/errors';
import { readBankText } from '../../item/bankText';
import type { Item } from '../../item/item';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import { assertToolConsent, iUnderstandField } from '../../item/consent';
import { assertLength, labelOf, requireText, option } from '../../item/values';
import { toJsonBytes } from '../../protocol/json';
import type { Operation } from '../operation';
import { outRequestNoField, toOutput } from './shared';

const amountField: INodeProperties = {
	displayName: 'Amount',
	name: 'amount',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	default: 0,
	required: true,
	description: 'Integer in fen (1/100 CNY), up to the available amount. 12345 is 123.45 CNY.',
};

const accountTypeField: INodeProperties = {
	displayName: 'Account Type',
	name: 'accountType',
	type: 'options',
	options: [
		{ name: 'Basic', value: 'BASIC', description: 'Basic account (基本账户)' },
		{ name: 'Fees', value: 'FEES', description: 'Fee account (手续费账户)' },
		{ name: 'Operation', value: 'OPERATION', description: 'Operation account (运营账户)' },
	],
	default: 'BASIC',
	description:
		'The account to pay out from. Money on the deposit account can only be paid out with the cancellation.',
};

const bankMemoOption: INodeProperties = {
	displayName: 'Bank Memo',
	name: 'bankMemo',
	type: 'string',
	default: '',
	description:
		"Text for the bank's record: digits, letters and Chinese characters, up to 32. Whether it is shown depends on the bank.",
};

const notifyUrlOption: INodeProperties = {
	displayName: 'Notify URL',
	name: 'notifyUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://n8n.example.com/webhook/…',
	description:
		'URL to which WeChat Pay sends the result: the production URL of a WeChat Pay Notification Trigger. It must be https, without a query, up to 256 characters.',
};

const remarkOption: INodeProperties = {
	displayName: 'Remark',
	name: 'remark',
	type: 'string',
	default: '',
	description: 'Note for your own records, up to 56 characters',
};

function readNotifyUrl(item: Item): string {
	const label = labelOf(notifyUrlOption);
	const url = item.text(option(notifyUrlOption)).trim();
	assertLength(url, 256, label);
	if (url === '' || /^https:\/\/[^\s?#@\\]+$/.test(url)) return url;
	throw new InputError(
		`${label} is not an https URL without a query`,
		'Enter the production URL of a WeChat Pay Notification Trigger.',
	);
}

function readRemark(item: Item): string {
	const remark = item.text(option(remarkOption)).trim();
	assertLength(remark, 56, labelOf(remarkOption));
	return remark;
}

/** @throws {InputError} if responses are not verified: a withdrawal depends on them */
function assertVerified({ run }: Item): void {
	if (run.client.account.trust.mode !== 'none') return;
	throw new InputError(
		'"Response Verification" is "None": a withdrawal needs verified responses',
		'Choose "Public Key" or "Platform Certificate" under "Response Verification" in the credential.',
	);
}

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476652 */
export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Create withdrawal',
	description:
		"Pay out to the sub-merchant's settlement account. The number is looked up first, so that one number moves money only once.",
	fields: [subMchidField, outRequestNoField, amountField, accountTypeField, iUnderstandField],
	options: [bankMemoOption, notifyUrlOption, remarkOption],
	numberOf: (item) => item.ownNumber(outRequestNoField, 'out_request_no'),
	async execute(item) {
		const outRequestNo = item.ownNumber(outRequestNoField, 'out_request_no');
		const subMchid = readSubMchid(item);
		const wanted = {
			sub_mchid: subMchid,
			out_request_no: outRequestNo,
			amount: readAmount(item.value(amountField.name), labelOf(amountField)),
			account_type: requireText(item.text(accountTypeField), labelOf(accountTypeField)),
			remark: readRemark(item) || undefined,
			bank_memo: readBankText(item, option(bankMemoOption)) || undefined,
		};
		const notifyUrl = readNotifyUrl(item);
		assertToolConsent(item, 'This moves money.');
		assertVerified(item);
		const about = { sub_mchid: subMchid, out_request_no: outRequestNo };
		const { response, alreadyExisted } = await item.submit({
			path: PATHS.withdraw,
			body: async () => toJsonBytes({ ...wanted, notify_url: notifyUrl || undefined }),
			about,
			lookUpPath: PATHS.withdrawalByOutRequestNo(outRequestNo, subMchid),
			isAbsent: isAbsentWithdrawal,
			readBackHint:
				'WeChat Pay accepted the withdrawal, but its state could not be read. Look it up with Get, with the same number.',
			rules: withdrawalRules(`${labelOf(outRequestNoField)} ${outRequestNo}`, wanted, Date.now),
		});
		return { ...toOutput(item, response), already_existed: alreadyExisted };
	},
};
