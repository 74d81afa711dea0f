import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../failure/errors';
import type { Item } from './item';
import { labelOf } from './values';

/** The field for a person's consent. */
export const consentField = (description: string): INodeProperties => ({
	displayName: 'I Understand: This Is Final',
	name: 'iUnderstand',
	type: 'boolean',
	default: false,
	description,
});

/** The field of operations that require consent only if an AI agent uses them. */
export const iUnderstandField: INodeProperties = consentField(
	'Whether a person has decided this. Needed only if the node is used as a tool of an AI agent.',
);

/** @throws {InputError} if consent is off */
export function assertConsent(item: Item, whatItDoes: string): void {
	if (item.value(iUnderstandField.name, false) === true) return;
	throw new InputError(
		`${labelOf(iUnderstandField)} is off`,
		`${whatItDoes} Switch it on if a person has decided this.`,
	);
}

/** @throws {InputError} if an AI agent uses the node and consent is off */
export function assertToolConsent(item: Item, whatItDoes: string): void {
	if (/Tool$/.test(item.run.context.getNode().type)) assertConsent(item, whatItDoes);
}
