import type { Cause } from './cause';
import { CallError, WechatPayError } from './errors';
import { describeError } from './describe';

const SAME_NUMBER = 'Run again with the same number: that is safe, and finds what was accepted.';

/** Whether the user has to correct something before running again. */
function needsCorrection(cause: Cause): boolean {
	switch (cause.kind) {
		case 'refused':
		case 'redirect':
		case 'signature':
		case 'unknownKey':
		case 'clock':
			return true;
		case 'unverified':
			return ['missing', 'stale', 'wrongSignature', 'unknownSerial'].includes(cause.reason);
		case 'noResponse':
			return cause.reason === 'unreachable' || cause.reason === 'tls' || cause.reason === 'blocked';
		case 'noKeys':
			return !('kind' in cause.failure) || needsCorrection(cause.failure);
		default:
			return false;
	}
}

/**
 * It is not known whether WeChat Pay accepted it.
 *
 * @param second the error of the second attempt, if there was one
 */
export function unknownOutcome(label: string, first: CallError, second?: unknown): WechatPayError {
	const { message, hint, details } = describeError(first);
	const refusal =
		second instanceof CallError && second.outcome === 'refused' ? describeError(second) : undefined;
	const refused = refusal
		? `. The second attempt was refused, which does not show the outcome of the first: ${refusal.message}`
		: '';
	return new WechatPayError(
		`It is not known whether WeChat Pay accepted ${label}: ${message}${refused}`,
		// The hint of the refusal may not apply here, such as to use a new number.
		needsCorrection(first.cause) ? `${hint} ${SAME_NUMBER}` : SAME_NUMBER,
		{ ...details, ...refusal?.details, outcome: 'unknown' },
	);
}

/** It is not known whether WeChat Pay accepted it, and it is not sent again automatically. */
export function unknownUnrepeated(label: string, first: CallError): WechatPayError {
	const { message, hint, details } = describeError(first);
	const again =
		'It was not sent again. Wait a few minutes, then run again: an accepted request is found and not sent twice.';
	return new WechatPayError(
		`It is not known whether WeChat Pay accepted ${label}: ${message}`,
		needsCorrection(first.cause) ? `${hint} ${again}` : again,
		{ ...details, outcome: 'unknown' },
	);
}

/** It is not known whether a request of API Request was acted on. */
export function unknownRequest(method: string, error: CallError): WechatPayError {
	const { message, hint, details } = describeError(error);
	const first = needsCorrection(error.cause) ? `${hint} Then query` : 'Query';
	return new WechatPayError(
		`It is not known whether this ${method} took effect at WeChat Pay: ${message}`,
		`${first} the result with the GET endpoint that the documentation names. Send the request again only if it had no effect: it is never retried automatically.`,
		{ ...details, outcome: 'unknown' },
	);
}

/** It was refused, and its number could not be looked up. */
export function couldNotLookUp(
	label: string,
	refusal: CallError,
	lookUp: Error,
	mayExist: boolean,
): WechatPayError {
	const { message, details } = describeError(refusal);
	return new WechatPayError(
		`${message}. Looking up ${label} did not succeed either: ${describeError(lookUp).message}`,
		SAME_NUMBER,
		{ ...details, ...(mayExist && { outcome: 'unknown' as const }) },
	);
}

/** Nothing was sent, because its number could not be looked up first. */
export function couldNotLookUpFirst(label: string, error: Error): Error {
	// Errors of a run that was stopped or canceled have their own messages.
	if (!(error instanceof CallError)) return error;
	const { message, hint, details } = describeError(error);
	return new WechatPayError(
		`${label} was not submitted, because it could not be looked up first: ${message}`,
		hint,
		details,
	);
}

/** Nothing was sent, because the look-up does not show whether it was done before. */
export const isUnclear = (label: string): WechatPayError =>
	new WechatPayError(
		`${label} was not submitted, because it is not known whether that was done before`,
		'Look it up with "Get". If the problem persists, contact WeChat Pay.',
	);

/** WeChat Pay says that the number exists, but does not find it. */
export const existsUnreadable = (label: string, refusal: CallError): WechatPayError =>
	new WechatPayError(
		`${label} exists at WeChat Pay, but cannot be read`,
		'Run again later with the same number. If the problem persists, contact WeChat Pay with the Request-ID.',
		describeError(refusal).details,
	);
