import type { VerificationFailure } from '../protocol/verification';

/** What is said to the user: what happened, and what to do about it. */
export interface Sentence {
	message: string;
	hint: string;
}

/** What WeChat Pay, or whoever answered, said in an HTTP response that is not 2xx. */
export interface Refusal {
	status: number;
	/** In upper case; empty if the body names none. */
	code: string;
	message: string;
	/** The field and what is wrong with it, where the response says so. */
	issue: string;
	requestId?: string;
	/** Whether the response carries a signature of WeChat Pay that verifies. */
	isVerified: boolean;
	/** How long the response asks to wait, in milliseconds. */
	retryAfterMs?: number;
}

/** Why no HTTP response came. */
export type NoResponseReason = 'unreachable' | 'tls' | 'blocked' | 'timeout' | 'cut';

/** Why a request did not succeed, as data. Decisions are taken on it; sentences are made from it. */
export type Cause =
	| ({
			kind:
				| /** WeChat Pay said no. */ 'refused'
				| /** 401: the signature, or what it was made with, is wrong. */ 'signature'
				| /** It does not know the key that `Wechatpay-Serial` names. */ 'unknownKey'
				| /** Too many requests: not acted on. */ 'rateLimit'
				| /** The uploads of this day are used up: waiting does not help. */ 'dailyLimit'
				| /** It asks to send the same again later: not acted on. */ 'tryLater'
				| /** 5xx. */ 'fault'
				| /** 202: taken, and not dealt with. */ 'unfinished'
				| /** 3xx, or another status that is no refusal by WeChat Pay. */ 'redirect';
	  } & Refusal)
	| {
			/** This machine's clock is off by five minutes or more. */
			kind: 'clock';
			/** How far ahead of the server, in seconds, where the server said its time. */
			skewSeconds?: number;
			status: number;
			code: string;
			requestId?: string;
	  }
	| {
			kind: 'noResponse';
			reason: NoResponseReason;
			host: string;
			/** The operating system's or n8n's code, e.g. ECONNREFUSED. */
			code: string;
			timeoutMs: number;
			/** Whether WeChat Pay may have received the request. */
			mayHaveArrived: boolean;
	  }
	| {
			/** A 2xx that is not proven to be WeChat Pay's response to this request. */
			kind: 'unverified';
			/** `repeated`: an earlier response again. `misdirected`: about something else than was asked. */
			reason: VerificationFailure | 'repeated' | 'misdirected';
			/** For `misdirected`: the field that differs, and the value that was asked for. */
			differs?: { name: string; asked: string };
			serial: string;
			knownSerials: readonly string[];
			/** Whether it proves that the credential is wrong, so that nothing more is sent. */
			isConclusive: boolean;
			status: number;
			requestId?: string;
	  }
	| {
			/** A verified 2xx that says nothing: no JSON object, or none that says what it is about. */
			kind: 'unreadable';
			/** The fields of which it carries none. */
			lacks?: readonly string[];
			status: number;
			requestId?: string;
	  }
	| {
			/** The keys to verify with could not be obtained. */
			kind: 'noKeys';
			/** Why; a sentence if the credential itself is wrong. */
			failure: Cause | Sentence;
			/** Whether the request itself had been sent by then. */
			wasSent: boolean;
	  };

/** A call with all its attempts ends within this time: no response that asks to wait longer is waited for. */
export const LONGEST_WAIT_MS = 120_000;

/** What may have become of a request that did not succeed. */
export type Outcome =
	/** WeChat Pay said no. */
	| 'refused'
	/** It asks to come back: not acted on. */
	| 'notActedOn'
	/** It did not leave this machine, or reached nobody. */
	| 'notSent'
	/** It may or may not have been acted on. */
	| 'open';

/** What a cause says about whether the request was acted on. */
export function outcomeOf(cause: Cause): Outcome {
	switch (cause.kind) {
		case 'rateLimit':
		case 'tryLater':
			return 'notActedOn';
		case 'noResponse':
			if (cause.reason === 'blocked') return 'refused';
			return cause.mayHaveArrived ? 'open' : 'notSent';
		case 'noKeys':
			return cause.wasSent ? 'open' : 'notSent';
		case 'fault':
		case 'unfinished':
		case 'redirect':
		case 'unverified':
		case 'unreadable':
			return 'open';
		case 'refused':
		case 'dailyLimit':
		case 'signature':
		case 'unknownKey':
		case 'clock':
			return 'refused';
	}
}

const NOT_FOUND = /^(RESOURCE_NOT_EXISTS|NOT_FOUND|ORDER_NOT_EXIST\w*)$/;

/** Whether WeChat Pay seems not to know what was asked for. A 404 of most proxies has no code. */
export const isNotFound = (cause: Cause): boolean =>
	cause.kind === 'refused' &&
	(NOT_FOUND.test(cause.code) || (cause.status === 404 && cause.code !== ''));

/** Whether a signed response says so: only then is it certain. */
export const isProvenNotFound = (cause: Cause): boolean =>
	isNotFound(cause) && 'isVerified' in cause && cause.isVerified && cause.status === 404;

/** Whether a signed response says that a withdrawal was never made: only then may money move. */
export const isAbsentWithdrawal = (cause: Cause): boolean =>
	isProvenNotFound(cause) && 'code' in cause && cause.code === 'ORDER_NOT_EXIST';

const says = (cause: Cause, pattern: RegExp): boolean =>
	cause.kind === 'refused' && pattern.test(cause.message);

/** Whether a page of a list was too large: a smaller one may work. */
export const isPageTooLarge = (cause: Cause): boolean => says(cause, /数据量过大/);

/** Whether an account was never opened: there is no money on it. */
export const isNeverOpened = (cause: Cause): boolean => says(cause, /账户类型.*未开通/);

/** Whether this platform may not ask: that says nothing about what there is. */
export const isNotAllowed = (cause: Cause): boolean =>
	(cause.kind === 'refused' && cause.code === 'NO_AUTH') || says(cause, /身份校验不通过/);
