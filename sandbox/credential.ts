import type { SandboxKeys } from './keys';

/** Data of the n8n credential `wechatPayApi`. */
export interface SandboxCredential {
	mchid: string;
	serial: string;
	privateKey: string;
	verification: 'publicKey' | 'platformCertificate' | 'none';
	wechatPayPublicKeyId: string;
	wechatPayPublicKey: string;
	apiV3SecretKey: string;
	host: string;
	customHost: string;
	failover: boolean;
}

/** The credential for a sandbox at a URL, with Response Verification set to Public Key. */
export const credentialFor = (keys: SandboxKeys, url: string): SandboxCredential => ({
	mchid: keys.mchid,
	serial: keys.serial,
	privateKey: keys.merchantPrivateKeyPem,
	verification: 'publicKey',
	wechatPayPublicKeyId: keys.wechatPayPublicKeyId,
	wechatPayPublicKey: keys.wechatPayPublicKeyPem,
	apiV3SecretKey: '',
	host: 'custom',
	customHost: url,
	failover: true,
});
