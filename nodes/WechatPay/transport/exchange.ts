import type { IHttpRequestOptions } from 'n8n-workflow';
import type { Headers } from '../protocol/verification';
import { ABORT } from './outgoingRequest';
import type { OutgoingRequest } from './outgoingRequest';
import { pause } from './pause';

/** Sends one request through n8n, which signs it with the credential; gives the raw answer. */
export type Send = (request: OutgoingRequest) => Promise<unknown>;

/** One HTTP answer, its body as raw bytes. */
export interface Answer {
	status: number;
	headers: Headers;
	body: Buffer;
}

/** No HTTP answer came. */
export interface NoAnswer {
	/** Whether WeChat Pay may have received the request. */
	mayHaveArrived: boolean;
	kind: 'unreachable' | 'tls' | 'blocked' | 'timeout' | 'cut';
	/** The operating system's or n8n's code, e.g. ECONNREFUSED. */
	code: string;
}

export type Exchange = { answer: Answer } | { noAnswer: NoAnswer };

interface Link {
	code?: unknown;
	syscall?: unknown;
	name?: unknown;
	cause?: unknown;
}

/** An error and what caused it, outermost first: n8n wraps axios, axios wraps Node. */
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

/** What a failed request means: only what certainly happened before sending counts as not sent. */
export function classifyFailure(error: unknown): NoAnswer {
	const links = causes(error);
	const codes = links.map((link) => link.code).filter((code) => typeof code === 'string');
	const code = codes.at(-1) ?? 'unknown';
	const names = links.map((link) => link.name);
	if (names.some((name) => typeof name === 'string' && /^SsrfBlocked/.test(name))) {
		return { mayHaveArrived: false, kind: 'blocked', code: 'SSRF' };
	}
	const inConnect = links.some((link) => link.syscall === 'connect');
	if (codes.some((c) => NOT_CONNECTED.has(c) || (inConnect && NOT_CONNECTED_IN_CONNECT.has(c)))) {
		return { mayHaveArrived: false, kind: 'unreachable', code };
	}
	if (codes.some((c) => TLS.test(c))) return { mayHaveArrived: false, kind: 'tls', code };
	if (codes.some((c) => c === 'ETIMEDOUT' || c === 'ECONNABORTED')) {
		return { mayHaveArrived: true, kind: 'timeout', code };
	}
	return { mayHaveArrived: true, kind: 'cut', code };
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
 * Sends one request and waits for its answer, `timeout` milliseconds at most in all: n8n's own
 * time-out counts idle time only, so an answer that drips could last for ever.
 *
 * @param isOver whether the execution was cancelled; what is on the wire is then given up
 */
export async function exchange(
	send: Send,
	request: IHttpRequestOptions,
	timeout: number,
	isOver: () => boolean,
): Promise<Exchange> {
	const controller = new AbortController();
	let isDone = false;
	let isLate = false;
	void pause(timeout, () => isDone || isOver()).then(() => {
		if (isDone) return;
		isLate = !isOver();
		controller.abort();
	});
	try {
		const response = (await send({
			...request,
			[ABORT]: controller.signal,
			timeout,
			encoding: 'arraybuffer',
			json: false,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		})) as { statusCode: number; headers: unknown; body: unknown };
		return {
			answer: {
				status: response.statusCode,
				headers: readHeaders(response.headers),
				body: readBody(response.body),
			},
		};
	} catch (error) {
		if (isLate) return { noAnswer: { mayHaveArrived: true, kind: 'timeout', code: 'ETIMEDOUT' } };
		return { noAnswer: classifyFailure(error) };
	} finally {
		isDone = true;
	}
}
