/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { equal, match, notEqual } from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox } from '../../sandbox';
import { startChromium } from '../chromium';
import type { Context } from '../context';
import { copyExampleFiles } from '../../host/examples';
import { ensureHost } from '../../host/hosts';
import { N8n } from '../../host/n8n';
import { installInto } from '../../host/package-tarball';
import { credential } from './credential';
import { importsExamples } from './examples';
import { findsTheNode } from './node';
import { Person, STEPS } from './person';
import { runsByHand } from './runs';

/** In headless Chromium, as a person: the credential, the node, its fields, runs by hand, errors. */
export async function browser(context: Context): Promise<void> {
	const { folder, tarball } = context;
	const host = await ensureHost('current');
	await installInto(folder, tarball);
	const files = copyExampleFiles(join(folder, 'files'));
	const sandbox = await Sandbox.start();
	const env = { N8N_RESTRICT_FILE_ACCESS_TO: files };
	const [n8n, chromium] = await Promise.all([
		N8n.start({ host, userFolder: folder, env }),
		startChromium(),
	]);
	try {
		await n8n.login();
		const browserContext = await chromium.newContext({
			viewport: { width: 1440, height: 900 },
			colorScheme: 'light',
			permissions: ['clipboard-read', 'clipboard-write'],
		});
		const page = await browserContext.newPage();
		page.setDefaultTimeout(10_000);
		// The first page compiles all of n8n's editor.
		page.setDefaultNavigationTimeout(60_000);
		mkdirSync(STEPS, { recursive: true });
		const person = new Person(page, n8n, context);
		const check: Context['check'] = async (name, task) =>
			await context.check(name, async () => {
				try {
					await task();
				} catch (error) {
					await person.looks('FAILED');
					throw error;
				}
			});
		await person.logsIn();
		await credential(person, sandbox, check, host, folder);
		await findsTheNode(person, check);
		await runsByHand(person, sandbox, check, files);
		await themes(person, check);
		await importsExamples(person, check);
	} finally {
		await Promise.all([n8n.stop(), chromium.close(), sandbox.stop()]);
	}
}

async function themes(person: Person, check: Context['check']): Promise<void> {
	const { page, n8n } = person;
	const iconOf = async (): Promise<string> => {
		const icon = page
			.locator('[data-test-id="canvas-node"]')
			.filter({ hasText: 'Upload the form' })
			.locator('img')
			.first();
		await icon.waitFor();
		return (await icon.getAttribute('src')) ?? '';
	};
	await check('icons: one for each theme, and both are there', async () => {
		const sources: string[] = [];
		for (const theme of ['light', 'dark']) {
			await page.evaluate((name) => localStorage.setItem('N8N_THEME', name), theme);
			await page.reload();
			const source = await iconOf();
			await page.waitForLoadState('networkidle');
			await person.looks(`theme-${theme}`);
			const response = await fetch(new URL(source, n8n.url));
			equal(response.status, 200);
			match(await response.text(), /<svg/);
			sources.push(source);
		}
		notEqual(sources[0], sources[1]);
	});
}
