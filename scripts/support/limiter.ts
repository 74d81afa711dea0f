/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Requests that are let through in any second. */
export const LIMIT = 15;
const WINDOW_MS = 1000;

/** Forwards to the sandbox what is within the limit in every second, and refuses the rest. */
export class Limiter {
	/** When requests were let through, in milliseconds since 1970. */
	readonly passed: number[] = [];
	refused = 0;
	private readonly server: Server;

	constructor(target: URL) {
		this.server = createServer((incoming, outgoing) => {
			const now = Date.now();
			if ((this.passed.at(-LIMIT) ?? 0) > now - WINDOW_MS) {
				this.refused++;
				incoming.resume();
				outgoing.writeHead(429, { 'content-type': 'application/json' });
				outgoing.end('{"code":"RATELIMIT_EXCEEDED","message":"频率限制"}');
				return;
			}
			this.passed.push(now);
			const { method, url, headers } = incoming;
			const { hostname, port } = target;
			const onward = forward({ hostname, port, method, path: url, headers }, (answer) => {
				outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
				answer.pipe(outgoing);
			});
			onward.on('error', () => outgoing.destroy());
			incoming.pipe(onward);
		});
	}

	async start(): Promise<string> {
		this.server.listen(0, '127.0.0.1');
		await once(this.server, 'listening');
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** Between the first request that was let through and the last. */
	get seconds(): number {
		return (this.passed.at(-1)! - this.passed[0]!) / 1000;
	}

	/** Which share of what the limit allows was used. */
	get used(): number {
		return (this.passed.length - 1) / this.seconds / LIMIT;
	}

	stop(): void {
		this.server.close();
		this.server.closeAllConnections();
	}
}
