import { X509Certificate, createDecipheriv } from 'node:crypto';
import { Sandbox, type SandboxKeys } from '../../sandbox';
import { CREATE, get, verified, type RawReply } from './client';
import { sandboxKeys } from '../support/keys';

interface Entry {
	serial_no: string;
	encrypt_certificate: {
		algorithm: string;
		nonce: string;
		associated_data: string;
		ciphertext: string;
	};
}

describe('platform certificates', () => {
	let keys: SandboxKeys;
	let sandbox: Sandbox | undefined;

	beforeAll(async () => {
		keys = await sandboxKeys(1);
	});
	afterEach(async () => await sandbox?.stop());

	const start = async (options: Parameters<typeof Sandbox.start>[0] = {}) =>
		(sandbox = await Sandbox.start({ keys, ...options }));
	const without = () => ({ keys: { ...keys, platformCertificates: [] } });

	function decrypt({ encrypt_certificate: entry }: Entry): string {
		const bytes = Buffer.from(entry.ciphertext, 'base64');
		const decipher = createDecipheriv('aes-256-gcm', keys.apiV3SecretKey, entry.nonce);
		decipher.setAuthTag(bytes.subarray(-16));
		decipher.setAAD(Buffer.from(entry.associated_data));
		return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
	}

	it('do not exist by default: 404, unsigned', async () => {
		const reply = await get(await start(without()), '/v3/certificates');
		expect([reply.status, reply.body.code, reply.signed]).toEqual([
			404,
			'RESOURCE_NOT_EXISTS',
			false,
		]);
		expect(reply.body.message).toMatch(
			/^无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥/,
		);
	});

	it('do not exist, with a signed 404 if the option says so', async () => {
		const target = await start({ ...without(), signMissingCertificates: true });
		const reply = await get(target, '/v3/certificates');
		expect(reply.status).toBe(404);
		expect(verified(reply, keys.wechatPayPublicKeyPem)).toBe(true);
	});

	it('decrypt with the APIv3 key, and verify the response that contains them', async () => {
		const target = await start();
		for (const path of ['/v3/certificates', '/v3/certificates?algorithm_type=RSA']) {
			const reply = await get(target, path);
			const [entry] = reply.body.data as Entry[];
			const certificate = new X509Certificate(decrypt(entry));
			expect(entry.serial_no).toBe(certificate.serialNumber);
			expect(reply.headers['wechatpay-serial']).toBe(certificate.serialNumber);
			expect(certificate.subject).toContain('CN=Tenpay.com sign');
			expect(certificate.issuer).toContain('CN=Tenpay.com Root CA');
			expect(Date.parse(certificate.validFrom)).toBeLessThanOrEqual(Date.now());
			expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
			expect(
				verified(reply, certificate.publicKey.export({ format: 'pem', type: 'spki' }) as string),
			).toBe(true);
		}
		expect((await get(target, '/v3/certificates?algorithm_type=X')).body.code).toBe('PARAM_ERROR');
	});

	it('rotate: the new one signs, both are returned, the old one can be retired', async () => {
		const target = await start();
		const old = keys.platformCertificates[0];
		const fresh = await target.addPlatformCertificate();
		const reply = await get(target, '/v3/certificates');
		const serials = (reply.body.data as Entry[]).map(({ serial_no }) => serial_no);
		expect(serials).toEqual([old.serial, fresh.serial]);
		expect(reply.headers['wechatpay-serial']).toBe(fresh.serial);
		target.retirePlatformCertificate(old.serial);
		expect((await get(target, '/v3/certificates')).body.data).toHaveLength(1);
		// The given keys are shared with other tests.
		expect(keys.platformCertificates).toHaveLength(1);
		const headers = { 'Wechatpay-Serial': old.serial };
		expect((await get(target, '/v3/certificates', { headers })).status).toBe(400);
	});

	describe('and the public key', () => {
		const serialOf = (reply: RawReply) => reply.headers['wechatpay-serial'];
		const path = `${CREATE}/out-apply-no/A1`;

		it('sign as the request asks; without the header the certificate signs', async () => {
			const target = await start();
			const asked = { headers: { 'Wechatpay-Serial': keys.wechatPayPublicKeyId } };
			const reply = await get(target, path, asked);
			expect(serialOf(reply)).toBe(keys.wechatPayPublicKeyId);
			expect(verified(reply, keys.wechatPayPublicKeyPem)).toBe(true);
			expect(serialOf(await get(target, path))).toBe(keys.platformCertificates[0].serial);
		});

		it('before the migration has started the certificate signs every response', async () => {
			const target = await start({ migration: 'notStarted' });
			const asked = { headers: { 'Wechatpay-Serial': keys.wechatPayPublicKeyId } };
			expect(serialOf(await get(target, path, asked))).toBe(keys.platformCertificates[0].serial);
		});
	});
});
