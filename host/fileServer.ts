/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

export interface FileServer {
	url: string;
	port: number;
	stop(): Promise<void>;
}

/** Serves the files of a folder on this machine: the images that rows link to. */
export async function serveFolder(folder: string, port = 0): Promise<FileServer> {
	const server = createServer((request, response) => {
		// An absolute path stays below the folder once it is normalized.
		const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
		const file = createReadStream(join(folder, path));
		file.once('open', () => file.pipe(response));
		file.once('error', () => response.writeHead(404).end());
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	const { port: taken } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${taken}`,
		port: taken,
		async stop() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
