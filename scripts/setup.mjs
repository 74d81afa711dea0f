// Makes a fresh clone ready to use: checks Node, installs, builds, each only if it is needed.
// Plain JavaScript without packages, because it runs before there are any.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from './build-stamp.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const LOCK = join(ROOT, '.setup-lock');
const OLDEST_NODE = [20, 19];

checkNode();
withLock(() => {
	installIfNeeded();
	if (!process.argv.includes('--no-build')) buildIfNeeded();
});

function checkNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	const [oldestMajor, oldestMinor] = OLDEST_NODE;
	if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
	stop(
		`This needs Node.js ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}.` +
			' Install a newer one from nodejs.org, then run the command again.',
	);
}

function installIfNeeded() {
	if (isInstalled()) return;
	const started = say('Installing the development tools (about a minute)');
	// No package may run a script of its own here. None needs to: isolated-vm, which is compiled for
	// Node 24, serves a way to evaluate expressions that is not used here.
	run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], 'The installation');
	done(started);
}

/**
 * Whether node_modules holds what package-lock.json says. npm writes there what it has installed,
 * at the end, so an interrupted installation does not count. That list alone proves nothing: a copy
 * of node_modules may share it with its original. Dates would say nothing: a checkout renews them.
 */
function isInstalled() {
	const installed = readPackages(join(MODULES, '.package-lock.json'));
	if (!installed) return false;
	return Object.entries(readPackages(join(ROOT, 'package-lock.json'))).every(([path, wanted]) => {
		const found = installed[path];
		// Optional packages are those of other systems and processors.
		if (path === '' || (!found && wanted.optional)) return true;
		if (found?.version !== wanted.version || found.integrity !== wanted.integrity) return false;
		return existsSync(join(ROOT, path, 'package.json'));
	});
}

function readPackages(file) {
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

function buildIfNeeded() {
	if (isBuilt()) return;
	const started = say('Building');
	run(process.execPath, [join(MODULES, 'gulp', 'bin', 'gulp.js'), 'build'], 'The build');
	done(started);
}

/** Runs a command quietly: its output is for when it fails. npm's warnings would only alarm. */
function run(command, args, what) {
	// On Windows npm is a script, which only a shell can start.
	const shell = command === 'npm' && process.platform === 'win32';
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd: ROOT,
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
		shell,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	if (status === 0) return;
	console.error();
	console.error([stdout, stderr, error?.message].filter(Boolean).join('\n').trim());
	stop(`${what} did not succeed: ${command} ${args.join(' ')}`);
}

/** Two at once would install or build into each other: the second waits for the first. */
function withLock(task) {
	for (let waited = 0; ; waited++) {
		try {
			mkdirSync(LOCK);
			break;
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
			if (takeOverIfAbandoned()) continue;
			if (waited === 0) console.log('Waiting for another set-up in this folder');
			sleep(200);
		}
	}
	process.on('exit', unlock);
	for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
	writeFileSync(join(LOCK, 'pid'), String(process.pid));
	task();
}

/** A lock whose process has ended was left behind by a kill or a power cut. */
function takeOverIfAbandoned() {
	try {
		const file = join(LOCK, 'pid');
		const pid = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
		// Just made, and the number not written yet. A second is plenty for that.
		if (pid === undefined && Date.now() - statSync(LOCK).mtimeMs < 1000) return false;
		if (pid !== undefined && isRunning(Number(pid))) return false;
		unlock();
		return true;
	} catch {
		return true; // it went away meanwhile: try again
	}
}

function isRunning(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

function unlock() {
	rmSync(LOCK, { recursive: true, force: true });
}

function sleep(ms) {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function say(text) {
	process.stdout.write(`${text} ... `);
	return Date.now();
}

function done(started) {
	console.log(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function stop(message) {
	console.error(message);
	process.exit(1);
}
