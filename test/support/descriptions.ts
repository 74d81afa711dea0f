/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { join } from 'node:path';
import { NodeHelpers } from 'n8n-workflow';
import type {
	GenericValue,
	ICredentialType,
	INode,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { Engine } from '../../engine';
import { type Choice } from './operations';

export let description: INodeTypeDescription;
export let nodeType: INodeType;
export let credential: ICredentialType;
export let trigger: INodeTypeDescription;
export let notificationTrigger: INodeTypeDescription;

/** What n8n loads from dist, for the tests of a file. */
export const loadDescriptions = () =>
	beforeAll(async () => {
		const engine = await Engine.start();
		nodeType = engine.nodeTypes.getByNameAndVersion('n8n-nodes-wechatpay.wechatPay', 1);
		trigger = engine.nodeTypes.getByNameAndVersion(
			'n8n-nodes-wechatpay.wechatPayTrigger',
			1,
		).description;
		notificationTrigger = engine.nodeTypes.getByNameAndVersion(
			'n8n-nodes-wechatpay.wechatPayNotificationTrigger',
			1,
		).description;
		await engine.stop();
		({ description } = nodeType);
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- what n8n loads, not the source
		const { WechatPayApi } = require(
			join(__dirname, '../../dist/credentials/WechatPayApi.credentials.js'),
		) as { WechatPayApi: new () => ICredentialType };
		credential = new WechatPayApi();
	});

export type Values = Record<string, GenericValue>;

export const choicesOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodePropertyOptions => 'value' in option);
export const valuesOf = (property: INodeProperties) =>
	property.type === 'boolean' ? [false, true] : choicesOf(property).map(({ value }) => value);

/** The fields that the editor shows for these values. */
export const shown = (values: Values): INodeProperties[] => {
	const node = { typeVersion: 1 } as INode;
	return description.properties.filter((property) =>
		NodeHelpers.displayParameter(values as INodeParameters, property, node, description),
	);
};

/** Name and default of the fields of an operation, without those that all have. */
export const fields = (choice: Choice, more: Values = {}): Array<[string, unknown]> =>
	shown({ ...choice, ...more })
		.filter(
			({ name, type }) => !['resource', 'operation', 'options'].includes(name) && type !== 'notice',
		)
		.map((property) => [property.name, property.default]);

export const field = (choice: Choice, name: string, more: Values = {}): INodeProperties => {
	const [only, ...others] = shown({ ...choice, ...more }).filter(
		(property) => property.name === name,
	);
	expect(others).toEqual([]);
	expect(only).toBeDefined();
	return only;
};

export const of = (resource: string, operation: string): Choice => ({ resource, operation });
/** What saved workflows may contain: nothing of it may go, whatever is added. */
export const CONTRACT: Choice[] = [
	of('balance', 'get'),
	of('cancelApplication', 'create'),
	of('cancelApplication', 'get'),
	of('cancelApplication', 'uploadMedia'),
	of('cancelWithdrawal', 'apply'),
	of('cancelWithdrawal', 'confirm'),
	of('cancelWithdrawal', 'get'),
	of('cancelWithdrawal', 'validate'),
	of('merchantMedia', 'upload'),
];
export const CREATE = of('cancelApplication', 'create');
export const APPLY = of('cancelWithdrawal', 'apply');
export const CONFIRM = of('cancelWithdrawal', 'confirm');

/** The entries of a fixed collection with one group. */
export const group = (property: INodeProperties): [string, INodeProperties[]] => {
	const [only, ...others] = property.options as INodePropertyCollection[];
	expect(others).toEqual([]);
	return [only.name, only.values];
};
