/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { authorize, checkHeaders, checkWechatPaySerial, type Nonces } from './authorization';
import type { EarlierAnswers } from './earlierAnswers';
import { isLate, type Fault } from './faultKinds';
import { replyInstead, send } from './faultPlay';
import type { Faults } from './faults';
import type { LateBookings } from './lateBookings';
import { boundaryOf, parseMultipart, signedMeta } from './multipart';
import { Refusal, empty, json, newRequestId, paramError } from './replies';
import { findRoute } from './routes';
import type { Call, Endpoint, Reply, RequestLogEntry, World } from './types';

/** Bodies above this are not read to the end: no endpoint takes as much. */
const MAX_BODY = 12 * 1024 * 1024;

export interface ServerParts {
	world: World;
	faults: Faults;
	late: LateBookings;
	earlier: EarlierAnswers;
	nonces: Nonces;
	/** Milliseconds that every answer takes at least. */
	latency: () => number;
	/** Ends what waits when the sandbox stops. */
	signal: AbortSignal;
	log: (entry: RequestLogEntry) => void;
	/** Answers requests outside /v3: the controls of the sandbox. */
	control: (request: IncomingMessage, body: Buffer) => Reply;
}

async function read(request: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > MAX_BODY) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** The out_apply_no or out_request_no that a request is about, from its path or its body. */
function numberOf(path: string, body: Buffer): string | undefined {
	const inPath = /\/(?:out-apply-no|out-request-no)\/([^/]+)$/.exec(path)?.[1];
	if (inPath || body.length > 65536) return inPath;
	return /"out_(?:apply|request)_no"\s*:\s*"([^"]*)"/.exec(body.toString('utf8'))?.[1];
}

/** The digest that the meta part of an upload names, which is at the beginning. */
function digestOf(body: Buffer): string | undefined {
	const start = body.toString('latin1', 0, 2048);
	return /"(?:file_digest|sha256)"\s*:\s*"([0-9A-Fa-f]{64})"/.exec(start)?.[1].toLowerCase();
}

/** The bytes that the signature covers. https://pay.weixin.qq.com/doc/v3/partner/4012365863 */
const signedBytes = ({ form, body }: Call): Buffer => (form ? signedMeta(form) : body);

/** What WeChat Pay answers: the checks in the order in which it makes them, then the endpoint. */
function answer(call: Call, fault: Fault | undefined, parts: ServerParts): Reply {
	const { world, nonces, late } = parts;
	try {
		checkHeaders(call);
		const route = findRoute(call.method, call.path);
		if ('notFound' in route) return empty(route.notFound);
		call.params = route.params;
		call.route = `${route.endpoint.method} ${route.endpoint.path}`;
		const boundary = route.endpoint.upload && boundaryOf(call.headers['content-type']);
		if (boundary) call.form = parseMultipart(call.body, boundary);
		authorize(call, signedBytes(call), nonces, world);
		const instead = replyInstead(fault, false);
		if (instead) return instead;
		checkWechatPaySerial(call, world);
		if (!route.endpoint.query && call.target.includes('?')) {
			throw paramError('此接口没有查询参数', { location: 'query' });
		}
		late.check(call);
		const { number } = call;
		if (fault && number !== undefined && isLate(fault)) {
			late.add({ ...call, number }, fault, () => actLater(route.endpoint, call, world));
			return replyInstead(fault, true) ?? empty(0);
		}
		const reply = route.endpoint.handle(call, world);
		return replyInstead(fault, true) ?? reply;
	} catch (error) {
		return refused(error, fault);
	}
}

/** Acts on a request that was answered already: nobody is told if it is refused now. */
function actLater(endpoint: Endpoint, call: Call, world: World): void {
	try {
		endpoint.handle(call, world);
	} catch (error) {
		refused(error, undefined);
	}
}

/** The answer to a request that was refused. Faults after acting need somebody who may act. */
function refused(error: unknown, fault: Fault | undefined): Reply {
	if (!(error instanceof Refusal)) throw error;
	return (error.status === 401 ? undefined : replyInstead(fault, true)) ?? error.toReply();
}

