/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXAMPLES, exampleFiles, readExample } from '../../host/examples';
import { findOperation } from '../../nodes/WechatPay/actions/registry';

// What every example has; that they work is shown in the real n8n (`npm run test:e2e -- examples`).

const NOTE = 'n8n-nodes-base.stickyNote';
const readme = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
const examples = exampleFiles().map((file) => [basename(file), readExample(file)] as const);

interface Connections {
	main: Array<Array<{ node: string }>>;
}

it.each(examples)('%s is listed in the README', (file) => {
	expect(readme).toContain(`| \`${file}\` |`);
});

it.each(examples)('%s has notes in English and Chinese', (_, { nodes }) => {
	const notes = nodes.filter(({ type }) => type === NOTE);
	expect(notes).not.toEqual([]);
	for (const { parameters } of notes) {
		const headings = String(parameters.content).match(/^#.*$/gm) ?? [];
		expect(headings.map((heading) => /\p{Script=Han}/u.test(heading))).toEqual([false, true]);
	}
});

it.each(examples)('%s connects existing nodes with unique names and IDs', (_, workflow) => {
	const names = workflow.nodes.map(({ name }) => name);
	expect(new Set(names).size).toBe(names.length);
	expect(new Set(workflow.nodes.map(({ id }) => id)).size).toBe(names.length);
	for (const [from, { main }] of Object.entries(workflow.connections as object)) {
		expect(names).toContain(from);
		for (const { node } of (main as Connections['main']).flat()) expect(names).toContain(node);
	}
});

it.each(examples)('%s uses existing operations and fields', (_, { nodes }) => {
	for (const { type, parameters } of nodes) {
		if (type !== 'n8n-nodes-wechatpay.wechatPay') continue;
		const { resource, operation } = parameters;
		const fields = findOperation(String(resource), String(operation))?.fields ?? [];
		const names = ['resource', 'operation', 'options', ...fields.map(({ name }) => name)];
		expect(names).toEqual(expect.arrayContaining(Object.keys(parameters)));
	}
});
