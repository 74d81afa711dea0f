// The gate of n8n's verification, on this folder instead of a published version: the rules of
// @n8n/scan-community-package over the source and over the packed tarball, warnings included, and
// whether the tarball is complete and n8n loads it with nothing but n8n-workflow beside it.
// What the scanner checks at the registry (provenance, the public repository) cannot be seen here.
import { spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, parse, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TEMP = mkdtempSync(join(tmpdir(), 'verify-package-'));
const SHIPPED = /^(package\.json|(README|LICENSE|CHANGELOG)\.md|dist\/.+\.(js|json|svg))$/;

// The scanner makes a temporary folder when it is imported: let it be inside ours.
process.env.TMPDIR = process.env.TEMP = process.env.TMP = TEMP;
const { ESLint } = await import('eslint');
const { buildScanConfig } = await import('@n8n/scan-community-package/scanner/scanner.mjs');

const findings = [];
try {
	// Which files: as in the scanner's own two passes.
	const isSource = (file) =>
		file === 'package.json' || /^(nodes|credentials)\/.+\.(js|ts|json)$/.test(file);
	await scan('source', ROOT, ['package.json', 'nodes', 'credentials'], isSource);

	const packed = pack();
	const isCompiled = (file) => file === 'package.json' || file.endsWith('.js');
	await scan('tarball', packed, ['.'], isCompiled);
	checkContents(packed);
	await checkLoads(packed);
} finally {
	rmSync(TEMP, { recursive: true, force: true });
}
for (const finding of findings) console.error(finding);
console.log(findings.length === 0 ? 'The package passes.' : `${findings.length} findings.`);
process.exitCode = findings.length === 0 ? 0 : 1;

async function scan(name, directory, folders, isWanted) {
	const files = folders.flatMap((folder) => filesOf(directory, folder)).filter(isWanted);
	if (files.length < 2) findings.push(`${name}: there is nothing to scan; build first`);
	const eslint = new ESLint({
		cwd: directory,
		allowInlineConfig: false, // as the scanner: a disabling comment does not count
		overrideConfigFile: true,
		overrideConfig: await buildScanConfig(),
	});
	for (const { filePath, messages } of await eslint.lintFiles(files)) {
		for (const { line, ruleId, message, severity } of messages) {
			const where = `${relative(directory, filePath)}:${line}`;
			const kind = severity === 2 ? 'error' : 'warning';
			findings.push(`${name}: ${where} ${kind} ${message} (${ruleId})`);
		}
	}
	console.log(`${name}: ${files.length} files scanned`);
}

/** Packs as for publishing, and unpacks where n8n would install it. */
function pack() {
	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	run(npm, ['pack', '--ignore-scripts', '--silent', '--pack-destination', TEMP], ROOT);
	const tarball = readdirSync(TEMP).find((name) => name.endsWith('.tgz'));
	const { name } = readJson(join(ROOT, 'package.json'));
	const packed = join(TEMP, 'host', 'node_modules', name);
	mkdirSync(packed, { recursive: true });
	run('tar', ['-xzf', join(TEMP, tarball), '-C', packed, '--strip-components=1'], TEMP);
	const files = filesOf(packed, '.').map((file) => join(packed, file));
	const unpacked = files.reduce((sum, file) => sum + statSync(file).size, 0);
	const inKb = (bytes) => `${Math.round(bytes / 1024)} KB`;
	const size = `${inKb(statSync(join(TEMP, tarball)).size)}, unpacked ${inKb(unpacked)}`;
	console.log(`tarball: ${tarball}, ${files.length} files, ${size}`);
	return packed;
}

function checkContents(packed) {
	const files = filesOf(packed, '.');
	for (const file of files.filter((name) => !SHIPPED.test(name))) {
		findings.push(`tarball: ${file} does not belong there`);
	}
	const { n8n, dependencies, peerDependencies } = readJson(join(packed, 'package.json'));
	for (const file of ['README.md', 'LICENSE.md', ...n8n.nodes, ...n8n.credentials]) {
		if (!files.includes(file)) findings.push(`tarball: ${file} is missing`);
	}
	for (const file of n8n.nodes) {
		if (!files.includes(`${file}on`)) findings.push(`tarball: ${file}on (the codex) is missing`);
	}
	if (Object.keys(dependencies ?? {}).length > 0) findings.push('tarball: has dependencies');
	if (Object.keys(peerDependencies).join() !== 'n8n-workflow') {
		findings.push('tarball: n8n-workflow must be the only peer dependency');
	}
}

/** As n8n loads it, beside n8n-workflow alone: anything else that the code requires is not there. */
async function checkLoads(packed) {
	symlinkSync(
		join(ROOT, 'node_modules', 'n8n-workflow'),
		join(dirname(packed), 'n8n-workflow'),
		'junction',
	);
	const { PackageDirectoryLoader } = createRequire(import.meta.url)('n8n-core');
	const loader = new PackageDirectoryLoader(packed);
	try {
		await loader.loadAll();
	} catch (error) {
		findings.push(`tarball: n8n cannot load it: ${error.message}`);
		return;
	}
	const { name, n8n } = readJson(join(packed, 'package.json'));
	if (loader.packageName !== name) findings.push(`tarball: n8n calls it ${loader.packageName}`);
	// The file is named after the class, and the type after the class as well.
	const typeOf = (file) =>
		parse(file)
			.name.split('.')[0]
			.replace(/^./, (c) => c.toLowerCase());
	for (const [kind, files] of Object.entries({ nodes: n8n.nodes, credentials: n8n.credentials })) {
		const found = loader.types[kind].map((type) => type.name).sort();
		const wanted = files.map(typeOf).sort();
		if (found.join() !== wanted.join()) {
			findings.push(`tarball: n8n finds the ${kind} ${found}, and not ${wanted}`);
		}
		for (const { name: type, iconUrl } of loader.types[kind]) {
			checkIcons(type, iconUrl, packed);
		}
	}
}

/** The loader writes icons as URLs that n8n serves: the package's name, then the path in it. */
function checkIcons(type, iconUrl, packed) {
	const urls = typeof iconUrl === 'string' ? [iconUrl] : Object.values(iconUrl ?? {});
	if (urls.length === 0) findings.push(`tarball: ${type} has no icon`);
	for (const url of urls) {
		const path = url.replace(/^icons\/[^/]+\//, '');
		if (!existsSync(join(packed, path))) findings.push(`tarball: the icon ${url} is missing`);
	}
}

function filesOf(directory, folder) {
	const path = join(directory, folder);
	if (!existsSync(path)) return [];
	if (statSync(path).isFile()) return [folder];
	return readdirSync(path, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
		.sort();
}

function readJson(file) {
	return JSON.parse(readFileSync(file, 'utf8'));
}

function run(command, args, cwd) {
	const shell = process.platform === 'win32';
	const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell });
	if (status !== 0) throw new Error(`${command} ${args[0]}: ${stderr || error?.message}`);
}
