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
			'={{ $parameter["event"] === "cancelWithdrawalChanged" ? "Account Cancellation Changed" : "Account Cancellation (Old Flow) Changed" }}',
		description:
			'Starts the workflow when the state of a cancellation application changes at WeChat Pay (微信支付)',
		defaults: { name: 'WeChat Pay Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'wechatPayApi', required: true, testedBy: 'wechatPayApiTest' }],
		triggerPanel: {
			header: '',
			executionsHelp: {
				inactive:
					'This trigger looks up the listed numbers at the times set under "Poll Times" and starts the workflow with the applications that changed. WeChat Pay can also push the states of the current flow: see WeChat Pay Notification Trigger. A review takes minutes to days, so polling once an hour is usually enough.',
				active:
					'This trigger looks up the listed numbers at the times set under "Poll Times" and starts the workflow with the applications that changed. WeChat Pay can also push the states of the current flow: see WeChat Pay Notification Trigger. The executions are in the list of executions.',
			},
			activationHint:
				'Once the workflow is active, the first poll records the current states. Later changes start the workflow.',
		},
		properties: [
			{
				displayName: 'Trigger On',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Account Cancellation (Old Flow) Changed',
						value: 'cancelApplicationChanged',
						description: 'Applications of the old flow, identified by out_apply_no',
					},
					{
						name: 'Account Cancellation Changed',
						value: 'cancelWithdrawalChanged',
						description: 'Applications of the current flow, identified by out_request_no',
					},
				],
				default: 'cancelApplicationChanged',
				description: 'The applications to watch',
			},
			{
				displayName: 'Numbers',
				name: 'numbers',
				type: 'string',
				typeOptions: { rows: 4 },
				default: '',
				required: true,
				placeholder: 'e.g. CANCEL20261101A01, CANCEL20261101A02',
				description:
					'Your numbers of up to 5,000 applications to watch, separated by commas, spaces or line breaks, or an array from an expression',
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
						displayName: 'Emit Current State',
						name: 'emitPresentState',
						type: 'boolean',
						default: false,
						description:
							'Whether the first poll after activation also starts the workflow, with the current state of every number',
					},
					{
						displayName: 'Final Only',
						name: 'finalOnly',
						type: 'boolean',
						default: false,
						description:
							'Whether to start the workflow only for applications in a final state: REJECTED, REVOKED, FINISH, or CANCEL_SUCCESS in the old flow',
					},
					requestsPerSecondOption,
					{
						displayName: 'States',
						name: 'states',
						type: 'multiOptions',
						options: STATES,
						default: [],
						description: 'States that start the workflow. If empty, all states do.',
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
