import { Problem } from '../protocol/problem';
import type { Sentence } from './cause';
import { CallError, InputError, StoppedError, WechatPayError } from './errors';
import type { ErrorDetails } from './errors';
import { describeProblem } from './problems';
import { detailsOf, sentenceOf } from './sentences';

/** An error as text and facts, before the item adds its own. */
export interface ErrorDescription extends Sentence {
	details: ErrorDetails;
	/** Whether it is about the input, not about a response. */
	isInput: boolean;
}

/** Describes an error. */
export function describeError(error: unknown): ErrorDescription {
	if (error instanceof Problem) return describeError(describeProblem(error, 'A field'));
	if (error instanceof CallError) {
		return { ...sentenceOf(error.cause), details: detailsOf(error.cause), isInput: false };
	}
	if (error instanceof StoppedError) {
		const { code } = detailsOf(error.cause);
		return { ...sentenceOf(error.cause), details: { ...(code && { code }) }, isInput: false };
	}
	if (error instanceof WechatPayError) {
		const { message, hint, details } = error;
		return { message, hint, details, isInput: error instanceof InputError };
	}
	const { message = '', description } = (error ?? {}) as Partial<Error> & { description?: unknown };
	return {
		message: message || 'The item could not be processed',
		hint: typeof description === 'string' ? description : '',
		details: {},
		isInput: true,
	};
}
