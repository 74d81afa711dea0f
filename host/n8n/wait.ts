/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

/** Waits until `condition` returns something. It polls, because n8n does not report from outside. */
export async function until<T>(
	what: string,
	within: number,
	condition: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
	const end = Date.now() + within;
	for (;;) {
		const result = await condition();
		if (result !== undefined && result !== false) return result;
		if (Date.now() > end) throw new Error(`Waited ${within / 1000} s for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
