import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { searchBanks } from './actions/cancelWithdrawal/banks';
import { properties, subtitle } from './actions/registry';
import { router } from './actions/router';
import { wechatPayApiTest } from './client/credentialTest';

export class WechatPay implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'WeChat Pay',
		name: 'wechatPay',
		icon: {
			light: 'file:../../icons/wechatPay.svg',
			dark: 'file:../../icons/wechatPay.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle,
		description: 'Close the accounts of sub-merchants with WeChat Pay (微信支付) APIv3',
		defaults: { name: 'WeChat Pay' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'wechatPayApi', required: true, testedBy: 'wechatPayApiTest' }],
		properties,
	};

	methods = { credentialTest: { wechatPayApiTest }, listSearch: { searchBanks } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
