/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { INodeParameters } from 'n8n-workflow';
import type { FaultRule, SandboxCredential } from '../../sandbox';
import { toText } from '../../engine';
import { errorOf, openBench } from '../support/bench';
import { createFromFiles, getByNumber, subMchid, withForms } from '../support/cancelApplications';
import { pemPair } from '../support/keys';
import { onlyCreate } from '../support/paths';
import type { WireRequest } from '../support/tap';
import { everything } from '../support/everything';

// No key, no Authorization header leaves: not in outputs, errors, logs or what n8n stores.

const OPTIONS = { platformCertificates: 1 };
const bench = openBench(OPTIONS);

/** All that has been sent since the first test. */
const wire: WireRequest[] = [];

const other = pemPair('other');

const bodyOf = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');

/** Every piece of 40 characters, in steps of 10: whoever shows 50 in a row shows one of them. */
function chunksOf(pem: string): string[] {
	const body = bodyOf(pem);
	return Array.from({ length: Math.floor((body.length - 40) / 10) }, (_, i) =>
		body.slice(10 * i, 10 * i + 40),
	);
}

/** What must be nowhere, by what it is. */
function secrets(): Array<[what: string, text: string]> {
	const { merchantPrivateKeyPem, apiV3SecretKey } = bench.sandbox.keys;
	const authorizations = wire.flatMap(({ headers }) => {
		const value = headers.authorization ?? '';
		return [value, /signature="([^"]+)"/.exec(value)?.[1] ?? ''].filter((text) => text !== '');
	});
	return [
		...chunksOf(merchantPrivateKeyPem).map((text) => ['private key', text] as [string, string]),
		...chunksOf(other.privateKey).map((text) => ['private key', text] as [string, string]),
		['APIv3 key', apiV3SecretKey],
		['Authorization', 'WECHATPAY2-SHA256-RSA2048 mchid='],
		...authorizations.map((text) => ['Authorization', text] as [string, string]),
	];
}

/** Looks for secrets, line breaks and their escapes aside. */
function leaks(value: unknown): string[] {
	const text = everything(value);
	const flat = text.replace(/\\n|\\r|\s/g, '');
	return secrets()
		.filter(([, secret]) => text.includes(secret) || flat.includes(secret.replace(/\s/g, '')))
		.map(([what]) => what)
		.filter((what, i, all) => all.indexOf(what) === i);
}

it('the search of these tests finds a leak', () => {
	const { merchantPrivateKeyPem, apiV3SecretKey } = bench.sandbox.keys;
	const error = new Error('outer');
	Object.defineProperty(error, 'hidden', {
		value: { cause: new Error(`key ${JSON.stringify(merchantPrivateKeyPem.slice(100, 300))}`) },
	});
	expect(leaks({ error })).toContain('private key');
	expect(leaks(new Error('x', { cause: { headers: { [apiV3SecretKey]: 1 } } }))).toEqual([
		'APIv3 key',
	]);
	expect(leaks(Buffer.from('Authorization: WECHATPAY2-SHA256-RSA2048 mchid="1"'))).toEqual([
		'Authorization',
	]);
});

// How n8n writes an execution to its database.
const flatted = createRequire(require.resolve('n8n-workflow'))('flatted') as {
	stringify: (value: unknown) => string;
};

let count = 0;

/** Runs each in both ways to fail, all at once, and gives everything that leaves. */
async function all(credential: Partial<SandboxCredential>, parameters: INodeParameters[]) {
	const ways = [{}, { onError: 'continueErrorOutput' as const }];
	const runs = parameters.flatMap((given) => ways.map((nodeOptions) => ({ given, nodeOptions })));
	const results = await Promise.all(
		runs.map(async ({ given, nodeOptions }) => {
			count += 1;
			const items = [withForms({ number: `secret${count}`, sub: subMchid(count) })];
			return await bench.run(items, given, { credential, nodeOptions });
		}),
	);
	wire.push(...bench.sent());
	return {
		failed: results.filter((result) => result.error ?? errorOf(result, 0)).length,
		left: results.map(({ error, main, logs, run: { data } }) => [
			[error, main, logs, toText(error), String(error?.stack)],
			// What n8n stores. The credential that went in is no leak: what comes out is.
			[data.resultData, flatted.stringify(data.resultData)],
		]),
	};
}

const quick = { timeout: 300, maxAttempts: 1 };
const operations = [createFromFiles(quick), getByNumber(quick)];

