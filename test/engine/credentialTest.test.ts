/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setInterval } from 'node:timers/promises';
import { CredentialTestContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { testCredential } from '../../nodes/WechatPay/client/credentialTest';
import type { SandboxKeys, SandboxOptions, SandboxCredential } from '../../sandbox';
import { everything } from '../support/everything';
import { openBenchForEachTest } from '../support/bench';
import { pemPair, sandboxKeys } from '../support/keys';

// The test button: through the real signing, n8n's own helper and a real host. Each cause has a
// sentence of its own, and no two are alike.

const foreign = pemPair('foreign');

let keys: SandboxKeys;
beforeAll(async () => (keys = await sandboxKeys(1)));
const bench = openBenchForEachTest(() => ({ keys }));

/** Another WeChat Pay than the usual one. */
const instead = async (options: SandboxOptions) => await bench.replaceSandbox({ keys, ...options });
/** A merchant that has only ever used the public key. */
const withoutCertificates = async (options: SandboxOptions = {}) =>
	await instead({ keys: { ...keys, platformCertificates: [] }, ...options });

/** Presses the button, as n8n's server does with the credential decrypted. */
async function press(overrides: Partial<SandboxCredential> = {}) {
	const data = { ...bench.credential(overrides) } as unknown as ICredentialDataDecryptedObject;
	const node = bench.engine.nodeTypes.getByNameAndVersion('n8n-nodes-wechatpay.wechatPay', 1);
	const test = (
		node as unknown as {
			methods: {
				credentialTest: Record<
					string,
					(
						this: ICredentialTestFunctions,
						credential: ICredentialsDecrypted,
					) => Promise<INodeCredentialTestResult>
				>;
			};
		}
	).methods.credentialTest.wechatPayApiTest!;
	return await test.call(new CredentialTestContext() as unknown as ICredentialTestFunctions, {
		id: '1',
		name: 'WeChat Pay',
		type: 'wechatPayApi',
		data,
	});
}

const certificateMode = {
	verification: 'platformCertificate',
	wechatPayPublicKey: '',
	wechatPayPublicKeyId: '',
} as const;
const VERIFIED =
	'Connection tested: WeChat Pay accepted the signature, and its signed response was verified.';

describe('credential test', () => {
	it('succeeds in public key mode', async () => {
		expect(await press()).toEqual({ status: 'OK', message: VERIFIED });
		expect(bench.sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'GET /v3/certificates',
		]);
	});

	it('succeeds in platform certificate mode', async () => {
		const credential = { ...certificateMode, apiV3SecretKey: keys.apiV3SecretKey };
		expect(await press(credential)).toEqual({ status: 'OK', message: VERIFIED });
	});

	it('succeeds with public key and APIv3 key before the migration to the public key', async () => {
		await instead({ migration: 'notStarted' });
		const credential = { apiV3SecretKey: keys.apiV3SecretKey };
		expect(await press(credential)).toEqual({ status: 'OK', message: VERIFIED });
	});

	it('succeeds without verification and says so', async () => {
		expect(await press({ verification: 'none' })).toEqual({
			status: 'OK',
			message: '"Merchant ID", serial and key are right. Responses are not verified.',
		});
	});

	it('succeeds with an unsigned 404 for a merchant without platform certificates', async () => {
		await withoutCertificates();
		expect(await press()).toEqual({
			status: 'OK',
			message:
				'"Merchant ID", serial and key are right. The public key is checked at the first call.',
		});
		expect(await press({ wechatPayPublicKey: foreign.publicKey })).toMatchObject({ status: 'OK' });
	});

	it('verifies a signed 404 for a merchant without platform certificates', async () => {
		await withoutCertificates({ signMissingCertificates: true });
		expect(await press()).toEqual({ status: 'OK', message: VERIFIED });
		expect(await press({ wechatPayPublicKey: foreign.publicKey })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('does not fit the key') as string,
		});
	});

	it('succeeds with a clock difference of 200 seconds', async () => {
		await instead({ now: () => Date.now() + 200_000 });
		expect(await press()).toMatchObject({ status: 'OK' });
	});
});

