import type { IDataObject } from 'n8n-workflow';
import type { Account } from './accounts';

/** What stands in the way, or may. */
export interface Obstacle {
	type: string;
	description: string;
	what_to_do: string;
	/** Of the complaints or controls that it is about, each once. */
	ids: string[];
}

/** What was read. A part that was not asked, or could not be read, is left out. */
export interface Findings {
	validate?: IDataObject;
	accounts: Account[];
	limitations?: IDataObject;
	complaints?: IDataObject[];
	settlementAccount?: IDataObject;
}

/** What to do about an obstacle, and what it is about. */
export type Advice = Pick<Obstacle, 'what_to_do' | 'ids'>;

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The texts among some values, each once. */
export const unique = (values: readonly unknown[]): string[] => [
	...new Set(values.map(text).filter((value) => value !== '')),
];

/** Amounts account by account, as text. */
export const amountsOf = (
	accounts: readonly Account[],
	key: 'available_amount' | 'pending_amount',
): string => accounts.map((account) => `${account.account_type}: ${account[key]} fen`).join(', ');

/** What a sub-merchant may not do now; empty also if that was not read. */
export const functionsOf = ({ limitations }: Findings): string[] => {
	const { limited_functions: functions, other_limited_functions: other } = limitations ?? {};
	return unique([...(Array.isArray(functions) ? (functions as unknown[]) : []), other]);
};
