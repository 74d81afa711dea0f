import { createPrivateKey } from 'node:crypto';
import type { IExecuteFunctions, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import { createNode } from '../../engine';
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
	{ path, contentType }: Message,
	body: Buffer,
	{ customHost, authorization }: { customHost: string; authorization: string },
): Promise<Record<string, string>> {
	const request: IHttpRequestOptions = {
		method: 'POST',
		url: customHost + path,
		headers: {
			authorization,
			accept: 'application/json',
			'user-agent': 'bench',
			'content-type': contentType,
		},
		body,
		encoding: 'arraybuffer',
		json: false,
		returnFullResponse: true,
		disableFollowRedirect: true,
	};
	const response = (await this.helpers.httpRequest(request)) as Response;
	if (response.statusCode !== 200) throw new Error(String(response.statusCode));
	return JSON.parse(Buffer.from(response.body).toString('utf8')) as Record<string, string>;
}

/**
 * The helper takes one buffer, and a node may not import what would make a stream of several: so an image is
 * copied once, and not more. The memory is not used again, because no node may: a server can respond before
 * it has read the body (docs/decisions.md).
 */
const toBody = (pieces: Message['pieces']): Buffer =>
	Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));

/**
 * The bare loop inside n8n: the least work that a node can have. It has no parameters, no credential,
 * no checks; answers are believed. What lies between it and the bare loop is n8n's, and that all its
 * items read and hash at once.
 */
export const startMinimal = async (job: Job): Promise<Worker> =>
	await startInN8n(job, (name, work: () => Work) => ({
		node: createNode(name, 'bench.minimal', 1, {}),
		type: {
			description: describe('Minimal', 'minimal'),
			async execute() {
				const { credential } = work();
				const { customHost } = credential;
				const key = createPrivateKey(credential.privateKey);
				const send = async (message: Message) => {
					const authorization = await authorize(message, key, credential);
					const body = toBody(message.pieces);
					return await post.call(this, message, body, { customHost, authorization });
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
