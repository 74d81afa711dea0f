import { closingBehaviour } from './closing/behaviour';
import { addPlatformCertificate, generateKeys } from './keys';
import type { SandboxOptions } from './options';
import { State } from './state';
import type { Storage } from './storage';
import type { Behaviour, World } from './types';

const behaviourOf = (options: SandboxOptions): Behaviour => ({
	sameBody: options.sameBody ?? 'conflict',
	sameInformation: options.sameInformation ?? 'bytes',
	retryWindow: options.retryWindow ?? Infinity,
	dailyUploads: options.dailyUploads ?? Infinity,
	migration: options.migration ?? 'publicKey',
	signMissingCertificates: options.signMissingCertificates ?? false,
	idCard: options.idCard ?? 'IDENTIFICATION_TYPE_ID_CARD',
	...closingBehaviour(options),
});

/** What a sandbox works on: its keys, an empty state, its behavior and its clock. */
export async function createWorld(options: SandboxOptions, storage?: Storage): Promise<World> {
	const wanted = { platformCertificates: options.platformCertificates ?? 0 };
	const given = options.keys ?? (await (storage ? storage.keys(wanted) : generateKeys(wanted)));
	// A copy: new certificates of one sandbox must not reach another with the same keys.
	const keys = { ...given, platformCertificates: [...given.platformCertificates] };
	const now = options.now ?? (() => Date.now());
	while (keys.platformCertificates.length < wanted.platformCertificates) {
		await addPlatformCertificate(keys, now());
		storage?.saveKeys(keys);
	}
	const state = new State(now, (record) => storage?.append(record));
	return { keys, state, behaviour: behaviourOf(options), now };
}
