// What a build was made from. Plain JavaScript without packages: the set-up reads it first of all.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
// In dist, so that it goes whenever what it stands for is deleted. It is not published.
const STAMP = join(ROOT, 'dist', '.build');
const INPUTS = [
	'nodes',
	'credentials',
	'icons',
	'gulpfile.js',
	'package.json',
	'tsconfig.json',
	'tsconfig.build.json',
];

/** One hash over the names and contents of all that a build is made from, whatever their dates say. */
export function hashInputs() {
	const hash = createHash('sha256');
	for (const input of INPUTS) {
		for (const file of filesOf(join(ROOT, input))) {
			hash
				.update(`${relative(ROOT, file)}\0`)
				.update(readFileSync(file))
				.update('\0');
		}
	}
	return hash.digest('hex');
}

/** Whether dist was built from what is there now. */
export function isBuilt() {
	return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hashInputs();
}

/** Notes what dist was built from: the hash from before the build, as files may change during it. */
export function writeStamp(hash) {
	writeFileSync(STAMP, hash);
}

function filesOf(path) {
	if (!existsSync(path)) return [];
	if (statSync(path).isFile()) return [path];
	return readdirSync(path)
		.sort()
		.flatMap((name) => filesOf(join(path, name)));
}
