import type { INodeProperties } from 'n8n-workflow';
import { apiRequest } from './apiRequest';
import { balance } from './balance';
import { cancelApplication } from './cancelApplication';
import { cancelWithdrawal } from './cancelWithdrawal';
import { complaint } from './complaint';
import { merchantLimitation } from './merchantLimitation';
import { merchantMedia } from './merchantMedia';
import { describeResource } from './operation';
import { withdrawal } from './withdrawal';
import type { Operation, Resource } from './operation';
import { sharedOptions } from './options';

/** All resources, in the order of the list. The fields in the editor and the router use them. */
const resources: Resource[] = [
	cancelWithdrawal,
	cancelApplication,
	apiRequest,
	balance,
	complaint,
	merchantLimitation,
	merchantMedia,
	withdrawal,
];

/** The node's fields: resource, operation, and the fields of each operation. */
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

/** The subtitle on the canvas: the operation, and its resource if the name does not include it. */
const labels = Object.fromEntries(
	resources.flatMap((resource) =>
		resource.operations.map((operation) => [
			`${resource.value}:${operation.value}`,
			operation.name.includes(' ') ? operation.name : `${operation.name}: ${resource.name}`,
		]),
	),
);

/** The expression of the node's subtitle. */
export const subtitle = `={{ (${JSON.stringify(labels)})[$parameter["resource"] + ":" + $parameter["operation"]] }}`;

/** Finds an operation by its stored values. */
export function findOperation(resource: string, operation: string): Operation | undefined {
	return resources
		.find(({ value }) => value === resource)
		?.operations.find(({ value }) => value === operation);
}
