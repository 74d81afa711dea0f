import type { INodeParameters } from 'n8n-workflow';
import { newNumber, newSubMchid } from './inputs';

/** What must not be seen anywhere but by WeChat Pay. */
export const SECRETS = {
	accountName: '张三丰',
	accountNumber: '6222020200112233445',
	identificationName: '张三豐',
	identificationNo: '11010119900101123X',
};

/** The same texts under WeChat Pay's names, as the sandbox decrypts them. */
export const DECRYPTED = {
	account_name: SECRETS.accountName,
	account_number: SECRETS.accountNumber,
	identification_name: SECRETS.identificationName,
	identification_no: SECRETS.identificationNo,
};

/** Gives a text without holding it, so that only a leak can bring it into what n8n keeps. */
export const hidden = (text: string): string =>
	`={{ ${JSON.stringify([...text].reverse())}.reverse().join('') }}`;

/** Parameters of Apply that only close an account. */
export const closeParameters = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelWithdrawal',
	operation: 'apply',
	subMchid: newSubMchid(),
	outRequestNo: newNumber(),
	withdraw: 'NOT_APPLY_WITHDRAW',
	...more,
});

/** Parameters of Apply that pay out to a person; its secrets are computed, nowhere written. */
export const applyParameters = (more: INodeParameters = {}): INodeParameters =>
	closeParameters({
		withdraw: 'APPLY_WITHDRAW',
		payeeAccountType: 'ACCOUNT_TYPE_PERSONAL',
		accountName: hidden(SECRETS.accountName),
		accountBank: '工商银行',
		accountNumber: hidden(SECRETS.accountNumber),
		idDocType: 'IDENTIFICATION_TYPE_ID_CARD',
		identificationName: hidden(SECRETS.identificationName),
		identificationNo: hidden(SECRETS.identificationNo),
		...more,
	});

/** Parameters of Confirm; the application has to be added. */
export const confirmParameters = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'cancelWithdrawal',
	operation: 'confirm',
	operatorIdentification: '王五01',
	confirmTime: '2026-11-21T10:00:00+08:00',
	cancelContractVersion: 'V20241213',
	iUnderstand: true,
	...more,
});
