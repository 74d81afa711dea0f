// The one build: dist/ is what n8n loads and what is published.
const { execFile } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dirname, join } = require('node:path');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');

const run = promisify(execFile);

/** Old files must not survive a rename: they would be published. */
const clean = () => rm('dist', { recursive: true, force: true });

async function compile() {
	// The compiler's own entry file, run by this Node: no shell, the same on every system.
	const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
	try {
		await run(process.execPath, [tsc, '--project', 'tsconfig.build.json']);
	} catch (error) {
		// tsc writes its findings to stdout; without them the failure says nothing.
		throw new Error(error.stdout || error.message, { cause: error });
	}
}

/** `encoding: false` keeps gulp 5 from reading files as text, which damages any that are not. */
const copy = (patterns, options) =>
	src(patterns, { encoding: false, allowEmpty: true, ...options }).pipe(dest('dist'));

const icons = () => copy('icons/*.svg', { base: '.' });

/** The codex (search words, documentation links) and the output schemas that n8n's editor reads. */
const metadata = () =>
	copy(['nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'], { base: '.' });

/** Runs the build, and notes what it was made from: the set-up builds only if that has changed. */
async function build() {
	const { hashInputs, writeStamp } = await import('./scripts/build-stamp.mjs');
	const inputs = hashInputs();
	await promisify(series(clean, parallel(compile, icons, metadata)))();
	writeStamp(inputs);
}

exports.build = build;
exports.default = exports.build;
