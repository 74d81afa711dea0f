import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { generateKeys, type SandboxKeys } from '../../sandbox';

// An RSA key takes a fifth of a second: a worker generates each of these once for all its test files.

/** A key pair of 2048 bits; another name, another pair. */
export const keyPair = (name: string): KeyPairKeyObjectResult =>
	oncePerWorker(`pair ${name}`, () => generateKeyPairSync('rsa', { modulusLength: 2048 }));

/** The same as PEM, as it is pasted into a credential. */
export function pemPair(name: string): { publicKey: string; privateKey: string } {
	const { publicKey, privateKey } = keyPair(name);
	return {
		publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
		privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
	};
}

/** All keys of a sandbox, with so many platform certificates. */
export const sandboxKeys = async (platformCertificates = 0): Promise<SandboxKeys> =>
	await oncePerWorker(
		`sandbox ${platformCertificates}`,
		async () => await generateKeys({ platformCertificates }),
	);
