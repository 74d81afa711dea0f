import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Item } from '../item/item';
import type { Output } from '../item/output';

/** One operation: its fields and its work, in one file. */
export interface Operation {
	value: string;
	name: string;
	/** Its text in the node panel, e.g. "Create a cancel application". */
	action: string;
	description: string;
	/** Its fields; `describeResource` adds when they are shown. */
	fields: INodeProperties[];
	/** Its own options, in addition to the shared ones. */
	options?: INodeProperties[];
	/**
	 * The number of something that must happen once: items with the same one are processed one after the
	 * other, in the order of the input.
	 */
	numberOf?(item: Item): string;
	/** Processes one item. A list becomes one output item for each entry. */
	execute(item: Item): Promise<Output | Output[]>;
}

/** A resource with its operations; each resource has a folder. */
export interface Resource {
	value: string;
	name: string;
	description: string;
	/** Shown above the fields of every operation. */
	notice?: string;
	/** The default operation. */
	default: string;
	operations: Operation[];
}

const onlyFor = (show: Record<string, string[]>, field: INodeProperties): INodeProperties => ({
	...field,
	displayOptions: {
		...field.displayOptions,
		show: { ...show, ...field.displayOptions?.show },
	},
});

/** The fields of a resource: the list of its operations, and their fields and options. */
export function describeResource(
	resource: Resource,
	sharedOptions: INodeProperties[],
): INodeProperties[] {
	const ofResource = { resource: [resource.value] };
	const choices = resource.operations.map(
		({ value, name, action, description }): INodePropertyOptions => ({
			name,
			value,
			action,
			description,
		}),
	);
	const { default: defaultOperation } = resource;
	const selector: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [...choices].sort((a, b) => a.name.localeCompare(b.name)),
		default: defaultOperation,
	};
	const fields = resource.operations.flatMap((operation) => {
		const options: INodeProperties = {
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [...(operation.options ?? []), ...sharedOptions].sort((a, b) =>
				a.displayName.localeCompare(b.displayName),
			),
		};
		return [...operation.fields, options].map((field) =>
			onlyFor({ ...ofResource, operation: [operation.value] }, field),
		);
	});
	const notices: INodeProperties[] = resource.notice
		? [{ displayName: resource.notice, name: 'notice', type: 'notice', default: '' }]
		: [];
	return [selector, ...notices].map((field) => onlyFor(ofResource, field)).concat(fields);
}
