import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { batchingOption, requestsPerSecondOption } from './actions/options';
import { wechatPayApiTest } from './client/credentialTest';
import { STATES } from './trigger/events';
import { poll } from './trigger/poll';

export class WechatPayTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'WeChat Pay Trigger',
		name: 'wechatPayTrigger',
		icon: {
			light: 'file:../../icons/wechatPay.svg',
			dark: 'file:../../icons/wechatPay.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["event"] === "cancelWithdrawalChanged" ? "Cancel Withdrawal Changed" : "Cancel Application Changed" }}',
		description: 'Starts the workflow when a cancel application changes at WeChat Pay (微信支付)',
		defaults: { name: 'WeChat Pay Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'wechatPayApi', required: true, testedBy: 'wechatPayApiTest' }],
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive:
					'WeChat Pay can push the states of the new flow, if its partner subscription (合作伙伴订阅) is set up. This trigger asks instead: it looks up the numbers that you list, as often as Poll Times says, and starts the workflow with those that changed. A review takes minutes to days: every hour is often enough.',
				active:
					'WeChat Pay can push the states of the new flow, if its partner subscription (合作伙伴订阅) is set up. This trigger asks instead: it looks up the numbers that you list, as often as Poll Times says, and starts the workflow with those that changed. Its executions are in the list of executions.',
			},
			activationHint:
				'Once the workflow is active, the first look only takes stock; what changes after it starts the workflow.',
		},
		properties: [
			{
				displayName: 'Event',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Cancel Application Changed',
						value: 'cancelApplicationChanged',
						description: 'An application of the old flow, by your out_apply_no',
					},
					{
						name: 'Cancel Withdrawal Changed',
						value: 'cancelWithdrawalChanged',
						description: 'An application of the new flow, by your out_request_no',
					},
				],
				default: 'cancelApplicationChanged',
				description: 'Which applications to watch',
			},
			{
				displayName: 'Numbers',
				name: 'numbers',
				type: 'string',
				typeOptions: { rows: 4 },
				default: '',
				required: true,
				placeholder: 'CANCEL20261101A01, CANCEL20261101A02',
				description:
					'Your numbers of the applications to watch, up to 5,000: separated by commas, spaces or lines, or an array from an expression',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [
					batchingOption,
					{
						displayName: 'Emit Present State',
						name: 'emitPresentState',
						type: 'boolean',
						default: false,
						description:
							'Whether the first look after activation also starts the workflow, with the present state of every number',
					},
					{
						displayName: 'Final Only',
						name: 'finalOnly',
						type: 'boolean',
						default: false,
						description:
							'Whether to start the workflow only for applications that are over: REJECTED, REVOKED, FINISH, or CANCEL_SUCCESS in the old flow',
					},
					requestsPerSecondOption,
					{
						displayName: 'States',
						name: 'states',
						type: 'multiOptions',
						options: STATES,
						default: [],
						description: 'Start the workflow only for these states. If empty, for all.',
					},
				],
			},
		],
	};

	methods = { credentialTest: { wechatPayApiTest } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll.call(this);
	}
}
