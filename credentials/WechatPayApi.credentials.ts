import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { newStamp, signHttpRequest } from '../nodes/WechatPay/client/authenticate';

/**
 * The platform's (provider's) keys for WeChat Pay APIv3. The credential signs requests, but cannot see
 * responses: the nodes of this package verify them, the HTTP Request node does not.
 */
export class WechatPayApi implements ICredentialType {
	name = 'wechatPayApi';

	displayName = 'WeChat Pay API';

	icon: Icon = {
		light: 'file:../icons/wechatPay.svg',
		dark: 'file:../icons/wechatPay.dark.svg',
	};

	documentationUrl = 'https://github.com/n8n-nodes-wechatpay/n8n-nodes-wechatpay#credential';

	properties: INodeProperties[] = [
		{
			displayName:
				'Enter the keys of the platform (provider). Sub-merchants need none. The nodes of this package verify responses; the HTTP Request node signs requests with this credential but does not verify responses.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Merchant ID',
			name: 'mchid',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 1900007291',
			description: "The platform's own merchant number (mchid), 8 to 12 digits",
		},
		{
			displayName: 'Merchant Certificate Serial Number',
			name: 'serial',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
			description:
				'Serial number of your API certificate. Merchant platform: Account Center, API Security, Merchant API Certificate.',
		},
		{
			displayName: 'Merchant Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: 6 },
			default: '',
			required: true,
			placeholder: 'e.g. -----BEGIN PRIVATE KEY-----',
			description:
				'The whole content of apiclient_key.pem, which came with the API certificate. Line breaks do not matter.',
		},
		{
			displayName: 'Response Verification',
			name: 'verification',
			type: 'options',
			options: [
				{
					name: 'Public Key',
					value: 'publicKey',
					description: 'Verify with the WeChat Pay public key (recommended)',
				},
				{
					name: 'Platform Certificate',
					value: 'platformCertificate',
					description:
						'For merchants without a public key: certificates are downloaded with the APIv3 key',
				},
				{
					name: 'None',
					value: 'none',
					description:
						'Accept unverified responses. Apply, Create Withdrawal and notifications are not available.',
				},
			],
			default: 'publicKey',
			description: 'How to verify that a response comes from WeChat Pay',
		},
		{
			displayName: 'WeChat Pay Public Key ID',
			name: 'wechatPayPublicKeyId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. PUB_KEY_ID_0000000000000024101100397200000006',
			description:
				'Merchant platform: Account Center, API Security, WeChat Pay Public Key. It begins with PUB_KEY_ID_.',
			displayOptions: { show: { verification: ['publicKey'] } },
		},
		{
			displayName: 'WeChat Pay Public Key',
			name: 'wechatPayPublicKey',
			type: 'string',
			typeOptions: { rows: 6 },
			default: '',
			required: true,
			placeholder: 'e.g. -----BEGIN PUBLIC KEY-----',
			description: 'The whole content of pub_key.pem, from the same page as its ID',
			displayOptions: { show: { verification: ['publicKey'] } },
		},
		{
			displayName: 'APIv3 Secret Key',
			name: 'apiV3SecretKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The 32-character APIv3 key set on the merchant platform. Required for "Platform Certificate" and for notifications. With "Public Key", also enter it while the merchant migrates from platform certificates to the public key.',
		},
		{
			displayName: 'API Host',
			name: 'host',
			type: 'options',
			options: [
				{
					name: 'Mainland China (api.mch.weixin.qq.com)',
					value: 'https://api.mch.weixin.qq.com',
				},
				{
					name: 'Mainland China, Backup (api2.mch.weixin.qq.com)',
					value: 'https://api2.mch.weixin.qq.com',
				},
				{
					name: 'Outside Mainland China (apihk.mch.weixin.qq.com)',
					value: 'https://apihk.mch.weixin.qq.com',
				},
				{ name: 'Custom', value: 'custom' },
			],
			default: 'https://api.mch.weixin.qq.com',
			description: 'The only host to which signed requests are sent',
		},
		{
			displayName: 'Custom API Host',
			name: 'customHost',
			type: 'string',
			default: '',
			placeholder: 'e.g. http://127.0.0.1:8600',
			description:
				'Scheme, host and port of a proxy (https) or of the sandbox. Plain http only for this machine, host.docker.internal or a name without dots.',
			displayOptions: { show: { host: ['custom'] } },
		},
		{
			displayName: 'Failover',
			name: 'failover',
			type: 'boolean',
			default: true,
			description: 'Whether to use the other mainland host when the chosen one cannot be reached',
		},
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return await signHttpRequest(credentials, requestOptions, newStamp());
	}
}
