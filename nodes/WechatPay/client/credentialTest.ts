import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { readCertificates } from '../protocol/certificates';
import type { PlatformCertificate } from '../protocol/certificates';
import { normalizeSerial } from '../protocol/keys';
import { verifyResponse } from '../protocol/verification';
import { isNotFound } from '../failure/cause';
import type { Cause } from '../failure/cause';
import { CallError } from '../failure/errors';
import { withLabel } from '../failure/problems';
import { describeTestError } from '../failure/credentialTest';
import { readAccount } from './account';
import type { Account } from './account';
import { newStamp, signHttpRequest } from './authenticate';
import { noCertificates } from './certificates';
import { causeOfResponse, causeOfNoResponse } from './classify';
import { exchange } from './exchange';
import type { ApiResponse, Send } from './exchange';
import { ABORT } from './outgoingRequest';

/** How long the button may take; n8n shows nothing meanwhile. */
const DEADLINE_MS = 15_000;
const PATH = '/v3/certificates';

const VERIFIED =
	'Connection tested: WeChat Pay accepted the signature, and its signed response was verified.';
const NOT_VERIFIED_YET =
	'"Merchant ID", serial and key are right. The public key is checked at the first call.';
const NOT_VERIFIED = '"Merchant ID", serial and key are right. Responses are not verified.';

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

/** The certificates in the response, if it holds any. */
function readFresh({ trust }: Account, { status, body }: ApiResponse): PlatformCertificate[] {
	const { apiV3Key } = trust;
	if (status !== 200 || !apiV3Key) return [];
	return withLabel('"APIv3 Secret Key"', () => readCertificates(body, apiV3Key, Date.now()));
}

/** Why the response is not proven to be WeChat Pay's, with all keys that the credential has. */
function findFailure({ trust }: Account, response: ApiResponse, fresh: PlatformCertificate[]) {
	const keys = new Map(fresh.map((c) => [normalizeSerial(c.serial), c.publicKey]));
	if (trust.publicKey) keys.set(normalizeSerial(trust.publicKey.id), trust.publicKey.key);
	const now = Math.floor(Date.now() / 1000);
	const verdict = verifyResponse(response.headers, response.body, keys, now);
	return verdict.verified ? undefined : verdict.reason;
}

/**
 * Judges the response to GET /v3/certificates.
 *
 * @returns what is said of a credential that works
 * @throws {CallError} or {InputError} with what is wrong
 */
function judge(account: Account, response: ApiResponse): string {
	const { trust } = account;
	const { status, headers } = response;
	const refusal = status === 200 ? undefined : causeOfResponse(response, false, Date.now());
	// A merchant that has only ever used the public key has no certificates; the rest is right then.
	const hasNone = refusal !== undefined && isNotFound(refusal);
	if (refusal && !hasNone) throw new CallError(refusal);
	if (trust.mode === 'none') return NOT_VERIFIED;
	const fresh = readFresh(account, response);
	if (trust.mode === 'platformCertificate' && fresh.length === 0) throw noCertificates();
	const reason = findFailure(account, response, fresh);
	if (!reason) return VERIFIED;
	if (hasNone && reason === 'missing') return NOT_VERIFIED_YET;
	const cause: Cause = {
		kind: 'unverified',
		reason,
		serial: headers['wechatpay-serial'] ?? '',
		knownSerials: trust.publicKey ? [trust.publicKey.id] : fresh.map(({ serial }) => serial),
		isConclusive: true,
		status,
	};
	throw new CallError(cause);
}

/**
 * Calls GET /v3/certificates with a credential and judges the response.
 *
 * @param deadline milliseconds until the whole response has to be there
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
		if ('noResponse' in result) {
			throw new CallError(causeOfNoResponse(result.noResponse, new URL(url).host, deadline));
		}
		return { status: 'OK', message: judge(account, result.response) };
	} catch (error) {
		const { message, hint } = describeTestError(error);
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
