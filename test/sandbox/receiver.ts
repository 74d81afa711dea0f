/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import {
	createServer,
	type IncomingHttpHeaders,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin';
import type { SandboxKeys } from '../../sandbox';

/** A request that the merchant's server received. */
export interface Received {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	raw: Buffer;
}

type Answer = (response: ServerResponse, received: Received, index: number) => void;

/** The merchant's server: responds to every request and keeps it. */
export class Receiver {
	readonly received: Received[] = [];
	/** How it responds: with 200 by default. */
	answer: Answer = (response) => response.writeHead(200).end();
	private readonly waiting: Array<() => void> = [];

	private constructor(private readonly server: Server) {}

	static async start(): Promise<Receiver> {
		const server = createServer();
		const receiver = new Receiver(server);
		server.on('request', (request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const { method = '', url: path = '', headers } = request;
				const received = { method, path, headers, raw: Buffer.concat(chunks) };
				receiver.received.push(received);
				receiver.answer(response, received, receiver.received.length - 1);
				for (const check of receiver.waiting) check();
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return receiver;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook/wechatpay`;
	}

	/** Answers the first requests with these statuses, and all others with 200. */
	refuse(...first: number[]): void {
		this.answer = (response, _received, index) => response.writeHead(first[index] ?? 200).end();
	}

	/** Waits until this number of requests has arrived. */
	async count(number: number): Promise<Received[]> {
		return await new Promise((resolve) => {
			const check = () => this.received.length >= number && resolve(this.received);
			this.waiting.push(check);
			check();
		});
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

/** Public keys by serial number, as a client has them. */
export function trustOf(keys: SandboxKeys): Record<string, string> {
	return {
		[keys.wechatPayPublicKeyId]: keys.wechatPayPublicKeyPem,
		...Object.fromEntries(keys.platformCertificates.map((c) => [c.serial, c.certificatePem])),
	};
}

/** Whether an independent client, wechatpay-axios-plugin, verifies it: the raw body, with the key for the serial number. */
export function verifiedByPlugin({ headers, raw }: Received, keys: SandboxKeys): boolean {
	const { 'wechatpay-timestamp': time, 'wechatpay-nonce': nonce } = headers;
	const message = Formatter.response(String(time), String(nonce), raw.toString('utf8'));
	const key = trustOf(keys)[String(headers['wechatpay-serial'])];
	return key !== undefined && Rsa.verify(message, String(headers['wechatpay-signature']), key);
}

export interface Envelope {
	id: string;
	create_time: string;
	resource_type: string;
	event_type: string;
	summary?: string;
	resource: Record<'algorithm' | 'ciphertext' | 'nonce' | 'associated_data', string> & {
		original_type?: string;
	};
}

export const envelopeOf = ({ raw }: Received): Envelope =>
	JSON.parse(raw.toString('utf8')) as Envelope;

/** Decrypted with wechatpay-axios-plugin. */
export function decryptedByPlugin(received: Received, keys: SandboxKeys): Record<string, unknown> {
	const { ciphertext, nonce, associated_data } = envelopeOf(received).resource;
	const text = Aes.AesGcm.decrypt(ciphertext, keys.apiV3SecretKey, nonce, associated_data);
	return JSON.parse(text) as Record<string, unknown>;
}