/** Handles one request from its headers to the last byte of the answer. Never throws. */
export async function serve(
	request: IncomingMessage,
	response: ServerResponse,
	parts: ServerParts,
): Promise<void> {
	const { world, faults, signal } = parts;
	const method = request.method ?? '';
	const target = request.url ?? '';
	const [path] = target.split('?', 1);
	const controls = path === '/sandbox' || path.startsWith('/sandbox/');
	const requestId = newRequestId();
	const entry: RequestLogEntry = { method, path: target, status: 0, time: world.now(), requestId };
	const cut = (reset = false) => {
		parts.log(entry);
		if (reset) request.socket.resetAndDestroy();
		else request.socket.destroy();
	};
	try {
		let fault: Fault | undefined;
		const late = faults.needsNumber;
		if (!controls && !late) fault = faults.pick({ method, path });
		entry.fault = fault?.kind;
		if (fault?.kind === 'refuse') return cut(true);

		const body = await read(request);
		if (body === undefined) {
			entry.status = 413;
			response.setHeader('Request-ID', `${requestId}-0`).setHeader('Connection', 'close');
			await send(response, empty(413), undefined, undefined, world, signal);
			return parts.log(entry);
		}
		if (controls) {
			return await send(
				response,
				parts.control(request, body),
				undefined,
				undefined,
				world,
				signal,
			);
		}
		entry.number = numberOf(path, body);
		entry.digest = digestOf(body);
		const { number, digest } = entry;
		if (late) fault = faults.pick({ method, path, number });
		// Only what is booked under a number can be booked late.
		if (isLate(fault) && (method !== 'POST' || number === undefined)) fault = undefined;
		entry.fault = fault?.kind;
		if (fault?.kind === 'refuse') return cut(true);
		if (fault?.kind === 'cut-before') return cut();

		const query = new URLSearchParams(target.slice(path.length));
		const { headers } = request;
		const call: Call = { method, target, path, query, headers, body, params: {}, number, digest };
		const right = answer(call, fault, parts);
		parts.late.answered(number);
		if (fault?.kind === 'cut-after' || fault?.kind === 'late-cut') return cut();
		const reply = parts.earlier.instead(right, call, fault, world) ?? right;
		// Without an earlier answer these have nothing to give.
		const needsEarlier = fault?.kind === 'another' || fault?.kind === 'repeated-nonce';
		if (needsEarlier && reply === right) fault = entry.fault = undefined;

		entry.status = reply.status;
		entry.code = reply.code;
		entry.message = reply.message;
		if (reply.code && /^en\b/.test(request.headers['accept-language'] ?? '')) inEnglish(reply);
		entry.requestId = `${requestId}-${reply.result ?? 0}`;
		response.setHeader('Request-ID', entry.requestId);
		// By the clock of the sandbox: it is what a client can tell its own clock's error from.
		response.setHeader('Date', new Date(world.now()).toUTCString());
		// Logged before the answer leaves: who has the answer finds the entry.
		parts.log(entry);
		if (parts.latency() > 0) await pause(parts.latency(), undefined, { signal });
		if (reply.signed && (!fault || fault.kind === 'delay' || fault.kind === 'drip')) {
			const keep = () => parts.earlier.keep(call, reply, response.getHeaders(), world);
			response.once('finish', keep);
		}
		await send(response, reply, call, fault, world, signal);
	} catch (error) {
		if (signal.aborted || request.destroyed) return void request.socket.destroy();
		// A mistake of the sandbox itself must not look like WeChat Pay.
		const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
		parts.log({ ...entry, status: 500, message });
		if (response.headersSent) response.destroy();
		else
			await send(
				response,
				json(500, { sandbox: message }, false),
				undefined,
				undefined,
				world,
				signal,
			);
	}
}

/**
 * Error texts follow Accept-Language. The English wording is not documented; this one only makes sure
 * that a client which compares Chinese texts asks for Chinese.
 */
function inEnglish(reply: Reply): void {
	const { code, detail } = JSON.parse(reply.body.toString('utf8')) as Record<string, unknown>;
	const message = `The request was refused: ${String(code)}`;
	reply.body = Buffer.from(
		JSON.stringify({ code, ...(detail ? { detail } : {}), message }),
		'utf8',
	);
}
