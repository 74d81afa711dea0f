import type { IDataObject } from 'n8n-workflow';
import type { Money } from '../support/sandbox-process';

/** One withdrawal that is wanted. */
export interface WantedWithdrawal {
	number: string;
	subMchid: string;
	/** In fen. */
	amount: number;
}

/** What a sub-merchant has before. */
export const BEFORE = 1_000_000;

export interface MoneyFindings {
	/** Wanted, and the money has left. */
	there: number;
	missing: number;
	/** Withdrawn twice, or by nobody's wish. */
	tooMany: number;
	/** Another sum left the account, or to another state. */
	wrong: number;
	/** Came out of the node, and is not what the server holds. */
	untrue: number;
	mistakes: string[];
}

/** Compares what was wanted and what the node said with the money that moved. */
export function checkMoney(
	wanted: readonly WantedWithdrawal[],
	said: readonly IDataObject[],
	money: Money,
): MoneyFindings {
	const mistakes: string[] = [];
	const findings = { there: 0, missing: 0, tooMany: 0, wrong: 0, untrue: 0, mistakes };
	const note = (kind: 'missing' | 'tooMany' | 'wrong' | 'untrue', mistake: string) => {
		findings[kind] += 1;
		mistakes.push(mistake);
	};
	const held = new Map<string, Money['withdrawals']>();
	for (const one of money.withdrawals) {
		const known = wanted.some(
			({ number, subMchid }) => number === one.number && subMchid === one.subMchid,
		);
		if (!known) note('tooMany', `${one.number} was wanted by nobody`);
		held.set(one.number, [...(held.get(one.number) ?? []), one]);
	}
	for (const { number, subMchid, amount } of wanted) {
		const [first, ...more] = held.get(number) ?? [];
		if (!first) note('missing', `${number} is not at the server`);
		else if (more.length > 0) note('tooMany', `${number} was withdrawn ${more.length + 1} times`);
		else if (first.status !== 'CREATE_SUCCESS') note('wrong', `${number} is ${first.status}`);
		else findings.there += 1;
		const left = BEFORE - (money.available[subMchid] ?? 0);
		if (first && left !== amount) {
			note('wrong', `${left} fen left the account of ${subMchid}, not ${amount}`);
		}
	}
	for (const { out_request_no: number, withdraw_id: id, status } of said) {
		const one = held.get(String(number))?.find(({ withdrawId }) => withdrawId === id);
		if (!one) note('untrue', `${String(number)} came out as done, and the server has none such`);
		// Accepted, and not readable afterwards: an item without a status.
		else if (status !== undefined && status !== one.status) {
			note('untrue', `${one.number} says ${String(status)}, the server ${one.status}`);
		}
	}
	return findings;
}
