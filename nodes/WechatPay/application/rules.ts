import type { IDataObject } from 'n8n-workflow';
import { WechatPayError } from '../failure/errors';
import { isClosed, isConfirmed, isUnconfirmed } from './states';
import type { SubmissionRules } from './submitOnce';

const NOT_SUBMITTED =
	'This run submitted nothing. Correct what the reason names, then apply with a new number.';

const TOO_LATE = 'It can no longer be confirmed. Apply again with a new number.';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

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

/** WeChat Pay may leave `withdraw` out: that is no difference. */
function assertSameWithdraw(found: IDataObject, label: string, wanted: string | undefined): void {
	const withdraw = text(found.withdraw);
	if (wanted === undefined || withdraw === '' || withdraw === wanted) return;
	throw new WechatPayError(
		`${label} exists with "Withdraw" ${withdraw}, not ${wanted}`,
		`This run submitted nothing, and an accepted application cannot be changed. Look it up with "Get": if it is the right one, set "Withdraw" to ${withdraw}.`,
	);
}

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

/**
 * How an application is submitted: what is there already under its number is taken for it if it is of
 * the same sub-merchant, asks for the same, and was not rejected or revoked. Images and payee cannot be
 * compared.
 */
export function applicationRules(wanted: WantedApplication): SubmissionRules {
	const { label, subMchid, ifExists, withdraw } = wanted;
	const isFail = ifExists === 'fail';
	return {
		label,
		// A request that says the same as the first is answered like the first: that would be no failure.
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
 * How a confirmation is submitted. It has no number of its own: whether it was acted on is told by the
 * state of the application. A state that is absent or new at WeChat Pay tells nothing.
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
