import type { INodeProperties } from 'n8n-workflow';
import { balance } from './balance';
import { cancelApplication } from './cancelApplication';
import { cancelWithdrawal } from './cancelWithdrawal';
import { merchantMedia } from './merchantMedia';
import { describeResource } from './operation';
import type { Operation, Resource } from './operation';
import { sharedOptions } from './options';

/** All resources. The lists in the editor and the router both come from here. */
const resources: Resource[] = [balance, cancelApplication, cancelWithdrawal, merchantMedia];

/** The node's fields: resource, operation, and what each operation asks for. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: resources.map(({ name, value, description }) => ({ name, value, description })),
		default: 'cancelApplication',
	},
	...resources.flatMap((resource) => describeResource(resource, sharedOptions)),
];

/** Finds an operation by the values that a workflow has stored. */
export function findOperation(resource: string, operation: string): Operation | undefined {
	return resources
		.find(({ value }) => value === resource)
		?.operations.find(({ value }) => value === operation);
}
