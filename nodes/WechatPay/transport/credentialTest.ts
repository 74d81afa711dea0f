import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { readCertificates } from '../protocol/certificates';
import { WechatPayError, readErrorEnvelope } from '../protocol/errors';
import { normalizeSerial } from '../protocol/keys';
import { verifyResponse } from '../protocol/verification';
import type { Verdict } from '../protocol/verification';
import { readAccount } from './account';
import type { Account } from './account';
import { newStamp, signHttpRequest } from './authenticate';
import { exchange } from './exchange';
import type { Answer, Send } from './exchange';
import { ABORT } from './outgoingRequest';
import { doubtSentence, faultSentence, noAnswerSentence, refusalSentence } from './messages';
import { noCertificates } from './trust';

const TIMEOUT_MS = 15_000;
const PATH = '/v3/certificates';

const VERIFIED =
	'Everything fits: WeChat Pay accepted the signature, and its signed answer was verified.';
const NOT_VERIFIED_YET =
	'Merchant ID, serial and key are right. The public key is checked at the first call.';
const NOT_VERIFIED = 'Merchant ID, serial and key are right. Answers are not verified.';

/** The test context has n8n's older request helper alone, which does not sign: this does. */
function sendThrough(
	helpers: ICredentialTestFunctions['helpers'],
	credentials: ICredentialDataDecryptedObject,
): Send {
	return async (request) => {
		const signed = await signHttpRequest(credentials, request, newStamp());
		return (await helpers.request({
			method: signed.method,
			uri: signed.url,
			headers: signed.headers,
			timeout: request.timeout,
			signal: request[ABORT],
			encoding: null,
			resolveWithFullResponse: true,
			simple: false,
			followRedirect: false,
		} as Parameters<typeof helpers.request>[0])) as unknown;
	};
}

const fail = ({ message, hint }: { message: string; hint: string }): WechatPayError =>
	new WechatPayError(message, hint);

/** Verifies a signed answer with all that the credential has. */
function verdictOn({ trust }: Account, { status, headers, body }: Answer): Verdict {
	const certificates =
		status === 200 && trust.apiV3Key ? readCertificates(body, trust.apiV3Key, Date.now()) : [];
	if (trust.mode === 'platformCertificate' && certificates.length === 0) throw noCertificates();
	const keys = new Map(certificates.map((c) => [normalizeSerial(c.serial), c.publicKey]));
	if (trust.publicKey) keys.set(normalizeSerial(trust.publicKey.id), trust.publicKey.key);
	return verifyResponse(headers, body, keys, Math.floor(Date.now() / 1000));
}

/** Judges the answer to GET /v3/certificates. */
function judge(account: Account, answer: Answer): string {
	const { status, headers, body } = answer;
	const { trust } = account;
	const envelope = readErrorEnvelope(body);
	// A merchant that has only ever used the public key has no certificates; the rest is right then.
	const hasNone = status === 404 && envelope.code !== '';
	if (status >= 500) throw fail(faultSentence(status, envelope));
	if (status !== 200 && !hasNone) {
		throw fail(refusalSentence(status, envelope, headers, Date.now()));
	}
	if (trust.mode === 'none') return NOT_VERIFIED;
	if (hasNone && trust.mode === 'platformCertificate') throw noCertificates();
	const verdict = verdictOn(account, answer);
	if (verdict.verified) return VERIFIED;
	if (hasNone && verdict.doubt === 'missing') return NOT_VERIFIED_YET;
	throw fail(doubtSentence(verdict, trust.publicKey ? [trust.publicKey.id] : []));
}

/**
 * The test button: reads the credential, then calls GET /v3/certificates with it, through the real
 * signing and against the configured host.
 *
 * @returns OK, or one sentence that says which field to look at and what to do
 */
export async function wechatPayApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const data = (credential.data ?? {}) as ICredentialDataDecryptedObject;
	const { helpers } = this;
	try {
		const account = readAccount(data);
		const url = account.origins[0] + PATH;
		const result = await exchange(
			sendThrough(helpers, data),
			{ method: 'GET', url, headers: { 'accept-language': 'zh-CN' } },
			TIMEOUT_MS,
			() => false,
		);
		if ('noAnswer' in result) {
			throw fail(noAnswerSentence(result.noAnswer, new URL(url).host, TIMEOUT_MS));
		}
		return { status: 'OK', message: judge(account, result.answer) };
	} catch (error) {
		const { message, hint = '' } = error as Partial<WechatPayError>;
		return { status: 'Error', message: [message, hint].filter(Boolean).join('. ') };
	}
}
