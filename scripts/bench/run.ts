/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ChildMessage, Job, Measurement, Work } from './job';
import type { Case } from './plan';
import { picture } from '../support/pictures';
import type { SandboxProcess } from '../support/sandbox-process';

const PICTURES = 200;
/** Applications before the measured ones, so that code is compiled as in an n8n that has been up for long. */
const WARM_UP = 100;
/** No case takes as long; one that hangs must not hold up the rest for ever. */
const LONGEST_MS = 9 * 60_000;

export interface Row extends Case, Measurement {
	/** The most requests that reached the server within one second. */
	busiestSecond: number;
}

/** The pictures as files, made once for each size. */
function pictureFolder(folder: string, size: number): string {
	const path = join(folder, String(size));
	if (!mkdirSync(path, { recursive: true })) return path;
	for (let index = 0; index < PICTURES; index++) {
		writeFileSync(join(path, `${index}.jpg`), picture(size, `picture ${index}`));
	}
	return path;
}

/** Runs one case in a process of its own, against a server that has nothing in it. */
export async function measure(
	sandbox: SandboxProcess,
	folder: string,
	one: Case,
	profile = false,
): Promise<Row> {
	const { contender, merchants, inFlight, requestsPerSecond, latency } = one;
	const job: Job = {
		contender,
		merchants,
		inFlight,
		requestsPerSecond,
		folder: pictureFolder(folder, one.size),
		pictures: PICTURES,
		profile,
	};
	const child = fork(resolve(__dirname, 'child.ts'), [JSON.stringify(job)]);
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
		send({ credential: await sandbox.start({}), merchants: Math.min(merchants, WARM_UP) });
		await next();
		send({ credential: await sandbox.start({ latency }), merchants });
		const said = await next();
		if (!('done' in said)) throw new Error('The child is ready twice.');
		const { applications } = await sandbox.truth();
		if (applications.length !== merchants) {
			throw new Error(`${contender}: ${applications.length} of ${merchants} are at the server`);
		}
		const { busiestSecond } = await sandbox.counts();
		await exited;
		return { ...one, ...said.done, busiestSecond };
	} finally {
		clearTimeout(limit);
		if (child.exitCode === null) child.kill('SIGKILL');
	}
}
