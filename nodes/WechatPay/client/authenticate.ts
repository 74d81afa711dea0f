import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { authorize } from '../protocol/authorization';
import { getCanonicalUrl } from '../protocol/message';
import type { SignedRequest } from '../protocol/message';
import { makeNonce } from '../protocol/signature';
import { readSigning } from './account';
import { isFormDataPackage } from './formBody';
import { ABORT } from './outgoingRequest';
import type { OutgoingRequest } from './outgoingRequest';
import { NO_BODY, prepareBody } from './requestBody';
import { resolveUrl } from './requestUrl';

const USER_AGENT = 'n8n-nodes-wechatpay';

/** What makes every signature unique: the Unix time in seconds, and a nonce. */
export type Stamp = Pick<SignedRequest, 'timestamp' | 'nonce'>;

/** The stamp for a request that is signed now. */
export const newStamp = (): Stamp => ({
	timestamp: Math.floor(Date.now() / 1000),
	nonce: makeNonce(),
});

type HeaderFields = Record<string, string>;

/** Copies headers with lower-case names, without an earlier signature. */
function copyHeaders(headers: IDataObject | undefined): HeaderFields {
	const entries = Object.entries(headers ?? {})
		.filter(([, value]) => value !== undefined && value !== null)
		.map(([name, value]) => [name.toLowerCase(), String(value)] as const)
		.filter(([name]) => name !== 'authorization');
	return Object.fromEntries(entries);
}

/**
 * Signs any request that n8n is about to send: JSON, query, empty body, and multipart as Buffer,
 * `form-data`, native FormData or the plain object of older HTTP Request versions. Returns one
 * absolute URL that includes the query, and a body of bytes, so that what is signed is what is sent.
 * Redirects are off, so that a signed request is not sent to another host.
 *
 * @param stamp a new one for each request: WeChat Pay refuses a timestamp that is five minutes off
 * @throws {InputError} for an origin that is not the credential's, or a body that cannot be signed
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012365862
 */
export async function signHttpRequest(
	credentials: ICredentialDataDecryptedObject,
	request: OutgoingRequest,
	stamp: Stamp,
): Promise<IHttpRequestOptions> {
	const { signer, origins, publicKeyId } = readSigning(credentials);
	const method = (request.method ?? 'GET').toUpperCase();
	const url = resolveUrl(request, origins);
	const headers = copyHeaders(request.headers);
	const hasBody = method !== 'GET' && method !== 'HEAD';
	const { signed, body, contentType } = hasBody
		? await prepareBody(request, headers['content-type'] ?? '', stamp.nonce)
		: NO_BODY;

	if (!/application\/json|\*\/\*/.test(headers.accept ?? '')) headers.accept = 'application/json';
	headers['user-agent'] ||= USER_AGENT;
	if (publicKeyId) headers['wechatpay-serial'] ||= publicKeyId;
	if (contentType) headers['content-type'] = contentType;
	else if (body) headers['content-type'] ||= 'application/json';
	headers.authorization = await authorize(
		{ ...stamp, method, canonicalUrl: getCanonicalUrl(url), body: signed },
		signer,
	);

	const target = url.origin + getCanonicalUrl(url);
	const { uri, formData, [ABORT]: abort } = request;
	return {
		...request,
		qs: undefined,
		baseURL: undefined,
		// n8n would send both in addition to what was signed.
		form: undefined,
		auth: undefined,
		...(formData !== undefined && { formData: hasBody ? formData : undefined }),
		...(uri !== undefined && { uri: target }),
		...(abort && { abortSignal: abort }),
		method: method as IHttpRequestOptions['method'],
		url: target,
		headers,
		body: body ?? (hasBody && isFormDataPackage(request.body) ? request.body : undefined),
		disableFollowRedirect: true,
		followRedirect: false,
		followAllRedirects: false,
	} as IHttpRequestOptions;
}
