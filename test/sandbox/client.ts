/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createHash, randomBytes, sign, verify } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Sandbox } from '../../sandbox';

/** A request of a client that signs by hand, so that a test can change every byte. */
export interface RawRequest {
	method?: string;
	path: string;
	body?: Buffer | string;
	headers?: Record<string, string | undefined>;
	/** What to sign instead of the body. */
	signed?: Buffer | string;
	/** Parts of the Authorization header that are replaced. */
	mchid?: string;
	serial?: string;
	timestamp?: string;
	nonce?: string;
	privateKeyPem?: string;
	authorization?: (right: string) => string | undefined;
	chunked?: boolean;
}

export interface RawReply {
	status: number;
	headers: IncomingHttpHeaders;
	raw: Buffer;
	body: Record<string, unknown>;
	signed: boolean;
}

const newNonce = () => randomBytes(16).toString('hex').toUpperCase();

/** The Authorization header for a request. */
export function authorizationFor(sandbox: Sandbox, request: RawRequest): string {
	const timestamp = request.timestamp ?? String(Math.floor(sandbox.now() / 1000));
	const nonce = request.nonce ?? newNonce();
	const message = Buffer.concat([
		Buffer.from(`${request.method ?? 'GET'}\n${request.path}\n${timestamp}\n${nonce}\n`),
		Buffer.from(request.signed ?? request.body ?? ''),
		Buffer.from('\n'),
	]);
	const key = request.privateKeyPem ?? sandbox.keys.merchantPrivateKeyPem;
	const signature = sign('sha256', message, key).toString('base64');
	const mchid = request.mchid ?? sandbox.mchid;
	const serial = request.serial ?? sandbox.serial;
	return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial}"`;
}

/** Sends a request exactly as described; rejects if there is no complete response. */
export async function send(sandbox: Sandbox, request: RawRequest): Promise<RawReply> {
	const right = authorizationFor(sandbox, request);
	const body = request.body === undefined ? undefined : Buffer.from(request.body);
	const all: Record<string, string | undefined> = {
		Accept: 'application/json',
		'User-Agent': 'sandbox-test',
		Authorization: request.authorization ? request.authorization(right) : right,
		...(body && !request.chunked ? { 'Content-Length': String(body.length) } : {}),
		...(body ? { 'Content-Type': 'application/json' } : {}),
		...request.headers,
	};
	const headers = Object.fromEntries(
		Object.entries(all).filter(([, value]) => value !== undefined),
	);
	return await new Promise((resolve, reject) => {
		const outgoing = httpRequest(
			{
				host: '127.0.0.1',
				port: sandbox.port,
				path: request.path,
				method: request.method ?? 'GET',
				headers: headers as Record<string, string>,
				agent: false,
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('error', reject);
				response.on('end', () => {
					const raw = Buffer.concat(chunks);
					let parsed: Record<string, unknown> = {};
					try {
						parsed = JSON.parse(raw.toString('utf8')) as Record<string, unknown>;
					} catch {
						// Not JSON: `raw` has it.
					}
					resolve({
						status: response.statusCode ?? 0,
						headers: response.headers,
						raw,
						body: parsed,
						signed: response.headers['wechatpay-signature'] !== undefined,
					});
				});
			},
		);
		outgoing.on('error', reject);
		if (body && request.chunked) outgoing.write(body);
		outgoing.end(request.chunked ? undefined : body);
	});
}

export const get = async (sandbox: Sandbox, path: string, more: Partial<RawRequest> = {}) =>
	await send(sandbox, { path, ...more });

export const post = async (
	sandbox: Sandbox,
	path: string,
	body: unknown,
	more: Partial<RawRequest> = {},
) => await send(sandbox, { method: 'POST', path, body: JSON.stringify(body), ...more });

/** Verifies a response as a client does: the raw bytes, with the key for Wechatpay-Serial. */
export function verified(reply: RawReply, publicKeyPem: string): boolean {
	const { headers } = reply;
	const message = Buffer.concat([
		Buffer.from(`${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n`),
		reply.raw,
		Buffer.from('\n'),
	]);
	const signature = Buffer.from(String(headers['wechatpay-signature']), 'base64');
	return verify('sha256', message, publicKeyPem, signature);
}

export const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

export const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);
export const JPEG = Buffer.concat([
	Buffer.from('ffd8ffe000104a464946', 'hex'),
	Buffer.alloc(64, 7),
]);
export const BMP = Buffer.concat([Buffer.from('BM'), Buffer.alloc(64, 7)]);

export const CANCEL_MEDIA = '/v3/ecommerce/account/cancel-applications/media';
export const MERCHANT_MEDIA = '/v3/merchant/media/upload';
export const COMPLAINT_MEDIA = '/v3/merchant-service/images/upload';
export const CREATE = '/v3/ecommerce/account/cancel-applications';

/** An upload, right in every detail unless it says otherwise. */
export interface UploadShape {
	path?: string;
	content?: Buffer;
	name?: string;
	fileName?: string;
	type?: string | null;
	meta?: string;
	metaHeaders?: string;
	fileHeaders?: string;
	/** Changes the finished body. */
	body?: (right: Buffer) => Buffer;
	boundary?: string;
	contentType?: string;
	request?: Partial<RawRequest>;
}

/** Builds and sends an upload. */
export async function upload(sandbox: Sandbox, shape: UploadShape = {}): Promise<RawReply> {
	const path = shape.path ?? CANCEL_MEDIA;
	const content = shape.content ?? PNG;
	const name = shape.name ?? 'seal.png';
	const digest = sha256(content);
	const right =
		path === CANCEL_MEDIA
			? { file_name: name, file_digest: digest }
			: { filename: name, sha256: digest };
	const meta = shape.meta ?? JSON.stringify(right);
	const boundary = shape.boundary ?? 'sandbox-test-boundary';
	const type = shape.type === undefined ? 'image/png' : shape.type;
	const metaHeaders =
		shape.metaHeaders ??
		'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json';
	const fileHeaders =
		shape.fileHeaders ??
		`Content-Disposition: form-data; name="file"; filename="${shape.fileName ?? name}"${
			type === null ? '' : `\r\nContent-Type: ${type}`
		}`;
	const body = Buffer.concat([
		Buffer.from(`--${boundary}\r\n${metaHeaders}\r\n\r\n${meta}\r\n`),
		Buffer.from(`--${boundary}\r\n${fileHeaders}\r\n\r\n`),
		content,
		Buffer.from(`\r\n--${boundary}--\r\n`),
	]);
	return await send(sandbox, {
		method: 'POST',
		path,
		body: shape.body ? shape.body(body) : body,
		signed: meta,
		headers: {
			'Content-Type': shape.contentType ?? `multipart/form-data; boundary=${boundary}`,
		},
		...shape.request,
	});
}

/** Uploads two images; returns their media IDs. */
export async function twoMedia(sandbox: Sandbox): Promise<[string, string]> {
	const [first, second] = [await upload(sandbox), await upload(sandbox)];
	return [String(first.body.media_id), String(second.body.media_id)];
}

/** The body of a create. */
export function createBody(number: string, [sp, sub]: [string, string], subMchid = '1900000109') {
	return {
		sub_mchid: subMchid,
		out_apply_no: number,
		application_info: [
			{ application_type: 'SP_CANCEL_ACCOUNT_APPLICATION', application_media_id: sp },
			{ application_type: 'SUB_CANCEL_ACCOUNT_APPLICATION', application_media_id: sub },
		],
	};
}
