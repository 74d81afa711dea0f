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

/** n8n's dependency injection: the object for each class. */
interface ServiceContainer {
	get<T>(type: Class<T>): T;
	set(type: Class<unknown>, instance: unknown): void;
}

// Other development tools bring other versions of these two packages: n8n-core's own have to be used.
const requireAsCore = createRequire(require.resolve('n8n-core'));
const { Container } = requireAsCore('@n8n/di') as { Container: ServiceContainer };
const { Logger } = requireAsCore('@n8n/backend-common') as { Logger: Class<unknown> };

/** Where n8n keeps binary data. `database`, `s3` and `azure` need n8n's server. */
export type BinaryMode = 'default' | 'filesystem';

/** The environment of n8n's services: a home folder, a logger, the store of the binary data. */
export interface Host {
	readonly folder: string;
	stop(): Promise<void>;
}

/** The log of the execution that a line belongs to; several may run at the same time. */
const currentLog = new AsyncLocalStorage<string[]>();

/** Runs `task`, and adds every line that n8n logs for it to `lines`. */
export function withLog<T>(lines: string[], task: () => T): T {
	return currentLog.run(lines, task);
}

/** Adds a line to the log of the running execution, as n8n would write it: errors with their causes. */
export function log(level: string, message: string, metadata: unknown = {}): void {
	currentLog.getStore()?.push(`${level} ${message} ${toText(metadata)}`);
}

/**
 * Any value as JSON, for the log and for tests that search for secrets. A value that contains itself ends
 * at the repetition; errors include the fields that JSON leaves out.
 */
export function toText(value: unknown): string {
	const path: unknown[] = [];
	return JSON.stringify(value, function (this: unknown, _key, inner: unknown) {
		while (path.length > 0 && path[path.length - 1] !== this) path.pop();
		if (typeof inner === 'bigint') return String(inner);
		if (typeof inner !== 'object' || inner === null) return inner;
		if (path.includes(inner)) return '[again]';
		const shown =
			// Also for errors of another realm, as test runners create them.
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
 * Starts n8n's services in this process: one host at a time, because they are global. They write only to
 * a temporary folder, which `stop` deletes.
 */
export async function startHost(binaryMode: BinaryMode): Promise<Host> {
	if (running) throw new Error('An engine is running in this process: stop it first.');
	running = true;
	const folder = await mkdtemp(join(tmpdir(), 'n8n-engine-'));
	try {
		// The real logger writes to the console; this one keeps the lines of every level with their run.
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

/** n8n writes a settings file with a key into its home folder: it must not be that of the user. */
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
