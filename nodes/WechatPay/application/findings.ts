import type { IDataObject } from 'n8n-workflow';
import type { Account } from './accounts';
import { text } from '../protocol/values';

/** Something that blocks the cancellation, or may block it. */
export interface Obstacle {
	type: string;
	description: string;
	what_to_do: string;
	/** IDs of the complaints or controls, without duplicates. */
	ids: string[];
}

/** The results of the parts. A part that was not read is left out. */
export interface Findings {
	validate?: IDataObject;
	accounts: Account[];
	limitations?: IDataObject;
	complaints?: IDataObject[];
	settlementAccount?: IDataObject;
}

/** What to do about an obstacle, and the IDs it is about. */
export type Advice = Pick<Obstacle, 'what_to_do' | 'ids'>;

/** The non-empty texts among the values, without duplicates. */
export const unique = (values: readonly unknown[]): string[] => [
	...new Set(values.map(text).filter((value) => value !== '')),
];

/** The amounts of the accounts as text. */
export const amountsOf = (
	accounts: readonly Account[],
	key: 'available_amount' | 'pending_amount',
): string => accounts.map((account) => `${account.account_type}: ${account[key]} fen`).join(', ');

/** Functions that are disabled for the sub-merchant; empty also if they were not read. */
export const functionsOf = ({ limitations }: Findings): string[] => {
	const { limited_functions: functions, other_limited_functions: other } = limitations ?? {};
	return unique([...(Array.isArray(functions) ? (functions as unknown[]) : []), other]);
};
