import { verify } from 'node:crypto';
import FormDataPackage from 'form-data';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { newStamp, signHttpRequest } from '../../nodes/WechatPay/client/authenticate';
import type { OutgoingRequest } from '../../nodes/WechatPay/client/outgoingRequest';
import { keyPair } from './keys';
import { DEMO, GOLDEN_PNG_DIGEST, OFFICIAL_RESPONSE } from './vectors';

// What `authenticate` made of a request is judged by what n8n puts on the wire and what a server hashes.

export const HOST = 'https://api.mch.weixin.qq.com';
export const BACKUP = 'https://api2.mch.weixin.qq.com';
const merchant = keyPair('merchant');
const CREDENTIAL: ICredentialDataDecryptedObject = {
	mchid: DEMO.mchid,
	serial: DEMO.serial,
	privateKey: merchant.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
	verification: 'publicKey',
	wechatPayPublicKeyId: OFFICIAL_RESPONSE.serial,
	wechatPayPublicKey: OFFICIAL_RESPONSE.publicKey,
	host: HOST,
	failover: true,
};
export const META = `{"file_name":"seal.png","file_digest":"${GOLDEN_PNG_DIGEST}"}`;
export const MEDIA = `${HOST}/v3/ecommerce/account/cancel-applications/media`;

export const sign = async (request: OutgoingRequest, fields: object = {}, stamp = newStamp()) =>
	(await signHttpRequest({ ...CREDENTIAL, ...fields }, request, stamp)) as OutgoingRequest;
export const headersOf = (result: OutgoingRequest) => result.headers as Record<string, string>;

interface Wire {
	path: string;
	body: Buffer;
	contentType: string;
}

/** The form that n8n's older helper makes of a plain `formData` object (n8n-core's createFormDataObject). */
function formOf(data: Record<string, unknown>): FormDataPackage {
	const form = new FormDataPackage();
	for (const [name, entry] of Object.entries(data)) {
		for (const value of Array.isArray(entry) ? (entry as unknown[]) : [entry]) {
			const isPair =
				typeof value === 'object' && value !== null && 'value' in value && 'options' in value;
			if (isPair) form.append(name, value.value, value.options as FormDataPackage.AppendOptions);
			else form.append(name, value);
		}
	}
	return form;
}

/**
 * What n8n makes of the options: the older helper for requests that have a `uri`, the newer one for
 * the others. Written after @n8n/backend-network 2.41 (axios/legacy.js, axios/request.js).
 */
function onTheWire(result: OutgoingRequest): Wire {
	for (const left of ['qs', 'baseURL', 'form', 'auth'] as const)
		expect(result[left]).toBeUndefined();
	const isLegacy = result.uri !== undefined;
	const url = new URL(String(result.url ?? result.uri));
	if (isLegacy) expect(result.uri).toBe(result.url);
	const path = url.pathname + url.search;
	const contentType = headersOf(result)['content-type'] ?? '';
	const { body } = result;
	if (isLegacy) {
		expect(contentType).not.toBe('application/x-www-form-urlencoded');
		if (result.formData !== undefined) {
			const form =
				result.formData instanceof FormDataPackage
					? result.formData
					: formOf(result.formData as Record<string, unknown>);
			return { path, body: form.getBuffer(), contentType: form.getHeaders()['content-type'] };
		}
		// Below this type the older helper spreads the body into fields.
		expect(contentType).not.toContain('multipart/form-data');
	}
	if (body instanceof FormDataPackage) {
		return {
			path,
			body: body.getBuffer(),
			contentType: contentType || body.getHeaders()['content-type'],
		};
	}
	expect(body === undefined || Buffer.isBuffer(body)).toBe(true);
	return { path, body: (body as Buffer | undefined) ?? Buffer.alloc(0), contentType };
}

/** What the server hashes: the body, or of a form the bytes of the part `meta`. */
export function signedPart({ body, contentType }: Wire): Buffer {
	const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
	if (!contentType.startsWith('multipart/form-data') || boundary === undefined) return body;
	for (const piece of body.toString('latin1').split(`--${boundary}`)) {
		const [head, ...rest] = piece.split('\r\n\r\n');
		if (!/name="meta"/.test(head)) continue;
		expect(head).not.toMatch(/filename/i);
		return Buffer.from(rest.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1');
	}
	throw new Error('there is no meta part on the wire');
}

/** The Authorization header, taken apart. */
export function authorizationOf(result: OutgoingRequest): Record<string, string> {
	const names = Object.keys(headersOf(result)).filter(
		(name) => name.toLowerCase() === 'authorization',
	);
	expect(names).toEqual(['authorization']);
	const [scheme, pairs] = headersOf(result).authorization.split(/ (.*)/s);
	expect(scheme).toBe('WECHATPAY2-SHA256-RSA2048');
	return Object.fromEntries(
		[...pairs.matchAll(/(\w+)="([^"]*)"(?:,|$)/g)].map(([, name, value]) => [name, value]),
	);
}

export function isSigned(result: OutgoingRequest, path: string, signed: Buffer): boolean {
	const { timestamp, nonce_str: nonce, signature } = authorizationOf(result);
	const message = Buffer.concat([
		Buffer.from(`${String(result.method)}\n${path}\n${timestamp}\n${nonce}\n`),
		signed,
		Buffer.from('\n'),
	]);
	return verify('sha256', message, merchant.publicKey, Buffer.from(signature, 'base64'));
}

/** Checks the signature against what goes on the wire; gives that. */
export function expectSigned(result: OutgoingRequest): Wire {
	const wire = onTheWire(result);
	expect(isSigned(result, wire.path, signedPart(wire))).toBe(true);
	expect(isSigned(result, `${wire.path}x`, signedPart(wire))).toBe(false);
	return wire;
}

/** A request in both shapes in which n8n hands it over. */
export const SHAPES: Array<[string, (url: string, rest: OutgoingRequest) => OutgoingRequest]> = [
	['url', (url, rest) => ({ url, ...rest })],
	['uri', (uri, rest) => ({ uri, ...rest })],
];
