import type { INodeProperties, NodeParameterValue } from 'n8n-workflow';
import { shownTexts } from '../../scripts/support/texts';
import { OPERATIONS, type Choice } from '../support/operations';
import {
	APPLY,
	choicesOf,
	CONFIRM,
	CREATE,
	credential,
	description,
	field,
	loadDescriptions,
	notificationTrigger,
	of,
	shown,
	trigger,
	valuesOf,
	type Values,
} from '../support/descriptions';

// What holds for every field, whichever operation it belongs to.

loadDescriptions();

describe('display conditions', () => {
	/** Every way in which the fields that others depend on can be set. */
	const settings = (): Values[] =>
		OPERATIONS.flatMap((choice) =>
			['', 'APPLY_WITHDRAW', 'NOT_APPLY_WITHDRAW'].flatMap((withdraw) =>
				['', 'ACCOUNT_TYPE_CORPORATE', 'ACCOUNT_TYPE_PERSONAL'].flatMap((payeeAccountType) =>
					['outRequestNo', 'applymentId'].map((getBy) => ({
						...choice,
						withdraw,
						payeeAccountType,
						getBy,
					})),
				),
			),
		);

	it('never show two fields with the same name', () => {
		for (const values of settings()) {
			const names = shown(values).map(({ name }) => name);
			expect([values, names.filter((name, i) => names.indexOf(name) !== i)]).toEqual([values, []]);
		}
	});

	it('refer to existing fields and their possible values', () => {
		let checked = 0;
		const check = (property: INodeProperties, beside: INodeProperties[], where: string) => {
			for (const conditions of [property.displayOptions?.show, property.displayOptions?.hide]) {
				for (const [name, wanted] of Object.entries(conditions ?? {})) {
					// A name with a slash is one of the whole node.
					const among = name.startsWith('/') ? description.properties : beside;
					const referred = among.filter((other) => other.name === name.replace('/', ''));
					const possible = referred.flatMap((other) =>
						other.type === 'boolean' ? [true, false] : valuesOf(other),
					) as NodeParameterValue[];
					expect([where, name, referred.length > 0]).toEqual([where, name, true]);
					for (const value of wanted ?? []) {
						expect([where, name, possible]).toEqual([where, name, expect.arrayContaining([value])]);
						checked += 1;
					}
				}
			}
			const inner = (property.options ?? []).flatMap((option): INodeProperties[][] =>
				'values' in option ? [option.values] : [],
			);
			if (property.type === 'collection') inner.push(property.options as INodeProperties[]);
			for (const list of inner) {
				const names = list.map(({ name }) => name);
				expect(new Set(names).size).toBe(names.length);
				for (const entry of list) check(entry, list, `${where}.${entry.name}`);
			}
		};
		for (const property of description.properties) {
			check(property, description.properties, property.name);
		}
		expect(checked).toBeGreaterThan(60);
	});

	it('bind every field to one operation of one resource', () => {
		const [resource, ...others] = description.properties;
		expect(resource.displayOptions).toBeUndefined();
		for (const { name, type, displayOptions } of others) {
			const { show } = displayOptions ?? {};
			expect([name, show?.resource]).toEqual([name, [expect.any(String)]]);
			if (name === 'operation' || type === 'notice') continue;
			expect([name, show?.operation]).toEqual([name, [expect.any(String)]]);
			expect(OPERATIONS).toContainEqual(
				of(String(show?.resource?.[0]), String(show?.operation?.[0])),
			);
		}
	});
});

