import type { IDataObject } from 'n8n-workflow';
import { WechatPayError } from '../failure/errors';
import { isClosed, isConfirmed, isUnconfirmed } from './states';
import type { SubmissionRules } from './submitOnce';
import { text } from '../protocol/values';

const NOT_SUBMITTED =
	'This run submitted nothing. Correct what the reason names, then apply with a new number.';

const TOO_LATE = 'It can no longer be confirmed. Apply again with a new number.';

/** @throws {WechatPayError} unless the application is that sub-merchant's */
function assertOwner(found: IDataObject, label: string, subMchid: string): void {
	const owner = text(found.sub_mchid);
	if (owner === subMchid) return;
	if (owner === '') {
		throw new WechatPayError(
			`${label} exists, but WeChat Pay does not say for which sub-merchant`,
			'It may be another application. Look it up with "Get", or contact WeChat Pay.',
		);
	}
	throw new WechatPayError(
		`${label} belongs to sub-merchant ${owner}, not to ${subMchid}`,
		`Give sub-merchant ${subMchid} a number of its own.`,
	);
}

/** @throws {WechatPayError} with the reason, if the application was rejected or revoked */
function assertOpen(found: IDataObject, label: string, whatToDo: string): void {
	if (!isClosed(found)) return;
	const state = text(found.cancel_state);
	const reason = text(found.reject_reason) || text(found.cancel_state_description);
	throw new WechatPayError(
		`${label} was ${state === 'REJECTED' ? 'rejected' : 'revoked'}${reason && `: ${reason}`}`,
		whatToDo,
		{ code: state },
	);
}

/** WeChat Pay may omit `withdraw`, which does not count as a difference. */
function assertSameWithdraw(found: IDataObject, label: string, wanted: string | undefined): void {
	const withdraw = text(found.withdraw);
	if (wanted === undefined || withdraw === '' || withdraw === wanted) return;
	throw new WechatPayError(
		`${label} exists with "Withdraw" ${withdraw}, not ${wanted}`,
		`This run submitted nothing, and an accepted application cannot be changed. Look it up with "Get": if it is the right one, set "Withdraw" to ${withdraw}.`,
	);
}

/** What to do if the number already exists. */
export type IfExists = 'returnExisting' | 'fail';

/** An application to submit once. */
export interface WantedApplication {
	/** Its name in messages, e.g. `Out Apply No. 2019061122`. */
	label: string;
	subMchid: string;
	ifExists: IfExists;
	/** New flow: whether the balance is paid out. */
	withdraw?: string;
}

/**
 * How an application is submitted. An existing application with its number counts as the same one if it is
 * for the same sub-merchant, has the same `withdraw`, and was not rejected or revoked. Images and payee
 * cannot be compared.
 */
export function applicationRules(wanted: WantedApplication): SubmissionRules {
	const { label, subMchid, ifExists, withdraw } = wanted;
	const isFail = ifExists === 'fail';
	return {
		label,
		// WeChat Pay responds to an identical request as it did to the first, so Fail has to look it up first.
		looksUpFirst: isFail,
		accept: (response) => assertOpen(response, label, NOT_SUBMITTED),
		judge: (found, isOwn) => {
			assertOwner(found, label, subMchid);
			assertOpen(found, label, NOT_SUBMITTED);
			assertSameWithdraw(found, label, withdraw);
			if (isFail && !isOwn) {
				throw new WechatPayError(
					`${label} already exists (${text(found.cancel_state) || 'state unknown'})`,
					'Look it up with "Get", or set "If Exists" to "Return Existing".',
					{ code: 'ALREADY_EXISTS' },
				);
			}
			return 'done';
		},
	};
}

/**
 * How a confirmation is submitted. It has no number of its own, so the state of the application shows
 * whether it was acted on. A missing or unknown state does not.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4018153750
 */
export const confirmationRules = (label: string, subMchid: string): SubmissionRules => ({
	label,
	accept: (response) => assertOpen(response, label, TOO_LATE),
	judge: (found) => {
		assertOwner(found, label, subMchid);
		assertOpen(found, label, TOO_LATE);
		if (isConfirmed(found)) return 'done';
		return isUnconfirmed(found) ? 'notDone' : 'unclear';
	},
});
