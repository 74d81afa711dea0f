import { WechatPayError, readErrorEnvelope } from '../protocol/errors';
import type { ErrorDetails } from '../protocol/errors';
import type { Verdict } from '../protocol/verification';
import type { Answer, NoAnswer } from './exchange';
import {
	clockSentence,
	doubtSentence,
	faultSentence,
	noAnswerSentence,
	refusalSentence,
} from './messages';
import type { Sentence } from './messages';

/** What became of a request that did not succeed. */
export type Fate =
	/** WeChat Pay said no. */
	| 'refused'
	/** WeChat Pay asked to come back: not executed. */
	| 'busy'
	/** It did not leave this machine, or found nobody. */
	| 'notSent'
	/** It may or may not have been acted on. */
	| 'open';

/** A request that did not succeed, and what is known of it. */
export class CallError extends WechatPayError {
	/** Whether the answer that said so verified. An error answer need not be signed. */
	isVerified = false;

	/** Why the attempt before this one of the same call did not succeed. */
	earlier?: CallError;

	/** The hint says no more than to run again. */
	readonly retryOnly: boolean;

	constructor(
		readonly fate: Fate,
		sentence: Sentence | WechatPayError,
		details: ErrorDetails = {},
		/** How long WeChat Pay asks to wait, in milliseconds. */
		readonly retryAfter?: number,
	) {
		super(sentence.message, sentence.hint, details);
		this.name = 'CallError';
		this.retryOnly = 'retryOnly' in sentence && sentence.retryOnly === true;
	}

	get code(): string {
		return this.details.code ?? '';
	}

	/** WeChat Pay does not know what was asked for. */
	get isNotFound(): boolean {
		const named = /^(RESOURCE_NOT_EXISTS|NOT_FOUND|ORDER_NOT_EXIST\w*)$/.test(this.code);
		return (
			this.fate === 'refused' && (named || (this.details.httpStatus === 404 && this.code !== ''))
		);
	}
}

/** Whether WeChat Pay said that it does not know what was asked for. */
export const isNotFound = (error: unknown): error is CallError =>
	error instanceof CallError && error.isNotFound;

/** The same of a 404 that verified: only then is it certain that WeChat Pay does not know it. */
export const isVerifiedNotFound = (error: unknown): boolean =>
	isNotFound(error) && error.details.httpStatus === 404 && error.isVerified;

function readRetryAfter(value: string | undefined, now: number): number | undefined {
	if (value === undefined) return undefined;
	if (/^\d{1,6}$/.test(value.trim())) return Number(value) * 1000;
	const at = Date.parse(value);
	return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function detailsOf({ status, headers }: Answer, code: string): ErrorDetails {
	const requestId = headers['request-id'];
	return { ...(code && { code }), httpStatus: status, ...(requestId && { requestId }) };
}

/** No HTTP answer came: it depends on whether the request can have arrived. */
export function fateWithoutAnswer(noAnswer: NoAnswer, origin: string, timeout: number): CallError {
	const sentence = noAnswerSentence(noAnswer, new URL(origin).host, timeout);
	const details: ErrorDetails = { code: noAnswer.code };
	if (noAnswer.kind === 'blocked') return new CallError('refused', sentence, details);
	return new CallError(noAnswer.mayHaveArrived ? 'open' : 'notSent', sentence, details);
}

/**
 * An answer that is not 2xx. It is not required to be signed, so it never becomes data: it only
 * decides what is done next.
 *
 * @param now Unix time in milliseconds
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012081726
 */
export function fateOfStatus(answer: Answer, now: number): CallError {
	const { status, headers, body } = answer;
	const envelope = readErrorEnvelope(body);
	const details = detailsOf(answer, envelope.code);
	if (status >= 500) return new CallError('open', faultSentence(status, envelope), details);
	const sentence = refusalSentence(status, envelope, headers, now);
	// A redirect is not WeChat Pay's: whoever sent it may have passed the request on or not.
	if (status < 400) return new CallError('open', sentence, details);
	const retryAfter = readRetryAfter(headers['retry-after'], now);
	if (status === 429 || RATE_LIMIT.test(envelope.code)) {
		return new CallError('busy', sentence, { ...details, httpStatus: 429 }, retryAfter);
	}
	if (envelope.code === 'BIZ_ERR_NEED_RETRY') {
		return new CallError('busy', sentence, details, retryAfter);
	}
	return new CallError('refused', sentence, details);
}

/** The spellings that WeChat Pay's pages use. */
const RATE_LIMIT = /^(RATE_?LIMIT|FREQUENCY_LIMIT|FREQENCY_LIMIT)/;

const isCompleteJson = (body: Buffer): boolean => {
	try {
		JSON.parse(body.toString('utf8'));
		return true;
	} catch {
		return false;
	}
};

/** A verified answer that cannot be read: it does not say what was done. */
export const fateOfUnreadable = (answer: Answer): CallError =>
	new CallError(
		'open',
		{
			message: 'WeChat Pay answered with something that is not a JSON object',
			hint: 'Run again with the same number. If it stays, ask WeChat Pay with the Request-ID.',
			retryOnly: true,
		},
		detailsOf(answer, ''),
	);

/** A 2xx answer that is not proven to be WeChat Pay's: what it says is not known. */
export function fateOfDoubt(
	verdict: Extract<Verdict, { verified: false }>,
	answer: Answer,
	knownSerials: readonly string[],
): CallError {
	return new CallError('open', doubtSentence(verdict, knownSerials), detailsOf(answer, ''));
}

/** Whether a signature that does not fit speaks against the key: cut bytes say nothing of it. */
export const speaksAgainstKey = (
	verdict: Extract<Verdict, { verified: false }>,
	answer: Answer,
): boolean => verdict.doubt === 'wrongSignature' && isCompleteJson(answer.body);

/** The clock of this machine, after stale signatures in a row. */
export const fateOfClock = (answer: Answer): CallError =>
	new CallError('open', clockSentence(undefined), detailsOf(answer, ''));
