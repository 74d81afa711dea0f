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

/** Pauses before what was not found is looked up again, in milliseconds. */
const LOOK_UP_AGAIN_AFTER_MS = [1000, 3000];

/** What a look-up shows of a request that must be acted on once. */
export type Finding =
	/** It was acted on. */
	| 'done'
	/** It has not been acted on: sending it is right. */
	| 'notDone'
	/** That cannot be told. */
	| 'unclear';

/** One request that must be acted on once, and how to look up whether it was. */
export interface Submission {
	/** How messages call it, e.g. `Out Apply No. 2019061122`. */
	label: string;
	/** Looks up before anything is sent, and not only when a response leaves something open. */
	looksUpFirst?: boolean;
	/** `false`: after an open outcome it is looked up, and never sent a second time. */
	resends?: boolean;
	/** What the first attempt needs, such as uploads. What fails in it is no attempt. */
	prepare?: () => Promise<void>;
	/** Sends the request; every call sends the identical bytes. */
	send: () => Promise<IDataObject>;
	/** Throws if a direct response is not a success. */
	accept?: (response: IDataObject) => void;
	/** GETs what was made of it; undefined if WeChat Pay does not know it. */
	lookUp: () => Promise<IDataObject | undefined>;
	/**
	 * What the look-up shows; throws if it is not what was asked for.
	 *
	 * @param isOwn whether it may be this call's own request that made it
	 */
	judge: (found: IDataObject, isOwn: boolean) => Finding;
	/** Waits, unless the execution is canceled. */
	wait: (ms: number) => Promise<void>;
}

/** What is the same whichever way a submission is sent. */
export type SubmissionRules = Pick<
	Submission,
	'label' | 'looksUpFirst' | 'resends' | 'accept' | 'judge'
>;

/** What WeChat Pay answered. */
export interface Submitted {
	response: IDataObject;
	/** Whether it is known to have been there before this call; false if that is not known. */
	alreadyExisted: boolean;
}

type LookUpResult =
	| { finding: 'done'; found: IDataObject }
	| { finding: 'absent' }
	| { finding: 'notDone' }
	| { finding: 'unclear' }
	| { finding: 'failed'; error: Error };

/** Looks up until it is done or all pauses are used up. Only what `judge` throws is thrown. */
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

/** Whether a refusal leaves open that the same was accepted before. */
const mayExist = (cause: Cause): boolean =>
	(cause.kind === 'refused' || cause.kind === 'tryLater') &&
	(cause.status === 400 || cause.status === 409) &&
	cause.code !== 'PARAM_ERROR';

/** Whether one of the attempts may have been acted on all the same: it failed inside WeChat Pay. */
const mayBeOwn = ({ cause, earlier }: CallError): boolean =>
	[cause, ...earlier].some(({ kind }) => kind === 'tryLater');

/** It was refused: that may be because of what was accepted before. */
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

/** The outcome of the first attempt is open: it is looked up, and sent once more if nothing was done. */
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
		// Whatever is said of the second attempt, the first may still be acted on.
		const late = await lookUpUntilDone(submission, true, LOOK_UP_AGAIN_AFTER_MS);
		if (late.finding === 'done') return { response: late.found, alreadyExisted: false };
		throw unknownOutcome(submission.label, first, second);
	}
	submission.accept?.(response);
	return { response, alreadyExisted: false };
}

/** Looks up before the first attempt; gives what is there, or undefined if it is right to send. */
async function lookUpFirst(submission: Submission): Promise<Submitted | undefined> {
	const looked = await lookUpUntilDone(submission, false, []);
	if (looked.finding === 'done') return { response: looked.found, alreadyExisted: true };
	if (looked.finding === 'absent' || looked.finding === 'notDone') return undefined;
	if (looked.finding === 'unclear') throw isUnclear(submission.label);
	throw couldNotLookUpFirst(submission.label, looked.error);
}

/**
 * Sends what must be acted on once, however often it takes: whatever was refused because it may exist,
 * and whatever got no response that counts, is looked up instead of guessed.
 *
 * @returns the response of WeChat Pay, or what the look-up found
 * @throws {WechatPayError} the refusal; what `accept` and `judge` throw; or, with `outcome: 'unknown'`,
 *   that it cannot be told
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
