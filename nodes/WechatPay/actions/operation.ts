import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { Item } from '../item/item';
import type { Output } from '../item/output';

/** One operation: what the user sees and what is sent, side by side in one file. */
export interface Operation {
	value: string;
	name: string;
	/** The sentence in the node panel, e.g. "Create a cancel application". */
	action: string;
	description: string;
	/** Its fields; when they show is added by `describeResource`. */
	fields: INodeProperties[];
	/** Its own entries of Options, before the ones that all operations share. */
	options?: INodeProperties[];
	/**
	 * The number of something that must happen once: items with the same one are processed one after the
	 * other, in the order of the input.
	 */
	numberOf?(item: Item): string;
	/** Does the work for one item; a list gives one item for each entry. */
	execute(item: Item): Promise<Output | Output[]>;
}

/** A resource: one folder, its operations in the order of the list. */
export interface Resource {
	value: string;
	name: string;
	description: string;
	/** Shown above the fields of every operation. */
	notice?: string;
	/** The operation that a new node starts with. */
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

/** The fields of a resource: its list of operations, and each operation's fields and options. */
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
