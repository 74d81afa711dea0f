/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs outside n8n */
// The package as users get it: built, packed, and installed from the tarball.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..');

export const PACKAGE_NAME = 'n8n-nodes-wechatpay';

/** Builds if needed, packs into `folder`, and gives the path of the tarball. */
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

/** Runs a command to its end; gives its output, or an error that shows it. */
async function run(command: string, args: string[], cwd: string): Promise<string> {
	return await new Promise((done, reject) => {
		// On Windows npm is a script, which only a shell can start.
		const shell = command === 'npm' && process.platform === 'win32';
		const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'] });
		let out = '';
		let err = '';
		child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
		child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) done(out);
			else reject(new Error(`${command} ${args.join(' ')}\n${out}${err}`.trim()));
		});
	});
}
