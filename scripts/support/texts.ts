/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '../..');
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

const files = (folder: string): string[] =>
	readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((file) => file.endsWith('.ts'));

/** What the editor shows and what errors say, by source file of the nodes and the credential. */
export const shownTexts = (): Array<[file: string, texts: string[]]> =>
	['credentials', 'nodes']
		.flatMap(files)
		.sort()
		.map((file): [string, string[]] => [relative(ROOT, file), collect(file)])
		.filter(([, texts]) => texts.length > 0);
