import type { IDataObject } from 'n8n-workflow';
import { InputError, WechatPayError } from '../failure/errors';
import { trimmedText } from '../protocol/values';
import type { SubmissionRules } from './submitOnce';

const FINAL = ['SUCCESS', 'FAIL', 'REFUND', 'CLOSE'];
const NEEDS_ATTENTION = ['INIT', 'FAIL', 'REFUND', 'CLOSE'];
/** WeChat Pay recognizes a repeated number for six days. One day is kept as a margin. */
const REPEATABLE_FOR_MS = 5 * 24 * 60 * 60 * 1000;

const isIn = (states: readonly string[], state: unknown): boolean =>
	typeof state === 'string' && states.includes(state);

/** Whether a withdrawal is final. After SUCCESS the bank can still return the money. */
export const isFinalWithdrawal = ({ status }: IDataObject): boolean => isIn(FINAL, status);

/** Whether a person has to act: the money was not paid out, or was returned. */
export const withdrawalNeedsAttention = ({ status }: IDataObject): boolean =>
	isIn(NEEDS_ATTENTION, status);

/** A withdrawal to submit once, with the keys of the request and of the look-up. */
export interface WantedWithdrawal {
	[key: string]: string | number | undefined;
	sub_mchid: string;
	out_request_no: string;
	/** In fen. */
	amount: number;
	account_type: string;
	remark?: string;
	bank_memo?: string;
}

/** The fields that identify a withdrawal, and those that a repeated request must not change. */
const IDENTITY = ['sub_mchid', 'amount', 'account_type'];
const REQUEST = [...IDENTITY, 'remark', 'bank_memo'];

/** The first field that differs in the look-up. A field that it omits does not count as a difference. */
function findDifference(
	found: IDataObject,
	wanted: WantedWithdrawal,
	keys: readonly string[],
): string | undefined {
	return keys.find((key) => {
		const said = found[key];
		return said !== undefined && said !== null && String(said) !== String(wanted[key] ?? '');
	});
}

const KEEP_NUMBER =
	'Do not send it under another number: the money could leave twice. Contact WeChat Pay with the number.';

function assertSame(found: IDataObject, wanted: WantedWithdrawal, label: string): void {
	const key = findDifference(found, wanted, IDENTITY);
	if (key === undefined) return;
	throw new WechatPayError(
		`${label} exists with ${key} ${String(found[key])}, not ${String(wanted[key])}`,
		'Nothing was sent. A number is used once: give this withdrawal a number of its own.',
		{ code: 'ALREADY_EXISTS' },
	);
}

/** INIT: WeChat Pay has the record but has not accepted it. Only an identical request continues it. */
function assertRepeatable(
	found: IDataObject,
	wanted: WantedWithdrawal,
	label: string,
	now: number,
): void {
	const key = findDifference(found, wanted, REQUEST);
	if (key !== undefined) {
		throw new WechatPayError(
			`${label} is not accepted yet (INIT), and was sent with another ${key}`,
			`Run again with the values of the first request. ${KEEP_NUMBER}`,
			{ code: 'INIT' },
		);
	}
	const age = now - Date.parse(String(found.create_time));
	if (age < REPEATABLE_FOR_MS) return;
	throw new WechatPayError(
		`${label} is not accepted yet (INIT), and too old to be sent again`,
		KEEP_NUMBER,
		{ code: 'INIT' },
	);
}

/**
 * How a withdrawal is submitted. It is always looked up first, because WeChat Pay recognizes a repeated number
 * for six days only.
 *
 * @param now returns the Unix time in milliseconds
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012476652
 */
export const withdrawalRules = (
	label: string,
	wanted: WantedWithdrawal,
	now: () => number,
): SubmissionRules => ({
	label,
	looksUpFirst: true,
	judge: (found) => {
		assertSame(found, wanted, label);
		if (found.status !== 'INIT') return 'done';
		assertRepeatable(found, wanted, label, now());
		return 'notDone';
	},
});

const MAX_FEN = 80_000_000_000;

/**
 * Reads an amount.
 *
 * @returns the amount in fen
 * @throws {InputError} unless it is a whole number of fen within WeChat Pay's limit
 */
export function readAmount(value: unknown, label: string): number {
	const text = trimmedText(value);
	const wrong = (message: string): InputError =>
		new InputError(
			`${label} ${message}`,
			'Enter an integer in fen (1/100 CNY): 12345 is 123.45 CNY.',
		);
	if (text === '') throw wrong('is empty');
	if (!/^\d{1,15}$/.test(text)) throw wrong(`"${text.slice(0, 32)}" is not a whole number of fen`);
	const amount = Number(text);
	if (amount < 1) throw wrong('is 0');
	if (amount > MAX_FEN) throw wrong(`is more than ${MAX_FEN}, WeChat Pay's maximum`);
	return amount;
}
