/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

/** A folder whose files can be downloaded from this machine. */
export interface ImageLinks {
	/** The link to a file. */
	link(fileName: string): string;
	stop(): Promise<void>;
}

/** Serves the files of a folder, as a platform's file storage would. */
export async function serveImages(folder: string): Promise<ImageLinks> {
	const server = createServer(({ url = '' }, response) => {
		const file = join(folder, basename(decodeURIComponent(url)));
		if (existsSync(file)) response.end(readFileSync(file));
		else response.writeHead(404).end();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		link: (fileName) => `http://127.0.0.1:${port}/${encodeURIComponent(fileName)}`,
		stop: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
