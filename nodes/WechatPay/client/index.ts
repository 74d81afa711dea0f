import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { readAccount } from './account';
import type { RunSettings } from './request';
import { Client } from './client';

export { Client } from './client';
export type { EncryptionKey } from './client';
export type { ApiRequest, RunSettings, Trace } from './request';
export type { ApiResponse } from './exchange';

export const CREDENTIAL = 'wechatPayApi';

type Context = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions | IWebhookFunctions;

/**
 * Creates the client of one execution from a decrypted credential.
 *
 * @throws {InputError} naming the field of the credential that is wrong
 */
export function createClient(
	this: Context,
	data: ICredentialDataDecryptedObject,
	settings: RunSettings,
): Client {
	// With the decrypted credential, n8n does not look it up for each request.
	const credentialsDecrypted = { id: '', name: CREDENTIAL, type: CREDENTIAL, data };
	const signal = 'getExecutionCancelSignal' in this ? this.getExecutionCancelSignal() : undefined;
	return new Client(
		readAccount(data),
		// n8n signs through the credential's `authenticate`.
		async (request) =>
			await this.helpers.httpRequestWithAuthentication.call(
				this,
				CREDENTIAL,
				request as IHttpRequestOptions,
				{ credentialsDecrypted },
			),
		settings,
		() => signal?.aborted === true,
	);
}

/** Reads and checks the credential of the node once, and creates the client of one execution. */
export async function openClient(this: Context, settings: RunSettings): Promise<Client> {
	return createClient.call(this, await this.getCredentials(CREDENTIAL), settings);
}
