import { createCipheriv, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { newestCertificate, readCertificates } from '../../nodes/WechatPay/protocol/certificates';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import { isSamePair } from '../../nodes/WechatPay/protocol/keys';
import { verify } from '../../nodes/WechatPay/protocol/signature';
import { issueCertificate } from '../../sandbox/certificate';
import { keyPair } from '../support/keys';
import { refusal } from '../support/refusal';
import { AES, CERTIFICATE_ENTRY } from '../support/vectors';

const bodyOf = (...data: unknown[]) => Buffer.from(JSON.stringify({ data }));
const at = (date: string) => Date.parse(date);
const published = bodyOf(CERTIFICATE_ENTRY);

describe('the published response of GET /v3/certificates', () => {
	it('returns its certificate within the validity period', () => {
		const [certificate, ...others] = readCertificates(published, AES.sealedWith, at('2026-01-01'));
		expect(others).toEqual([]);
		expect(certificate.serial).toBe('5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC');
		expect(new Date(certificate.effectiveAt).toISOString()).toMatch(/^2023-09-19T/);
		expect(new Date(certificate.expiresAt).toISOString()).toMatch(/^2028-09-17T/);
		expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
	});

	it('returns no certificate outside the validity period', () => {
		const [{ effectiveAt, expiresAt }] = readCertificates(
			published,
			AES.sealedWith,
			at('2026-01-01'),
		);
		const countAt = (now: number) => readCertificates(published, AES.sealedWith, now).length;
		expect([effectiveAt - 1, effectiveAt, expiresAt - 1, expiresAt].map(countAt)).toEqual([
			0, 1, 1, 0,
		]);
		expect(countAt(at('2023-09-18'))).toBe(0);
		expect(countAt(at('2028-09-18'))).toBe(0);
	});

	it('is rejected with another APIv3 key and a hint', () => {
		const { message, hint } = refusal(
			() => readCertificates(published, 'x'.repeat(32), at('2026-01-01')),
			'"APIv3 Secret Key"',
		);
		expect(message).toBe('"APIv3 Secret Key" does not decrypt the platform certificates');
		expect(hint).toContain('Copy the APIv3 key');
	});

	it('is rejected with an APIv3 key that is not 32 bytes long', () => {
		const { message } = refusal(
			() => readCertificates(published, 'short', 0),
			'"APIv3 Secret Key"',
		);
		expect(message).toBe('"APIv3 Secret Key" does not decrypt the platform certificates');
	});
});

describe('generated certificates', () => {
	const pair = keyPair('own');
	const pemOf = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }) as string;
	const privateKeyPem = pemOf(pair.privateKey);
	const subject = { subject: { commonName: 'Tenpay.com sign', organization: 'Tenpay.com' } };
	const now = at('2026-06-01');
	const issue = (serial: string, notBefore = now - 1000, notAfter = now + 1000) =>
		issueCertificate({
			privateKeyPem,
			serial,
			...subject,
			notBefore,
			notAfter,
		});
	const seal = (plain: string, serial: string, instead: object = {}) => {
		const nonce = randomBytes(6).toString('hex');
		const cipher = createCipheriv('aes-256-gcm', AES.sealedWith, nonce);
		cipher.setAAD(Buffer.from('certificate'));
		const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
		return {
			serial_no: serial,
			encrypt_certificate: {
				nonce,
				associated_data: 'certificate',
				ciphertext: ciphertext.toString('base64'),
				...instead,
			},
		};
	};
	const entry = (serial: string, notBefore?: number) => seal(issue(serial, notBefore), serial);
	const SERIAL = '4A00000000000000000000000000000000000001';

	it('return their public key', () => {
		const [{ publicKey }] = readCertificates(bodyOf(entry(SERIAL)), AES.sealedWith, now);
		expect(isSamePair(publicKey, pair.publicKey)).toBe(true);
		const message = Buffer.from('x');
		const signature = sign('sha256', message, pair.privateKey).toString('base64');
		expect(verify(message, signature, publicKey)).toBe(true);
	});

	it('are all returned, and newestCertificate selects the latest effective one', () => {
		const serials = ['4A01', '4A02', '4A03'].map((s) => s.padEnd(40, '0'));
		const days = [2, 1, 3].map((day) => now - day * 86_400_000);
		const body = bodyOf(...serials.map((serial, i) => entry(serial, days[i])));
		const certificates = readCertificates(body, AES.sealedWith, now);
		expect(certificates.map(({ serial }) => serial)).toEqual(serials);
		expect(newestCertificate(certificates)?.serial).toBe(serials[1]);
		expect(certificates.map(({ serial }) => serial)).toEqual(serials);
		expect(newestCertificate([])).toBeUndefined();
	});

	it('may differ from their entry in case and leading zeros of the serial number', () => {
		const short = '00AB00000000000000000000000000000000CD01';
		const body = bodyOf(seal(issue(short), 'ab00000000000000000000000000000000cd01'));
		expect(readCertificates(body, AES.sealedWith, now)).toHaveLength(1);
	});

	it('are rejected if the serial number does not match', () => {
		const other = SERIAL.replace('1', '2');
		const body = bodyOf(seal(issue(SERIAL), other));
		const { message, hint } = refusal(() => readCertificates(body, AES.sealedWith, now));
		expect(message).toBe(`Platform certificate ${other} does not match its serial number`);
		expect(hint).toContain('contact WeChat Pay with the Request-ID');
	});

	it('are rejected if the plaintext is not a certificate', () => {
		const body = bodyOf(
			seal('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', SERIAL),
		);
		expect(refusal(() => readCertificates(body, AES.sealedWith, now)).message).toBe(
			`Platform certificate ${SERIAL} does not match its serial number`,
		);
	});

	describe('with an invalid entry in the list', () => {
		const changed = (serial = SERIAL) => {
			const bad = entry(serial);
			bad.encrypt_certificate.associated_data = 'other';
			return bad;
		};
		const other = SERIAL.replace('1', '2');
		/** A certificate for another kind of key: it can neither verify nor encrypt here. */
		const elliptic = () => {
			const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
			const options = { privateKeyPem: pemOf(privateKey), serial: other, notBefore: now - 10 };
			return seal(issueCertificate({ ...subject, ...options, notAfter: now + 1000 }), other);
		};
		const bad: Array<[string, () => unknown]> = [
			['was changed on the way', changed],
			['has a nonce that is no nonce', () => seal(issue(other), other, { nonce: '' })],
			['has a ciphertext that is too short', () => seal(issue(other), other, { ciphertext: 'AA' })],
			['is no object', () => null],
			['lacks its ciphertext', () => ({ serial_no: other, encrypt_certificate: {} })],
			['holds no certificate', () => seal('x', other)],
			['holds the certificate of another serial number', () => seal(issue(SERIAL), other)],
			['holds a key that is not RSA', elliptic],
			['is long over', () => seal(issue(other, 0, 1000), other)],
		];

		it.each(bad)('are still returned if the entry %s', (_how, make) => {
			for (const data of [
				[make(), entry(SERIAL)],
				[entry(SERIAL), make()],
				[make(), make(), entry(SERIAL), make()],
			]) {
				const certificates = readCertificates(bodyOf(...data), AES.sealedWith, now);
				expect(certificates.map(({ serial }) => serial)).toEqual([SERIAL]);
				expect(isSamePair(certificates[0].publicKey, pair.publicKey)).toBe(true);
				expect(newestCertificate(certificates)).toBe(certificates[0]);
			}
		});

		it('do not report the APIv3 key if it decrypts another entry', () => {
			const over = seal(issue(SERIAL, now - 2000, now - 1000), SERIAL);
			expect(readCertificates(bodyOf(changed(), over), AES.sealedWith, now)).toEqual([]);
			const lies = seal(issue(SERIAL), other);
			const act = () => readCertificates(bodyOf(changed(), lies), AES.sealedWith, now);
			expect(refusal(act).message).toBe(
				`Platform certificate ${other} does not match its serial number`,
			);
		});

		it('report the APIv3 key if it decrypts no entry', () => {
			const body = bodyOf(changed(), changed(other));
			const act = () => readCertificates(body, AES.sealedWith, now);
			expect(refusal(act, '"APIv3 Secret Key"').message).toBe(
				'"APIv3 Secret Key" does not decrypt the platform certificates',
			);
		});
	});
});

