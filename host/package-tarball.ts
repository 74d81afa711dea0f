/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
// The package as users get it: built, packed and installed from the tarball.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './command';

export const ROOT = resolve(__dirname, '..');

export const PACKAGE_NAME = 'n8n-nodes-wechatpay';

/** Builds the package if needed, packs it into `folder`, and returns the path of the tarball. */
export async function pack(folder: string): Promise<string> {
	await run(process.execPath, [join(ROOT, 'scripts', 'setup.mjs')], ROOT);
	const output = await run('npm', ['pack', '--json', '--pack-destination', folder], ROOT);
	const [{ filename }] = JSON.parse(output) as Array<{ filename: string }>;
	return join(folder, filename);
}

/** Installs the tarball where n8n puts community packages: a copy, never a link. */
export async function installInto(userFolder: string, tarball: string): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes');
	mkdirSync(folder, { recursive: true });
	const manifest = join(folder, 'package.json');
	if (!existsSync(manifest)) {
		writeFileSync(manifest, JSON.stringify({ name: 'installed-nodes', private: true }));
	}
	// As n8n does: the peer n8n-workflow is the host's own.
	const args = ['install', tarball, '--legacy-peer-deps', '--ignore-scripts', '--no-save'];
	await run('npm', [...args, '--no-audit', '--no-fund', '--offline', '--install-links'], folder);
	const installed = join(folder, 'node_modules', PACKAGE_NAME, 'package.json');
	const { name } = JSON.parse(readFileSync(installed, 'utf8')) as { name: string };
	if (name !== PACKAGE_NAME) throw new Error(`${installed} is not ${PACKAGE_NAME}`);
}
