import { createCipheriv } from 'node:crypto';
import { randomText } from '../keys';
import { Refusal, json, paramError, rfc3339 } from '../replies';
import type { Endpoint, World } from '../types';

const MISSING =
	'无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引https://pay.weixin.qq.com/docs/merchant/products/platform-certificate/wxp-pub-key-guide.html';

/** A certificate as it is sent: encrypted with the APIv3 key. */
function encrypted(certificatePem: string, world: World): Record<string, string> {
	const nonce = randomText(12);
	const cipher = createCipheriv('aes-256-gcm', world.keys.apiV3SecretKey, nonce);
	cipher.setAAD(Buffer.from('certificate'));
	const ciphertext = Buffer.concat([
		cipher.update(certificatePem, 'utf8'),
		cipher.final(),
		cipher.getAuthTag(),
	]);
	return {
		algorithm: 'AEAD_AES_256_GCM',
		nonce,
		associated_data: 'certificate',
		ciphertext: ciphertext.toString('base64'),
	};
}

/** Download of the platform certificates. How they and the public key are used: https://pay.weixin.qq.com/doc/v3/partner/4013059017 */
export const certificateEndpoints: Endpoint[] = [
	{
		method: 'GET',
		path: '/v3/certificates',
		query: true,
		handle: ({ query }, world) => {
			const algorithm = query.get('algorithm_type') ?? 'RSA';
			const known = [...query.keys()].every((key) => key === 'algorithm_type');
			if (!known || !['RSA', 'SM2', 'ALL'].includes(algorithm)) {
				throw paramError(
					'输入源“/query/algorithm_type”映射到字段“algorithm_type”枚举规则校验失败',
					{
						field: '/algorithm_type',
						value: algorithm,
						location: 'query',
					},
				);
			}
			// The sandbox has only RSA certificates.
			const certificates = algorithm === 'SM2' ? [] : world.keys.platformCertificates;
			const inForce = certificates.filter(({ expireTime }) => world.now() < expireTime);
			if (inForce.length === 0) {
				throw new Refusal(404, 'RESOURCE_NOT_EXISTS', MISSING, {
					signed: world.behaviour.signMissingCertificates,
				});
			}
			const data = inForce.map((certificate) => ({
				serial_no: certificate.serial,
				effective_time: rfc3339(certificate.effectiveTime),
				expire_time: rfc3339(certificate.expireTime),
				encrypt_certificate: encrypted(certificate.certificatePem, world),
			}));
			return json(200, { data });
		},
	},
];
