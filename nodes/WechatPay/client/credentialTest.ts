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

/** Maximum duration of the test; n8n shows no progress meanwhile. */
const DEADLINE_MS = 15_000;
const PATH = '/v3/certificates';

const VERIFIED =
	'Connection tested: WeChat Pay accepted the signature, and its signed response was verified.';
const NOT_VERIFIED_YET =
	'"Merchant ID", serial and key are right. The public key is checked at the first call.';
const NOT_VERIFIED = '"Merchant ID", serial and key are right. Responses are not verified.';

type Helpers = ICredentialTestFunctions['helpers'];

/** Rejects when the signal is aborted. */
async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
	return await new Promise((_resolve, reject) => {
		signal?.addEventListener('abort', () => reject(new Error('The deadline has passed')));
	});
}

/**
 * The test context only has n8n's older request helper. It does not sign, so that is done here. It takes no
 * abort signal, so at the deadline the response is no longer waited for.
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

/** Reads the certificates in the response, if it has any. */
function readFresh({ trust }: Account, { status, body }: ApiResponse): PlatformCertificate[] {
	const { apiV3Key } = trust;
	if (status !== 200 || !apiV3Key) return [];
	return withLabel('"APIv3 Secret Key"', () => readCertificates(body, apiV3Key, Date.now()));
}

/** Verifies the response with all keys of the credential. Returns why that failed, if it did. */
function findFailure({ trust }: Account, response: ApiResponse, fresh: PlatformCertificate[]) {
	const keys = new Map(fresh.map((c) => [normalizeSerial(c.serial), c.publicKey]));
	if (trust.publicKey) keys.set(normalizeSerial(trust.publicKey.id), trust.publicKey.key);
	const now = Math.floor(Date.now() / 1000);
	const verdict = verifyResponse(response.headers, response.body, keys, now);
	return verdict.verified ? undefined : verdict.reason;
}

/**
 * Checks the response to GET /v3/certificates.
 *
 * @returns the message for a credential that works
 * @throws {CallError} or {InputError} otherwise
 */
function judge(account: Account, response: ApiResponse): string {
	const { trust } = account;
	const { status, headers } = response;
	const refusal = status === 200 ? undefined : causeOfResponse(response, false, Date.now());
	// A merchant that has always used the public key has no certificates. The credential is correct then.
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
 * Tests a credential with GET /v3/certificates.
 *
 * @param deadline milliseconds within which the whole response must arrive
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
 * Tests the credential when the user saves it: reads it, then calls the configured host with the same
 * signing code as the nodes.
 *
 * @returns OK, or a message that names the field and the remedy
 */
export async function wechatPayApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	return await testCredential(this.helpers, credential.data ?? {}, DEADLINE_MS);
}
