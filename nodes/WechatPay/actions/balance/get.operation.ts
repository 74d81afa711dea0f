import type { INodeProperties } from 'n8n-workflow';
import { ACCOUNT_TYPES } from '../../application/accounts';
import { labelOf, requireText } from '../../item/values';
import { readSubMchid, subMchidField } from '../../item/subMerchant';
import type { Operation } from '../operation';
import { getBalance, getBalances } from './shared';

const accountTypeField: INodeProperties = {
	displayName: 'Account Type',
	name: 'accountType',
	type: 'options',
	options: [
		{ name: 'All', value: 'all', description: 'The four accounts in one item' },
		{ name: 'Basic', value: 'BASIC', description: 'Basic account (基本账户)' },
		{ name: 'Deposit', value: 'DEPOSIT', description: 'Deposit account (保证金账户)' },
		{ name: 'Fees', value: 'FEES', description: 'Fee account (手续费账户)' },
		{ name: 'Operation', value: 'OPERATION', description: 'Operation account (运营账户)' },
	],
	default: 'BASIC',
	description:
		'The account to look up. Amounts are integers in fen (1/100 CNY): available_amount can be withdrawn, pending_amount is frozen or in transit.',
};

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476690 */
export const get: Operation = {
	value: 'get',
	name: 'Get Balance',
	action: 'Get balance',
	description: "Get the balance of a sub-merchant's account, in fen (1/100 CNY)",
	fields: [subMchidField, accountTypeField],
	async execute(item) {
		const subMchid = readSubMchid(item);
		const accountType = item.text(accountTypeField);
		requireText(accountType, labelOf(accountTypeField), 'Choose one from the list.');
		if (accountType !== 'all') return await getBalance(item, subMchid, accountType);
		return { sub_mchid: subMchid, accounts: await getBalances(item, subMchid, ACCOUNT_TYPES) };
	},
};
