/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toProgress, toTime } from '../../scripts/support/progress';

/** How often progress is shown where lines cannot be overwritten. */
const LINE_EVERY_MS = 15_000;

export interface Count {
	done: number;
	all: number;
}

/** Runs a step and shows how far it is: minutes of silence look like a failure. */
export async function step<T>(
	text: string,
	say: (text: string) => void,
	task: () => Promise<T>,
	count?: () => Count,
): Promise<T> {
	const started = Date.now();
	const { isTTY } = process.stdout;
	const line = (end: string) => (isTTY ? `\r\x1b[K${text} ... ${end}` : `${text} ... ${end}\n`);
	let saidAt = 0;
	const tick = () => {
		if (!isTTY && Date.now() < saidAt + LINE_EVERY_MS) return;
		saidAt = Date.now();
		const counted = count?.();
		const progress = counted && toProgress(counted.done, counted.all, started);
		say(line(progress ?? toTime(Date.now() - started)));
	};
	if (isTTY) tick();
	const ticking = setInterval(tick, 1000);
	try {
		const result = await task();
		say(line(`done in ${toTime(Date.now() - started)}`) + (isTTY ? '\n' : ''));
		return result;
	} catch (error) {
		say(line('failed') + (isTTY ? '\n' : ''));
		throw error;
	} finally {
		clearInterval(ticking);
	}
}

/** Counts the packages of npm's list that it has written. Optional ones may be for other systems. */
export function packageCounter(folder: string): () => Count {
	let paths: string[] | undefined;
	return () => {
		if (!paths) {
			const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
			const { packages } = JSON.parse(lock) as {
				packages: Record<string, { optional?: boolean }>;
			};
			paths = Object.keys(packages).filter((path) => path && !packages[path].optional);
		}
		const done = paths.filter((path) => existsSync(join(folder, path, 'package.json'))).length;
		return { done, all: paths.length };
	};
}
