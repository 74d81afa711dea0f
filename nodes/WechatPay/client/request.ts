import type { RepeatPolicy } from './decide';

/** How the requests of one run are sent. */
export interface RunSettings {
	requestsPerSecond: number;
	/** Milliseconds for one attempt; undefined for the defaults. */
	timeout?: number;
	maxAttempts: number;
}

/** One request to WeChat Pay, its bytes made once: every attempt sends the same ones. */
export interface ApiRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Path and query, already encoded. */
	path: string;
	body?: Buffer;
	/** Beside those that every request has; names in lower case. */
	headers?: Readonly<Record<string, string>>;
	repeat: RepeatPolicy['repeat'];
	/** What the response must be about, by its own keys, e.g. `{ sub_mchid: '1900000109' }`. */
	about?: Readonly<Record<string, string>>;
	/**
	 * A file was asked for: its response counts without a signature if it is one of the files that
	 * WeChat Pay does not sign. Elsewhere this changes nothing.
	 */
	mayBeUnsigned?: true;
	/** 202 is a response like other 2xx: taken, and not dealt with yet. */
	accepts202?: true;
	/** How large the body of the response may be. */
	maxBytes?: number;
	/** Default time-out of one attempt in milliseconds. */
	timeout: number;
}

/** What the requests of one item leave behind for its error. Only the client writes it. */
export interface Trace {
	/** Whether anything of this item may have reached WeChat Pay. */
	sent: boolean;
}
