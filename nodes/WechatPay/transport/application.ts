import type { IDataObject } from 'n8n-workflow';
import { WechatPayError } from '../protocol/errors';
import type { SubmissionRules } from './submission';

const CLOSED = new Set(['REJECTED', 'REVOKED']);

const NOT_SUBMITTED =
	'What was sent now was not submitted. Correct what the reason names, then send it with a new number.';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What to do if the number is in use. */
export type IfExists = 'returnExisting' | 'fail';

/** An application that is to be made once. */
export interface WantedApplication {
	/** How messages call it, e.g. `Out Apply No. 2019061122`. */
	label: string;
	subMchid: string;
	ifExists: IfExists;
	/** New flow: whether the money is paid out. */
	withdraw?: string;
}

/** @throws {WechatPayError} unless the application is that sub-merchant's */
export function assertOwner(found: IDataObject, label: string, subMchid: string): void {
	const owner = text(found.sub_mchid);
	if (owner === subMchid) return;
	if (owner === '') {
		throw new WechatPayError(
			`${label} exists, but WeChat Pay does not say for which sub-merchant`,
			'It cannot be told whether it is this one. Look it up with Get, or ask WeChat Pay.',
		);
	}
	throw new WechatPayError(
		`${label} belongs to sub-merchant ${owner}, not to ${subMchid}`,
		`Give sub-merchant ${subMchid} a number of its own.`,
	);
}

/** @throws {WechatPayError} with the reason, if the application was rejected or revoked */
export function assertNotClosed(found: IDataObject, label: string, whatToDo: string): void {
	const state = text(found.cancel_state);
	if (!CLOSED.has(state)) return;
	const reason = text(found.reject_reason) || text(found.cancel_state_description);
	throw new WechatPayError(
		`${label} was ${state === 'REJECTED' ? 'rejected' : 'revoked'}${reason && `: ${reason}`}`,
		whatToDo,
		{ code: state },
	);
}

/** WeChat Pay may leave `withdraw` out: that is no difference. */
function assertSameWithdraw(found: IDataObject, label: string, wanted: string | undefined): void {
	const withdraw = text(found.withdraw);
	if (wanted === undefined || withdraw === '' || withdraw === wanted) return;
	throw new WechatPayError(
		`${label} exists with Withdraw ${withdraw}, not ${wanted}`,
		`What was sent now was not submitted, and an application that was accepted cannot be changed. Look it up with Get: if it is the right one, set Withdraw to ${withdraw}.`,
	);
}

/**
 * How an application is submitted: what is there already under its number is taken for it if it is of the
 * same sub-merchant, asks for the same, and was not rejected or revoked. Pictures and payee cannot be compared.
 */
export function applicationRules(wanted: WantedApplication): SubmissionRules {
	const { label, subMchid, ifExists, withdraw } = wanted;
	const isFail = ifExists === 'fail';
	return {
		label,
		// A request that says the same as the first is answered like the first: that would be no failure.
		looksFirst: isFail,
		accept: (answer) => assertNotClosed(answer, label, NOT_SUBMITTED),
		judge: (found, isOwn) => {
			assertOwner(found, label, subMchid);
			assertNotClosed(found, label, NOT_SUBMITTED);
			assertSameWithdraw(found, label, withdraw);
			if (isFail && !isOwn) {
				throw new WechatPayError(
					`${label} exists already (${text(found.cancel_state) || 'state unknown'})`,
					'Look it up with Get, or set If Exists to Return Existing.',
					{ code: 'ALREADY_EXISTS' },
				);
			}
			return 'done';
		},
	};
}
