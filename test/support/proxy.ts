/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createServer, request as forward, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPrivateKey } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { SandboxKeys } from '../../sandbox';
import { signatureOf } from './answers';

export interface ProxiedRequest {
	method: string;
	/** With its query. */
	path: string;
	body: Buffer;
}

export interface ProxiedAnswer {
	status: number;
	/** Names in lower case. */
	headers: Record<string, string>;
	body: Buffer;
}

/** Decides what is answered; `answer` is WeChat Pay's own, `earlier` all before it, oldest first. */
export type Alter = (
	request: ProxiedRequest,
	answer: ProxiedAnswer,
	earlier: readonly ProxiedAnswer[],
) => ProxiedAnswer;

/** An answer that WeChat Pay signs, whatever is in it. */
export function signedBy(keys: SandboxKeys, content: object | string): ProxiedAnswer {
	const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
	const key = createPrivateKey(keys.wechatPayPrivateKeyPem);
	const headers = {
		'content-type': 'application/json',
		...signatureOf(body, undefined, key, keys.wechatPayPublicKeyId),
	};
	return { status: 200, headers, body };
}

/** The same answer with other values in it, signed anew. */
export const changedBy = (
	keys: SandboxKeys,
	{ body }: ProxiedAnswer,
	change: IDataObject,
): ProxiedAnswer =>
	signedBy(keys, { ...(JSON.parse(body.toString('utf8')) as IDataObject), ...change });

async function read(message: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/** A proxy between n8n and the sandbox that may hand out other answers than those that it got. */
export class Proxy {
	/** What was asked, oldest first. */
	readonly asked: string[] = [];

	alter: Alter = (_request, answer) => answer;

	private readonly answers: ProxiedAnswer[] = [];

	private constructor(private readonly server: Server) {}

	static async start(port: number): Promise<Proxy> {
		const server = createServer();
		const proxy = new Proxy(server);
		server.on('request', (incoming, response) => {
			const work = async (): Promise<void> => {
				const { method = '', url: path = '' } = incoming;
				const body = await read(incoming);
				proxy.asked.push(`${method} ${path.split('?')[0]}`);
				const answer = await passOn(port, incoming, body);
				const { status, headers, ...given } = proxy.alter({ method, path, body }, answer, [
					...proxy.answers,
				]);
				proxy.answers.push(answer);
				response.writeHead(status, { ...headers, 'content-length': given.body.length });
				response.end(given.body);
			};
			work().catch(() => response.destroy());
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return proxy;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** Changes nothing from now on, and forgets what was asked. */
	reset(): void {
		this.alter = (_request, answer) => answer;
		this.asked.length = 0;
		this.answers.length = 0;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

async function passOn(
	port: number,
	{ method, url, headers }: IncomingMessage,
	body: Buffer,
): Promise<ProxiedAnswer> {
	const options = { host: '127.0.0.1', port, method, path: url, headers };
	const answer = await new Promise<IncomingMessage>((resolve, reject) => {
		forward(options, resolve).on('error', reject).end(body);
	});
	const texts = Object.entries(answer.headers).filter(
		(entry): entry is [string, string] => typeof entry[1] === 'string',
	);
	return {
		status: answer.statusCode ?? 0,
		headers: Object.fromEntries(texts),
		body: await read(answer),
	};
}
