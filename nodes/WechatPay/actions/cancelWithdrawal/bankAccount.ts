import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../failure/errors';
import type { Item } from '../../item/item';
import { labelOf, requireText, toText } from '../../item/values';
import type { JsonObject } from '../../protocol/json';

/** WeChat Pay's name for all banks that are not connected directly. */
const OTHER_BANK = '其他银行';

export const ifWithdrawing = { withdraw: ['APPLY_WITHDRAW'] };

/** Saved workflows may have plain text here: the bank used to be a text field. */
export const bankField: INodeProperties = {
	displayName: 'Bank',
	name: 'accountBank',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	displayOptions: { show: ifWithdrawing },
	description:
		'Bank of the account. The list comes from WeChat Pay and depends on "Payee Account Type". If your merchant may not read it, choose "By Name". An expression may return the name as text.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a bank...',
			typeOptions: { searchListMethod: 'searchBanks', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. 工商银行',
			hint: 'Name of the bank in Chinese, up to 128 characters; 其他银行 for a bank that needs a branch',
		},
	],
};

/** The number and the name of the branch. */
export const branchFields: INodeProperties[] = [
	{
		displayName: 'Bank Branch ID',
		name: 'bankBranchId',
		type: 'string',
		default: '',
		displayOptions: { show: ifWithdrawing },
		description:
			'Number of the branch (联行号). Required only for a bank that needs a branch (其他银行), as an alternative to "Bank Branch Name".',
	},
	{
		displayName: 'Bank Branch Name',
		name: 'bankBranchName',
		type: 'string',
		default: '',
		placeholder: 'e.g. 施秉县农村信用合作联社城关信用社',
		displayOptions: { show: ifWithdrawing },
		description:
			'Full name of the bank including its branch. Required only for a bank that needs a branch (其他银行), as an alternative to "Bank Branch ID".',
	},
];

/** Requires a value for a payout. */
export const assertGiven = (text: string, label: string): string =>
	requireText(
		text,
		label,
		'Fill it in: it is required for a payout. Without a payout, set "Withdraw" to "Do Not Withdraw".',
	);

/** Reads the bank: chosen or entered, or plain text from an expression or an older workflow. */
export function readBank(item: Item): string {
	const { name } = bankField;
	const label = labelOf(bankField);
	const given = item.value(name);
	const isLocator = typeof given === 'object' && given !== null && 'mode' in given;
	const bank = isLocator ? (given as { value?: unknown }).value : given;
	return assertGiven(toText(bank, label), label);
}

/** Reads the branch. WeChat Pay accepts its number or its name, not both. */
export function readBranch(item: Item, bank: string): JsonObject {
	const [id, name] = branchFields.map((field) => item.text(field).trim() || undefined);
	const [idLabel, nameLabel] = branchFields.map(labelOf);
	if (id !== undefined && name !== undefined) {
		throw new InputError(
			`${idLabel} and ${nameLabel} are both filled in`,
			'WeChat Pay accepts only one of the two. Clear the other one.',
		);
	}
	if (bank === OTHER_BANK && id === undefined && name === undefined) {
		throw new InputError(
			`"Bank" is ${OTHER_BANK}, and neither ${idLabel} nor ${nameLabel} is filled in`,
			'A bank that is not directly connected needs its branch: fill in one of the two.',
		);
	}
	return { bank_branch_id: id, bank_branch_name: name };
}
