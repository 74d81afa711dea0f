import type { IHttpRequestOptions } from 'n8n-workflow';

/**
 * Key of our own abort signal. n8n overwrites `abortSignal` before it calls `authenticate`, so ours is
 * passed under this key and installed there.
 */
export const ABORT = Symbol('abort signal of the transport');

/** A request as n8n passes it: in the shape of nodes, or in the older shape of HTTP Request. */
export interface OutgoingRequest extends Omit<IHttpRequestOptions, 'url'> {
	url?: string;
	uri?: string;
	form?: unknown;
	formData?: unknown;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	[ABORT]?: AbortSignal;
}
