import type { ICredentialDataDecryptedObject, IWebhookFunctions } from 'n8n-workflow';
import { CREDENTIAL } from '../client';
import { Cache } from '../client/cache';

/** After a change in n8n, the former credential is used for at most this long. */
const REUSE_MS = 5_000;

interface Reading {
	at: number;
	data: Promise<ICredentialDataDecryptedObject>;
}

/** The last reading of each credential in each workflow. */
const readings = new Cache<Reading>();

/**
 * Reads the credential of the node, at most every five seconds: reading it for each request takes n8n a fifth
 * of the time of the request (docs/performance.md). While a user listens for a test event in the editor, it is
 * read for each request.
 */
export async function readCredential(
	this: IWebhookFunctions,
): Promise<ICredentialDataDecryptedObject> {
	if (this.getMode() === 'manual') return await this.getCredentials(CREDENTIAL);
	const { credentials } = this.getNode();
	// A credential that another workflow may use must not serve this one.
	const key = `${this.getWorkflow().id} ${credentials?.[CREDENTIAL]?.id}`;
	const last = readings.get(key);
	if (last && Math.abs(Date.now() - last.at) < REUSE_MS) return await last.data;
	const data = this.getCredentials(CREDENTIAL);
	readings.set(key, { at: Date.now(), data });
	// A failure is not kept.
	data.catch(() => readings.delete(key));
	return await data;
}
