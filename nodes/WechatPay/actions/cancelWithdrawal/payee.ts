import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InputError } from '../../protocol/errors';
import type { JsonObject } from '../../protocol/json';
import type { Encryption } from '../../transport';
import { readText } from '../checks';
import { UNCHOSEN } from './shared';

const PERSONAL = 'ACCOUNT_TYPE_PERSONAL';
const ifWithdrawing = { withdraw: ['APPLY_WITHDRAW'] };
const ifPersonal = { ...ifWithdrawing, payeeAccountType: [PERSONAL] };

/** Who is paid: shown when the rest of the money is to be paid out. */
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
					'Account of a company (对公账户). Not for an individual business (个体工商户) whose licence was cancelled or revoked.',
			},
			{
				name: 'Personal',
				value: PERSONAL,
				description:
					'Account of a person (对私账户); needs the identity. For micro merchants and individual sellers (小微/个人卖家), individual businesses, and companies whose licence was cancelled or revoked.',
			},
		],
		default: UNCHOSEN,
		required: true,
		displayOptions: { show: ifWithdrawing },
		description:
			'Whose account the money goes to. A company whose licence is active, a government body, a public institution and a social organisation can have Corporate only.',
	},
	{
		displayName: 'Account Name',
		name: 'accountName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: ifWithdrawing },
		description:
			'Name of the account holder. Personal: the name of the legal representative on the ID card. Corporate: the name on the business licence; if it differs, explain it in Additional Materials. Encrypted on the way and in no output.',
	},
	{
		displayName: 'Bank',
		name: 'accountBank',
		type: 'string',
		default: '',
		required: true,
		placeholder: '工商银行',
		displayOptions: { show: ifWithdrawing },
		description: 'Name of the bank in Chinese, up to 128 characters',
	},
	{
		displayName: 'Account Number',
		name: 'accountNumber',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: ifWithdrawing },
		description: 'Bank account number, as text; encrypted on the way and in no output',
	},
	{
		displayName: 'Bank Branch ID',
		name: 'bankBranchId',
		type: 'string',
		default: '',
		displayOptions: { show: ifWithdrawing },
		description:
			'Number of the branch (联行号). Only for a bank that needs a branch (其他银行): this or Bank Branch Name, one of the two.',
	},
	{
		displayName: 'Bank Branch Name',
		name: 'bankBranchName',
		type: 'string',
		default: '',
		placeholder: '施秉县农村信用合作联社城关信用社',
		displayOptions: { show: ifWithdrawing },
		description:
			'Full name of the bank including its branch. Only for a bank that needs a branch (其他银行): this or Bank Branch ID, one of the two.',
	},
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
			'Name on the identity document, 2 to 30 characters; encrypted on the way and in no output',
	},
	{
		displayName: 'Identification Number',
		name: 'identificationNo',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: ifPersonal },
		description:
			'Number of the identity document. Mainland ID Card: 15 digits, or 17 digits and a digit or X. Encrypted on the way and in no output.',
	},
];

const labelOf = (name: string): string =>
	payeeFields.find((field) => field.name === name)?.displayName ?? name;

/** Reads one field; a value that is needed and missing is refused by its label. */
function read(
	this: IExecuteFunctions,
	i: number,
	name: string,
	isNeeded = true,
): string | undefined {
	const label = labelOf(name);
	const value = readText.call(this, name, label, i).trim();
	if (value !== '') return value;
	if (!isNeeded) return undefined;
	throw new InputError(
		`${label} is empty`,
		'Fill it in: it is needed to pay out. Without a payout, set Withdraw to Do Not Withdraw.',
	);
}

/**
 * Reads whom the money goes to and encrypts what is sensitive.
 *
 * @param secret takes note of what is read before it is checked: a refusal may quote it
 */
export function readPayee(
	this: IExecuteFunctions,
	i: number,
	{ encrypt }: Encryption,
	secret: (text: string) => void,
): JsonObject {
	const plain = (name: string, isNeeded = true) => read.call(this, i, name, isNeeded);
	const encrypted = (name: string) => {
		// `encrypt` notes it as well, but too late for a message that quotes what the checks refuse.
		secret(String(this.getNodeParameter(name, i, '') ?? '').trim());
		return encrypt(plain(name) ?? '', labelOf(name));
	};
	const accountType = plain('payeeAccountType');
	const bankAccount = {
		account_name: encrypted('accountName'),
		account_bank: plain('accountBank'),
		bank_branch_id: plain('bankBranchId', false),
		bank_branch_name: plain('bankBranchName', false),
		account_number: encrypted('accountNumber'),
	};
	const identity = accountType === PERSONAL && {
		identity_info: {
			id_doc_type: plain('idDocType'),
			identification_name: encrypted('identificationName'),
			identification_no: encrypted('identificationNo'),
		},
	};
	return { account_type: accountType, bank_account_info: bankAccount, ...identity };
}
