/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

// Which module may import which: the table in CONTRIBUTING.md. Type imports count: a circle of types is
// a type in the wrong file.

const ROOT = join(__dirname, '../..');
const SHARED = ['actions/batches.ts', 'actions/options.ts'];
const ALLOWED: Record<string, string[]> = {
	protocol: [],
	failure: ['protocol'],
	client: ['failure', 'protocol'],
	application: ['failure', 'protocol'],
	item: ['application', 'client', 'failure', 'protocol'],
	actions: ['application', 'client', 'failure', 'item', 'protocol'],
	trigger: ['application', 'client', 'failure', 'item', 'protocol', ...SHARED],
	notification: ['application', 'client', 'failure', 'item', 'protocol'],
	credentials: ['client'],
};

/** The imports of each file, by path. */
const imports = new Map<string, string[]>();
for (const folder of ['nodes', 'credentials']) {
	const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
	for (const name of files.filter((file) => file.endsWith('.ts'))) {
		const file = join(ROOT, folder, name);
		const text = readFileSync(file, 'utf8');
		const paths = [...text.matchAll(/^(?:import|export|\}).* from '(\.[^']+)';$/gm)];
		imports.set(
			file,
			paths.map(([, path = '']) => resolve(join(dirname(file), path))),
		);
	}
}

function resolve(path: string): string {
	const isFolder = readdirSync(dirname(path)).includes(path.split('/').at(-1) ?? '');
	return isFolder ? join(path, 'index.ts') : `${path}.ts`;
}

const shown = (file: string): string => relative(ROOT, file).replace('nodes/WechatPay/', '');
const folderOf = (file: string): string => shown(file).split('/', 1)[0] ?? '';

it('the import scan finds imports and resolves all of them', () => {
	const all = [...imports.values()].flat();
	expect(all.length).toBeGreaterThan(500);
	expect(all.filter((file) => !imports.has(file))).toEqual([]);
});

it('no imports are circular', () => {
	const checked = new Set<string>();
	const circles: string[] = [];
	const visit = (file: string, trail: string[]): void => {
		if (trail.includes(file)) {
			circles.push([...trail.slice(trail.indexOf(file)), file].map(shown).join(' → '));
		} else if (!checked.has(file)) {
			for (const next of imports.get(file) ?? []) visit(next, [...trail, file]);
			checked.add(file);
		}
	};
	for (const file of imports.keys()) visit(file, []);
	expect(circles).toEqual([]);
});

it.each(Object.entries(ALLOWED))('%s imports only from allowed folders', (folder, allowed) => {
	const files = [...imports.keys()].filter((file) => folderOf(file) === folder);
	expect(files).not.toEqual([]);
	const refused = files.flatMap((file) =>
		(imports.get(file) ?? [])
			.filter(
				(found) =>
					![folder, ...allowed].some((one) => [folderOf(found), shown(found)].includes(one)),
			)
			.map((found) => `${shown(file)} → ${shown(found)}`),
	);
	expect(refused).toEqual([]);
});
