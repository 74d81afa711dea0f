/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { issueCertificate, newSerial } from '../../sandbox/certificate';
import type { Route } from './proxy';

const HOUR_MS = 3600_000;

/** A key and a certificate for localhost, signed by itself: who is to trust it is told so. */
export function makeTls(): { key: string; cert: string } {
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const key = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
	const name = { commonName: 'localhost', organization: 'Benchmark' };
	const cert = issueCertificate({
		privateKeyPem: key,
		serial: newSerial(),
		subject: name,
		issuer: name,
		notBefore: Date.now() - HOUR_MS,
		notAfter: Date.now() + 24 * HOUR_MS,
	});
	return { key, cert };
}

/** The delaying proxy in a process of its own: its work is not that of the measured process. */
export class Network {
	private readonly child: ChildProcess = fork(resolve(__dirname, 'proxy.ts'));

	/** Leads new connections to another port. Returns the port that the proxy listens on. */
	async lead(route: Route): Promise<number> {
		this.child.send(route);
		const [port] = (await once(this.child, 'message')) as [number];
		return port;
	}

	stop(): void {
		this.child.kill();
	}
}
