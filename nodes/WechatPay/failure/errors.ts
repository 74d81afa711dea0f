import type { Cause, Outcome } from './cause';
import { outcomeOf } from './cause';

/** Further facts for the user, in the `details` of an error item. */
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
 * An error with a message of this package. It does not hold the request, so the Authorization header cannot
 * leak.
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

/** An input is wrong. This was found before anything was sent. */
export class InputError extends WechatPayError {
	constructor(message: string, hint: string = '') {
		super(message, hint);
		this.name = 'InputError';
	}
}

/** A request that did not succeed. It holds the cause; the message is made from it when it is reported. */
export class CallError extends Error {
	/** @param earlier the causes of earlier attempts, oldest first */
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

/** The run was stopped: nothing more is sent, and the item fails with the cause that stopped it. */
export class StoppedError extends Error {
	constructor(override readonly cause: Cause) {
		super('stopped');
		this.name = 'StoppedError';
	}
}

/** Makes an `Error` of a value that was caught. */
export const toError = (error: unknown): Error =>
	error instanceof Error ? error : new Error(String(error));
