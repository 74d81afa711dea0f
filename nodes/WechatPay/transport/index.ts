import type { IExecuteFunctions, IHttpRequestOptions, IPollFunctions } from 'n8n-workflow';
import type { Account } from './account';
import { readAccount } from './account';
import type { Send } from './exchange';
import { Run } from './run';
import type { RunSettings } from './run';

export { ItemTransport } from './item';
export type { Encryption, Turns } from './item';
export { applicationRules, assertNotClosed, assertOwner } from './application';
export type { IfExists } from './application';
export type { SubmissionRules } from './submission';
export { report, toErrorJson, toNodeError } from './nodeError';
export type { Report, Reported } from './nodeError';
export { isNotFound, isVerifiedNotFound } from './fate';
export type { RunSettings } from './run';

const CREDENTIAL = 'wechatPayApi';

/** Reads and checks the credential once for the whole run. */
async function openAccount(
	this: IExecuteFunctions | IPollFunctions,
): Promise<{ account: Account; send: Send }> {
	const data = await this.getCredentials(CREDENTIAL);
	const account = readAccount(data);
	const decrypted = { id: '', name: CREDENTIAL, type: CREDENTIAL, data };
	return {
		account,
		// n8n signs through the credential's `authenticate`; handing it over saves a look-up a request.
		send: async (request) =>
			await this.helpers.httpRequestWithAuthentication.call(
				this,
				CREDENTIAL,
				request as IHttpRequestOptions,
				{ credentialsDecrypted: decrypted },
			),
	};
}

/** Starts the dealings of one execution with WeChat Pay. */
export async function startRun(
	this: IExecuteFunctions | IPollFunctions,
	settings: RunSettings,
): Promise<Run> {
	const { account, send } = await openAccount.call(this);
	const signal = 'getExecutionCancelSignal' in this ? this.getExecutionCancelSignal() : undefined;
	return new Run(account, send, settings, () => signal?.aborted === true);
}
