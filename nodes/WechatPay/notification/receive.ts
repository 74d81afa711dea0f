import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { createClient } from '../client';
import type { Client } from '../client';
import { toError } from '../failure/errors';
import { refusedLine } from '../failure/notification';
import { withLabel } from '../failure/problems';
import { NOTHING_SENT, report, toNodeError } from '../failure/report';
import { describeError } from '../failure/describe';
import { decryptNotification, readNotification } from '../protocol/notification';
import type { IncomingHeaders, NotificationVerdict } from '../protocol/notification';
import { readCredential } from './credential';
import { describe, toItem } from './event';
import type { Received } from './event';
import { isWanted, readFilter } from './filter';
import { verify } from './keys';
import { readReceiver } from './receiver';

type Verified = Extract<NotificationVerdict, { verified: true }>;

/** An unknown serial number must not cause more than one request. */
const SETTINGS = { requestsPerSecond: 0, maxAttempts: 1 };

/**
 * Sends an error response without starting an execution: only verified requests may start one.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4019605946
 */
function fail(this: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	this.getResponseObject().status(status).json({ code: 'FAIL', message });
	return { noWebhookResponse: true };
}

function log(this: IWebhookFunctions, level: 'warn' | 'error', line: string): void {
	const { id: workflowId } = this.getWorkflow();
	this.logger[level](line, { workflowId, node: this.getNode().name });
}

/** The client and key for notifications; undefined if the credential cannot be used for them. */
async function open(
	this: IWebhookFunctions,
): Promise<{ client: Client; apiV3Key: string } | undefined> {
	try {
		const client = createClient.call(this, await readCredential.call(this), SETTINGS);
		return { client, apiV3Key: readReceiver(client.account) };
	} catch (error) {
		const { message, hint } = describeError(toError(error));
		const line = `WeChat Pay Notification Trigger: no notification can be received: ${message}. ${hint}`;
		log.call(this, 'error', line.trim());
		return undefined;
	}
}

function read({ body, serial, signedAt }: Verified, apiV3Key: string, requestId: unknown) {
	const notification = readNotification(body);
	const resource = withLabel('"APIv3 Secret Key"', () =>
		decryptNotification(notification, apiV3Key),
	);
	const received: Received = { notification, resource, serial, signedAt };
	return typeof requestId === 'string' ? { ...received, requestId } : received;
}

/** Processes a verified notification. An error here is a failed execution. */
function accept(
	this: IWebhookFunctions,
	verdict: Verified,
	apiV3Key: string,
	requestId: unknown,
): IWebhookResponseData {
	try {
		const filter = readFilter.call(this);
		const event = describe(read(verdict, apiV3Key, requestId), filter.cancelTopics);
		// An empty response is sent with 200 and starts no execution.
		if (!isWanted(event, filter)) return { webhookResponse: '' };
		return { workflowData: [[{ json: toItem(event) }]] };
	} catch (error) {
		throw toNodeError(this.getNode(), report(toError(error), NOTHING_SENT));
	}
}

/** The raw body after content decoding; empty if n8n cannot give it. An empty body does not verify. */
async function readBytes(this: IWebhookFunctions): Promise<Buffer> {
	const request = this.getRequestObject();
	// n8n has parsed a multipart body without keeping its bytes. WeChat Pay does not send one.
	if (/^multipart\//i.test(request.headers['content-type'] ?? '')) return Buffer.alloc(0);
	try {
		// Does nothing if n8n has parsed the body. It does not read other content types before the node runs.
		await request.readRawBody();
		return request.rawBody;
	} catch {
		// The sender ended the request, or the body exceeds n8n's limit.
		return Buffer.alloc(0);
	}
}

/**
 * Receives one request: verifies the raw bytes, then reads and decrypts them. n8n responds with 200 after it
 * has stored the execution. WeChat Pay sends the notification again after any other response.
 *
 * @throws {NodeOperationError} for a verified notification that cannot be read
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082570
 */
export async function receive(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const opened = await open.call(this);
	if (!opened) return fail.call(this, 500, 'the receiver is not set up');
	const incoming: IncomingHeaders = this.getRequestObject().headers;
	const bytes = await readBytes.call(this);
	const { verdict, downloadFailure } = await verify(opened.client, incoming, bytes);
	if (!verdict.verified) {
		const now = Math.floor(Date.now() / 1000);
		log.call(this, 'warn', refusedLine(verdict, incoming, now, downloadFailure));
		return fail.call(this, 401, 'signature not verified');
	}
	return accept.call(this, verdict, opened.apiV3Key, incoming['request-id']);
}
