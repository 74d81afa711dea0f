import type {
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

/**
 * Creates the client of one execution: reads and checks the credential once.
 *
 * @throws {InputError} naming the field of the credential that is wrong
 */
export async function openClient(
	this: IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions | IWebhookFunctions,
	settings: RunSettings,
): Promise<Client> {
	const data = await this.getCredentials(CREDENTIAL);
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
