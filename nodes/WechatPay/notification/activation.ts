import type { IHookFunctions } from 'n8n-workflow';
import { CREDENTIAL } from '../client';
import { readAccount } from '../client/account';
import { InputError, toError } from '../failure/errors';
import { NOTHING_SENT, report, toNodeError } from '../failure/report';
import { readReceiver } from './receiver';

/** WeChat Pay's shortest limit for such a URL. */
const MAX_LENGTH = 255;

const PRIVATE_ADDRESSES = [
	/^(0|10|127)\./,
	/^192\.168\./,
	/^169\.254\./,
	/^172\.(1[6-9]|2\d|3[01])\./,
	/^\[(::|::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*|::ffff:.*)\]$/i,
	/(^|\.)(localhost|local|internal|lan)$/i,
	// A name without a dot is only valid in its own network.
	/^[^.[\]]+$/,
];

const isPrivate = (hostname: string): boolean =>
	PRIVATE_ADDRESSES.some((pattern) => pattern.test(hostname));

/** How to set the public address of n8n. */
const SET_URL =
	'Set WEBHOOK_URL of n8n to the https address under which it is reached from the internet, and restart n8n.';

/**
 * Checks that WeChat Pay can reach a URL.
 *
 * @throws {InputError} if it cannot
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082570
 */
export function assertReachable(given: string): void {
	const { protocol, hostname, search } = new URL(given);
	if (isPrivate(hostname)) {
		throw new InputError(
			`The webhook URL has the host ${hostname}, which WeChat Pay cannot reach`,
			SET_URL,
		);
	}
	if (protocol !== 'https:') {
		throw new InputError(
			'The webhook URL does not begin with https://, which WeChat Pay requires',
			SET_URL,
		);
	}
	if (search !== '') throw new InputError('The webhook URL has a query', SET_URL);
	if (given.length > MAX_LENGTH) {
		throw new InputError(
			`The webhook URL has ${given.length} characters; WeChat Pay accepts ${MAX_LENGTH} at most`,
			SET_URL,
		);
	}
}

/** Activations without a user, in which an error would disable the URL unnoticed. */
const BY_ITSELF = ['init', 'leadershipChange'];

/**
 * Checks that notifications can be received, when a user activates the workflow or listens for a test event.
 * Nothing is registered: the user enters the URL at WeChat Pay, so that listening does not replace the
 * production URL by the test URL.
 *
 * @throws {NodeOperationError} if something must be changed
 */
export async function activate(this: IHookFunctions): Promise<void> {
	if (BY_ITSELF.includes(this.getActivationMode())) return;
	try {
		const data = await this.getCredentials(CREDENTIAL);
		readReceiver(readAccount(data));
		// The sandbox or an own proxy may be in the same network.
		if (data.host !== 'custom') assertReachable(this.getNodeWebhookUrl('default') ?? '');
	} catch (error) {
		throw toNodeError(this.getNode(), report(toError(error), NOTHING_SENT));
	}
}
