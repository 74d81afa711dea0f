import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { wechatPayApiTest } from './client/credentialTest';
import { activate } from './notification/activation';
import { ALL, EVENT_OPTIONS } from './notification/families';
import { ACTIVATION_HINT, NOTICE, PANEL_ACTIVE, PANEL_INACTIVE } from './notification/panel';
import { receive } from './notification/receive';

export class WechatPayNotificationTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'WeChat Pay Notification Trigger',
		name: 'wechatPayNotificationTrigger',
		icon: {
			light: 'file:../../icons/wechatPay.svg',
			dark: 'file:../../icons/wechatPay.dark.svg',
		},
		group: ['trigger'],
		// Both versions behave the same. For a webhook node of version 1, n8n evaluates an expression for each
		// request.
		version: [1, 2],
		defaultVersion: 2,
		subtitle: '={{ [].concat($parameter["events"]).join(", ") }}',
		description:
			'Starts the workflow when WeChat Pay (微信支付) sends a notification: cancellation states, withdrawals, complaints, violations, payments',
		defaults: { name: 'WeChat Pay Notification Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'wechatPayApi', required: true, testedBy: 'wechatPayApiTest' }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'webhook',
				responseMode: 'onReceived',
				responseData: 'noData',
			},
		],
		triggerPanel: {
			header: '',
			executionsHelp: { inactive: PANEL_INACTIVE, active: PANEL_ACTIVE },
			activationHint: ACTIVATION_HINT,
		},
		properties: [
			{
				displayName: NOTICE,
				name: 'notice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Trigger On',
				name: 'events',
				type: 'multiOptions',
				noDataExpression: true,
				options: EVENT_OPTIONS,
				default: [ALL],
				description:
					'The notifications that start the workflow. Others are acknowledged and dropped, so that WeChat Pay does not send them again.',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [
					{
						displayName: 'Cancel Topics',
						name: 'cancelTopics',
						type: 'string',
						default: '',
						placeholder: 'e.g. 商户注销状态通知',
						description:
							'English or Chinese names of subscription topics about cancellations, separated by commas. WeChat Pay does not document the name. Topics whose name contains 注销 or cancel, and messages with a state or remark that only cancellations have, are recognized without this option. Only items about cancellations carry is_final and needs_attention.',
					},
					{
						displayName: 'Emit Test Messages',
						name: 'emitTestMessages',
						type: 'boolean',
						default: false,
						description:
							'Whether the debug message of the partner platform and SECURITY_ECHO also start the workflow, with is_test. They are always acknowledged, and shown while you listen for a test event.',
					},
					{
						displayName: 'States',
						name: 'states',
						type: 'string',
						default: '',
						placeholder: 'e.g. WAITING_MERCHANT_CONFIRM, REJECTED, FINISH',
						description:
							'Values of business_state that start the workflow, separated by commas. If empty, all do. Applies only to subscription messages.',
					},
					{
						displayName: 'Sub-Merchant IDs',
						name: 'subMchids',
						type: 'string',
						default: '',
						placeholder: 'e.g. 1900000109, 1900000110',
						description:
							'Sub-merchants whose notifications start the workflow, separated by commas. If empty, all do. Notifications that name no sub-merchant, such as complaints, always start it.',
					},
					{
						displayName: 'Topics',
						name: 'topics',
						type: 'string',
						default: '',
						placeholder: 'e.g. 商户注销状态通知',
						description:
							'English or Chinese names of the subscription topics that start the workflow, separated by commas. If empty, all do. Applies only to subscription messages.',
					},
				],
			},
		],
	};

	methods = { credentialTest: { wechatPayApiTest } };

	webhookMethods = {
		default: {
			/** Nothing is registered at WeChat Pay, so there is nothing to look for. */
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return false;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await activate.call(this);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive.call(this);
	}
}
