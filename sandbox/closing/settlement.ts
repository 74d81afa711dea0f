import type { State } from '../state';
import type { SettlementAccount } from './types';

const FIELDS: Record<keyof SettlementAccount, readonly string[] | 'string' | 'boolean'> = {
	account_type: ['ACCOUNT_TYPE_BUSINESS', 'ACCOUNT_TYPE_PRIVATE'],
	account_bank: 'string',
	bank_name: 'string',
	bank_branch_id: 'string',
	account_number: 'string',
	verify_result: ['VERIFY_SUCCESS', 'VERIFY_FAIL', 'VERIFYING'],
	verify_fail_reason: 'string',
	withdrawal_closed: 'boolean',
};

/** The card of a sub-merchant that was not described: verified, and different for each. */
const usual = (subMchid: string): SettlementAccount => ({
	account_type: 'ACCOUNT_TYPE_BUSINESS',
	account_bank: '工商银行',
	bank_name: '中国工商银行股份有限公司深圳软件园支行',
	bank_branch_id: '102584002932',
	account_number: `4000${subMchid.padStart(15, '0')}`,
	verify_result: 'VERIFY_SUCCESS',
	withdrawal_closed: false,
});

/** Checks a settlement account and fills in missing fields. Throws an error that says what is wrong. */
export function newSettlementAccount(
	subMchid: string,
	given: Partial<SettlementAccount>,
): SettlementAccount {
	for (const [name, value] of Object.entries(given)) {
		if (!Object.hasOwn(FIELDS, name)) {
			throw new Error(`There is no field "${name}". Known: ${Object.keys(FIELDS).join(', ')}.`);
		}
		const field = FIELDS[name as keyof SettlementAccount];
		if (typeof field === 'string') {
			if (typeof value !== field || value === '') throw new Error(`"${name}" must be a ${field}.`);
		} else if (!field.includes(String(value))) {
			throw new Error(`"${name}" must be one of ${field.join(', ')}.`);
		}
	}
	const account = { ...usual(subMchid), ...given };
	if (account.verify_result !== 'VERIFY_FAIL') return account;
	return { verify_fail_reason: '银行卡户名或卡号有误，请核对后重试', ...account };
}

/** The card that receives a sub-merchant's money; `null` if none is bound. */
export function settlementAccountOf(subMchid: string, state: State): SettlementAccount | null {
	const described = state.closing.settlementAccounts.get(subMchid);
	return described === undefined ? usual(subMchid) : described;
}
