/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workflow } from './n8n';
import { ROOT } from './package-tarball';

export const EXAMPLES = join(ROOT, 'examples');

/** The rows of a list of the examples. Their values contain neither commas nor quotes. */
export function readList(name: string): Array<Record<string, string>> {
	const [header, ...lines] = readFileSync(join(EXAMPLES, name), 'utf8').trim().split('\n');
	const columns = header.split(',');
	return lines.map((line) => {
		const values = line.split(',');
		return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
	});
}

/** What a user enters in the node "Settings" of an example, if it has one. */
export interface ExampleSettings {
	/** The folder of lists and images. */
	folder: string;
	/** The API host. */
	host: string;
}

/** The files of the example workflows. */
export function exampleFiles(): string[] {
	const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.json'));
	return names.sort().map((name) => join(EXAMPLES, name));
}

export const readExample = (file: string): Workflow =>
	JSON.parse(readFileSync(file, 'utf8')) as Workflow;

/** The example workflows as a user has them after entering the settings. */
export function readExamples(settings: ExampleSettings): Workflow[] {
	return exampleFiles().map((file) => withSettings(readExample(file), settings));
}

interface Assignment {
	name: string;
	value: unknown;
}

function withSettings(workflow: Workflow, settings: ExampleSettings): Workflow {
	const node = workflow.nodes.find(({ name }) => name === 'Settings');
	const { assignments } = (node?.parameters.assignments ?? {}) as { assignments?: Assignment[] };
	for (const assignment of assignments ?? []) {
		const value = settings[assignment.name as keyof ExampleSettings];
		if (value !== undefined) assignment.value = value;
	}
	return workflow;
}

/** Copies the lists and images that the examples read into a folder; existing files are kept. */
export function copyExampleFiles(folder: string): string {
	mkdirSync(folder, { recursive: true });
	for (const name of readdirSync(EXAMPLES).filter((entry) => entry.endsWith('.csv'))) {
		const target = join(folder, name);
		if (!existsSync(target)) copyFileSync(join(EXAMPLES, name), target);
	}
	cpSync(join(EXAMPLES, 'scans'), join(folder, 'scans'), { recursive: true, force: false });
	return folder;
}
