import type { KeyObject } from 'node:crypto';
import type { ApiRequest, Trace } from '../../nodes/WechatPay/client/request';
import { Client } from '../../nodes/WechatPay/client/client';
import type { OutgoingRequest } from '../../nodes/WechatPay/client/outgoingRequest';
import type { Account } from '../../nodes/WechatPay/client/account';
import { CallError, StoppedError } from '../../nodes/WechatPay/failure/errors';
import { describeError } from '../../nodes/WechatPay/failure/describe';
import { newAccount } from '../support/accounts';
import { PUBLIC_KEY, signatureOf, signedAnswer } from '../support/answers';
import type { RawAnswer } from '../support/answers';
import { keyPair } from '../support/keys';
import {
	API_V3_KEY,
	PLATFORM_KEY,
	SERIALS,
	certificateList,
} from '../support/platformCertificates';
import { rejection } from '../support/refusal';

// Which keys are trusted, when they are downloaded, and what an answer is worth that none of them verifies.

const [FIRST, SECOND] = SERIALS;
const foreign = keyPair('foreign');
const CERTIFICATES: Account['trust'] = { mode: 'platformCertificate', apiV3Key: API_V3_KEY };
const BY_KEY: Account['trust'] = { mode: 'publicKey', publicKey: PUBLIC_KEY };

const get: ApiRequest = { method: 'GET', path: '/v3/x', repeat: 'always', timeout: 1000 };
const post: ApiRequest = { ...get, method: 'POST', repeat: 'ifNotActedOn' };

/** An answer that is signed with the key of a platform certificate. */
function certified(
	content: string,
	serial: string,
	{ key = PLATFORM_KEY as KeyObject, statusCode = 200 } = {},
): RawAnswer {
	const body = Buffer.from(content);
	return { statusCode, headers: signatureOf(body, undefined, key, serial), body };
}
const certificates = (...serials: string[]) => certified(certificateList(...serials), serials[0]);
const unsigned = (statusCode: number, code: string): RawAnswer => ({
	statusCode,
	headers: {},
	body: Buffer.from(JSON.stringify({ code, message: 'm' })),
});

/** A client whose requests get these answers: certificates from the one list, all others from the other. */
function open(trust: Account['trust'], { lists = [] as RawAnswer[], answers = [] as RawAnswer[] }) {
	const asked: string[] = [];
	const send = async ({ method, url }: OutgoingRequest) => {
		const { pathname } = new URL(url ?? '');
		asked.push(`${method} ${pathname}`);
		const answer = (pathname === '/v3/certificates' ? lists : answers).shift();
		if (!answer) throw new Error(`One ${pathname} more than expected`);
		return await Promise.resolve(answer);
	};
	const settings = { requestsPerSecond: 0, maxAttempts: 1 };
	const client = new Client(newAccount({ trust }), send, settings);
	const call = async (request = get, trace: Trace = { sent: false }) => {
		const { body } = await client.call(request, trace);
		return body.toString();
	};
	return { asked, call, client };
}

const causeOf = async (promise: Promise<unknown>) => {
	const error: unknown = await promise.catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(CallError);
	return (error as CallError).cause;
};

const DOWNLOAD = 'GET /v3/certificates';

