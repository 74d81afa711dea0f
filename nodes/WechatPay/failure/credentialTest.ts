import type { Cause } from './cause';
import { CallError } from './errors';
import { describeError } from './describe';
import type { ErrorDescription } from './describe';

// The test of the credential describes what happened as the nodes do. Its hints differ: there is no number
// to look up and no option to set, so they are about the credential only.

const AGAIN = 'Test the credential again';
const CHECK_HOST = 'Check the "API Host" of the credential, and any proxy on the way.';

/** WeChat Pay's texts about keys, serials and headers. The hints of the nodes also apply here. */
const ABOUT_CREDENTIAL = /商户证书|APIv3密钥|未申请过证书|Authorization|私钥解密|Http头缺少/;

function remedyForRefusal(code: string, message: string, hint: string): string {
	if (ABOUT_CREDENTIAL.test(message)) return hint;
	if (code === '') return CHECK_HOST;
	if (code === 'NO_AUTH') return 'Ask WeChat Pay which permission this "Merchant ID" lacks.';
	return 'Check "Merchant ID", "Merchant Certificate Serial Number" and "Merchant Private Key". If they are right, ask WeChat Pay\'s support.';
}

/** The hint for a test that failed. */
function remedyFor(cause: Cause, hint: string): string {
	switch (cause.kind) {
		case 'refused':
		case 'dailyLimit':
			return remedyForRefusal(cause.code, cause.message, hint);
		case 'rateLimit':
		case 'tryLater':
		case 'unfinished':
			return `${AGAIN} in a minute.`;
		case 'redirect':
			return `Redirects are not followed. ${CHECK_HOST}`;
		case 'fault':
			return `${AGAIN} in a minute. If the fault stays, check the "API Host" of the credential.`;
		case 'noResponse':
			if (cause.reason !== 'timeout' && cause.reason !== 'cut') return hint;
			return `${AGAIN}. If it fails again, check the "API Host" of the credential, and the network of the machine that runs n8n.`;
		case 'unverified':
			if (cause.reason === 'probe') return `Nothing is wrong. ${AGAIN}.`;
			if (cause.reason !== 'stale') return hint;
			return `Check the clock of the machine that runs n8n. If it is right, the response is a replay of an old one. ${AGAIN}.`;
		default:
			return hint;
	}
}

/** Describes an error of the credential's test. */
export function describeTestError(error: unknown): ErrorDescription {
	const words = describeError(error);
	if (!(error instanceof CallError)) return words;
	return { ...words, hint: remedyFor(error.cause, words.hint) };
}
