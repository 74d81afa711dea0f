/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server was asked for. */
export interface ImageRequest {
	method: string;
	/** With its query. */
	path: string;
	headers: IncomingHttpHeaders;
}

/** Some server with images, which is not WeChat Pay: nothing of the credential may get there. */
export class ImageServer {
	readonly requests: ImageRequest[] = [];

	private readonly handlers = new Map<string, RequestListener>();

	private constructor(private readonly server: Server) {}

	static async start(): Promise<ImageServer> {
		const server = createServer();
		const images = new ImageServer(server);
		server.on('request', (request, response) => {
			const { method = '', url = '', headers } = request;
			images.requests.push({ method, path: url, headers });
			const handler = images.handlers.get(url.split('?')[0]);
			if (handler) handler(request, response);
			else response.writeHead(404, { 'content-type': 'text/html' }).end('<p>not here</p>');
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return images;
	}

	/** Host and port, as messages name them. */
	get host(): string {
		return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** The link to a path. */
	link(path: string): string {
		return `http://${this.host}${path}`;
	}

	/** Answers a path, and gives the link to it. */
	on(path: string, handler: RequestListener): string {
		this.handlers.set(path, handler);
		return this.link(path);
	}

	/** Puts a file at a path, and gives the link to it. */
	put(path: string, content: Buffer, headers: Record<string, string> = {}): string {
		return this.on(path, (_request, response) => {
			response.writeHead(200, { 'content-type': 'image/jpeg', ...headers }).end(content);
		});
	}

	/** Redirects from a path, and gives the link to it. */
	redirect(path: string, location: string, status = 302): string {
		return this.on(path, (_request, response) => {
			response.writeHead(status, { location, 'set-cookie': 'session=1; Path=/' }).end('moved');
		});
	}

	/** How often a path was asked for. */
	times(path: string): number {
		return this.requests.filter((request) => request.path.split('?')[0] === path).length;
	}

	/** Forgets what it was asked for. */
	forget(): void {
		this.requests.length = 0;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}