describe('secrets', () => {
	const faults: Array<Omit<FaultRule, 'match'>> = [
		{ kind: 'refuse' },
		{ kind: 'cut-before' },
		{ kind: 'delay', ms: 900 },
		{ kind: 'drip', ms: 3000 },
		{ kind: 'truncate' },
		{ kind: '429' },
		{ kind: '500-before' },
		{ kind: 'html-before' },
		{ kind: 'wrong-signature' },
		{ kind: 'unknown-serial' },
		{ kind: 'answer', status: 401, code: 'SIGN_ERROR', message: '签名错误' },
		{ kind: 'answer', status: 403, code: 'NO_AUTH' },
	];
	// A host that has answered 429 is asked slowly for a while: the next test gets another one.
	afterEach(async () => {
		if (bench.sandbox.requests.some(({ status }) => status === 429)) {
			await bench.replaceSandbox(OPTIONS);
		}
	});

	it.each(faults.map((fault) => [fault.kind, fault] as const))(
		'do not leak with the fault %s %j',
		async (_kind, fault) => {
			bench.sandbox.fault({ ...fault, count: Infinity });
			const { left, failed } = await all({}, operations);
			expect(failed).toBe(4);
			expect(leaks(left)).toEqual([]);
		},
	);

	it('do not leak if the outcome of a create is unknown', async () => {
		bench.sandbox.fault({ kind: 'cut-after', match: { path: onlyCreate }, count: Infinity });
		bench.sandbox.fault({ kind: '500-before', match: { method: 'GET' }, count: Infinity });
		const { left, failed } = await all({}, operations);
		expect(failed).toBe(4);
		expect(everything(left)).toContain('It is not known whether WeChat Pay accepted');
		expect(leaks(left)).toEqual([]);
	});

	const keys = () => bench.sandbox.keys;
	const pastes: Array<[string, () => Partial<SandboxCredential>]> = [
		['an unreachable host', () => ({ customHost: 'http://127.0.0.1:9' })],
		['a name that does not resolve', () => ({ customHost: 'http://no-such-host' })],
		["another merchant's key", () => ({ privateKey: other.privateKey })],
		['a wrong serial', () => ({ serial: 'ABCDEF012345' })],
		['half a key', () => ({ privateKey: keys().merchantPrivateKeyPem.slice(0, 900) })],
		[
			'a key with a wrong character',
			() => ({ privateKey: keys().merchantPrivateKeyPem.replace(/.{500}/s, '$&é') }),
		],
		[
			'a key without its first line',
			() => ({ privateKey: keys().merchantPrivateKeyPem.slice(40) }),
		],
		['the key as merchant ID', () => ({ mchid: bodyOf(keys().merchantPrivateKeyPem) })],
		['the key as serial', () => ({ serial: keys().merchantPrivateKeyPem })],
		['the key as APIv3 key', () => ({ apiV3SecretKey: bodyOf(keys().merchantPrivateKeyPem) })],
		['the key as public key', () => ({ wechatPayPublicKey: keys().merchantPrivateKeyPem })],
		['the key as public key ID', () => ({ wechatPayPublicKeyId: keys().merchantPrivateKeyPem })],
		['the key as host', () => ({ customHost: bodyOf(keys().merchantPrivateKeyPem) })],
		['the APIv3 key as key', () => ({ privateKey: keys().apiV3SecretKey })],
		['the APIv3 key as merchant ID', () => ({ mchid: keys().apiV3SecretKey })],
		[
			'a wrong APIv3 key',
			() => ({ verification: 'platformCertificate', apiV3SecretKey: 'y'.repeat(32) }),
		],
	];
	it.each(pastes)('do not leak with %s', async (_what, credential) => {
		const { left, failed } = await all(credential(), operations);
		expect(failed).toBe(4);
		expect(leaks(left)).toEqual([]);
	});

	it('do not leak in a successful run', async () => {
		const credential = { apiV3SecretKey: keys().apiV3SecretKey };
		const { left, failed } = await all(credential, [createFromFiles()]);
		expect(failed).toBe(0);
		expect(leaks(left)).toEqual([]);
		expect(wire.length).toBeGreaterThan(50);
	});
});

describe('signed request', () => {
	const servers: Server[] = [];
	const serve = async (listener: RequestListener) => {
		const server = createServer(listener);
		servers.push(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	};
	afterEach(() => servers.splice(0).forEach((server) => server.close()));

	it.each([301, 302, 303, 307, 308])(
		'is not sent to the target of a redirect: %d',
		async (status) => {
			const received: string[] = [];
			const elsewhere = await serve((request, response) => {
				received.push(`${request.method} ${request.url}`);
				response.end('{}');
			});
			let asked = 0;
			const host = await serve((request, response) => {
				asked += 1;
				response.writeHead(status, { Location: `${elsewhere}${request.url}` });
				response.end();
			});
			const { left, failed } = await all({ customHost: host }, operations);
			expect(failed).toBe(4);
			expect(asked).toBeGreaterThanOrEqual(4);
			expect(received).toEqual([]);
			expect(everything(left)).toContain('Redirects are not followed');
		},
	);
});

describe('SSRF protection of n8n', () => {
	// The classes of n8n-core's own copy, as it is set by N8N_SSRF_PROTECTION_ENABLED.
	const requireAsCore = createRequire(require.resolve('n8n-core'));
	const requireAsNetwork = createRequire(requireAsCore.resolve('@n8n/backend-network'));
	const { Container } = requireAsCore('@n8n/di') as {
		Container: { get: (type: unknown) => { enabled: boolean } };
	};
	const { SsrfProtectionConfig } = requireAsNetwork('@n8n/config') as Record<string, unknown>;
	const config = () => Container.get(SsrfProtectionConfig);
	afterEach(() => (config().enabled = false));

	it('causes its own error message, and nothing is sent', async () => {
		config().enabled = true;
		const mark = bench.mark;
		const items = [withForms({ number: 'ssrf', sub: subMchid(900) })];
		const result = await bench.run(items, createFromFiles());
		const { message, details } = errorOf(result, 0)!;
		expect(message).toMatch(
			/^This n8n does not allow requests to 127\.0\.0\.1:\d+: its protection against server-side request forgery \(SSRF\) blocks the address\. Ask the administrator/,
		);
		expect(details).toMatchObject({ code: 'SSRF', not_sent: true });
		expect(bench.since(mark)).toEqual([]);
	});
});
