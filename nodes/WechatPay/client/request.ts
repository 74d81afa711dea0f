import type { RepeatPolicy } from './decide';

/** How the requests of one run are sent. */
export interface RunSettings {
	requestsPerSecond: number;
	/** Time-out of one attempt in milliseconds; undefined for the defaults. */
	timeout?: number;
	maxAttempts: number;
}

/** One request to WeChat Pay. Every attempt sends the same bytes. */
export interface ApiRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Path and query, already encoded. */
	path: string;
	body?: Buffer;
	/** In addition to the headers of every request; names in lower case. */
	headers?: Readonly<Record<string, string>>;
	repeat: RepeatPolicy['repeat'];
	/** Fields that the response must repeat where it has them, e.g. `{ sub_mchid: '1900000109' }`. */
	about?: Readonly<Record<string, string>>;
	/** The request is for a file: its response may be unsigned if WeChat Pay does not sign that file. */
	mayBeUnsigned?: true;
	/** 202 counts as a success, like other 2xx: accepted, but not processed yet. */
	accepts202?: true;
	/** Maximum size of the response body. */
	maxBytes?: number;
	/** Default time-out of one attempt in milliseconds. */
	timeout: number;
}

/** What is recorded about the requests of one item, for its error. Only the client writes it. */
export interface Trace {
	/** Whether a request of this item may have reached WeChat Pay. */
	sent: boolean;
}
