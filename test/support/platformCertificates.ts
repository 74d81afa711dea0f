import { createCipheriv, randomBytes } from 'node:crypto';
import { issueCertificate } from '../../sandbox/certificate';
import { keyPair } from './keys';

// Platform certificates as WeChat Pay hands them out, for tests without a server.

/** The APIv3 key that they are encrypted with. */
export const API_V3_KEY = 'k'.repeat(32);

const HOUR_MS = 60 * 60 * 1000;
const wechatPay = keyPair('platform');

/** The private key that belongs to all of them. */
export const PLATFORM_KEY = wechatPay.privateKey;

/** Serial numbers as WeChat Pay's are written. */
export const SERIALS = ['4A01', '4A02', '4A03'].map((serial) => serial.padEnd(40, '0'));

/** One entry of the list: a certificate that came into effect an hour ago unless said otherwise. */
function entryOf(serial: string, effectiveAt = Date.now() - HOUR_MS) {
	const certificate = issueCertificate({
		privateKeyPem: wechatPay.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
		serial,
		subject: { commonName: 'Tenpay.com sign', organization: 'Tenpay.com' },
		notBefore: effectiveAt,
		notAfter: Date.now() + 1000 * HOUR_MS,
	});
	const nonce = randomBytes(6).toString('hex');
	const cipher = createCipheriv('aes-256-gcm', API_V3_KEY, nonce);
	cipher.setAAD(Buffer.from('certificate'));
	const sealed = Buffer.concat([cipher.update(certificate), cipher.final(), cipher.getAuthTag()]);
	return {
		serial_no: serial,
		encrypt_certificate: {
			algorithm: 'AEAD_AES_256_GCM',
			nonce,
			associated_data: 'certificate',
			ciphertext: sealed.toString('base64'),
		},
	};
}

/** The body of the answer to GET /v3/certificates; the last one is the newest. */
export const certificateList = (...serials: string[]): string =>
	JSON.stringify({
		data: serials.map((serial, i) => entryOf(serial, Date.now() - (serials.length - i) * HOUR_MS)),
	});
