/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Runs the task while no other process installs into the same folder: a second one waits for the first. */
export async function locked<T>(
	folder: string,
	say: (text: string) => void,
	task: () => Promise<T>,
): Promise<T> {
	const lock = `${folder}.lock`;
	mkdirSync(dirname(lock), { recursive: true });
	for (let waited = 0; !take(lock); waited++) {
		if (waited === 1) say(`Waiting for another installation of the same host (${lock})\n`);
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
	const unlock = () => rmSync(lock, { recursive: true, force: true });
	process.once('exit', unlock);
	try {
		return await task();
	} finally {
		process.off('exit', unlock);
		unlock();
	}
}

/** Takes the lock if it is free. A lock whose process has ended was left behind by a kill or a power cut. */
function take(lock: string): boolean {
	// Created under its own name and then renamed: a lock never exists without its process id.
	const own = `${lock}.${process.pid}`;
	mkdirSync(own, { recursive: true });
	writeFileSync(join(own, 'pid'), String(process.pid));
	try {
		renameSync(own, lock);
		return true;
	} catch {
		rmSync(own, { recursive: true, force: true });
	}
	try {
		const holder = Number(readFileSync(join(lock, 'pid'), 'utf8'));
		if (isRunning(holder)) return false;
		const abandoned = `${lock}.${statSync(lock).mtimeMs}`;
		renameSync(lock, abandoned);
		rmSync(abandoned, { recursive: true, force: true });
	} catch {
		// The lock was released in the meantime: the next attempt decides.
	}
	return false;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
