/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { equal, match, notEqual } from 'node:assert/strict';
import type { Context } from '../context';
import { uploadFromLink } from '../links';
import { choosesABank } from './banks';
import { credential } from './credential';
import { importsExamples, seesTheWholeJob, seesWhatBlocks } from './examples';
import { listens } from './listening';
import { findsTheNode } from './node';
import type { Person } from './person';
import { runsByHand } from './runs';
import { atTheEditor } from './start';

/** In headless Chromium, as a person: the credential, the node, its fields, runs by hand, errors. */
export async function browser(context: Context): Promise<void> {
	await atTheEditor(context, {}, async ({ person, sandbox, host, files, check }) => {
		await credential(person, sandbox, check, host, context.folder);
		await findsTheNode(person, check);
		await runsByHand(person, sandbox, check, files);
		await themes(person, check);
		await importsExamples(person, check);
	});
}

/** As before, with a credential that is there already: the list of banks, notifications, the canvas. */
export async function editor(context: Context): Promise<void> {
	const options = { platformCertificates: 1, notify: { speed: 60 } };
	await atTheEditor(context, options, async ({ person, sandbox, host, files, check }) => {
		const { apiV3SecretKey } = sandbox.keys;
		const credential = await person.n8n.createCredential(
			'WeChat Pay account',
			'wechatPayApi',
			sandbox.credential({ apiV3SecretKey }),
		);
		await check(`n8n ${host.version}: an image is uploaded from a link`, async () => {
			await uploadFromLink(person.n8n, sandbox, files);
		});
		await choosesABank(person, sandbox, check, credential);
		await listens(person, sandbox, check, credential);
		await seesTheWholeJob(person, check);
		await seesWhatBlocks(person, sandbox, check);
	});
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
	await check('icons: each theme has its own icon', async () => {
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
