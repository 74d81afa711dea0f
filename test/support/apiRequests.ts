import { constants, createPrivateKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import type { SandboxKeys } from '../../sandbox';
import { signedBy, type Alter, type ProxiedAnswer } from './proxy';

/** Parameters of the operation; GET unless given. */
export const apiRequest = (path: string, more: INodeParameters = {}): INodeParameters => ({
	resource: 'apiRequest',
	operation: 'request',
	path,
	...more,
});

/** With a JSON body. */
export const withBody = (
	method: string,
	path: string,
	jsonBody: string,
	more: INodeParameters = {},
): INodeParameters => apiRequest(path, { method, sendBody: true, jsonBody, ...more });

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };

/** A text as WeChat Pay encrypts it for the merchant. */
export const forMerchant = (keys: SandboxKeys, text: string): string =>
	publicEncrypt({ key: keys.merchantPublicKeyPem, ...OAEP }, Buffer.from(text)).toString('base64');

/** A text that was encrypted for WeChat Pay. */
export const decrypted = (keys: SandboxKeys, text: string): string =>
	privateDecrypt(
		{ key: createPrivateKey(keys.wechatPayPrivateKeyPem), ...OAEP },
		Buffer.from(text, 'base64'),
	).toString('utf8');

/** Answers everything with this. */
export const always =
	(answer: ProxiedAnswer | (() => ProxiedAnswer)): Alter =>
	() =>
		typeof answer === 'function' ? answer() : answer;

/** A signed answer with another status than 200. */
export const signedStatus = (
	keys: SandboxKeys,
	status: number,
	content: object | string,
): ProxiedAnswer => ({ ...signedBy(keys, content), status });

/** An answer that carries no signature. */
export const unsigned = (content: Buffer | string, headers = {}): ProxiedAnswer => ({
	status: 200,
	headers,
	body: Buffer.from(content),
});