describe('any other certificate response', () => {
	it.each([
		['', 'empty'],
		['<html>', 'HTML'],
		['null', 'null'],
		['{}', 'without data'],
		['{"data":{}}', 'data that is no list'],
		[
			'{"data":[null,1,"x",{},{"serial_no":"A"},{"serial_no":"A","encrypt_certificate":null}]}',
			'broken entries',
		],
		...['nonce', 'associated_data', 'ciphertext'].map((name) => {
			const sealed = { ...CERTIFICATE_ENTRY.encrypt_certificate, [name]: undefined };
			const entry = { ...CERTIFICATE_ENTRY, encrypt_certificate: sealed };
			return [bodyOf(entry).toString(), `an entry without ${name}`];
		}),
	])('returns no certificates for %j (%s)', (body) => {
		expect(readCertificates(Buffer.from(body), AES.sealedWith, 0)).toEqual([]);
	});

	it('returns no certificates or throws a Problem with random entries', () => {
		const sealed = fc.record(
			{ nonce: fc.jsonValue(), associated_data: fc.jsonValue(), ciphertext: fc.jsonValue() },
			{ requiredKeys: [] },
		);
		const texts = fc.record({
			nonce: fc.string(),
			associated_data: fc.string(),
			ciphertext: fc.base64String(),
		});
		const anyEntry = fc.oneof(
			fc.jsonValue(),
			fc.record({ serial_no: fc.string(), encrypt_certificate: fc.oneof(sealed, texts) }),
		);
		fc.assert(
			fc.property(fc.array(anyEntry, { maxLength: 4 }), (data) => {
				try {
					expect(readCertificates(bodyOf(...data), AES.sealedWith, 0)).toEqual([]);
				} catch (error) {
					expect(error).toBeInstanceOf(Problem);
				}
			}),
		);
	});
});
