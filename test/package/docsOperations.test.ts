/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { choicesOf, description, loadDescriptions } from '../support/descriptions';
import { nameOf, OPERATIONS, type Choice } from '../support/operations';

// README and docs/operations.md call resources, operations and fields as the editor does.

loadDescriptions();

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const README = read('README.md');
const PAGE = read('docs/operations.md');
const API_REQUEST = read('docs/api-request.md');

/** The fields of the node for an operation, whatever is chosen in other fields. */
const propertiesOf = ({ resource, operation }: Choice): INodeProperties[] =>
	description.properties.filter(({ displayOptions }) => {
		const { resource: resources = [], operation: operations = [] } = displayOptions?.show ?? {};
		return resources.includes(resource) && operations.includes(operation);
	});

/** What the editor calls a resource and its operation. */
function labelsOf({ resource, operation }: Choice): [resource: string, operation: string] {
	const selector = description.properties.find(
		({ name, displayOptions }) =>
			name === 'operation' && displayOptions?.show?.resource?.includes(resource),
	);
	const labelIn = (property: INodeProperties, wanted: string): string =>
		choicesOf(property).find(({ value }) => value === wanted)?.name ?? '';
	return [labelIn(description.properties[0], resource), labelIn(selector!, operation)];
}

/** The text below a heading, up to the next heading of that level or above. */
function sectionOf(page: string, heading: string): string {
	const [level] = heading.split(' ');
	const [, ...after] = `${page}\n`.split(`\n${heading}\n`);
	expect([heading, after.length]).toEqual([heading, 1]);
	return after[0].split(new RegExp(`\n#{1,${level.length}} `))[0];
}

const operationSection = (choice: Choice): string => {
	const [resource, operation] = labelsOf(choice);
	return sectionOf(PAGE, `### ${resource}: ${operation}`);
};

/** The lines of the README's list of operations, by `Resource: Operation`. */
function readmeOperations(): string[] {
	let resource = '';
	return sectionOf(README, '## Operations')
		.split('\n')
		.flatMap((line) => {
			resource = /^\*\*(.+?)\*\*/.exec(line)?.[1] ?? resource;
			if (!line.startsWith('- ')) return [];
			const own = /^- ([^[\]:]+): /.exec(line)?.[1] ?? resource;
			return [...line.matchAll(/\[([^\]]+)\]/g)].map(([, label]) => `${own}: ${label}`);
		});
}

describe.each(OPERATIONS.map((choice) => [nameOf(choice), choice] as const))(
	'%s',
	(name, choice) => {
		it('is listed in the README', () => {
			expect(readmeOperations()).toContain(labelsOf(choice).join(': '));
		});

		it('is in docs/operations.md with every WeChat Pay page of its source file', () => {
			const section = operationSection(choice);
			const source = read(`nodes/WechatPay/actions/${name}.operation.ts`);
			const pages = [...source.matchAll(/@see (https:\S+)/g)].map(([, page]) => page);
			expect(pages.length).toBeGreaterThan(0);
			for (const page of pages) expect(section).toContain(`(${page})`);
		});

		it('has every field and option label in the documentation', () => {
			const properties = propertiesOf(choice);
			const options = properties.filter((property) => property.name === 'options');
			const all = [...properties, ...options.flatMap((o) => o.options as INodeProperties[])];
			const shared = sectionOf(PAGE, '## Options of every operation');
			const text =
				operationSection(choice) + shared + (choice.resource === 'apiRequest' ? API_REQUEST : '');
			const missing = all
				.filter(({ type, name: field }) => type !== 'notice' && field !== 'options')
				.map(({ displayName }) => displayName)
				.filter((label) => !text.includes(label));
			expect(missing).toEqual([]);
		});
	},
);

it('docs/operations.md describes exactly the existing operations', () => {
	const described = [...PAGE.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
	expect(described.sort()).toEqual(OPERATIONS.map((choice) => labelsOf(choice).join(': ')).sort());
});
