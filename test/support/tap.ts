/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A request as it went over the wire. */
export interface WireRequest {
	method: string;
	/** With its query. */
	path: string;
	/** Names in lower case. */
	headers: Record<string, string>;
	body: Buffer;
}

const EMPTY_LINE = Buffer.from('\r\n\r\n');

function parse(bytes: Buffer): WireRequest {
	const end = bytes.indexOf(EMPTY_LINE);
	const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
	const [method = '', path = ''] = first.split(' ');
	const headers = lines.map((line) => {
		const colon = line.indexOf(':');
		return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
	});
	return {
		method,
		path,
		headers: Object.fromEntries(headers) as Record<string, string>,
		body: bytes.subarray(end + EMPTY_LINE.length),
	};
}

/**
 * Stands between n8n and the sandbox and keeps what n8n sent, byte for byte; it changes nothing. n8n
 * opens a connection for every request, so a connection is a request.
 */
export class Tap {
	private readonly recorded: Buffer[][] = [];
	private readonly sockets = new Set<Socket>();

	private constructor(private readonly server: Server) {}

	static async start(port: number): Promise<Tap> {
		const server = createServer();
		const tap = new Tap(server);
		server.on('connection', (client) => tap.join(client, connect(port, '127.0.0.1')));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return tap;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** Everything sent so far, oldest first. */
	get requests(): WireRequest[] {
		return this.recorded.map((chunks) => parse(Buffer.concat(chunks)));
	}

	/** Forgets what was sent so far. */
	forget(): void {
		this.recorded.length = 0;
	}

	async stop(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private join(client: Socket, upstream: Socket): void {
		const chunks: Buffer[] = [];
		this.recorded.push(chunks);
		client.on('data', (chunk) => chunks.push(chunk));
		client.pipe(upstream);
		upstream.pipe(client);
		for (const [socket, other] of [
			[client, upstream],
			[upstream, client],
		] as const) {
			this.sockets.add(socket);
			// What is reset on one side must be seen as a reset on the other. Not while that one is being
			// shut down: Node then loses its handle (reset EINVAL), and the process never ends.
			socket.on('error', () => {
				if (other.writableEnded) other.destroy();
				else other.resetAndDestroy();
			});
			socket.on('close', () => {
				this.sockets.delete(socket);
				other.destroy();
			});
		}
	}
}
