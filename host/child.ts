/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

interface Place {
	cwd: string;
	env: NodeJS.ProcessEnv;
}

/**
 * Starts a command that ends with this process, even after Ctrl-C, an error or `kill -9`. It has its own
 * process group, so Ctrl-C in a terminal reaches it only through this process.
 */
export function startChild(command: string, args: string[], { cwd, env }: Place): Child {
	if (process.platform !== 'win32') {
		return spawn(process.execPath, [join(__dirname, 'with-parent.mjs'), command, ...args], {
			cwd,
			env,
			detached: true,
			stdio: ['pipe', 'pipe', 'pipe'],
		});
	}
	// Windows has no process groups, and npm is a script, which only a shell can start.
	const shell = command === 'npm';
	const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
	const end = () => child.kill();
	process.once('exit', end);
	child.once('exit', () => process.off('exit', end));
	return child;
}

/** Sends a signal to a child and to all processes that it has started. */
export function signalAll(child: Child, signal: NodeJS.Signals): void {
	try {
		if (process.platform === 'win32') child.kill(signal);
		else process.kill(-(child.pid as number), signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
