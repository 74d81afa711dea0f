import type { IDataObject } from 'n8n-workflow';
import { objectsOf } from '../protocol/values';

/** The account types of a sub-merchant: the names in balances, and the names in cancellations. */
const CANCEL_TYPES: Readonly<Record<string, string>> = {
	BASIC: 'BASIC_ACCOUNT',
	OPERATION: 'OPERATE_ACCOUNT',
	FEES: 'TRADE_FEE_ACCOUNT',
	DEPOSIT: 'MARGIN_ACCOUNT',
};

/** The four account types of a sub-merchant, as in balances. */
export const ACCOUNT_TYPES: readonly string[] = Object.keys(CANCEL_TYPES);

/** One account. Fields that were not read are left out. Amounts are in fen. */
export interface Account {
	account_type?: string;
	cancel_account_type?: string;
	open?: boolean;
	validated_amount?: number;
	available_amount?: number;
	pending_amount?: number;
}

/** The balance of an account; undefined if it could not be read. */
export interface ReadBalance {
	accountType: string;
	balance: IDataObject | 'neverOpened' | undefined;
}

const namedIn = (validate: IDataObject | undefined): IDataObject[] =>
	objectsOf(validate?.account_info);

/** The accounts whose balances to read: the existing ones, or all if these are not known. */
export function accountTypesToAsk(validate: IDataObject | undefined): readonly string[] {
	const named = namedIn(validate).map(({ out_account_type: type }) => type);
	const types = ACCOUNT_TYPES.filter((type) => named.includes(CANCEL_TYPES[type]));
	return types.length > 0 ? types : ACCOUNT_TYPES;
}

const amountOf = (value: unknown): number | undefined =>
	typeof value === 'number' ? value : undefined;

/** Removes undefined fields. */
const known = (account: Account): Account =>
	Object.fromEntries(Object.entries(account).filter(([, value]) => value !== undefined));

/** Combines the results of Validate and of the balances for each account. */
export function toAccounts(
	validate: IDataObject | undefined,
	balances: readonly ReadBalance[],
): Account[] {
	const named = new Map(namedIn(validate).map((info) => [info.out_account_type, info]));
	const read = new Map(balances.map(({ accountType, balance }) => [accountType, balance]));
	const toAccount = (account_type: string | undefined, cancelType: string): Account => {
		const info = named.get(cancelType);
		const balance = account_type === undefined ? undefined : read.get(account_type);
		const isRead = typeof balance === 'object';
		return known({
			account_type,
			cancel_account_type: cancelType,
			open: balance === 'neverOpened' ? false : info || isRead ? true : undefined,
			validated_amount: amountOf(info?.amount),
			available_amount: isRead ? amountOf(balance.available_amount) : undefined,
			pending_amount: isRead ? amountOf(balance.pending_amount) : undefined,
		});
	};
	const newTypes = [...named.keys()].filter(
		(type): type is string =>
			typeof type === 'string' && !Object.values(CANCEL_TYPES).includes(type),
	);
	return [
		...ACCOUNT_TYPES.map((type) => toAccount(type, CANCEL_TYPES[type])),
		...newTypes.map((type) => toAccount(undefined, type)),
	].filter(({ open }) => open !== undefined);
}

/** Whether there is money on any account, as far as known. */
export const hasMoney = (accounts: readonly Account[]): boolean =>
	accounts.some((account) =>
		[account.validated_amount, account.available_amount, account.pending_amount].some(
			(amount) => (amount ?? 0) > 0,
		),
	);

/** The accounts from which money can be withdrawn now. */
export const withdrawable = (accounts: readonly Account[]): Account[] =>
	accounts.filter(
		({ account_type: type, available_amount: amount }) =>
			type !== undefined && type !== 'DEPOSIT' && (amount ?? 0) > 0,
	);

export const pendingOf = (accounts: readonly Account[]): Account[] =>
	accounts.filter(({ pending_amount: amount }) => (amount ?? 0) > 0);

/** The money on the deposit account, as far as known. */
export function depositOf(accounts: readonly Account[]): number {
	const deposit = accounts.find(({ account_type: type }) => type === 'DEPOSIT');
	const { available_amount: available, pending_amount: pending = 0 } = deposit ?? {};
	return available === undefined ? (deposit?.validated_amount ?? 0) : available + pending;
}
