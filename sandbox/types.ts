/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { IncomingHttpHeaders } from 'node:http';
import type { ClosingBehaviour } from './closing/behaviour';
import type { SandboxKeys } from './keys';
import type { Multipart } from './multipart';
import type { State } from './state';

/** One request as the sandbox received it. */
export interface RequestLogEntry {
	method: string;
	/** The request target as received, with its query. */
	path: string;
	/** 0: the connection was closed without a response. */
	status: number;
	/** WeChat Pay's error code, if the response has one. */
	code?: string;
	message?: string;
	/** out_apply_no or out_request_no, if the request has one. */
	number?: string;
	/** The digest in an upload, in lowercase. */
	digest?: string;
	/** Milliseconds since 1970, by the sandbox's clock. */
	time: number;
	/** The fault that was played on this request. */
	fault?: string;
	requestId: string;
}

/** Behavior that the official documentation leaves open, or that depends on the merchant. */
export interface Behaviour extends ClosingBehaviour {
	/** The same number with the same body: `conflict` refuses with ALREADY_EXISTS, `accept` repeats the first response. */
	sameBody: 'accept' | 'conflict';
	/** Milliseconds after which a repeated create is refused as too late. */
	retryWindow: number;
	/**
	 * When an Apply with an existing number has the same information, so that the first response is repeated.
	 * `bytes`: if the body is the same, so that newly encrypted fields are other information;
	 * `plaintext`: if the fields are the same after decryption.
	 */
	sameInformation: 'bytes' | 'plaintext';
	/** How many files the general upload accepts on one day in Beijing. */
	dailyUploads: number;
	/** `notStarted`: all responses are signed with the platform certificate, whatever key the request asks for. */
	migration: 'publicKey' | 'notStarted';
	/** Whether the 404 of a merchant without platform certificates is signed. */
	signMissingCertificates: boolean;
	/** The value for the mainland's identity card: `…_IDCARD` belongs to the withdrawal of the old flow. */
	idCard: 'IDENTIFICATION_TYPE_ID_CARD' | 'IDENTIFICATION_TYPE_IDCARD';
}

/** A request that the sandbox is processing. */
export interface Call {
	method: string;
	/** Raw request target, exactly as it was signed. */
	target: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** The parsed body, if the endpoint takes uploads and the body is a form. */
	form?: Multipart;
	/** Placeholders of the route. */
	params: Record<string, string>;
	/** Method and path of the endpoint, with its placeholders. */
	route?: string;
	/** As in the log. */
	number?: string;
	digest?: string;
}

/** Everything that the endpoints work on. */
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
	/** Whether WeChat Pay signs it. */
	signed: boolean;
	code?: string;
	message?: string;
	/** The number after the last hyphen of Request-ID: WeChat Pay's internal result code. */
	result?: number;
}

export interface Endpoint {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Path with `:name` for placeholders. */
	path: string;
	/** Whether it is an upload, whose signature covers the `meta` part instead of the body. */
	upload?: boolean;
	/** Whether the endpoint takes a query string; all others refuse it. */
	query?: boolean;
	handle: (call: Call, world: World) => Reply;
}
