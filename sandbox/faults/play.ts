/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, FaultKind } from './kinds';
import { newSerial } from '../certificate';
import { randomText } from '../keys';
import { Refusal, signatureHeaders, type SignatureChange } from '../replies';
import type { Call, Reply, World } from '../types';

// By hand: faults cut, reset, delay and drip on the open socket, which no server library gives access to.

/** Kinds that respond instead of the endpoint, which is not called. */
const INSTEAD: FaultKind[] = [
	'429',
	'429-retry-after',
	'500-before',
	'html-before',
	'empty-before',
	'answer',
	'unsigned-404',
];
/** Kinds that replace the endpoint's response after it has acted. */
const AFTERWARDS: FaultKind[] = [
	'500-after',
	'html-after',
	'empty-after',
	// The endpoint has not acted yet, but the client cannot tell.
	'late-500',
	'late-busy',
];

const HTML =
	'<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>stgw</body>\r\n</html>\r\n';

type Said = [status: number, code: string, message: string];
const SYSTEM_ERROR: Said = [500, 'SYSTEM_ERROR', '系统错误'];
const REFUSALS: Partial<Record<FaultKind, Said>> = {
	answer: [400, 'PARAM_ERROR', '参数错误'],
	'unsigned-404': [404, 'NOT_FOUND', '申请单不存在'],
	'429': [429, 'RATELIMIT_EXCEEDED', '频率限制'],
	'429-retry-after': [429, 'RATELIMIT_EXCEEDED', '频率限制'],
};

/** The response that a fault sends instead of the endpoint's; undefined if the endpoint is to respond. */
export function replyInstead(fault: Fault | undefined, acted: boolean): Reply | undefined {
	if (!fault || !(acted ? AFTERWARDS : INSTEAD).includes(fault.kind)) return undefined;
	const kind = fault.kind.replace(/-(before|after)$/, '');
	if (kind === 'html') {
		const headers = { 'Content-Type': 'text/html' };
		return { status: fault.status ?? 502, body: Buffer.from(HTML), headers, signed: false };
	}
	if (kind === 'empty') {
		return { status: fault.status ?? 503, body: Buffer.alloc(0), headers: {}, signed: false };
	}
	const [status, code, message] = REFUSALS[fault.kind] ?? SYSTEM_ERROR;
	const refusal = new Refusal(
		fault.status ?? status,
		fault.code ?? code,
		fault.message ?? message,
		fault.kind === 'unsigned-404' ? { signed: false } : {},
	);
	const reply = refusal.toReply();
	if (fault.kind !== '429-retry-after') return reply;
	return { ...reply, headers: { ...reply.headers, 'Retry-After': String(fault.retryAfter ?? 1) } };
}

/** Changes one letter or digit of a value, so that the body is valid JSON with another content. */
export function tamper(body: Buffer): Buffer {
	const text = body.toString('utf8');
	const changed = text.replace(/([0-9A-Za-z])(")(?=[,}\]])/, (_all, last: string, quote: string) =>
		last === '0' ? `1${quote}` : `0${quote}`,
	);
	return Buffer.from(changed === text ? `${text} ` : changed, 'utf8');
}

function withoutSubMchid(body: Buffer): Buffer {
	try {
		const answer = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
		delete answer.sub_mchid;
		return Buffer.from(JSON.stringify(answer), 'utf8');
	} catch {
		return body;
	}
}

/** What a fault changes about the signature of a response or a notification. */
export function signatureChange(
	kind: FaultKind | undefined,
	reply: Pick<Reply, 'body'>,
	world: World,
): SignatureChange {
	switch (kind) {
		case 'wrong-signature':
			return { body: Buffer.concat([reply.body, Buffer.from('\n')]) };
		case 'stale':
			return { shift: -310_000 };
		case 'unknown-serial': {
			const certificates = world.keys.platformCertificates.length > 0;
			return { serial: certificates ? newSerial() : `PUB_KEY_ID_${randomText(40, '0123456789')}` };
		}
		case 'probe':
			return { signature: (right) => `WECHATPAY/SIGNTEST/${right.slice(19)}` };
		default:
			return {};
	}
}

/**
 * Signs a response and sends it with the changes of the fault. `signal` ends a slow response when the
 * sandbox stops.
 */
export async function send(
	response: ServerResponse,
	original: Reply,
	call: Call | undefined,
	fault: Fault | undefined,
	world: World,
	signal: AbortSignal,
): Promise<void> {
	const kind = fault?.kind;
	let reply = original;
	if (kind === 'no-sub-mchid' && call?.method === 'GET' && reply.status === 200) {
		reply = { ...reply, body: withoutSubMchid(reply.body) };
	}
	const headers: Record<string, string> = {
		...reply.headers,
		...(reply.signed && kind !== 'unsigned'
			? signatureHeaders(reply.body, call, world, signatureChange(kind, reply, world))
			: {}),
	};
	const tampered = kind === 'tampered' && reply.signed && reply.body.length > 0;
	const body = tampered ? tamper(reply.body) : reply.body;
	const half = body.subarray(0, Math.floor(body.length / 2));
	const length = kind === 'truncate-consistent' ? half.length : body.length;
	// RFC 9110: not allowed with a 204.
	if (reply.status !== 204) headers['Content-Length'] = String(length);

	if (kind === 'delay') await pause(fault?.ms ?? 500, undefined, { signal });
	response.writeHead(reply.status, headers);
	if (kind === 'truncate' && body.length > 0) {
		response.write(half, () => response.destroy());
		return;
	}
	if (kind === 'drip' && body.length > 0) {
		const steps = Math.min(body.length, 20);
		response.flushHeaders();
		for (let step = 0; step < steps; step++) {
			await pause((fault?.ms ?? 800) / steps, undefined, { signal });
			const from = Math.floor((body.length * step) / steps);
			response.write(body.subarray(from, Math.floor((body.length * (step + 1)) / steps)));
		}
		response.end();
		return;
	}
	response.end(kind === 'truncate-consistent' ? half : body);
}
