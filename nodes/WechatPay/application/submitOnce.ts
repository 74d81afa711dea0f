import type { IDataObject } from 'n8n-workflow';
import type { Cause } from '../failure/cause';
import { CallError, toError } from '../failure/errors';
import {
	couldNotLookUp,
	couldNotLookUpFirst,
	existsUnreadable,
	isUnclear,
	unknownOutcome,
	unknownUnrepeated,
} from '../failure/submission';

/** Pauses before further look-ups of a number that was not found, in milliseconds. */
const LOOK_UP_AGAIN_AFTER_MS = [1000, 3000];

/** What a look-up shows about a request that must be acted on once. */
export type Finding =
	/** It was acted on. */
	| 'done'
	/** It was not acted on, so it may be sent. */
	| 'notDone'
	/** It is not known whether it was acted on. */
	| 'unclear';

/** A request that must be acted on once, and how to look it up. */
export interface Submission {
	/** Its name in messages, e.g. `Out Apply No. 2019061122`. */
	label: string;
	/** Whether to look it up before anything is sent, not only after an open outcome or a refusal. */
	looksUpFirst?: boolean;
	/** `false`: after an open outcome it is looked up, but never sent again. */
	resends?: boolean;
	/** Prepares the first attempt, e.g. uploads images. A failure here is not an attempt. */
	prepare?: () => Promise<void>;
	/** Sends the request. Every call sends identical bytes. */
	send: () => Promise<IDataObject>;
	/** Throws if the response to the request is not a success. */
	accept?: (response: IDataObject) => void;
	/** Looks it up with GET; undefined if WeChat Pay does not know it. */
	lookUp: () => Promise<IDataObject | undefined>;
	/**
	 * Evaluates what the look-up found. Throws if it is something else.
	 *
	 * @param isOwn whether a request of this call may have created it
	 */
	judge: (found: IDataObject, isOwn: boolean) => Finding;
	/** Waits. Throws if the execution is canceled. */
	wait: (ms: number) => Promise<void>;
}

/** The part of a submission that does not depend on how it is sent. */
export type SubmissionRules = Pick<
	Submission,
	'label' | 'looksUpFirst' | 'resends' | 'accept' | 'judge'
>;

/** The result of a submission. */
export interface Submitted {
	response: IDataObject;
	/** Whether it is known to have existed before this call; false if that is not known. */
	alreadyExisted: boolean;
}

type LookUpResult =
	| { finding: 'done'; found: IDataObject }
	| { finding: 'absent' }
	| { finding: 'notDone' }
	| { finding: 'unclear' }
	| { finding: 'failed'; error: Error };

/** Looks it up until it is done or no pause is left. Only errors of `judge` are thrown. */
async function lookUpUntilDone(
	submission: Submission,
	isOwn: boolean,
	pauses: readonly number[],
): Promise<LookUpResult> {
	let last: LookUpResult = { finding: 'absent' };
	for (const ms of [0, ...pauses]) {
		let found: IDataObject | undefined;
		try {
			if (ms > 0) await submission.wait(ms);
			found = await submission.lookUp();
		} catch (error) {
			return { finding: 'failed', error: toError(error) };
		}
		if (!found) {
			last = { finding: 'absent' };
			continue;
		}
		const finding = submission.judge(found, isOwn);
		if (finding === 'done') return { finding, found };
		last = { finding };
	}
	return last;
}

/** Whether a refusal can mean that the same request was accepted before. */
const mayExist = (cause: Cause): boolean =>
	(cause.kind === 'refused' || cause.kind === 'tryLater') &&
	(cause.status === 400 || cause.status === 409) &&
	cause.code !== 'PARAM_ERROR';

/** Whether an earlier attempt of this call may have been acted on: BIZ_ERR_NEED_RETRY does not exclude it. */
const mayBeOwn = ({ cause, earlier }: CallError): boolean =>
	[cause, ...earlier].some(({ kind }) => kind === 'tryLater');

/** Handles a refusal, which may be due to a request that was accepted before. */
async function afterRefusal(submission: Submission, refusal: CallError): Promise<Submitted> {
	const { cause } = refusal;
	if (!mayExist(cause)) throw refusal;
	const saysExists = 'code' in cause && cause.code === 'ALREADY_EXISTS';
	const isOwn = mayBeOwn(refusal);
	const looked = await lookUpUntilDone(submission, isOwn, saysExists ? LOOK_UP_AGAIN_AFTER_MS : []);
	switch (looked.finding) {
		case 'done':
			return { response: looked.found, alreadyExisted: !isOwn };
		case 'failed':
			throw couldNotLookUp(submission.label, refusal, looked.error, saysExists || isOwn);
		default:
			if (!saysExists || looked.finding !== 'absent') throw refusal;
			throw existsUnreadable(submission.label, refusal);
	}
}

/** Handles an open outcome: looks it up, and sends it once more if it was not acted on. */
async function afterOpenOutcome(submission: Submission, first: CallError): Promise<Submitted> {
	const looked = await lookUpUntilDone(submission, true, LOOK_UP_AGAIN_AFTER_MS);
	if (looked.finding === 'done') return { response: looked.found, alreadyExisted: false };
	if (submission.resends === false) throw unknownUnrepeated(submission.label, first);
	if (looked.finding === 'failed' || looked.finding === 'unclear') {
		throw unknownOutcome(submission.label, first);
	}
	let response: IDataObject;
	try {
		response = await submission.send();
	} catch (second) {
		// Whatever the second response says, the first request may still be acted on.
		const late = await lookUpUntilDone(submission, true, LOOK_UP_AGAIN_AFTER_MS);
		if (late.finding === 'done') return { response: late.found, alreadyExisted: false };
		throw unknownOutcome(submission.label, first, second);
	}
	submission.accept?.(response);
	return { response, alreadyExisted: false };
}

/** Looks it up before the first attempt. Returns what exists, or undefined if it may be sent. */
async function lookUpFirst(submission: Submission): Promise<Submitted | undefined> {
	const looked = await lookUpUntilDone(submission, false, []);
	if (looked.finding === 'done') return { response: looked.found, alreadyExisted: true };
	if (looked.finding === 'absent' || looked.finding === 'notDone') return undefined;
	if (looked.finding === 'unclear') throw isUnclear(submission.label);
	throw couldNotLookUpFirst(submission.label, looked.error);
}

/**
 * Submits something that must be acted on once. After a refusal that may mean that it exists, and after an
 * open outcome, it is looked up.
 *
 * @returns the response of WeChat Pay, or what the look-up found
 * @throws {CallError} the refusal
 * @throws {WechatPayError} what `accept` and `judge` throw, or with `outcome: 'unknown'` if the outcome stays
 *   open
 */
export async function submitOnce(submission: Submission): Promise<Submitted> {
	const before = submission.looksUpFirst ? await lookUpFirst(submission) : undefined;
	if (before) return before;
	await submission.prepare?.();
	let response: IDataObject;
	try {
		response = await submission.send();
	} catch (error) {
		if (!(error instanceof CallError)) throw toError(error);
		if (error.outcome === 'open') return await afterOpenOutcome(submission, error);
		return await afterRefusal(submission, error);
	}
	submission.accept?.(response);
	return { response, alreadyExisted: false };
}
