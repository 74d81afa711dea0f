import type { IHttpRequestOptions } from 'n8n-workflow';
import type { NoResponseReason } from '../failure/cause';
import type { Headers } from '../protocol/verification';
import { readStream, withDeadline } from './deadline';
import type { Stream } from './deadline';
import { ABORT } from './outgoingRequest';
import type { OutgoingRequest } from './outgoingRequest';

/** Sends one request through n8n, which signs it with the credential. Returns the raw response. */
export type Send = (request: OutgoingRequest) => Promise<unknown>;

/** An HTTP response with its body as raw bytes. */
export interface ApiResponse {
	status: number;
	headers: Headers;
	body: Buffer;
}

/** A request without an HTTP response. */
export interface NoResponse {
	/** Whether WeChat Pay may have received the request. */
	mayHaveArrived: boolean;
	reason: NoResponseReason;
	/** The operating system's or n8n's code, e.g. ECONNREFUSED. */
	code: string;
}

export type Exchange = { response: ApiResponse } | { noResponse: NoResponse };

interface Link {
	code?: unknown;
	syscall?: unknown;
	name?: unknown;
	cause?: unknown;
}

/** An error and its causes, outermost first: n8n wraps axios, axios wraps Node. */
function causes(error: unknown): Link[] {
	const links: Link[] = [];
	let link = error;
	while (typeof link === 'object' && link !== null && links.length < 10) {
		links.push(link as Link);
		link = (link as Link).cause;
	}
	return links;
}

const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const NOT_CONNECTED_IN_CONNECT = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);
const TLS = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/;

/** Classifies a failed request. Only what certainly happened before sending counts as not sent. */
export function classifyFailure(error: unknown): NoResponse {
	const links = causes(error);
	const codes = links.map((link) => link.code).filter((code) => typeof code === 'string');
	const code = codes.at(-1) ?? 'unknown';
	const names = links.map((link) => link.name);
	if (names.some((name) => typeof name === 'string' && /^SsrfBlocked/.test(name))) {
		return { mayHaveArrived: false, reason: 'blocked', code: 'SSRF' };
	}
	const inConnect = links.some((link) => link.syscall === 'connect');
	if (codes.some((c) => NOT_CONNECTED.has(c) || (inConnect && NOT_CONNECTED_IN_CONNECT.has(c)))) {
		return { mayHaveArrived: false, reason: 'unreachable', code };
	}
	if (codes.some((c) => TLS.test(c))) return { mayHaveArrived: false, reason: 'tls', code };
	if (codes.some((c) => c === 'ETIMEDOUT' || c === 'ECONNABORTED')) {
		return { mayHaveArrived: true, reason: 'timeout', code };
	}
	return { mayHaveArrived: true, reason: 'cut', code };
}

function readHeaders(headers: unknown): Headers {
	const entries = Object.entries((headers ?? {}) as Record<string, unknown>);
	return Object.fromEntries(
		entries
			.filter(([, value]) => typeof value === 'string')
			.map(([name, value]) => [name.toLowerCase(), value as string]),
	);
}

function readBody(body: unknown): Buffer {
	if (Buffer.isBuffer(body)) return body;
	if (body instanceof ArrayBuffer) return Buffer.from(body);
	return Buffer.from(typeof body === 'string' ? body : '', 'utf8');
}

/**
 * Sends one request and waits at most `timeout` milliseconds for the whole response.
 *
 * @param isCanceled whether the execution has been canceled; the request is then aborted
 * @param maxBytes makes the body a stream that is read no further; a longer body is too large
 */
export async function exchange(
	send: Send,
	request: IHttpRequestOptions,
	timeout: number,
	isCanceled: () => boolean,
	maxBytes?: number,
): Promise<Exchange> {
	const exchanged = await withDeadline(timeout, isCanceled, async (signal, onBody) => {
		const response = (await send({
			...request,
			[ABORT]: signal,
			timeout,
			encoding: maxBytes === undefined ? 'arraybuffer' : 'stream',
			json: false,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		})) as { statusCode: number; headers: unknown; body: unknown };
		const { statusCode: status } = response;
		const headers = readHeaders(response.headers);
		if (maxBytes === undefined) return { status, headers, body: readBody(response.body) };
		const stream = response.body as Stream;
		onBody(stream);
		return { status, headers, body: await readStream(stream, maxBytes) };
	});
	if ('value' in exchanged) return { response: exchanged.value };
	if (!exchanged.isLate) return { noResponse: classifyFailure(exchanged.error) };
	return { noResponse: { mayHaveArrived: true, reason: 'timeout', code: 'ETIMEDOUT' } };
}
