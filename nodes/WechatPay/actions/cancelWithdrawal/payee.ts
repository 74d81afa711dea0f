import type { INodeProperties } from 'n8n-workflow';
import type { Item } from '../../item/item';
import type { Field } from '../../item/values';
import type { JsonObject } from '../../protocol/json';
import {
	assertGiven,
	bankField,
	branchFields,
	ifWithdrawing,
	readBank,
	readBranch,
} from './bankAccount';
import { UNCHOSEN } from './shared';
import { labelOf } from '../../item/values';

const PERSONAL = 'ACCOUNT_TYPE_PERSONAL';
const ifPersonal = { ...ifWithdrawing, payeeAccountType: [PERSONAL] };

/** The fields of the payee, shown for a payout. */
export const payeeFields: INodeProperties[] = [
	{
		displayName: 'Payee Account Type',
		name: 'payeeAccountType',
		type: 'options',
		options: [
			{
				name: 'Corporate',
				value: 'ACCOUNT_TYPE_CORPORATE',
				description:
					'Company account (对公账户). Not for an individual business (个体工商户) whose license was canceled or revoked.',
			},
			{
				name: 'Personal',
				value: PERSONAL,
				description:
					'Personal account (对私账户), with the identity of its holder. For micro merchants and individual sellers (小微/个人卖家), individual businesses, and companies whose license was canceled or revoked.',
			},
		],
		default: UNCHOSEN,
		required: true,
		displayOptions: { show: ifWithdrawing },
		description:
			'Type of the account that receives the money. A company whose license is active, a government body, a public institution or a social organization can only use Corporate.',
	},
	{
		displayName: 'Account Name',
		name: 'accountName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: ifWithdrawing },
		description:
			'Name of the account holder. Personal: the name of the legal representative on the ID card. Corporate: the name on the business license; if it differs, explain it in "Additional Materials". Sent encrypted and never part of the output.',
	},
	bankField,
	{
		displayName: 'Account Number',
		name: 'accountNumber',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: ifWithdrawing },
		description: 'Bank account number, as text; sent encrypted and never part of the output',
	},
	...branchFields,
	{
		displayName: 'ID Document Type',
		name: 'idDocType',
		type: 'options',
		options: [
			{ name: 'Foreign Permanent Resident ID Card', value: 'IDENTIFICATION_TYPE_FOREIGN_RESIDENT' },
			{ name: 'Hong Kong Resident Travel Permit', value: 'IDENTIFICATION_TYPE_HONGKONG_PASSPORT' },
			{
				name: 'Hong Kong/Macao Residence Permit',
				value: 'IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT',
			},
			{ name: 'Macao Resident Travel Permit', value: 'IDENTIFICATION_TYPE_MACAO_PASSPORT' },
			{ name: 'Mainland ID Card', value: 'IDENTIFICATION_TYPE_ID_CARD' },
			{ name: 'Passport', value: 'IDENTIFICATION_TYPE_OVERSEA_PASSPORT' },
			{ name: 'Taiwan Residence Permit', value: 'IDENTIFICATION_TYPE_TAIWAN_RESIDENT' },
			{ name: 'Taiwan Resident Travel Permit', value: 'IDENTIFICATION_TYPE_TAIWAN_PASSPORT' },
		],
		default: 'IDENTIFICATION_TYPE_ID_CARD',
		displayOptions: { show: ifPersonal },
		description: 'Identity document of the payee',
	},
	{
		displayName: 'Identification Name',
		name: 'identificationName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: ifPersonal },
		description:
			'Name on the identity document, 2 to 30 characters; sent encrypted and never part of the output',
	},
	{
		displayName: 'Identification Number',
		name: 'identificationNo',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: ifPersonal },
		description:
			'Number of the identity document. Mainland ID Card: 15 digits, or 17 digits and a digit or X. Sent encrypted and never part of the output.',
	},
];

const fieldOf = (name: string): Field =>
	payeeFields.find((field) => field.name === name) ?? { name, displayName: name };

/** Reads a required field. */
function read(item: Item, name: string): string {
	const field = fieldOf(name);
	return assertGiven(item.text(field), labelOf(field));
}

/** Reads the payee and encrypts its sensitive fields. */
export async function readPayee(item: Item): Promise<JsonObject> {
	const plain = (name: string) => read(item, name);
	const secret = async (name: string) => await item.secret(fieldOf(name), () => plain(name));
	const accountType = plain('payeeAccountType');
	const bank = readBank(item);
	const branch = readBranch(item, bank);
	const bankAccount = {
		account_name: await secret('accountName'),
		account_bank: bank,
		...branch,
		account_number: await secret('accountNumber'),
	};
	const identity = accountType === PERSONAL && {
		identity_info: {
			id_doc_type: plain('idDocType'),
			identification_name: await secret('identificationName'),
			identification_no: await secret('identificationNo'),
		},
	};
	return { account_type: accountType, bank_account_info: bankAccount, ...identity };
}
