import type { Cause, Outcome } from './cause';
import { outcomeOf } from './cause';

/** What a user needs beside the sentence itself; goes out as `details` of an error item. */
export interface ErrorDetails {
	/** WeChat Pay's own error code, e.g. `PARAM_ERROR`. */
	code?: string;
	httpStatus?: number;
	/** The `Request-ID` header: WeChat Pay's support asks for it. */
	requestId?: string;
	/** `unknown`: the request may or may not have been acted on. */
	outcome?: 'unknown';
	/** `true`: nothing of this item has been sent. */
	not_sent?: true;
}

/**
 * Something that this package refuses or reports in words of its own. It carries no request: the
 * Authorization header cannot leak through it.
 */
export class WechatPayError extends Error {
	/**
	 * @param message what happened
	 * @param hint what to do
	 */
	constructor(
		message: string,
		readonly hint: string = '',
		readonly details: ErrorDetails = {},
	) {
		super(message);
		this.name = 'WechatPayError';
	}
}

/** Something that the user gave is wrong, and was found before anything was sent. */
export class InputError extends WechatPayError {
	constructor(message: string, hint: string = '') {
		super(message, hint);
		this.name = 'InputError';
	}
}

/** A request that did not succeed. Why is typed; the sentence is made from it in the end. */
export class CallError extends Error {
	/** @param earlier the causes of the attempts before, oldest first */
	constructor(
		override readonly cause: Cause,
		readonly earlier: readonly Cause[] = [],
	) {
		super(cause.kind);
		this.name = 'CallError';
	}

	get outcome(): Outcome {
		return outcomeOf(this.cause);
	}
}

/** Nothing more is sent in this run: the item fails with the sentence of what stopped it. */
export class StoppedError extends Error {
	constructor(override readonly cause: Cause) {
		super('stopped');
		this.name = 'StoppedError';
	}
}

/** Hands an error on from a `catch`; what is no error becomes one. */
export const toError = (error: unknown): Error =>
	error instanceof Error ? error : new Error(String(error));
