import { constants, privateDecrypt } from 'node:crypto';
import { isUtf8Text } from './body';
import { paramError } from './replies';
import type { Call, World } from './types';

/**
 * Decrypts the sensitive fields of a request: RSA-OAEP with SHA-1, with the private key for
 * Wechatpay-Serial. https://pay.weixin.qq.com/doc/v3/partner/4013059161
 */
export function decryptor(
	call: Call,
	world: World,
): (pointer: string, ciphertext: string) => string {
	const serial = call.headers['wechatpay-serial'];
	if (serial === undefined) {
		throw paramError('HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)', {
			field: 'Wechatpay-Serial',
			location: 'header',
		});
	}
	const { keys } = world;
	// An unknown serial was refused before.
	const key =
		keys.platformCertificates.find((certificate) => certificate.serial === serial)?.privateKeyPem ??
		keys.wechatPayPrivateKeyPem;
	return (pointer, ciphertext) => {
		const failed = paramError('平台私钥解密失败', { field: pointer, location: 'body' });
		// One RSA-2048 block in standard base64 on one line.
		if (!/^[0-9A-Za-z+/]{342}==$/.test(ciphertext)) throw failed;
		let text: Buffer;
		try {
			text = privateDecrypt(
				{ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
				Buffer.from(ciphertext, 'base64'),
			);
		} catch {
			throw failed;
		}
		if (text.length === 0 || !isUtf8Text(text)) throw failed;
		return text.toString('utf8');
	};
}
