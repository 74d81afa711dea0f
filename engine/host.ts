/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import 'reflect-metadata'; // n8n-core's decorators need it, so it comes before everything else
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';
import { BinaryDataConfig, BinaryDataService, InstanceSettings } from 'n8n-core';
import { LoggerProxy } from 'n8n-workflow';

type Class<T> = abstract new (...args: never[]) => T;

/** n8n's dependency injection: which object stands for a class. */
interface ServiceContainer {
	get<T>(type: Class<T>): T;
	set(type: Class<unknown>, instance: unknown): void;
}

// Other development tools bring other versions of these two packages: only n8n-core's own count.
const requireAsCore = createRequire(require.resolve('n8n-core'));
const { Container } = requireAsCore('@n8n/di') as { Container: ServiceContainer };
const { Logger } = requireAsCore('@n8n/backend-common') as { Logger: Class<unknown> };

/** Where n8n keeps binary data. `database`, `s3` and `azure` need n8n's server. */
export type BinaryMode = 'default' | 'filesystem';

/** What n8n's parts find around them: a home folder, a logger, the store of the binary data. */
export interface Host {
	readonly folder: string;
	stop(): Promise<void>;
}

/** The log of the execution that a line belongs to; several may run at the same time. */
const currentLog = new AsyncLocalStorage<string[]>();

/** Runs `task`, and has every line that n8n logs on its behalf added to `lines`. */
export function withLog<T>(lines: string[], task: () => T): T {
	return currentLog.run(lines, task);
}

/** Adds a line to the log of the running execution, as n8n would write it: errors with their causes. */
export function log(level: string, message: string, metadata: unknown = {}): void {
	currentLog.getStore()?.push(`${level} ${message} ${toText(metadata)}`);
}

/**
 * JSON of anything, for the log and for whoever searches what n8n keeps for text that must not be
 * there. A value that contains itself ends at the repetition, an error shows what JSON leaves out.
 */
export function toText(value: unknown): string {
	const path: unknown[] = [];
	return JSON.stringify(value, function (this: unknown, _key, inner: unknown) {
		while (path.length > 0 && path[path.length - 1] !== this) path.pop();
		if (typeof inner === 'bigint') return String(inner);
		if (typeof inner !== 'object' || inner === null) return inner;
		if (path.includes(inner)) return '[again]';
		const shown =
			// Also an error of another realm, as a test runner makes them.
			types.isNativeError(inner)
				? {
						...inner,
						name: inner.name,
						message: inner.message,
						stack: inner.stack,
						cause: inner.cause,
					}
				: inner;
		path.push(shown);
		return shown;
	});
}

const recorder = {
	error: (message: string, metadata?: unknown) => log('error', message, metadata),
	warn: (message: string, metadata?: unknown) => log('warn', message, metadata),
	info: (message: string, metadata?: unknown) => log('info', message, metadata),
	debug: (message: string, metadata?: unknown) => log('debug', message, metadata),
	scoped: () => recorder,
};

let running = false;

/**
 * Puts n8n's services up in this process: one host at a time, because they are global to it.
 * Everything they write goes to a temporary folder, which `stop` deletes.
 */
export async function startHost(binaryMode: BinaryMode): Promise<Host> {
	if (running) throw new Error('An engine is running in this process: stop it first.');
	running = true;
	const folder = await mkdtemp(join(tmpdir(), 'n8n-engine-'));
	try {
		// The real logger writes to the console; this one keeps every level, for the run it belongs to.
		Container.set(Logger, recorder);
		LoggerProxy.init(recorder);
		withHome(folder, () => Container.get(InstanceSettings));

		const config = Container.get(BinaryDataConfig);
		config.mode = binaryMode;
		config.localStoragePath = join(folder, 'binary');
		await Container.get(BinaryDataService).init();
	} catch (error) {
		running = false;
		await rm(folder, { recursive: true, force: true });
		throw error;
	}
	return {
		folder,
		async stop() {
			running = false;
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** n8n writes a settings file with a key into its home folder, which must not be the user's own. */
function withHome(folder: string, task: () => unknown): void {
	const before = process.env.N8N_USER_FOLDER;
	process.env.N8N_USER_FOLDER = folder;
	try {
		task();
	} finally {
		if (before === undefined) delete process.env.N8N_USER_FOLDER;
		else process.env.N8N_USER_FOLDER = before;
	}
}
