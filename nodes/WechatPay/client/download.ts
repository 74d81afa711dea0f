import type { IHttpRequestOptions } from 'n8n-workflow';
import { isLocalHost } from '../protocol/hosts';
import { orUndefined } from '../protocol/orUndefined';
import { LinkError } from '../failure/links';
import type { LinkFailure } from '../failure/links';
import { toError } from '../failure/errors';
import { readStream, withDeadline } from './deadline';
import type { Stream } from './deadline';
import { backoffMs } from './decide';
import { classifyFailure } from './exchange';
import { POLICY } from './policy';
import type { RunState } from './runState';

const MAX_REDIRECTS = 5;

interface FileResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: Stream;
}

/** n8n's request helper, without a credential. */
export type Fetch = (request: IHttpRequestOptions) => Promise<unknown>;

export interface DownloadLimits {
	/** Counted after decompression. */
	maxBytes: number;
	/** For one attempt, redirects included. */
	timeoutMs: number;
	maxAttempts: number;
	/** Whether plain http to a local host is allowed: only if the credential's own host is plain http. */
	allowsLocalHttp: boolean;
}

const fail = (failure: LinkFailure): LinkError => new LinkError(failure);

const parseLink = (link: string, base?: URL): URL | undefined =>
	orUndefined(() => new URL(link, base));

/** Checks a link: https, or http on this machine in tests, without a login. */
function checkLink(url: URL | undefined, { allowsLocalHttp }: DownloadLimits): URL {
	if (!url) throw fail({ kind: 'notUrl' });
	if (url.username !== '' || url.password !== '') throw fail({ kind: 'user' });
	if (url.protocol === 'https:') return url;
	if (url.protocol !== 'http:') throw fail({ kind: 'notHttps' });
	if (!allowsLocalHttp || !isLocalHost(url.hostname)) throw fail({ kind: 'plainHttp' });
	return url;
}

function nextLink({ headers }: FileResponse, from: URL, limits: DownloadLimits): URL {
	const { host } = from;
	const location = typeof headers.location === 'string' ? headers.location : '';
	const url = location === '' ? undefined : parseLink(location, from);
	if (!url) throw fail({ kind: 'redirect', host, reason: 'nowhere' });
	if (from.protocol === 'https:' && url.protocol === 'http:') {
		throw fail({ kind: 'redirect', host, reason: 'toHttp' });
	}
	return checkLink(url, limits);
}

async function readFile(body: Stream, host: string, limits: DownloadLimits): Promise<Buffer> {
	const { maxBytes } = limits;
	const content = await readStream(body, maxBytes);
	if (content.length > maxBytes) throw fail({ kind: 'tooLarge', host, maxBytes });
	return content;
}

/** Follows the link and its redirects, and reads the file. The caller aborts it at the deadline. */
async function followLink(
	fetch: Fetch,
	link: URL,
	limits: DownloadLimits,
	abortSignal: AbortSignal,
	onHost: (host: string) => void,
	onBody: (body: Stream) => void,
): Promise<Buffer> {
	let url = link;
	for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
		onHost(url.host);
		const response = (await fetch({
			method: 'GET',
			url: url.href,
			headers: { accept: 'image/*,*/*' },
			encoding: 'stream',
			json: false,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: limits.timeoutMs,
			abortSignal,
		})) as FileResponse;
		const { statusCode: status, body } = response;
		onBody(body);
		if (status >= 200 && status < 300) return await readFile(body, url.host, limits);
		body.destroy();
		if (status < 300 || status >= 400) throw fail({ kind: 'status', host: url.host, status });
		url = nextLink(response, url, limits);
	}
	throw fail({ kind: 'redirect', host: url.host, reason: 'tooMany' });
}

/** One attempt, with a deadline that also ends an endless file. */
async function attempt(
	fetch: Fetch,
	link: URL,
	limits: DownloadLimits,
	isCanceled: () => boolean,
): Promise<Buffer> {
	let { host } = link;
	const onHost = (current: string) => (host = current);
	const downloaded = await withDeadline(
		limits.timeoutMs,
		isCanceled,
		async (signal, onBody) => await followLink(fetch, link, limits, signal, onHost, onBody),
	);
	if ('value' in downloaded) return downloaded.value;
	const { error, isLate } = downloaded;
	if (error instanceof LinkError) throw error;
	const seconds = Math.round(limits.timeoutMs / 100) / 10;
	if (isLate) throw fail({ kind: 'tooSlow', host, seconds });
	const { reason, code } = classifyFailure(error);
	throw fail({ kind: 'noResponse', host, reason, code });
}

function mayRepeat({ failure }: LinkError): boolean {
	if (failure.kind === 'status') return failure.status >= 500 || failure.status === 429;
	if (failure.kind === 'tooSlow') return true;
	return failure.kind === 'noResponse' && failure.reason !== 'blocked' && failure.reason !== 'tls';
}

/**
 * Downloads a file from a link, without signature, cookie or secret. n8n's own protection against
 * server-side request forgery applies; there is no other.
 *
 * @throws {LinkError} with the reason; temporary failures are retried first
 * @throws {WechatPayError} when the execution was canceled
 */
export async function download(
	fetch: Fetch,
	link: string,
	limits: DownloadLimits,
	runState: RunState,
): Promise<Buffer> {
	const url = checkLink(parseLink(link.trim()), limits);
	const endsAt = Date.now() + POLICY.callMs;
	for (let number = 1; ; number++) {
		runState.assertRunning();
		try {
			const timeoutMs = Math.min(limits.timeoutMs, endsAt - Date.now());
			return await attempt(fetch, url, { ...limits, timeoutMs }, runState.isCanceled);
		} catch (error) {
			const leftMs = endsAt - Date.now();
			const wait = backoffMs({ number, leftMs, random: Math.random() });
			const isLast = number >= limits.maxAttempts || wait >= leftMs;
			if (!(error instanceof LinkError) || isLast || !mayRepeat(error)) throw toError(error);
			await runState.wait(wait);
		}
	}
}