describe('node texts', () => {
	const all = (list: INodeProperties[]): INodeProperties[] =>
		list.flatMap((property) => [
			property,
			...(property.options ?? []).flatMap((option) =>
				'values' in option
					? all(option.values)
					: 'displayName' in option
						? all([option as INodeProperties])
						: [],
			),
		]);

	/** Every field of the three nodes and of the credential. */
	const everywhere = () =>
		[description, trigger, notificationTrigger, credential].flatMap(({ properties }) =>
			all(properties),
		);

	/** What can be typed into: lists and collections have a text on their button instead. */
	const placeholders = () =>
		everywhere()
			.filter(({ type }) => !['collection', 'fixedCollection'].includes(type))
			.flatMap(({ placeholder, modes = [] }) => [
				placeholder,
				...modes.filter(({ type }) => type !== 'list').map((mode) => mode.placeholder),
			])
			.filter((placeholder) => placeholder !== undefined);

	/** Every name that the editor shows, and those of n8n's own that our texts mention. */
	const names = () =>
		new Set([
			'Poll Times',
			...everywhere().flatMap((property) => [
				property.displayName,
				...(property.options ?? []).map((option) =>
					'value' in option ? option.name : (option as INodeProperties).displayName,
				),
				...(property.modes ?? []).map(({ displayName }) => displayName),
			]),
		]);

	it('start placeholders with "e.g. "', () => {
		expect(placeholders().length).toBeGreaterThan(20);
		expect(placeholders().filter((text) => !text.startsWith('e.g. '))).toEqual([]);
	});

	it('contain no article in actions', () => {
		const actions = description.properties
			.filter(({ name }) => name === 'operation')
			.flatMap(choicesOf)
			.map(({ action = '' }) => action);
		expect(actions).toHaveLength(OPERATIONS.length);
		expect(actions.filter((action) => /\b(an?|the)\b/i.test(action))).toEqual([]);
	});

	it('sort resources by name', () => {
		const resources = choicesOf(description.properties[0]).map(({ name }) => name);
		expect(resources).toEqual([...resources].sort((a, b) => a.localeCompare(b)));
	});

	it('use "image" and US spelling', () => {
		const others = /\bpictures?\b|\blicences?\b|\bcancelled\b|organisation|recognis|\btries\b/i;
		const texts = shownTexts().flatMap(([file, found]) => found.map((text) => [file, text]));
		expect(texts.length).toBeGreaterThan(500);
		expect(texts.filter(([, text]) => others.test(text))).toEqual([]);
	});

	it('quote only labels that the editor shows', () => {
		const quoted = shownTexts().flatMap(([file, texts]) =>
			texts.flatMap((text) =>
				[...text.matchAll(/(?<![=\w])"([A-Z][^"{]*)"/g)].map(([, label]) => [file, label]),
			),
		);
		const known = names();
		expect(quoted.length).toBeGreaterThan(100);
		expect(quoted.filter(([, label]) => !known.has(label))).toEqual([]);
	});

	it('describe every field', () => {
		const silent = all(description.properties).filter(
			(property) =>
				property.type !== 'notice' &&
				!['resource', 'operation', 'options', 'batching'].includes(property.name) &&
				!(property.description ?? '').trim(),
		);
		expect(silent.map(({ name }) => name)).toEqual([]);
	});

	it('explain how an AI tool provides files', () => {
		const properties = all(description.properties);
		const files = properties.filter(({ name }) => name === 'binaryPropertyName');
		const sources = properties.filter(({ name }) => name === 'source');
		expect(files.length).toBeGreaterThanOrEqual(4);
		expect(sources.length).toBeGreaterThanOrEqual(2);
		for (const { description: text } of files) expect(text).toMatch(/tool.*carry no files/);
		for (const { description: text } of sources) expect(text).toMatch(/tool.*choose "Link"/);
	});

	it('explain the account types of the payee and the two ways to name a branch', () => {
		const paying = { withdraw: 'APPLY_WITHDRAW', payeeAccountType: 'ACCOUNT_TYPE_PERSONAL' };
		const textOf = (name: string) => field(APPLY, name, paying).description;
		const [corporate, personal] = choicesOf(field(APPLY, 'payeeAccountType', paying));
		expect(textOf('payeeAccountType')).toMatch(
			/license is active.*government body.*only use Corporate/,
		);
		expect(corporate.description).toMatch(/Not for an individual business.*canceled or revoked/);
		expect(personal.description).toMatch(/micro merchants.*individual businesses.*companies whose/);
		expect(textOf('bankBranchId')).toMatch(/an alternative to "Bank Branch Name"/);
		expect(textOf('bankBranchName')).toMatch(/an alternative to "Bank Branch ID"/);
		// The other spelling belongs to another interface.
		expect(JSON.stringify(description)).not.toContain('IDENTIFICATION_TYPE_IDCARD');
	});

	it('say who scans the QR code and when the announcement changed', () => {
		const notices = (choice: Choice) =>
			shown({ ...choice }).filter(({ type }) => type === 'notice');
		const [confirm] = notices(CONFIRM).map(({ displayName }) => displayName);
		expect(confirm).toMatch(/QR code of confirm_cancel_url.*super administrator.*staff/);
		const [old] = notices(CREATE).map(({ displayName }) => displayName);
		expect(old).toMatch(/12 February 2026, updated 11 June 2026/);
	});

	it('advise how to limit API Request for an AI agent', () => {
		const choice = of('apiRequest', 'request');
		for (const name of ['method', 'path']) {
			expect(field(choice, name).description).toMatch(
				/AI agent.*instead of leaving it to the model/,
			);
		}
		const approve = /let a person approve/;
		expect(field(choice, 'method').description).toMatch(approve);
		expect(choicesOf(field(choice, 'operation'))[0].description).toMatch(approve);
	});

	it('warn about operations that cannot be undone', () => {
		const operation = (choice: Choice) =>
			choicesOf(field(choice, 'operation')).find(({ value }) => value === choice.operation);
		for (const choice of [CREATE, APPLY]) {
			expect(operation(choice)?.description).toMatch(/cannot be undone/);
		}
		expect(operation(CONFIRM)?.description).toMatch(/permanently.*a person must decide/);
	});
});
