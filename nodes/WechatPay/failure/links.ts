import type { NoResponseReason } from './cause';
import { InputError, WechatPayError } from './errors';
import { inMegabytes } from './problems';

/** Why a link returned no file. It holds the host of the link, never its path or query. */
export type LinkFailure =
	| { kind: 'notUrl' | 'notHttps' | 'plainHttp' | 'user' }
	| { kind: 'status'; host: string; status: number }
	| { kind: 'redirect'; host: string; reason: 'toHttp' | 'tooMany' | 'nowhere' }
	| { kind: 'tooLarge'; host: string; maxBytes: number }
	| { kind: 'tooSlow'; host: string; seconds: number }
	| { kind: 'noResponse'; host: string; reason: NoResponseReason; code: string };

/** A download that did not succeed. */
export class LinkError extends Error {
	constructor(readonly failure: LinkFailure) {
		super(failure.kind);
		this.name = 'LinkError';
	}
}

const OPEN_IT =
	'Open the link in a private browser window: it must return the file itself, without a login.';

const NO_RESPONSE: Readonly<Record<NoResponseReason, readonly [string, string]>> = {
	unreachable: ['cannot be reached', 'Check the link.'],
	tls: ['has a TLS certificate that is not trusted', 'Check the link.'],
	blocked: [
		'is blocked by the protection of this n8n against server-side request forgery (SSRF)',
		'Ask the administrator of n8n to allow this host, or use another link.',
	],
	timeout: ['did not respond in time', 'Run again, or use another link.'],
	cut: ['cut the connection', 'Run again, or use another link.'],
};

function statusHint(status: number): string {
	if (status === 404 || status === 410) return 'The file no longer exists. Check the link.';
	if (status === 401 || status === 403) return `The link needs a login or has expired. ${OPEN_IT}`;
	return status >= 500 || status === 429 ? 'Run again later.' : OPEN_IT;
}

function describe(failure: LinkFailure, field: string): readonly [string, string] {
	switch (failure.kind) {
		case 'notUrl':
			return [`${field} is not a URL`, 'Enter the whole link, beginning with https://.'];
		case 'notHttps':
			return [`${field} does not begin with https://`, 'Use a link with https.'];
		case 'plainHttp':
			return [
				`${field} begins with http://`,
				'Use a link with https. Plain http is only for tests on this machine.',
			];
		case 'user':
			return [
				`${field} holds a user name or password`,
				'Remove it. Use a link that needs no login.',
			];
		case 'status':
			return [
				`${field} returned no file: ${failure.host} returned HTTP ${failure.status}`,
				statusHint(failure.status),
			];
		case 'redirect':
			return [`${field} returned no file: ${failure.host} ${REDIRECTS[failure.reason]}`, OPEN_IT];
		case 'tooLarge':
			return [
				`The file behind ${field} (${failure.host}) has more than ${inMegabytes(failure.maxBytes)}; WeChat Pay accepts ${inMegabytes(failure.maxBytes)} at most`,
				'Use a smaller image.',
			];
		case 'tooSlow':
			return [
				`${field} returned no complete file within ${failure.seconds} seconds (${failure.host})`,
				'Run again, or set a longer "Timeout" in "Options".',
			];
		case 'noResponse': {
			const [what, hint] = NO_RESPONSE[failure.reason];
			return [`${field} returned no file: ${failure.host} ${what} (${failure.code})`, hint];
		}
	}
}

const REDIRECTS = {
	toHttp: 'redirects from https to http',
	tooMany: 'redirects more than five times',
	nowhere: 'redirects to no valid link',
} as const;

/**
 * Describes why a link returned no file.
 *
 * @param field label and row of the link, e.g. `Link in Materials row 1`
 */
export function describeLink(failure: LinkFailure, field: string): WechatPayError {
	const [message, hint] = describe(failure, field);
	return new InputError(message, hint);
}
