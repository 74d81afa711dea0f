import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../protocol/errors';
import { readSubMchid, readText, subMchidField } from '../checks';
import type { Operation } from '../operation';

const ACCOUNT_TYPES = ['BASIC', 'OPERATION', 'FEES', 'DEPOSIT'];

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
		'Which account to look up. Amounts are whole numbers in fen (1/100 CNY): available_amount can be withdrawn, pending_amount is frozen or on its way.',
};

const balancePath = (subMchid: string, accountType: string): string =>
	`/v3/ecommerce/fund/balance/${subMchid}?account_type=${encodeURIComponent(accountType)}`;

/** @see https://pay.weixin.qq.com/doc/v3/partner/4012476690 */
export const get: Operation = {
	value: 'get',
	name: 'Get Balance',
	action: 'Get a balance',
	description: "Get the balance of a sub-merchant's account, in fen (1/100 CNY)",
	fields: [subMchidField, accountTypeField],
	async execute(i, wechatPay) {
		const subMchid = readSubMchid.call(this, i, wechatPay);
		const { name, displayName } = accountTypeField;
		const accountType = readText.call(this, name, displayName, i);
		if (accountType === '') {
			throw new InputError(`${displayName} is empty`, 'Choose one from the list.');
		}
		if (accountType !== 'all') return await wechatPay.get(balancePath(subMchid, accountType));
		const accounts = await wechatPay.getEach(
			ACCOUNT_TYPES.map((type) => balancePath(subMchid, type)),
			// An account that was never opened refuses; the other three still count.
			({ details, message }, index) => ({
				account_type: ACCOUNT_TYPES[index],
				error: { code: details.code ?? '', message },
			}),
		);
		return { sub_mchid: subMchid, accounts };
	},
};
