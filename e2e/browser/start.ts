/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox, type SandboxOptions } from '../../sandbox';
import { copyExampleFiles } from '../../host/examples';
import { ensureHost, type Host } from '../../host/hosts';
import { N8n } from '../../host/n8n';
import { installInto } from '../../host/package-tarball';
import { startChromium } from '../chromium';
import type { Context } from '../context';
import { Person, STEPS } from './person';

/** A person in front of the editor, and what is behind it. */
export interface Desk {
	person: Person;
	sandbox: Sandbox;
	host: Host;
	/** The files of the examples. */
	files: string;
	/** As in the context; a failed test also leaves a picture. */
	check: Context['check'];
}

/** Starts n8n, the sandbox and a headless Chromium, logs in, and ends all of it after the task. */
export async function atTheEditor(
	context: Context,
	options: SandboxOptions,
	task: (desk: Desk) => Promise<void>,
): Promise<void> {
	const { folder, tarball } = context;
	const host = await ensureHost('current');
	await installInto(folder, tarball);
	const files = copyExampleFiles(join(folder, 'files'));
	const sandbox = await Sandbox.start(options);
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
		// The first page, and the first node that is opened, compile much of n8n's editor.
		page.setDefaultTimeout(30_000);
		page.setDefaultNavigationTimeout(60_000);
		mkdirSync(STEPS, { recursive: true });
		const person = new Person(page, n8n, context);
		const check: Context['check'] = async (name, run) =>
			await context.check(name, async () => {
				try {
					await run();
				} catch (error) {
					await person.looks('FAILED');
					throw error;
				}
			});
		await person.logsIn();
		await task({ person, sandbox, host, files, check });
	} finally {
		await Promise.all([n8n.stop(), chromium.close(), sandbox.stop()]);
	}
}
