import { createPrivateKey } from 'node:crypto';
import type { IExecuteFunctions, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import { createNode } from '../engine';
import { applicationOf, authorize, severalAtATime, uploadOf, type Message } from './bare';
import type { Job, Work, Worker } from './job';
import { describe, startInN8n } from './node';

interface Response {
	statusCode: number;
	body: ArrayBuffer;
}

/** Signs and sends one request through n8n's own helper: no node has another way. */
async function post(
	this: IExecuteFunctions,
	message: Message,
	{ customHost, authorization }: { customHost: string; authorization: string },
): Promise<Record<string, string>> {
	const request: IHttpRequestOptions = {
		method: 'POST',
		url: customHost + message.path,
		headers: {
			authorization,
			accept: 'application/json',
			'user-agent': 'bench',
			'content-type': message.contentType,
		},
		// The helper takes one buffer, and a node may not import what would make a stream of several.
		body: Buffer.concat(message.pieces.map((piece) => Buffer.from(piece as string))),
		encoding: 'arraybuffer',
		json: false,
		returnFullResponse: true,
		disableFollowRedirect: true,
	};
	const { statusCode, body } = (await this.helpers.httpRequest(request)) as Response;
	if (statusCode !== 200) throw new Error(String(statusCode));
	return JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, string>;
}

/**
 * The bare loop inside n8n: the least that any node can do. It has no parameters, no credential, no
 * checks; answers are believed. What lies between it and the bare loop is n8n's.
 */
export const startLeast = async (job: Job): Promise<Worker> =>
	await startInN8n(job, (name, work: () => Work) => ({
		node: createNode(name, 'bench.least', 1, {}),
		type: {
			description: describe('Least', 'least'),
			async execute() {
				const { credential } = work();
				const { customHost } = credential;
				const key = createPrivateKey(credential.privateKey);
				const send = async (message: Message) => {
					const authorization = await authorize(message, key, credential);
					return await post.call(this, message, { customHost, authorization });
				};
				const upload = async (i: number, name: string): Promise<string> => {
					const content = await this.helpers.getBinaryDataBuffer(i, name);
					return (await send(uploadOf(content))).media_id;
				};
				const results: INodeExecutionData[] = [];
				await severalAtATime(this.getInputData().length, job.inFlight, async (i) => {
					const spId = await upload(i, 'sp_form');
					const subId = await upload(i, 'sub_form');
					results[i] = { json: await send(applicationOf(i, spId, subId)), pairedItem: i };
				});
				return [results];
			},
		},
	}));
