/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
import { spawnSync } from 'node:child_process';
import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const SCRIPTS = join(__dirname, '../../scripts');

interface Package {
	version: string;
	integrity: string;
	optional?: true;
}
type Packages = Record<string, Package>;

const WANTED: Packages = {
	'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
	'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
	'node_modules/c': { version: '3.0.0', integrity: 'sha512-c', optional: true },
};

// With an npm of our own, which only notes that it was called.
(process.platform === 'win32' ? describe.skip : describe)('scripts/setup.mjs', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'setup-'));
		for (const file of ['setup.mjs', 'build-stamp.mjs']) {
			cpSync(join(SCRIPTS, file), join(folder, 'scripts', file));
		}
		const npm = put('bin/npm', '#!/bin/sh\necho "$@" > npm-was-called\n');
		chmodSync(npm, 0o755);
		put('package-lock.json', JSON.stringify({ packages: { '': {}, ...WANTED } }));
		install(WANTED);
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	function put(path: string, content: string): string {
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, content);
		return file;
	}

	/** As npm does: a folder for each package, and a list of them. */
	function install(packages: Packages): void {
		rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
		for (const path of Object.keys(packages)) put(`${path}/package.json`, '{}');
		put('node_modules/.package-lock.json', JSON.stringify({ packages }));
	}

	/** Whether set-up finds that something has to be installed. */
	function installs(): boolean {
		const { status } = spawnSync(process.execPath, ['scripts/setup.mjs', '--no-build'], {
			cwd: folder,
			env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` },
		});
		expect(status).toBe(0);
		return existsSync(join(folder, 'npm-was-called'));
	}

	const without = (name: string): Packages =>
		Object.fromEntries(Object.entries(WANTED).filter(([path]) => path !== name));

	it('installs nothing when everything is installed', () => expect(installs()).toBe(false));

	it('ignores a missing optional package', () => {
		install(without('node_modules/c'));
		expect(installs()).toBe(false);
	});

	it.each<[string, () => void]>([
		['there is nothing yet', () => rmSync(join(folder, 'node_modules'), { recursive: true })],
		[
			'an installation was interrupted',
			() => rmSync(join(folder, 'node_modules/.package-lock.json')),
		],
		['a package was added', () => install(without('node_modules/a/node_modules/b'))],
		[
			'a package has another version',
			() => install({ ...WANTED, 'node_modules/a': { version: '0.9.0', integrity: 'sha512-a' } }),
		],
		[
			'a package has other content',
			() => install({ ...WANTED, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }),
		],
		[
			'a package is in the list and not in its folder',
			() => rmSync(join(folder, 'node_modules/a/node_modules'), { recursive: true }),
		],
	])('installs packages when %s', (_what, change) => {
		change();
		expect(installs()).toBe(true);
	});
});
