/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console, @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
// The package in the real n8n: editor, example workflows, trigger, queue mode, an older host.
//   npm run test:e2e                          all of it
//   npm run test:e2e -- browser examples      some of it
//   npm run test:e2e -- queue-many --rows 2000
//   npm run test:e2e -- browser editor --update-pictures     and the pictures of the docs anew
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Context } from './context';
import { ensureHost } from '../host/hosts';
import { pack } from '../host/package-tarball';

type Part = (context: Context) => Promise<void>;

/** Loaded one by one, when their turn comes: the browser's library has to be installed first. */
const PARTS: Record<string, () => Promise<Part>> = {
	browser: async () => (await import('./browser')).browser,
	editor: async () => (await import('./browser')).editor,
	examples: async () => (await import('./examples')).examples,
	trigger: async () => (await import('./trigger')).trigger,
	notification: async () => (await import('./notification')).notification,
	queue: async () => (await import('./queue')).queue,
	'queue-many': async () => (await import('./queue')).queueMany,
	older: async () => (await import('./older')).older,
	'older-notification': async () => {
		const { notification } = await import('./notification');
		return async (context) => await notification(context, 'older');
	},
};

let passed = 0;
let failed = 0;

async function check(name: string, task: () => Promise<void> | void): Promise<void> {
	const started = Date.now();
	try {
		await task();
		passed++;
		console.log(`ok      ${name} (${seconds(started)})`);
	} catch (error) {
		failed++;
		console.log(`FAILED  ${name} (${seconds(started)})`);
		const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
		console.log(text.replace(/^/gm, '        '));
	}
}

const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** What this folder needs of its own. */
function installIfNeeded(): void {
	const wanted = readVersion(join(__dirname, 'package.json'));
	const found = join(__dirname, 'node_modules', 'playwright-core', 'package.json');
	if (existsSync(found) && JSON.parse(readFileSync(found, 'utf8')).version === wanted) return;
	const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
	const shell = process.platform === 'win32';
	const { status, stdout, stderr } = spawnSync('npm', args, {
		cwd: __dirname,
		encoding: 'utf8',
		shell,
	});
	if (status !== 0) throw new Error(`npm ${args.join(' ')} in e2e\n${stdout}${stderr}`);
}

function readVersion(file: string): string {
	const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
		dependencies: Record<string, string>;
	};
	return dependencies['playwright-core'];
}

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			'update-pictures': { type: 'boolean', default: false },
			rows: { type: 'string', default: '200' },
		},
	});
	const updatesPictures = values['update-pictures'];
	const rows = Number(values.rows);
	if (!(Number.isSafeInteger(rows) && rows >= 200)) throw new Error('--rows: 200 or more.');
	const unknown = positionals.filter((name) => !(name in PARTS));
	if (unknown.length > 0) {
		throw new Error(`There is no part ${unknown.join(', ')}: ${Object.keys(PARTS).join(', ')}`);
	}
	const names = positionals.length > 0 ? positionals : Object.keys(PARTS);
	const temporary = mkdtempSync(join(tmpdir(), 'wechatpay-e2e-'));
	process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));

	installIfNeeded();
	// Installations are not what the tests of a part are about, and not part of its time.
	const isOlder = (name: string) => name.startsWith('older');
	if (!names.every(isOlder)) await ensureHost('current');
	if (names.some(isOlder)) await ensureHost('older');
	const tarball = await pack(temporary);
	for (const name of names) {
		const started = Date.now();
		const folder = mkdtempSync(join(temporary, `${name}-`));
		const context = { tarball, folder, check, updatesPictures, rows };
		try {
			await (
				await PARTS[name]()
			)(context);
		} catch (error) {
			await check(name, () => {
				throw error;
			});
		}
		console.log(`        ${name}: ${seconds(started)}`);
	}
}

// Exit handlers end what was started: n8n, databases, the browser.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => process.exit(1));
}

main()
	.catch((error: unknown) => {
		failed++;
		console.error(error instanceof Error ? error.message : error);
	})
	.finally(() => {
		console.log(`${passed} passed, ${failed} failed`);
		process.exit(failed === 0 && passed > 0 ? 0 : 1);
	});
