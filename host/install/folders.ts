/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the hosts are kept. */
export function cacheFolder(): string {
	const chosen = process.env.N8N_NODES_WECHATPAY_CACHE;
	if (chosen) return chosen;
	const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
	return join(caches, 'n8n-nodes-wechatpay');
}

/** Empties a folder, and writes a package.json with these dependencies into it. */
export function newProject(folder: string, manifest: object): void {
	// What a kill has left behind may take a moment to end, and writes until then.
	rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...manifest }));
}

export const NPM_OPTIONS = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
