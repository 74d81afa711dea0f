/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { signatureChange, tamper } from '../faults/play';
import { signatureHeaders } from '../replies';
import type { World } from '../types';

/** What can be wrong with one delivery of a right notification. */
export const DELIVERY_FAULTS = {
	probe: 'a signature probe (WECHATPAY/SIGNTEST/)',
	stale: 'rightly signed, but more than five minutes ago',
	future: 'rightly signed, but more than five minutes ahead',
	'unknown-serial': 'Wechatpay-Serial names a key that nobody has',
	'wrong-signature': 'the signature is of other bytes',
	tampered: 'the body was changed after it was signed',
	unsigned: 'no Wechatpay-* headers, as behind a proxy that takes them away',
	'other-type': 'Wechatpay-Signature-Type names SM2',
	'no-type': 'no Wechatpay-Signature-Type, which is optional: nothing is wrong',
} as const;
export type DeliveryFault = keyof typeof DELIVERY_FAULTS;

/** Whether a receiver that checks everything accepts a delivery with this fault. */
export const isRight = (fault: DeliveryFault | undefined): boolean =>
	fault === undefined || fault === 'no-type';

/** One POST and its result. */
export interface Delivery {
	/** Counted from 1; the deliveries of one attempt are sent side by side. */
	attempt: number;
	/** Milliseconds since 1970, by the sandbox's clock. */
	time: number;
	/** Serial number of the key that signed it; empty if it was not signed. */
	serial: string;
	fault?: DeliveryFault;
	/** 0: no response. */
	status: number;
	/** The first 64 KB of the response. */
	body: string;
	/** Why there was no response. */
	error?: string;
	/** Milliseconds until the response was complete. */
	took: number;
	/** Answered in time with 200 or 204. */
	accepted: boolean;
}

const MAX_ANSWER = 64 * 1024;

type Answer = Pick<Delivery, 'status' | 'body' | 'error'>;

/** The headers of a delivery, signed with the present time. */
function headersOf(
	body: Buffer,
	serial: string | undefined,
	fault: DeliveryFault | undefined,
	world: World,
): Record<string, string> {
	const asked = serial === undefined ? undefined : { headers: { 'wechatpay-serial': serial } };
	const ours = fault === 'future' || fault === 'other-type' || fault === 'no-type';
	const change =
		fault === 'future'
			? { shift: 310_000 }
			: signatureChange(ours ? undefined : fault, { body }, world);
	const headers = signatureHeaders(body, asked, world, change);
	if (fault === 'no-type') delete headers['Wechatpay-Signature-Type'];
	if (fault === 'other-type') headers['Wechatpay-Signature-Type'] = 'WECHATPAY2-SM2-WITH-SM3';
	return fault === 'unsigned' ? {} : headers;
}

async function readAnswer(response: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		if (size < MAX_ANSWER) chunks.push(chunk.subarray(0, MAX_ANSWER - size));
		size += chunk.length;
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** Posts once. Redirects are not followed; never rejects. */
async function post(
	url: string,
	headers: Record<string, string>,
	body: Buffer,
	timeout: number,
	signal: AbortSignal,
): Promise<Answer> {
	return await new Promise((resolve) => {
		let late = '';
		const failed = ({ message }: Error) => resolve({ status: 0, body: '', error: late || message });
		const send = url.startsWith('https:') ? httpsRequest : httpRequest;
		const outgoing = send(url, { method: 'POST', headers, agent: false, signal }, (response) => {
			readAnswer(response).then(
				(text) => resolve({ status: response.statusCode ?? 0, body: text }),
				failed,
			);
		});
		const timer = setTimeout(() => {
			late = `no answer within ${timeout} ms`;
			outgoing.destroy(new Error(late));
		}, timeout);
		outgoing.once('close', () => clearTimeout(timer));
		outgoing.once('error', failed);
		outgoing.end(body);
	});
}

export interface DeliveryOptions {
	url: string;
	body: Buffer;
	/** Serial number of the signing key; if left out, the key that signs responses to requests that ask for no key. */
	serial?: string;
	fault?: DeliveryFault;
	attempt: number;
	/** Time-out in milliseconds. */
	timeout: number;
	signal: AbortSignal;
}

/**
 * Delivers a notification once, with a new signature. https://pay.weixin.qq.com/doc/v3/partner/4012365880 shows
 * the headers. Only 200 and 204 accept it: the page of the echo names these two.
 */
export async function deliver(options: DeliveryOptions, world: World): Promise<Delivery> {
	const { url, body, fault, attempt, timeout, signal } = options;
	const signed = headersOf(body, options.serial, fault, world);
	const sent = fault === 'tampered' ? tamper(body) : body;
	const headers = {
		'Content-Type': 'application/json',
		'Content-Length': String(sent.length),
		'User-Agent': 'Mozilla/4.0',
		...signed,
	};
	const time = world.now();
	const start = performance.now();
	const answer = await post(url, headers, sent, timeout, signal);
	return {
		attempt,
		time,
		serial: signed['Wechatpay-Serial'] ?? '',
		...(fault ? { fault } : {}),
		...answer,
		took: Math.round(performance.now() - start),
		accepted: answer.status === 200 || answer.status === 204,
	};
}
