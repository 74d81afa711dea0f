/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SandboxCredential } from '../../sandbox';
import type { ChildMessage, Job, Measurement, Work } from './job';
import { makeTls, Network } from './network';
import type { Case } from './plan';
import { makeImage } from '../support/images';
import { SandboxProcess } from '../support/sandbox-process';

const IMAGES = 200;
/** Applications before the measured ones, so that code is compiled as in an n8n that has been up for long. */
const WARM_UP = 60;
/** No case takes as long; one that hangs must not hold up the rest for ever. */
const LONGEST_MS = 9 * 60_000;

export interface Row extends Case, Measurement {
	/** The most requests that reached the server within one second. */
	busiestSecond: number;
}

/** Measures cases, one after the other. Server and network are processes of their own. */
export class Runner {
	private readonly sandbox = new SandboxProcess();
	private readonly network = new Network();
	private readonly tls = makeTls();
	private readonly certificate: string;

	/**
	 * @param folder for images and the like
	 * @param profiles folder for profiles of all that the measured processes do, if they are wanted
	 */
	constructor(
		private readonly folder: string,
		private readonly profiles?: string,
	) {
		this.certificate = join(folder, 'certificate.pem');
		writeFileSync(this.certificate, this.tls.cert);
	}

	stop(): void {
		this.sandbox.stop();
		this.network.stop();
	}

	/** Runs one case in a process of its own, against a server that has nothing in it. */
	async measure(one: Case): Promise<Row> {
		const { contender, merchants } = one;
		const job: Job = { ...one, folder: this.imageFolder(one.size), images: IMAGES };
		const profile = this.profiles ? ['--cpu-prof', `--cpu-prof-dir=${this.profiles}`] : [];
		const child = fork(resolve(__dirname, 'child.ts'), [JSON.stringify(job)], {
			execArgv: [...process.execArgv, ...profile],
			env: { ...process.env, NODE_EXTRA_CA_CERTS: this.certificate },
		});
		const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
		const exited = once(child, 'exit');
		const next = async (): Promise<ChildMessage> => {
			const message = once(child, 'message').then(([said]) => said as ChildMessage);
			const ended = exited.then(([code]) => ({ failed: `ended with code ${code}` }));
			const said = await Promise.race([message, ended]);
			if ('failed' in said) throw new Error(`${contender}: ${said.failed}`);
			return said;
		};
		const send = (work: Work) => void child.send(work);
		try {
			send({ credential: await this.startServer(one, 0), merchants: WARM_UP });
			await next();
			send({ credential: await this.startServer(one, one.rtt), merchants });
			const said = await next();
			if (!('done' in said)) throw new Error('The child is ready twice.');
			const { applications } = await this.sandbox.truth();
			if (applications.length !== merchants) {
				throw new Error(`${contender}: ${applications.length} of ${merchants} are at the server`);
			}
			const { busiestSecond } = await this.sandbox.counts();
			await exited;
			return { ...one, ...said.done, busiestSecond };
		} finally {
			clearTimeout(limit);
			if (child.exitCode === null) child.kill('SIGKILL');
		}
	}

	/** Without a round trip there is no proxy in between: it would only take time of the processor. */
	private async startServer({ part, rtt }: Case, now: number): Promise<SandboxCredential> {
		const credential = await this.sandbox.start({ tls: part === 'http' ? undefined : this.tls });
		if (rtt === 0) return credential;
		const url = new URL(credential.customHost);
		url.port = String(await this.network.lead({ port: Number(url.port), rtt: now }));
		return { ...credential, customHost: url.origin };
	}

	/** The images as files, made once for each size. */
	private imageFolder(size: number): string {
		const path = join(this.folder, String(size));
		if (!mkdirSync(path, { recursive: true })) return path;
		for (let index = 0; index < IMAGES; index++) {
			writeFileSync(join(path, `${index}.jpg`), makeImage(size, `image ${index}`));
		}
		return path;
	}
}
