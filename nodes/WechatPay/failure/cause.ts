import type { VerificationFailure } from '../protocol/verification';

/** A text for the user: what happened, and what to do. */
export interface Sentence {
	message: string;
	hint: string;
}

/** The content of an HTTP response that is not a success, from WeChat Pay or from something in between. */
export interface Refusal {
	status: number;
	/** In upper case; empty if the body has none. */
	code: string;
	message: string;
	/** The field and what is wrong with it, if the response says so. */
	issue: string;
	requestId?: string;
	/** Whether the signature of the response was verified. */
	isVerified: boolean;
	/** The pause that the response asks for, in milliseconds. */
	retryAfterMs?: number;
}

/** Why there is no HTTP response. */
export type NoResponseReason = 'unreachable' | 'tls' | 'blocked' | 'timeout' | 'cut';

/** Why a request did not succeed, as data. Decisions and messages are based on it. */
export type Cause =
	| ({
			kind:
				| /** WeChat Pay refused it. */ 'refused'
				| /** 401: the signature is wrong, or the key or serial number it was made with. */ 'signature'
				| /** WeChat Pay does not know the key in `Wechatpay-Serial`. */ 'unknownKey'
				| /** Too many requests: not acted on. */ 'rateLimit'
				| /** A daily limit was reached: waiting does not help. */ 'dailyLimit'
				| /** WeChat Pay asks to send the same request again later: not acted on. */ 'tryLater'
				| /** 5xx. */ 'fault'
				| /** 202: accepted, but not processed yet. */ 'unfinished'
				| /** 3xx, or another status that WeChat Pay does not use to refuse. */ 'redirect';
	  } & Refusal)
	| {
			/** This machine's clock is off by five minutes or more. */
			kind: 'clock';
			/** How far ahead of the server, in seconds, if the response has its time. */
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
			/** A 2xx that is not verified as WeChat Pay's response to this request. */
			kind: 'unverified';
			/** `repeated`: a response that was received before. `misdirected`: a response to another request. */
			reason: VerificationFailure | 'repeated' | 'misdirected';
			/** For `misdirected`: the field that differs, and the value that was requested. */
			differs?: { name: string; asked: string };
			serial: string;
			knownSerials: readonly string[];
			/** Whether it proves that the credential is wrong, so that nothing more is sent. */
			isConclusive: boolean;
			status: number;
			requestId?: string;
	  }
	| {
			/** A verified 2xx that cannot be used: not a JSON object, or without the fields to match it. */
			kind: 'unreadable';
			/** The fields of which it has none. */
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

/** Maximum duration of a call with all its attempts. A longer pause that a response asks for is not waited for. */
export const LONGEST_WAIT_MS = 120_000;

/** The possible outcome of a request that did not succeed. */
export type Outcome =
	/** WeChat Pay refused it. */
	| 'refused'
	/** WeChat Pay asks to try again: not acted on. */
	| 'notActedOn'
	/** It did not leave this machine, or did not reach WeChat Pay. */
	| 'notSent'
	/** It may or may not have been acted on. */
	| 'open';

/** Whether the request was acted on, as far as the cause shows it. */
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

/** Whether WeChat Pay does not seem to know what was requested. A 404 from most proxies has no code. */
export const isNotFound = (cause: Cause): boolean =>
	cause.kind === 'refused' &&
	(NOT_FOUND.test(cause.code) || (cause.status === 404 && cause.code !== ''));

/** The same, from a verified response: only then is it certain. */
export const isProvenNotFound = (cause: Cause): boolean =>
	isNotFound(cause) && 'isVerified' in cause && cause.isVerified && cause.status === 404;

/** Whether a verified response says that a withdrawal does not exist: only then may one be created. */
export const isAbsentWithdrawal = (cause: Cause): boolean =>
	isProvenNotFound(cause) && 'code' in cause && cause.code === 'ORDER_NOT_EXIST';

const says = (cause: Cause, pattern: RegExp): boolean =>
	cause.kind === 'refused' && pattern.test(cause.message);

/** Whether a page of a list was too large. A smaller one may work. */
export const isPageTooLarge = (cause: Cause): boolean => says(cause, /数据量过大/);

/** Whether an account was never opened, so that there is no money on it. */
export const isNeverOpened = (cause: Cause): boolean => says(cause, /账户类型.*未开通/);

/** Whether this platform may not read it. That does not mean that there is nothing. */
export const isNotAllowed = (cause: Cause): boolean =>
	(cause.kind === 'refused' && cause.code === 'NO_AUTH') || says(cause, /身份校验不通过/);
