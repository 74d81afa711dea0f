import type { ErrorEnvelope } from '../protocol/errors';
import type { Doubt, Headers, Verdict } from '../protocol/verification';
import type { NoAnswer } from './exchange';
import { doubtSentence, faultSentence, noAnswerSentence, refusalSentence } from './messages';
import type { Sentence } from './messages';

// The test of the credential says what happened as the nodes do. What to do is another matter: there
// is no number to look up and no option to set yet, so it speaks of the credential alone.

const AGAIN = 'Test the credential again';
const CHECK_HOST = 'Check the API Host of the credential, and any proxy on the way.';

/** WeChat Pay's texts about keys, serials and headers: what the nodes say about them fits here too. */
const ABOUT_CREDENTIAL =
	/商户证书|APIv3密钥|未申请过证书|Authorization|Wechatpay-Serial|私钥解密|Http头缺少/;

function remedyFor(status: number, code: string): string {
	if (status === 429 || code === 'BIZ_ERR_NEED_RETRY') return `${AGAIN} in a minute.`;
	if (status < 400) return `Redirects are not followed. ${CHECK_HOST}`;
	if (code === '') return CHECK_HOST;
	if (code === 'NO_AUTH') return 'Ask WeChat Pay which permission this Merchant ID lacks.';
	return "Check Merchant ID, Merchant Certificate Serial Number and Merchant Private Key. If they are right, ask WeChat Pay's support.";
}

/** A refusal of the request that tests the credential. */
export function refusalOfTest(
	status: number,
	envelope: ErrorEnvelope,
	headers: Headers,
	now: number,
): Sentence {
	const { message, hint } = refusalSentence(status, envelope, headers, now);
	const isAboutCredential =
		envelope.code === 'SIGN_ERROR' || ABOUT_CREDENTIAL.test(envelope.message);
	return { message, hint: isAboutCredential ? hint : remedyFor(status, envelope.code) };
}

/** A fault on WeChat Pay's side (5xx). */
export const faultOfTest = (status: number, envelope: ErrorEnvelope): Sentence => ({
	message: faultSentence(status, envelope).message,
	hint: `${AGAIN} in a minute. If the fault stays, check the API Host of the credential.`,
});

/** No HTTP answer. */
export function noAnswerOfTest(noAnswer: NoAnswer, host: string, timeout: number): Sentence {
	const sentence = noAnswerSentence(noAnswer, host, timeout);
	if (noAnswer.kind !== 'timeout' && noAnswer.kind !== 'cut') return sentence;
	return {
		message: sentence.message,
		hint: `${AGAIN}. If it fails again, check the API Host of the credential, and the network of the machine that runs n8n.`,
	};
}

const REMEDY_BY_DOUBT: Partial<Record<Doubt, string>> = {
	stale: `Check the clock of the machine that runs n8n. If it is right, the answer is an old one, replayed. ${AGAIN}.`,
	probe: `Nothing is wrong. ${AGAIN}.`,
};

/** An answer that is not proven to be WeChat Pay's. */
export function doubtOfTest(
	verdict: Extract<Verdict, { verified: false }>,
	known: readonly string[],
): Sentence {
	const { message, hint } = doubtSentence(verdict, known);
	return { message, hint: REMEDY_BY_DOUBT[verdict.doubt] ?? hint };
}
