import { Sandbox, type SandboxKeys, type SandboxOptions } from '../../sandbox';
import type { RawReply } from './client';
import { sandboxKeys } from '../support/keys';

export const DAY = 24 * 3600_000;

/** A sandbox for each test, with a fixed clock; the keys are generated once. */
export interface Stage {
	readonly sandbox: Sandbox;
	readonly keys: SandboxKeys;
	/** The time of the clock: milliseconds since 1970. Can be set. */
	now: number;
}

/** Starts a sandbox before each test of a file and stops it afterwards. */
export function openStage(options: Partial<SandboxOptions> = {}): Stage {
	let keys: SandboxKeys;
	let sandbox: Sandbox;
	// 18:00 in Beijing.
	const start = Date.parse('2026-03-02T10:00:00Z');
	const stage = {
		now: start,
		get sandbox() {
			return sandbox;
		},
		get keys() {
			return keys;
		},
	};
	beforeAll(async () => {
		keys = await sandboxKeys(options.platformCertificates);
	});
	beforeEach(async () => {
		stage.now = start;
		sandbox = await Sandbox.start({ keys, now: () => stage.now, ...options });
	});
	afterEach(async () => await sandbox.stop());
	return stage;
}

/** Status, code and message of a response. */
export const outcome = ({ status, body }: RawReply) => [status, body.code, body.message];