describe('credential test error, different for each cause', () => {
	const said = new Set<string>();

	/** The sentence of a failure; no two causes share one. */
	async function sentence(overrides: Partial<SandboxCredential> = {}): Promise<string> {
		const { status, message } = await press(overrides);
		expect(status).toBe('Error');
		expect(said).not.toContain(message);
		said.add(message);
		return message;
	}

	it('names an unreadable key', async () => {
		expect(await sentence({ privateKey: 'abc' })).toMatch(/^"Merchant Private Key"/);
		expect(await sentence({ privateKey: keys.merchantCertificatePem })).toMatch(
			/certificate.*apiclient_key\.pem/,
		);
		expect(await sentence({ wechatPayPublicKey: '' })).toMatch(/^"WeChat Pay Public Key"/);
		expect(bench.sandbox.requests).toEqual([]);
	});

	it('explains a private key that does not belong to the serial number', async () => {
		expect(await sentence({ privateKey: foreign.privateKey })).toMatch(
			/验签失败.*"Merchant Private Key" is the key of the certificate that "Merchant Certificate Serial Number" names/,
		);
	});

	it('names both fields if serial number and merchant ID do not belong together', async () => {
		const both = /"Merchant Certificate Serial Number" must be.*and "Merchant ID" must be/;
		const serial = await press({ serial: 'ABCDEF0123456789' });
		const mchid = await sentence({ mchid: '1900009999' });
		expect(mchid).toMatch(both);
		// WeChat Pay answers the same to both.
		expect(serial.message).toBe(mchid);
	});

	it.each([
		['behind', 400_000, /off by (39|40|41)\d seconds \(behind\).*NTP/],
		['ahead', -400_000, /off by (39|40|41)\d seconds \(ahead\).*NTP/],
	])('states by how many seconds the clock is %s', async (_what, shift, message) => {
		await instead({ now: () => Date.now() + shift });
		expect(await sentence()).toMatch(message);
	});

	it('names a host that cannot be reached', async () => {
		expect(await sentence({ customHost: 'http://127.0.0.1:9' })).toBe(
			'127.0.0.1:9 cannot be reached (ECONNREFUSED). Check the "API Host" of the credential, and the network and DNS of the machine that runs n8n.',
		);
		expect(await sentence({ customHost: 'http://no-such-host' })).toMatch(
			/^no-such-host cannot be/,
		);
	});

	it.each([
		[404, '<html>not found</html>', /^HTTP 404 without a message from WeChat Pay.*"API Host"/],
		[200, '<html>welcome</html>', /carries no WeChat Pay signature.*"API Host" is not WeChat Pay/],
		[200, '{"data":[]}', /carries no WeChat Pay signature/],
		[502, '<html>bad gateway</html>', /^WeChat Pay returned HTTP 502/],
	])('explains a host that is not WeChat Pay: %d %s', async (status, body, message) => {
		const other = await serve((_request, response) => response.writeHead(status).end(body));
		const { message: given, status: result } = await press({ customHost: other.url });
		await other.close();
		expect(result).toBe('Error');
		expect(given).toMatch(message);
	});

	it('explains a redirect and does not follow it', async () => {
		const other = await serve((_request, response) =>
			response.writeHead(302, { Location: `${bench.sandbox.url}/v3/certificates` }).end(),
		);
		expect(await sentence({ customHost: other.url })).toContain('Redirects are not followed');
		await other.close();
		expect(bench.sandbox.requests).toEqual([]);
	});

	it('explains a public key that does not verify the response', async () => {
		expect(await sentence({ wechatPayPublicKey: foreign.publicKey })).toMatch(
			/does not fit the key PUB_KEY_ID_\d+ of the credential.*copy "WeChat Pay Public Key" and its ID again/,
		);
	});

	it('explains a wrong public key ID', async () => {
		expect(await sentence({ wechatPayPublicKeyId: 'PUB_KEY_ID_01' })).toMatch(
			/Wechatpay-Serial.*does not know the public key ID/,
		);
	});

	it('asks for the APIv3 key if a certificate signs the response', async () => {
		await instead({ migration: 'notStarted' });
		expect(await sentence()).toMatch(
			/which the credential does not know.*enter "APIv3 Secret Key" too/,
		);
	});

	it('names a wrong APIv3 key', async () => {
		const wrong = { ...certificateMode, apiV3SecretKey: 'x'.repeat(32) };
		expect(await sentence(wrong)).toMatch(/^"APIv3 Secret Key" does not decrypt/);
		expect(await sentence({ ...wrong, apiV3SecretKey: 'short' })).toMatch(/^"APIv3 Secret Key"/);
	});

	it('explains platform certificate mode for a merchant without certificates', async () => {
		await withoutCertificates();
		const credential = { ...certificateMode, apiV3SecretKey: keys.apiV3SecretKey };
		expect(await sentence(credential)).toMatch(
			/^This merchant has no valid WeChat Pay platform certificate.*Choose "Public Key"/,
		);
	});

	it.each([
		['stale', /differs from the clock of this machine by five minutes or more/],
		['probe', /deliberately wrong signature.*Test the credential again/],
		['500-before', /HTTP 500 SYSTEM_ERROR/],
		['cut-before', /was cut/],
	] as const)('explains a temporary fault and succeeds afterwards: %s', async (kind, message) => {
		bench.sandbox.fault({ kind });
		expect(await sentence()).toMatch(message);
		// It is one: the button works again.
		expect(await press()).toMatchObject({ status: 'OK' });
	});
});

it('credential test errors show no secret', async () => {
	const body = keys.merchantPrivateKeyPem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
	const shown = everything([
		await press({ serial: 'ABCDEF0123' }),
		await press({ privateKey: foreign.privateKey }),
		await press({ customHost: 'http://127.0.0.1:9' }),
		await press({ mchid: body }),
		await press({ serial: body }),
		await press({ privateKey: body.slice(0, 900) }),
		await press({ wechatPayPublicKey: keys.merchantPrivateKeyPem }),
		await press({ mchid: keys.apiV3SecretKey }),
	]);
	for (let i = 0; i + 40 <= body.length; i += 10) {
		expect(shown).not.toContain(body.slice(i, i + 40));
	}
	expect(shown).not.toContain(keys.apiV3SecretKey);
	expect(shown).not.toContain('WECHATPAY2-SHA256-RSA2048');
	for (const { headers } of bench.sent()) expect(shown).not.toContain(headers.authorization);
	expect(bench.sent()).toHaveLength(2);
});

it('the credential test ends a response that never ends at the timeout', async () => {
	const server = await serve(async (_request, response) => {
		response.writeHead(200).write('{"data":[');
		for await (const drop of setInterval(20, ' ')) {
			if (response.destroyed) return;
			response.write(drop);
		}
	});
	const { helpers } = new CredentialTestContext() as unknown as ICredentialTestFunctions;
	const credential = { ...bench.credential({ customHost: server.url }) };
	const { host } = new URL(server.url);
	const result = await testCredential(helpers, credential, 400);
	await server.close();
	expect(result).toEqual({
		status: 'Error',
		message: expect.stringContaining(`${host} did not respond within 0.4 seconds`) as string,
	});
});

async function serve(listener: RequestListener) {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
