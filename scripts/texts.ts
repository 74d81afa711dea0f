/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
/**
 * `npm run texts`: every text that a user can meet, for reading them in one go: what the editor
 * shows, taken from the sources of the nodes and the credential, and what errors say.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '..');
const SHOWN = new Set([
	'displayName',
	'description',
	'hint',
	'placeholder',
	'action',
	'name',
	'notice',
	'message',
	'header',
	'inactive',
	'active',
	'activationHint',
	'multipleValueButtonText',
]);

/** A sentence has spaces or begins with a capital; keys, paths and enum values do not. */
const isProse = (text: string): boolean =>
	/[A-Za-z]{3}/.test(text) && (/\s/.test(text) || /^[A-Z][a-z]/.test(text));

/** The text of a literal, with `{…}` where a value goes in. */
function textOf(node: ts.Node): string | undefined {
	if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
	if (ts.isTemplateExpression(node)) {
		return node.head.text + node.templateSpans.map((span) => `{…}${span.literal.text}`).join('');
	}
	return undefined;
}

function isCode(node: ts.Node): boolean {
	const { parent } = node;
	if (ts.isImportDeclaration(parent) || ts.isLiteralTypeNode(parent)) return true;
	return ts.isPropertyAssignment(parent) && !SHOWN.has(parent.name.getText());
}

function collect(file: string): string[] {
	const source = ts.createSourceFile(
		file,
		readFileSync(file, 'utf8'),
		ts.ScriptTarget.Latest,
		true,
	);
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		const text = textOf(node);
		if (text !== undefined && isProse(text) && !isCode(node)) found.push(text);
		else ts.forEachChild(node, visit);
	};
	visit(source);
	return [...new Set(found)];
}

const files = ['credentials', 'nodes']
	.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).map((entry) =>
			join(entry.parentPath, entry.name),
		),
	)
	.filter((file) => file.endsWith('.ts'))
	.sort();

for (const file of files) {
	const texts = collect(file);
	if (texts.length === 0) continue;
	console.log(`\n${relative(ROOT, file)}`);
	for (const text of texts) console.log(`  ${text}`);
}
