/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
// The real n8n, installed once into a folder outside the project and kept there: a few minutes and a
// few gigabytes for each host. Finished steps of an interrupted run are not repeated.
//   npx tsx host/hosts.ts [current|older ...]
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command';
import { NPM_OPTIONS, cacheFolder, newProject } from './install/folders';
import { locked } from './install/lock';
import { environment, majorVersionOf, suitableNode, type NodeRange } from './install/node';
import { packageCounter, step } from './install/progress';

export interface Host {
	/** The n8n version. */
	version: string;
	/** The Node binary that runs it. */
	node: string;
	/** The script that this Node runs: n8n's command line. */
	script: string;
}

export type HostName = 'current' | 'older';

interface Recipe {
	version: string;
	nodes: NodeRange;
	/** Versions for dependencies that not every registry has as n8n asks for them. */
	overrides: Record<string, string>;
	takes: string;
}

const RECIPES: Record<HostName, Recipe> = {
	current: {
		version: '2.41.1',
		nodes: { from: [24, 0], below: 27 },
		overrides: { linkedom: '0.18.12' },
		takes: 'about 5 minutes and 2.9 GB, once',
	},
	older: {
		version: '2.0.3',
		nodes: { from: [20, 19], below: 25 },
		// n8n takes xlsx from a server outside the registry.
		overrides: { linkedom: '0.18.12', xlsx: '0.18.5' },
		takes: 'about 3 minutes and 1.6 GB, once',
	},
};

/** Native modules that n8n needs; no other package may run a script of its own. */
const NATIVE_MODULES = ['sqlite3', 'isolated-vm'];

/** The host with this name, installed first if necessary. */
export async function ensureHost(
	name: HostName,
	say: (text: string) => void = (text) => process.stdout.write(text),
): Promise<Host> {
	const recipe = RECIPES[name];
	const { version } = recipe;
	const folder = join(cacheFolder(), `n8n-${version}`);
	return await locked(folder, say, async () => {
		const node = await suitableNode(version, recipe.nodes, say);
		const script = join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
		const host: Host = { version, node, script };
		// What was compiled for one major version of Node does not load in another.
		const major = await majorVersionOf(node);
		const wanted = fingerprint({ recipe, major, platform: process.platform, arch: process.arch });
		const stamp = (stage: string) => join(folder, `.${stage}`);
		const isDone = (stage: string) =>
			existsSync(stamp(stage)) && readFileSync(stamp(stage), 'utf8') === wanted;
		if (isDone('ready')) return host;

		const env = environment(node);
		const npm = async (...args: string[]) => await run('npm', args, folder, env);
		say(`Installing n8n ${version} (${recipe.takes})\n`);
		if (!isDone('installed')) {
			// Half an installation may contain half-written packages: only npm's own cache is kept.
			newProject(folder, { dependencies: { n8n: version }, overrides: recipe.overrides });
			// The list of all packages first: it tells how much there is to do.
			await step('1 of 3: finding its packages', say, () =>
				npm('install', '--package-lock-only', ...NPM_OPTIONS),
			);
			await step(
				'2 of 3: downloading them',
				say,
				() => npm('ci', ...NPM_OPTIONS),
				packageCounter(folder),
			);
			writeFileSync(stamp('installed'), wanted);
		}
		await step(`3 of 3: compiling ${NATIVE_MODULES.join(' and ')}`, say, () =>
			npm('rebuild', '--loglevel=error', ...NATIVE_MODULES),
		);
		const installed = (await run(node, [script, '--version'], folder, env)).trim();
		if (installed !== version) {
			throw new Error(`n8n ${version} is installed in ${folder}, but says "${installed}"`);
		}
		writeFileSync(stamp('ready'), wanted);
		return host;
	});
}

function fingerprint(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

async function main() {
	const asked = process.argv.slice(2);
	const unknown = asked.filter((name) => !(name in RECIPES));
	if (unknown.length) throw new Error(`Unknown host ${unknown.join(', ')}: current or older`);
	for (const name of (asked.length ? asked : Object.keys(RECIPES)) as HostName[]) {
		const host = await ensureHost(name);
		console.log(`n8n ${host.version} is ready: ${host.node} ${host.script}`);
	}
}

if (require.main === module) {
	// Ctrl-C must run the exit handlers: they release the lock.
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
	main().catch((error: Error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
}
