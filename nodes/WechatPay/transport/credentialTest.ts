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
import { doubtOfTest, faultOfTest, noAnswerOfTest, refusalOfTest } from './credentialSentences';
import { exchange } from './exchange';
import type { Answer, Send } from './exchange';
import { ABORT } from './outgoingRequest';
import { noCertificates } from './trust';

/** How long the button may take; n8n shows nothing meanwhile. */
const DEADLINE_MS = 15_000;
const PATH = '/v3/certificates';

const VERIFIED =
	'Everything fits: WeChat Pay accepted the signature, and its signed answer was verified.';
const NOT_VERIFIED_YET =
	'Merchant ID, serial and key are right. The public key is checked at the first call.';
const NOT_VERIFIED = 'Merchant ID, serial and key are right. Answers are not verified.';

type Helpers = ICredentialTestFunctions['helpers'];

/** Fails when the signal is given. */
async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
	return await new Promise((_resolve, reject) => {
		signal?.addEventListener('abort', () => reject(new Error('The deadline has passed')));
	});
}

/**
 * The test context has n8n's older request helper alone. It does not sign, which is done here, and
 * takes no signal: what it has not brought by the deadline is no longer waited for.
 */
function sendThrough(helpers: Helpers, credentials: ICredentialDataDecryptedObject): Send {
	const send: Send = async (request) => {
		const signed = await signHttpRequest(credentials, request, newStamp());
		return (await helpers.request({
			method: signed.method,
			uri: signed.url,
			headers: signed.headers,
			timeout: request.timeout,
			encoding: null,
			resolveWithFullResponse: true,
			simple: false,
			followRedirect: false,
		} as Parameters<Helpers['request']>[0])) as unknown;
	};
	return async (request) => await Promise.race([send(request), untilAborted(request[ABORT])]);
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
	if (status >= 500) throw fail(faultOfTest(status, envelope));
	if (status !== 200 && !hasNone) {
		throw fail(refusalOfTest(status, envelope, headers, Date.now()));
	}
	if (trust.mode === 'none') return NOT_VERIFIED;
	if (hasNone && trust.mode === 'platformCertificate') throw noCertificates();
	const verdict = verdictOn(account, answer);
	if (verdict.verified) return VERIFIED;
	if (hasNone && verdict.doubt === 'missing') return NOT_VERIFIED_YET;
	throw fail(doubtOfTest(verdict, trust.publicKey ? [trust.publicKey.id] : []));
}

/**
 * Calls GET /v3/certificates with a credential and judges the answer.
 *
 * @param deadline milliseconds until the whole answer has to be there
 */
export async function testCredential(
	helpers: Helpers,
	data: ICredentialDataDecryptedObject,
	deadline: number,
): Promise<INodeCredentialTestResult> {
	try {
		const account = readAccount(data);
		const url = account.origins[0] + PATH;
		const result = await exchange(
			sendThrough(helpers, data),
			{ method: 'GET', url, headers: { 'accept-language': 'zh-CN' } },
			deadline,
			() => false,
		);
		if ('noAnswer' in result) {
			throw fail(noAnswerOfTest(result.noAnswer, new URL(url).host, deadline));
		}
		return { status: 'OK', message: judge(account, result.answer) };
	} catch (error) {
		const { message = '', hint = '' } = error as Partial<WechatPayError>;
		const said = message.replace(/[.。]$/, '');
		return { status: 'Error', message: [said, hint].filter((part) => part !== '').join('. ') };
	}
}

/**
 * The test button: reads the credential, then calls WeChat Pay with it, through the real signing and
 * against the configured host.
 *
 * @returns OK, or one sentence that says which field to look at and what to do
 */
export async function wechatPayApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	return await testCredential(this.helpers, credential.data ?? {}, DEADLINE_MS);
}
