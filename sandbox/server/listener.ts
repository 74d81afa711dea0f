/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** WeChat Pay closes idle connections after eight seconds. */
const KEEP_ALIVE_MS = 8000;

export interface ListenerOptions {
	/** 0, the default, takes a free port. */
	port?: number;
	/** Default 127.0.0.1: only this machine can reach it. */
	host?: string;
	/** PEM of the key and certificate for HTTPS; plain HTTP if left out. */
	tls?: { key: string; cert: string };
}

/** The port at which a sandbox can be reached. */
export class Listener {
	private readonly server: Server;
	private readonly host: string;

	constructor(
		private readonly options: ListenerOptions,
		handler: RequestListener,
	) {
		this.host = options.host ?? '127.0.0.1';
		this.server = options.tls ? createTlsServer(options.tls, handler) : createServer(handler);
		this.server.keepAliveTimeout = KEEP_ALIVE_MS;
	}

	get port(): number {
		return (this.server.address() as AddressInfo).port;
	}

	get url(): string {
		// An address that means "all addresses" cannot be called.
		const reachable = ['0.0.0.0', '::'].includes(this.host) ? '127.0.0.1' : this.host;
		const scheme = this.options.tls ? 'https' : 'http';
		return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${this.port}`;
	}

	async open(): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(this.options.port ?? 0, this.host, () => {
				this.server.off('error', reject);
				resolve();
			});
		});
	}

	/** Closes all connections and the port. */
	async close(): Promise<void> {
		if (!this.server.listening) return;
		await new Promise<void>((resolve) => {
			this.server.close(() => resolve());
			this.server.closeAllConnections();
		});
	}
}
