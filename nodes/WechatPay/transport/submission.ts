import type { IDataObject } from 'n8n-workflow';
import { WechatPayError } from '../protocol/errors';
import { CallError } from './fate';

/** Pauses before an application that was not found is looked up again, in milliseconds. */
const LOOK_AGAIN_AFTER = [1000, 3000];
const CLOSED = new Set(['REJECTED', 'REVOKED']);

/** One application under one number of the user. */
export interface Submission {
	/** How messages call it, e.g. `Out Apply No. 2019061122`. */
	label: string;
	/** What a found application means for what was asked; throws where it is not the wanted one. */
	judge: (found: IDataObject, isOwn: boolean) => Submitted;
	/** Whether what was found shows that the request was acted on; it always does if left out. */
	isDone?: (found: IDataObject) => boolean;
	/** Sends the application; every call sends the identical bytes. */
	send: () => Promise<IDataObject>;
	/** GET by the number. */
	lookUp: () => Promise<IDataObject>;
	/** Waits, unless the execution is cancelled. */
	wait: (ms: number) => Promise<void>;
}

/** What WeChat Pay answered, and whether the application was there before this run. */
export interface Submitted {
	answer: IDataObject;
	alreadyExisted: boolean;
}

const NOT_SUBMITTED =
	'What was sent now was not submitted. Correct what the reason names, then send it with a new number.';
const SAME_NUMBER = 'Run again with the same number: that is safe, and finds what was accepted.';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Looks the number up until it is found or all pauses are used up. */
async function find(
	submission: Submission,
	pauses: readonly number[],
): Promise<IDataObject | undefined> {
	for (const ms of [0, ...pauses]) {
		if (ms > 0) await submission.wait(ms);
		try {
			const found = await submission.lookUp();
			if (submission.isDone?.(found) ?? true) return found;
		} catch (error) {
			if (!(error instanceof CallError) || !error.isNotFound) throw asIs(error);
		}
	}
	return undefined;
}

const asIs = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

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

/** Judges an application that was found under the number: the same one, another's, or a closed one. */
export function judgeApplication(
	label: string,
	subMchid: string,
	ifExists: 'returnExisting' | 'fail',
): Submission['judge'] {
	return (found, isOwn) => {
		assertOwner(found, label, subMchid);
		assertNotClosed(found, label, NOT_SUBMITTED);
		if (ifExists === 'fail' && !isOwn) {
			throw new WechatPayError(
				`${label} exists already (${text(found.cancel_state) || 'state unknown'})`,
				'Look it up with Get, or set If Exists to Return Existing.',
				{ code: 'ALREADY_EXISTS' },
			);
		}
		return { answer: found, alreadyExisted: !isOwn };
	};
}

function unknownOutcome(submission: Submission, cause: Error): WechatPayError {
	const { details, hint } = cause instanceof WechatPayError ? cause : new WechatPayError('');
	// What has to be corrected first comes first; "run again" is said once.
	const before = hint === '' || /run again/i.test(hint) ? '' : `${hint} `;
	return new WechatPayError(
		`It is not known whether WeChat Pay accepted ${submission.label}: ${cause.message}`,
		before + SAME_NUMBER,
		{ ...details, outcome: 'unknown' },
	);
}

/** After a refusal: the number may have been accepted before. */
async function afterRefusal(
	submission: Submission,
	refusal: CallError,
	isOwn: boolean,
): Promise<Submitted> {
	if (!mayExist(refusal)) throw asIs(refusal);
	const saysExists = refusal.code === 'ALREADY_EXISTS';
	let found: IDataObject | undefined;
	try {
		found = await find(submission, saysExists ? LOOK_AGAIN_AFTER : []);
	} catch (error) {
		throw couldNotLookUp(submission, refusal, asIs(error), isOwn || saysExists);
	}
	if (found) return submission.judge(found, isOwn);
	if (!saysExists) throw asIs(refusal);
	throw new WechatPayError(
		`${submission.label} exists at WeChat Pay, but cannot be read`,
		'Run again later with the same number. If it stays, ask WeChat Pay with the Request-ID.',
		refusal.details,
	);
}

/** Whether a refusal leaves open that the number was accepted earlier. */
function mayExist(refusal: CallError): boolean {
	const { httpStatus } = refusal.details;
	return (httpStatus === 400 || httpStatus === 409) && refusal.code !== 'PARAM_ERROR';
}

function couldNotLookUp(
	submission: Submission,
	refusal: CallError,
	lookUp: Error,
	mayExist: boolean,
): WechatPayError {
	return new WechatPayError(
		`${refusal.message}. Looking ${submission.label} up did not work either: ${lookUp.message}`,
		SAME_NUMBER,
		{ ...refusal.details, ...(mayExist && { outcome: 'unknown' as const }) },
	);
}

/** Sends it. A number that WeChat Pay knows may be answered as at first: a closed one is no success. */
async function sendOnce(submission: Submission): Promise<Submitted> {
	const answer = await submission.send();
	assertNotClosed(answer, submission.label, NOT_SUBMITTED);
	return { answer, alreadyExisted: false };
}

/** No answer that counts came: what happened is looked up, and sent once more if nothing did. */
async function afterOpenFate(submission: Submission, cause: Error): Promise<Submitted> {
	const found = await findAfterOpenFate(submission, cause);
	if (found) return submission.judge(found, true);
	try {
		return await sendOnce(submission);
	} catch (error) {
		if (error instanceof CallError && mayExist(error)) {
			return await afterRefusal(submission, error, true);
		}
		if (error instanceof CallError && error.fate === 'refused') throw asIs(error);
		const late = await findAfterOpenFate(submission, cause);
		if (late) return submission.judge(late, true);
		throw unknownOutcome(submission, cause);
	}
}

async function findAfterOpenFate(
	submission: Submission,
	cause: Error,
): Promise<IDataObject | undefined> {
	try {
		return await find(submission, LOOK_AGAIN_AFTER);
	} catch {
		throw unknownOutcome(submission, cause);
	}
}

/**
 * Submits one application under one number, however often it takes: whatever was refused because it
 * may exist, and whatever got no answer, is looked up by its number instead of guessed.
 *
 * @returns the answer of WeChat Pay, or the application that is there already
 * @throws {WechatPayError} the refusal; another's, rejected or unreadable application; or, with
 *   `outcome: 'unknown'`, that it cannot be told
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012476217
 */
export async function submit(submission: Submission): Promise<Submitted> {
	try {
		return await sendOnce(submission);
	} catch (error) {
		if (!(error instanceof CallError)) throw asIs(error);
		if (error.fate === 'open') return await afterOpenFate(submission, error);
		return await afterRefusal(submission, error, false);
	}
}