describe('platform certificates', () => {
	it('are downloaded before the first request and verify the responses', async () => {
		const { asked, call } = open(CERTIFICATES, {
			lists: [certificates(FIRST, SECOND)],
			answers: [certified('{"a":1}', FIRST), certified('{"a":2}', SECOND.toLowerCase())],
		});
		expect([await call(), await call()]).toEqual(['{"a":1}', '{"a":2}']);
		expect(asked).toEqual([DOWNLOAD, 'GET /v3/x', 'GET /v3/x']);
	});

	it('use the newest one for encryption', async () => {
		const { client } = open(CERTIFICATES, { lists: [certificates(FIRST, SECOND)] });
		expect(await client.encryptionKey()).toMatchObject({ serial: SECOND });
	});

	it('are downloaded again for a new one that has signed a response', async () => {
		const { asked, call } = open(CERTIFICATES, {
			lists: [certificates(FIRST), certificates(FIRST, SECOND)],
			answers: [certified('{"a":1}', SECOND), certified('{"a":2}', SECOND)],
		});
		expect([await call(post), await call()]).toEqual(['{"a":1}', '{"a":2}']);
		expect(asked).toEqual([DOWNLOAD, 'POST /v3/x', DOWNLOAD, 'GET /v3/x']);
	});

	it('stop the run when the serial number of a response stays unknown', async () => {
		const { asked, call } = open(CERTIFICATES, {
			lists: [certificates(FIRST), certificates(FIRST)],
			answers: [certified('{}', SECOND)],
		});
		expect(await causeOf(call())).toMatchObject({
			kind: 'unverified',
			reason: 'unknownSerial',
			knownSerials: [FIRST],
			isConclusive: true,
		});
		await expect(call()).rejects.toThrow(StoppedError);
		expect(asked).toEqual([DOWNLOAD, 'GET /v3/x', DOWNLOAD]);
	});

	it('are not downloaded again for a response signed with a public key', async () => {
		const { asked, call } = open(CERTIFICATES, {
			lists: [certificates(FIRST)],
			answers: [signedAnswer('{}')],
		});
		expect(await causeOf(call())).toMatchObject({ reason: 'unknownSerial', serial: PUBLIC_KEY.id });
		expect(asked).toEqual([DOWNLOAD, 'GET /v3/x']);
	});

	it.each<[string, RawAnswer, object]>([
		[
			'not signed by one of them',
			certified(certificateList(FIRST), FIRST, { key: foreign.privateKey }),
			{ kind: 'unverified', reason: 'wrongSignature' },
		],
		['not signed', { ...certificates(FIRST), headers: {} }, { reason: 'missing' }],
		['refused', unsigned(403, 'NO_AUTH'), { kind: 'refused', code: 'NO_AUTH' }],
	])(
		'are not accepted and nothing else is sent if the list is %s',
		async (_what, list, because) => {
			const { asked, call } = open(CERTIFICATES, { lists: [list] });
			const trace = { sent: false };
			expect(await causeOf(call(post, trace))).toMatchObject({
				kind: 'noKeys',
				failure: because,
				wasSent: false,
			});
			expect([asked, trace.sent]).toEqual([[DOWNLOAD], false]);
		},
	);

	it('stop the run before any request if the credential is wrong', async () => {
		const { asked, call, client } = open(CERTIFICATES, {
			lists: [unsigned(404, 'RESOURCE_NOT_EXISTS')],
		});
		const cause = await causeOf(call());
		expect(cause).toMatchObject({ kind: 'noKeys', wasSent: false });
		expect('failure' in cause && cause.failure).toMatchObject({
			message: expect.stringContaining('no valid WeChat Pay platform certificate') as unknown,
		});
		const error: unknown = await call().catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(StoppedError);
		expect(describeError(error).message).toMatch(/no valid WeChat Pay platform certificate/);
		await expect(client.encryptionKey()).rejects.toThrow(StoppedError);
		expect(asked).toEqual([DOWNLOAD]);
	});

	it('leave the outcome open if a download fails after the request', async () => {
		const { call } = open(CERTIFICATES, {
			lists: [certificates(FIRST), unsigned(500, 'SYSTEM_ERROR')],
			answers: [certified('{}', SECOND)],
		});
		const error: unknown = await call(post).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ outcome: 'open', cause: { kind: 'noKeys', wasSent: true } });
	});
});

describe('the public key', () => {
	it('verifies and encrypts without a download', async () => {
		const { asked, call, client } = open(BY_KEY, { answers: [signedAnswer('{"a":1}')] });
		expect(await call()).toBe('{"a":1}');
		expect(await client.encryptionKey()).toEqual({ serial: PUBLIC_KEY.id, key: PUBLIC_KEY.key });
		expect(asked).toEqual(['GET /v3/x']);
	});

	it('is proven wrong by a response signed with a certificate', async () => {
		const { asked, call } = open(BY_KEY, { answers: [certified('{}', FIRST)] });
		expect(await causeOf(call())).toMatchObject({
			reason: 'unknownSerial',
			serial: FIRST,
			knownSerials: [PUBLIC_KEY.id],
			isConclusive: true,
		});
		expect(asked).toEqual(['GET /v3/x']);
	});

	it('works together with certificates if the APIv3 key is set', async () => {
		const { asked, call, client } = open(
			{ ...BY_KEY, apiV3Key: API_V3_KEY },
			{
				lists: [certificates(FIRST)],
				answers: [signedAnswer('{"a":1}'), certified('{"a":2}', FIRST), signedAnswer('{"a":3}')],
			},
		);
		expect([await call(), await call(), await call()]).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
		expect(asked).toEqual(['GET /v3/x', 'GET /v3/x', DOWNLOAD, 'GET /v3/x']);
		expect(await client.encryptionKey()).toMatchObject({ serial: PUBLIC_KEY.id });
	});

	it('verifies the certificate list', async () => {
		const { call } = open(
			{ ...BY_KEY, apiV3Key: API_V3_KEY },
			{ lists: [signedAnswer(certificateList(FIRST))], answers: [certified('{"a":2}', FIRST)] },
		);
		expect(await call()).toBe('{"a":2}');
	});
});

describe('verification mode none', () => {
	it('accepts any response and cannot encrypt', async () => {
		const answer = { statusCode: 200, headers: {}, body: Buffer.from('{"a":1}') };
		const { call, client } = open({ mode: 'none' }, { answers: [answer] });
		expect(await call()).toBe('{"a":1}');
		expect((await rejection(client.encryptionKey())).message).toMatch(
			/^"Response Verification" is "None"/,
		);
	});
});
