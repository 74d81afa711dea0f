/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createPrivateKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { promisify } from 'node:util';
import { numberOf, imagesOf, subMchidOf, type Job, type Work, type Worker } from './job';
import { digestOf } from '../support/images';
import { SP_FORM, SUB_FORM } from '../support/workflow';

const CREATE = '/v3/ecommerce/account/cancel-applications';
const signInThreadPool = promisify(sign);

/** A request that is still to be signed. */
export interface Message {
	path: string;
	signed: string;
	contentType: string;
	/** Written one after the other: nothing is copied. */
	pieces: Array<string | Buffer>;
}

/**
 * As little as can be done: sign, send, read the answer. Connections stay open, the key is read
 * once, and answers are believed. Nothing on Node with so many requests under way is much faster.
 */
export function startBare(job: Job): Worker {
	return {
		async work({ credential, merchants }: Work, begin) {
			const agent = new Agent({ keepAlive: true, maxSockets: job.inFlight });
			const key = createPrivateKey(credential.privateKey);
			const post = async (message: Message): Promise<Record<string, string>> => {
				const authorization = await authorize(message, key, credential);
				const { hostname, port } = new URL(credential.customHost);
				return await send(message, { hostname, port, agent, authorization });
			};
			const upload = async (path: string): Promise<string> => {
				const content = await readFile(path);
				return (await post(uploadOf(content))).media_id;
			};
			const apply = async (merchant: number): Promise<void> => {
				const { sp, sub } = imagesOf(job, merchant);
				const spId = await upload(sp);
				const subId = await upload(sub);
				await post(applicationOf(merchant, spId, subId));
			};
			begin();
			await severalAtATime(merchants, job.inFlight, apply);
			// The next server has nothing to do with this one's connections.
			agent.destroy();
		},
		async end() {},
	};
}

/** Does it for 0 to `count` - 1, so many at a time. */
export async function severalAtATime(
	count: number,
	inFlight: number,
	work: (index: number) => Promise<void>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < count) await work(next++);
	};
	await Promise.all(Array.from({ length: inFlight }, worker));
}

export function applicationOf(merchant: number, spId: string, subId: string): Message {
	const signed = JSON.stringify({
		sub_mchid: subMchidOf(merchant),
		out_apply_no: numberOf(merchant),
		application_info: [
			{ application_type: SP_FORM, application_media_id: spId },
			{ application_type: SUB_FORM, application_media_id: subId },
		],
	});
	return { path: CREATE, signed, contentType: 'application/json', pieces: [signed] };
}

export function uploadOf(content: Buffer): Message {
	const boundary = randomBytes(12).toString('hex');
	const signed = JSON.stringify({ file_name: 'form.jpg', file_digest: digestOf(content) });
	const head =
		`--${boundary}\r\nContent-Disposition: form-data; name="meta"\r\n` +
		`Content-Type: application/json\r\n\r\n${signed}\r\n--${boundary}\r\n` +
		'Content-Disposition: form-data; name="file"; filename="form.jpg"\r\nContent-Type: image/jpeg\r\n\r\n';
	return {
		path: `${CREATE}/media`,
		signed,
		contentType: `multipart/form-data; boundary=${boundary}`,
		pieces: [head, content, `\r\n--${boundary}--\r\n`],
	};
}

/** The Authorization header, signed in the thread pool. */
export async function authorize(
	{ path, signed }: Message,
	key: KeyObject,
	{ mchid, serial }: Work['credential'],
): Promise<string> {
	const timestamp = Math.floor(Date.now() / 1000);
	const nonce = randomBytes(16).toString('hex');
	const text = `POST\n${path}\n${timestamp}\n${nonce}\n${signed}\n`;
	const signature = (await signInThreadPool('sha256', Buffer.from(text), key)).toString('base64');
	return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial}"`;
}

async function send(
	message: Message,
	to: { hostname: string; port: string; agent: Agent; authorization: string },
): Promise<Record<string, string>> {
	const { path, contentType, pieces } = message;
	const { authorization, ...where } = to;
	return await new Promise((resolve, reject) => {
		const outgoing = request({
			...where,
			method: 'POST',
			path,
			headers: {
				authorization,
				accept: 'application/json',
				'user-agent': 'bench',
				'content-type': contentType,
				'content-length': pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0),
			},
		});
		outgoing.once('error', (error: NodeJS.ErrnoException) => {
			// A server closes what is idle for some seconds, maybe at the moment when it is used again.
			if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(send(message, to));
			else reject(error);
		});
		outgoing.once('response', (response) => {
			let text = '';
			response.setEncoding('utf8');
			response.on('data', (chunk: string) => (text += chunk));
			response.once('error', reject);
			response.once('end', () => {
				if (response.statusCode === 200) resolve(JSON.parse(text) as Record<string, string>);
				else reject(new Error(`${response.statusCode} ${text}`));
			});
		});
		for (const piece of pieces) outgoing.write(piece);
		outgoing.end();
	});
}
