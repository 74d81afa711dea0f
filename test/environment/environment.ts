/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';

declare global {
	/** Gives what `make` gave to the first test file of this worker that asked for `name`. */
	var oncePerWorker: <T>(name: string, make: () => T) => T;
}

const requireNatively = createRequire(__filename);
const made = new Map<string, unknown>();

/** What the modules of native.js use: a spy on `Date.now` reaches them. */
const SHARED = ['Date', 'Math', 'process'] as const;

/** Jest gives each file globals and modules of its own. Here some of them belong to the worker. */
export default class SharingEnvironment extends TestEnvironment {
	constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
		super(config, context);
		if (config.projectConfig.displayName?.name === 'engine') {
			for (const name of SHARED) this.global[name] = globalThis[name] as never;
		}
		this.global.nativeRequire = (path: string): unknown => requireNatively(path);
		this.global.oncePerWorker = <T>(name: string, make: () => T): T => {
			if (!made.has(name)) made.set(name, make());
			return made.get(name) as T;
		};
	}
}
