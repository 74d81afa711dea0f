/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
	port: number;
	close(): void;
}

/** Where the proxy connects to, and how far away that seems. */
export interface Route {
	port: number;
	/** Milliseconds of a round trip. */
	rtt: number;
}

/** What the delays are measured with, in milliseconds. */
export interface Clock {
	now(): number;
	after(ms: number, action: () => void): void;
}

const CLOCK: Clock = {
	now: () => Date.now(),
	after: (ms, action) => void setTimeout(action, ms),
};

/**
 * Passes bytes on after half a round trip, in order.
 *
 * @param openAt a time of the clock: what is sent before counts as sent then
 */
function pass(from: Socket, to: Socket, rtt: number, openAt: number, clock: Clock): void {
	const waiting: Array<Buffer | undefined> = [];
	// Timers may fire in another order than they were set: each sends what has waited longest.
	const sendNext = () => {
		const chunk = waiting.shift();
		if (chunk) to.write(chunk);
		else to.end();
	};
	const delay = (chunk?: Buffer) => {
		waiting.push(chunk);
		clock.after(Math.max(0, openAt - clock.now()) + rtt / 2, sendNext);
	};
	from.on('data', delay).once('end', () => delay());
	from.on('error', () => to.destroy());
}

/**
 * A network with a round-trip time, on this machine: a TCP proxy. A new connection waits one round
 * trip, which the handshake of TCP takes, before its first byte leaves. Bandwidth, loss and TCP's slow
 * start are not imitated.
 *
 * @param route asked anew for each connection
 */
export async function startProxy(route: () => Route, clock = CLOCK): Promise<Proxy> {
	const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
		const { port, rtt } = route();
		const upstream = connect({ host: 'localhost', port, allowHalfOpen: true, noDelay: true });
		pass(client, upstream, rtt, clock.now() + rtt, clock);
		pass(upstream, client, rtt, 0, clock);
	});
	server.listen(0, 'localhost');
	await once(server, 'listening');
	return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/** As a process of its own: each message is the route from now on, the answer is the port. */
if (require.main === module) {
	let current: Route | undefined;
	const started = startProxy(() => current as Route);
	process.on('message', (route: Route) => {
		current = route;
		void started.then(({ port }) => process.send?.(port));
	});
	process.on('disconnect', () => process.exit());
}
