/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { EarlierAnswers } from '../faults/earlierAnswers';
import type { Faults } from '../faults/faults';
import { isLate, type Fault } from '../faults/kinds';
import { send } from '../faults/play';
import { empty, json, newRequestId } from '../replies';
import type { Call, Reply, RequestLogEntry } from '../types';
import { answer, type AnswerParts } from './answer';
import { digestOf, numberOf, readBody } from './incoming';

export interface ServerParts extends AnswerParts {
	faults: Faults;
	earlier: EarlierAnswers;
	/** Minimum time for every response, in milliseconds. */
	latency: () => number;
	/** Ends all waits when the sandbox stops. */
	signal: AbortSignal;
	log: (entry: RequestLogEntry) => void;
	/** Responds to requests outside /v3: the controls of the sandbox. */
	control: (request: IncomingMessage, body: Buffer) => Reply;
}

/** One request on its way, with the entry that the log will show. */
interface Exchange {
	request: IncomingMessage;
	response: ServerResponse;
	path: string;
	entry: RequestLogEntry;
}

/** Handles one request from its headers to the last byte of the response. Never throws. */
export async function serve(
	request: IncomingMessage,
	response: ServerResponse,
	parts: ServerParts,
): Promise<void> {
	const { world, signal, log } = parts;
	const { method = '', url: target = '' } = request;
	const [path] = target.split('?', 1);
	const requestId = newRequestId();
	const entry: RequestLogEntry = { method, path: target, status: 0, time: world.now(), requestId };
	const exchange: Exchange = { request, response, path, entry };
	try {
		if (path === '/sandbox' || path.startsWith('/sandbox/')) await serveControl(exchange, parts);
		else await serveCall(exchange, parts);
	} catch (error) {
		if (signal.aborted || request.destroyed) return void request.socket.destroy();
		// An error of the sandbox itself must not look like WeChat Pay.
		const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
		log({ ...entry, status: 500, message });
		if (response.headersSent) response.destroy();
		else await sendPlain(response, json(500, { sandbox: message }, false), parts);
	}
}

/** Sends a response that has no signature and no fault. */
async function sendPlain(
	response: ServerResponse,
	reply: Reply,
	{ world, signal }: ServerParts,
): Promise<void> {
	await send(response, reply, undefined, undefined, world, signal);
}

async function refuseTooLarge({ response, entry }: Exchange, parts: ServerParts): Promise<void> {
	entry.status = 413;
	response.setHeader('Request-ID', `${entry.requestId}-0`).setHeader('Connection', 'close');
	await sendPlain(response, empty(413), parts);
	parts.log(entry);
}

async function serveControl(exchange: Exchange, parts: ServerParts): Promise<void> {
	const { request, response } = exchange;
	const body = await readBody(request);
	if (body === undefined) return await refuseTooLarge(exchange, parts);
	await sendPlain(response, parts.control(request, body), parts);
}

async function serveCall(exchange: Exchange, parts: ServerParts): Promise<void> {
	const { request, path, entry } = exchange;
	const { world, faults, late, earlier } = parts;
	const { method, path: target } = entry;
	const cut = (reset = false) => {
		parts.log(entry);
		if (reset) request.socket.resetAndDestroy();
		else request.socket.destroy();
	};
	// A rule about a number can be applied only after the body was read.
	const { needsNumber } = faults;
	let fault = needsNumber ? undefined : faults.pick({ method, path });
	entry.fault = fault?.kind;
	if (fault?.kind === 'refuse') return cut(true);

	const body = await readBody(request);
	if (body === undefined) return await refuseTooLarge(exchange, parts);
	const number = (entry.number = numberOf(path, body));
	const digest = (entry.digest = digestOf(body));
	if (needsNumber) fault = faults.pick({ method, path, number });
	// Only a POST with a number can be acted on later.
	if (isLate(fault) && (method !== 'POST' || number === undefined)) fault = undefined;
	entry.fault = fault?.kind;
	if (fault?.kind === 'refuse') return cut(true);
	if (fault?.kind === 'cut-before') return cut();

	const query = new URLSearchParams(target.slice(path.length));
	const { headers } = request;
	const call: Call = { method, target, path, query, headers, body, params: {}, number, digest };
	const right = answer(call, fault, parts);
	late.answered(number);
	if (fault?.kind === 'cut-after' || fault?.kind === 'late-cut') return cut();
	const reply = earlier.instead(right, call, fault, world) ?? right;
	// These two faults need an earlier response; without one the right response is sent.
	const needsEarlier = fault?.kind === 'another' || fault?.kind === 'repeated-nonce';
	if (needsEarlier && reply === right) fault = entry.fault = undefined;
	await respond(exchange, reply, call, fault, parts);
}

async function respond(
	{ response, entry }: Exchange,
	reply: Reply,
	call: Call,
	fault: Fault | undefined,
	parts: ServerParts,
): Promise<void> {
	const { world, earlier, signal } = parts;
	entry.status = reply.status;
	entry.code = reply.code;
	entry.message = reply.message;
	if (reply.code && /^en\b/.test(call.headers['accept-language'] ?? '')) toEnglish(reply);
	entry.requestId = `${entry.requestId}-${reply.result ?? 0}`;
	response.setHeader('Request-ID', entry.requestId);
	// By the sandbox's clock: clients compare their own clock with this header.
	response.setHeader('Date', new Date(world.now()).toUTCString());
	// Logged before the response is sent: a client that has the response finds the entry.
	parts.log(entry);
	if (parts.latency() > 0) await pause(parts.latency(), undefined, { signal });
	if (reply.signed && (!fault || fault.kind === 'delay' || fault.kind === 'drip')) {
		const keep = () => earlier.keep(call, reply, response.getHeaders(), world);
		response.once('finish', keep);
	}
	await send(response, reply, call, fault, world, signal);
}

/**
 * Error messages follow Accept-Language. The English wording is not documented; this one only makes sure
 * that a client which compares Chinese messages asks for Chinese.
 */
function toEnglish(reply: Reply): void {
	const { code, detail } = JSON.parse(reply.body.toString('utf8')) as Record<string, unknown>;
	const message = `The request was refused: ${String(code)}`;
	reply.body = Buffer.from(
		JSON.stringify({ code, ...(detail ? { detail } : {}), message }),
		'utf8',
	);
}
