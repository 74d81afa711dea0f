import { download } from '../client/download';
import { POLICY } from '../client/policy';
import { LinkError, describeLink } from '../failure/links';
import type { Item } from './item';

const describe = (error: unknown, field: string): unknown =>
	error instanceof LinkError ? describeLink(error.failure, field) : error;

/**
 * Downloads a file from a link through n8n, without the credential.
 *
 * @param field label and row of the link, for messages
 * @param maxBytes counted after decompression
 * @throws {InputError} with the host of the link, never its path or query
 */
export async function downloadFile(
	{ run }: Item,
	link: string,
	field: string,
	maxBytes: number,
): Promise<Buffer> {
	const { client, context } = run;
	const { timeout = POLICY.uploadTimeoutMs, maxAttempts } = client.settings;
	const limits = {
		maxBytes,
		timeoutMs: timeout,
		maxAttempts,
		// For tests with the sandbox: links to this machine.
		allowsLocalHttp: client.account.origins[0].startsWith('http://'),
	};
	try {
		const fetch = async (request: Parameters<typeof context.helpers.httpRequest>[0]) =>
			(await context.helpers.httpRequest(request)) as unknown;
		return await download(fetch, link, limits, client.runState);
	} catch (error) {
		throw describe(error, field);
	}
}
