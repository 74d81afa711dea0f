import type { IHttpRequestOptions } from 'n8n-workflow';

/**
 * A caller's own abort signal. n8n overwrites `abortSignal` before it calls `authenticate`, so ours
 * travels under this key and is put in its place there.
 */
export const ABORT = Symbol('abort signal of the transport');

/** The two shapes in which n8n hands requests over: the one of nodes and the older one of HTTP Request. */
export interface OutgoingRequest extends Omit<IHttpRequestOptions, 'url'> {
	url?: string;
	uri?: string;
	form?: unknown;
	formData?: unknown;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	[ABORT]?: AbortSignal;
}
