/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { IncomingHttpHeaders } from 'node:http';
import type { ClosingBehaviour } from './closing/behaviour';
import type { SandboxKeys } from './keys';
import type { Multipart } from './multipart';
import type { State } from './state';

/** One request as the sandbox saw it. */
export interface RequestLogEntry {
	method: string;
	/** The request target as received, with its query. */
	path: string;
	/** 0: the connection was cut, no status was sent. */
	status: number;
	/** WeChat Pay's error code, if the answer had one. */
	code?: string;
	message?: string;
	/** out_apply_no or out_request_no, if the request named one. */
	number?: string;
	/** The digest that an upload names, in lower case. */
	digest?: string;
	/** Milliseconds since 1970, of the sandbox's clock. */
	time: number;
	/** The fault that was played on this request. */
	fault?: string;
	requestId: string;
}

/** Answers that the official documentation leaves open, or that depend on the merchant. */
export interface Behaviour extends ClosingBehaviour {
	/** The same number with the same body: `conflict` answers ALREADY_EXISTS, `accept` answers as the first time. */
	sameBody: 'accept' | 'conflict';
	/** Milliseconds after which a repeated create is refused as too late. */
	retryWindow: number;
	/**
	 * Which Apply under a number that exists has the same information, and is answered as the first time.
	 * `bytes`: one with the same body, so that fields which were encrypted anew are other information;
	 * `plaintext`: one that is the same after decryption.
	 */
	sameInformation: 'bytes' | 'plaintext';
	/** How many files the general upload takes in one day, by the days of Beijing. */
	dailyUploads: number;
	/** `notStarted`: all answers are signed with the platform certificate, whatever the request asks for. */
	migration: 'publicKey' | 'notStarted';
	/** Whether the 404 of a merchant without platform certificates is signed. */
	signMissingCertificates: boolean;
	/** How the identity card of the mainland is spelled: `…_IDCARD` belongs to the withdrawal of the old flow. */
	idCard: 'IDENTIFICATION_TYPE_ID_CARD' | 'IDENTIFICATION_TYPE_IDCARD';
}

/** A request on its way through the sandbox. */
export interface Call {
	method: string;
	/** Raw request target, exactly as it was signed. */
	target: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** The body taken apart, if the endpoint takes uploads and the body is a form. */
	form?: Multipart;
	/** Placeholders of the route. */
	params: Record<string, string>;
	/** Method and path of the endpoint, with its placeholders. */
	route?: string;
	/** As in the log. */
	number?: string;
	digest?: string;
}

/** What endpoints work on. */
export interface World {
	keys: SandboxKeys;
	state: State;
	behaviour: Behaviour;
	now: () => number;
}

export interface Reply {
	status: number;
	body: Buffer;
	headers: Record<string, string>;
	/** Whether WeChat Pay would sign it. */
	signed: boolean;
	code?: string;
	message?: string;
	/** Number behind the last hyphen of Request-ID: WeChat Pay's internal result code. */
	result?: number;
}

export interface Endpoint {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Path with `:name` for placeholders. */
	path: string;
	/** Uploads sign the text of their `meta` part instead of the body. */
	upload?: boolean;
	/** Endpoints that know a query string; all others refuse one. */
	query?: boolean;
	handle: (call: Call, world: World) => Reply;
}
