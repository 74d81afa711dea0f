/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = join(__dirname, '../..');
const FOLDERS = ['.', '.github', 'docs', 'e2e', 'examples', 'sandbox'];

const DOCUMENTS = FOLDERS.flatMap((folder) =>
	readdirSync(join(ROOT, folder))
		.filter((file) => file.endsWith('.md'))
		.map((file) => join(ROOT, folder, file)),
);

/** A document without its code, in which nothing is a link or a heading. */
const proseOf = (file: string): string =>
	readFileSync(file, 'utf8')
		.replace(/^( *)```[^]*?^\1```/gm, '')
		.replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(file: string): Set<string> {
	const anchors = new Set<string>();
	for (const [, heading] of proseOf(file).matchAll(/^#{1,6} (.+)$/gm)) {
		const slug = heading
			.trim()
			.toLowerCase()
			.replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
			.replaceAll(' ', '-');
		let anchor = slug;
		for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
		anchors.add(anchor);
	}
	return anchors;
}

const linksOf = (file: string): string[] =>
	[...proseOf(file).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target);

/** What is wrong with a link; undefined if it leads somewhere. */
function faultOf(file: string, link: string): string | undefined {
	if (/^[a-z]+:/i.test(link)) return undefined;
	const [path, anchor] = link.split('#', 2);
	const target = path === '' ? file : resolve(dirname(file), decodeURIComponent(path));
	if (!existsSync(target)) return 'no such file';
	if (relative(ROOT, target).startsWith('..')) return 'outside the repository';
	if (anchor === undefined || !target.endsWith('.md')) return undefined;
	return anchorsOf(target).has(decodeURIComponent(anchor)) ? undefined : 'no such heading';
}

it.each(DOCUMENTS.map((file) => [relative(ROOT, file), file]))(
	'every relative link in %s resolves',
	(_name, file) => {
		const faults = linksOf(file).flatMap((link) => {
			const fault = faultOf(file, link);
			return fault ? [`${link}: ${fault}`] : [];
		});
		expect(faults).toEqual([]);
	},
);

it('the link check finds links and reports missing headings and files', () => {
	const readme = join(ROOT, 'README.md');
	expect(linksOf(readme).length).toBeGreaterThan(30);
	expect(faultOf(readme, 'docs/states.md#two-flows')).toBeUndefined();
	expect(faultOf(readme, 'docs/states.md#three-flows')).toBe('no such heading');
	expect(faultOf(readme, 'docs/none.md')).toBe('no such file');
});

it('the README links to every document', () => {
	const listed = new Set(
		linksOf(join(ROOT, 'README.md')).map((link) => resolve(ROOT, link.split('#')[0])),
	);
	const isForReaders = (file: string) => !/\.github|e2e/.test(relative(ROOT, file));
	const missing = DOCUMENTS.filter((file) => isForReaders(file) && !listed.has(file));
	expect(missing.map((file) => relative(ROOT, file))).toEqual(['README.md']);
});

it('the README is at most 12 KB', () => {
	expect(statSync(join(ROOT, 'README.md')).size).toBeLessThanOrEqual(12_288);
});
