/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { Sandbox } from '../sandbox';
import { startChromium } from './chromium';
import { copyExampleFiles } from './examples';
import { importsExamples } from './example-imports';
import { ensureHost, environment, type Host } from './hosts';
import { N8n, OWNER, until } from './n8n';
import { ROOT, installInto } from './package-tarball';
import type { Context } from './context';
import { byHand } from './workflows';

/** Where the picture of every step is left, for people to look at. */
const STEPS = join(ROOT, '.cache', 'e2e');

/** Which fields an operation shows at first, by parameter: a contract with saved workflows. */
const FIELDS: Record<string, Record<string, string[]>> = {
	Balance: { 'Get Balance': ['subMchid', 'accountType'] },
	'Cancel Application': {
		'Create Cancel Application': [
			'subMchid',
			'outApplyNo',
			'applicationType',
			'source',
			'binaryPropertyName',
		],
		'Get Cancel Application': ['outApplyNo'],
		'Upload Cancel Media': ['binaryPropertyName'],
	},
	'Cancel Withdrawal': {
		Apply: ['subMchid', 'outRequestNo', 'withdraw', 'additionalMaterials'],
		Confirm: [
			'getBy',
			'outRequestNo',
			'subMchid',
			'operatorIdentification',
			'confirmTime',
			'cancelContractVersion',
			'iUnderstand',
		],
		Get: ['getBy', 'outRequestNo'],
		Validate: ['subMchid'],
	},
	'Merchant Media': { 'Upload Image': ['binaryPropertyName'] },
};

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

/** What a person does with the editor. */
export class Person {
	private step = 0;

	constructor(
		readonly page: Page,
		readonly n8n: N8n,
		private readonly context: Context,
	) {}

	/** Leaves a picture of this step; with a name for the README also there, if those are made anew. */
	async looks(step: string, picture?: string): Promise<void> {
		const number = String(++this.step).padStart(2, '0');
		await this.page.screenshot({ path: join(STEPS, `${number}-${step}.png`) });
		if (!picture || !this.context.updatesPictures) return;
		// Messages of n8n would cover a corner of the picture.
		for (const button of await this.page.locator('.el-notification__closeBtn').all()) {
			await button.click();
		}
		await this.page.locator('.el-notification').first().waitFor({ state: 'hidden' });
		const pictures = join(ROOT, 'docs', 'pictures');
		mkdirSync(pictures, { recursive: true });
		const path = join(pictures, `${picture}.jpg`);
		await this.page.screenshot({ path, type: 'jpeg', quality: 85 });
	}

	async opens(path: string): Promise<void> {
		await this.page.goto(`${this.n8n.url}${path}`);
	}

	async logsIn(): Promise<void> {
		await this.opens('/signin');
		await this.page.locator('input[name="emailOrLdapLoginId"]').fill(OWNER.email);
		await this.page.locator('input[name="password"]').fill(OWNER.password);
		await this.page.getByTestId('form-submit-button').click();
		await this.page.waitForURL((url) => !url.pathname.startsWith('/signin'));
	}

	/** The field of a parameter, in whatever is open. */
	field(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`).locator('visible=true').first();
	}

	async types(name: string, text: string): Promise<void> {
		const input = this.field(name).locator('input, textarea').first();
		await input.fill(text);
		// Leaving the field is what makes the editor take the text at once.
		await input.press('Tab');
	}

	/** Pastes, as from a text editor. */
	async pastes(name: string, text: string): Promise<void> {
		await this.page.evaluate(async (copied) => await navigator.clipboard.writeText(copied), text);
		await this.field(name).locator('textarea').click();
		await this.page.keyboard.press('ControlOrMeta+A');
		await this.page.keyboard.press('ControlOrMeta+V');
		await this.page.keyboard.press('Tab');
	}

	async chooses(name: string, label: string): Promise<void> {
		const list = this.page.locator('.el-select-dropdown:visible, [role=listbox]:visible').last();
		await this.field(name).click();
		await list.getByText(label, { exact: true }).first().click();
		await list.waitFor({ state: 'hidden' });
	}

	/** Executes the step that is open, and waits until it is over. */
	async executes(): Promise<void> {
		const { page } = this;
		const answer = page.waitForResponse((response) => /\/run(\?|$)/.test(response.url()));
		await page.getByTestId('node-execute-button').click();
		await answer;
		const button = page.getByTestId('node-execute-button');
		// Its text is gone while it turns.
		await until('the end of the step', 30_000, async () =>
			/Execute step/.test(await button.innerText()),
		);
	}

	get output(): Locator {
		return this.page.getByTestId('output-panel');
	}
}

/** Saves the credential: what the editor says of it after the test that follows. */
async function savesCredential(person: Person): Promise<string> {
	const { page } = person;
	const test = page.waitForRequest((request) => request.url().endsWith('/credentials/test'));
	await page.getByTestId('credential-save-button').click();
	await (await test).response();
	return await seesTestResult(person);
}

/** What the credential's form says, once a test is over. */
async function seesTestResult({ page }: Person): Promise<string> {
	const banner = page
		.getByText('Connection tested successfully')
		.or(page.getByText('Couldn’t connect with these settings'));
	await page.locator('button:visible', { hasText: 'Retrying' }).waitFor({ state: 'hidden' });
	await banner.locator('visible=true').first().waitFor();
	const details = page.getByText('More details');
	if (await details.isVisible()) await details.click();
	const form = await page.getByTestId('node-credentials-config-container').innerText();
	// The labels of the fields say nothing about the test.
	return form.split('Enter the keys of the platform')[0];
}

async function credential(
	person: Person,
	sandbox: Sandbox,
	check: Context['check'],
	host: Host,
	folder: string,
): Promise<void> {
	const { page } = person;
	const right = sandbox.credential();

	await check('credential: made by typing and pasting, and the test button succeeds', async () => {
		await person.opens('/home/credentials/create');
		await page.getByTestId('new-credential-type-select').locator('input').click();
		await page.keyboard.type('wechat');
		await page.getByRole('option', { name: 'WeChat Pay API' }).waitFor();
		await person.looks('credential-found');
		await page.keyboard.press('Enter');
		await page.getByTestId('new-credential-type-button').click();
		await person.types('mchid', right.mchid);
		await person.types('serial', right.serial);
		await person.pastes('privateKey', right.privateKey);
		await person.types('wechatPayPublicKeyId', right.wechatPayPublicKeyId);
		await person.pastes('wechatPayPublicKey', right.wechatPayPublicKey);
		await person.chooses('host', 'Custom');
		await person.types('customHost', right.customHost);
		await person.looks('credential-filled');
		match(await savesCredential(person), /Connection tested successfully/);
		await person.field('mchid').scrollIntoViewIfNeeded();
		await person.looks('credential-success', 'credential');
	});

	await check('credential: the key is stored as it was pasted', async () => {
		const file = join(folder, 'exported.json');
		const args = ['export:credentials', '--all', '--decrypted', `--output=${file}`];
		await promisify(execFile)(host.node, [host.script, ...args], {
			env: { ...environment(host.node), N8N_USER_FOLDER: folder },
		});
		const [{ data }] = JSON.parse(readFileSync(file, 'utf8')) as Array<{ data: typeof right }>;
		equal(data.privateKey.trimEnd(), right.privateKey.trimEnd());
		equal(data.wechatPayPublicKey.trimEnd(), right.wechatPayPublicKey.trimEnd());
		deepEqual([data.mchid, data.serial, data.host], [right.mchid, right.serial, 'custom']);
	});

	await check('credential: opened again, changed elsewhere and saved, it still works', async () => {
		await person.opens('/home/credentials');
		await page.getByTestId('resources-list-item').first().click();
		match(await seesTestResult(person), /Connection tested successfully/);
		const shown = await person.field('privateKey').locator('textarea').inputValue();
		ok(!shown.includes(right.privateKey.split('\n')[1]), 'the key is shown in clear text');
		await person.types('customHost', right.customHost.replace('127.0.0.1', 'localhost'));
		match(await savesCredential(person), /Connection tested successfully/);
		await person.types('customHost', right.customHost);
		match(await savesCredential(person), /Connection tested successfully/);
		await person.looks('credential-reopened');
	});

	const wrong: Array<[string, string, string, RegExp]> = [
		[
			'serial',
			'64BB7D0276BDCA2F6A7C39F90A65DB6FC67E812D',
			right.serial,
			/Serial Number.*Merchant ID/s,
		],
		['mchid', '1900009999', right.mchid, /Serial Number.*Merchant ID/s],
		['customHost', 'http://127.0.0.1:1', right.customHost, /127\.0\.0\.1:1/],
	];
	for (const [field, bad, good, says] of wrong) {
		await check(`credential: a wrong ${field} is told in our sentence`, async () => {
			await person.types(field, bad);
			const said = await savesCredential(person);
			match(said, /Couldn’t connect/);
			match(said, says);
			await person.field('mchid').scrollIntoViewIfNeeded();
			await person.looks(`credential-wrong-${field}`);
			await person.types(field, good);
		});
	}

	await check('credential: an unreadable key is told in our sentence', async () => {
		await person.pastes('privateKey', 'this is no key');
		const said = await savesCredential(person);
		match(said, /Merchant Private Key/);
		await person.looks('credential-unreadable-key');
		await person.pastes('privateKey', right.privateKey);
		match(await savesCredential(person), /Connection tested successfully/);
	});
}

async function findsTheNode(person: Person, check: Context['check']): Promise<void> {
	const { page } = person;
	const item = page.getByTestId('node-creator-item-name').getByText('WeChat Pay', { exact: true });

	await check('node: found by "wechat", "微信支付" and "cancel"', async () => {
		await person.opens('/workflow/new');
		await page.getByTestId('canvas-add-button').click();
		for (const words of ['wechat', '微信支付', 'cancel']) {
			const search = page.getByTestId('node-creator-search-bar').first();
			await search.fill(words);
			await item.first().waitFor();
			await person.looks(`search-${words}`);
			await search.fill('nothing has this name');
			await item.first().waitFor({ state: 'hidden' });
		}
	});

	await check('node: its actions are listed, and one of them adds it', async () => {
		await page.getByTestId('node-creator-search-bar').first().fill('wechat');
		await item.first().click();
		const actions = page.getByText(/^Actions \(9\)$/);
		await actions.waitFor();
		if (!(await page.getByText('Create a cancel application').isVisible())) await actions.click();
		await page.getByText('Create a cancel application').waitFor();
		await person.looks('actions');
		await page.getByText('Create a cancel application').click();
		await page.getByTestId('ndv').waitFor();
		await person.field('operation').waitFor();
		await person.looks('node', 'node');
		const chosen = await page.getByTestId('node-credentials-select').locator('input').inputValue();
		equal(chosen, 'WeChat Pay account');
	});

	for (const [resource, operations] of Object.entries(FIELDS)) {
		for (const [operation, fields] of Object.entries(operations)) {
			await check(`node: ${resource}, ${operation} shows its fields`, async () => {
				await person.chooses('resource', resource);
				await person.chooses('operation', operation);
				await until(`fields of ${operation}`, 5_000, async () => {
					const shown = await shownFields(page);
					return fields.every((name) => shown.includes(name)) || undefined;
				});
				deepEqual(await shownFields(page), fields);
				await person.looks(`fields-${operation}`.replaceAll(' ', '-'));
			});
		}
	}

	await check('node: to pay out, Apply asks whom; for a person, also who that is', async () => {
		await person.chooses('resource', 'Cancel Withdrawal');
		await person.chooses('operation', 'Apply');
		await person.chooses('withdraw', 'Withdraw');
		await person.field('accountName').waitFor();
		await person.chooses('payeeAccountType', 'Personal');
		await person.field('identificationNo').waitFor();
		await person.looks('apply-personal');
		await person.chooses('withdraw', 'Do Not Withdraw');
		await person.field('accountName').waitFor({ state: 'hidden' });
	});
}

/** The parameters that are to be seen, without the two that choose the operation. */
async function shownFields(page: Page): Promise<string[]> {
	const ids = await page
		.getByTestId('node-parameters')
		.first()
		.locator('[data-test-id^="parameter-input-"]:visible')
		.evaluateAll((elements) => elements.map((element) => element.getAttribute('data-test-id')));
	const names = ids.map((id) => (id ?? '').replace('parameter-input-', ''));
	return [...new Set(names)].filter(
		(name) => !['resource', 'operation', 'field', 'item'].includes(name),
	);
}

async function runsByHand(
	person: Person,
	sandbox: Sandbox,
	check: Context['check'],
	files: string,
): Promise<void> {
	const { page, n8n } = person;
	const workflow = await n8n.importWorkflow(byHand(files));
	const openNode = async (name: string) => {
		await page.locator('[data-test-id="canvas-node"]').filter({ hasText: name }).first().dblclick();
		await page.getByTestId('ndv').waitFor();
		await person.field('operation').waitFor();
	};
	const closeNode = async () => {
		await page.getByTestId('ndv-close-button').click();
		await page.getByTestId('ndv').waitFor({ state: 'hidden' });
	};

	await check('run: Upload Cancel Media by hand gives a media ID', async () => {
		await person.opens(`/workflow/${workflow.id}`);
		await page.getByText('Upload the form').waitFor();
		await person.looks('workflow');
		await openNode('Upload the form');
		const before = sandbox.media.size;
		await person.executes();
		await person.output.getByText('media_id').first().waitFor();
		await person.looks('upload-output');
		equal(sandbox.media.size, before + 1);
		await closeNode();
	});

	await check('run: Create Cancel Application by hand, typed in, is under review', async () => {
		await openNode('Apply for closing');
		await person.types('subMchid', '1900000113');
		await person.types('outApplyNo', 'BYHAND001');
		await person.executes();
		await person.output.getByText('REVIEWING').first().waitFor();
		await person.looks('create-output', 'run');
		equal(sandbox.applications.get('BYHAND001')?.state, 'REVIEWING');
	});

	await check('run: the error panel says what is wrong and what to do', async () => {
		await person.types('outApplyNo', 'BY-HAND-2');
		await person.executes();
		await person.output
			.getByText(/BY-HAND-2/)
			.first()
			.waitFor();
		await person.looks('error-panel');
		match(await person.output.innerText(), /letters and digits/);
		const details = person.output.getByText('Error details');
		if (await details.isVisible()) {
			await details.click();
			await person.looks('error-panel-details');
		}
		await closeNode();
	});

	await check('run: an answer of WeChat Pay is shown in the error panel', async () => {
		sandbox.setSubMerchant('1900000119', 'notAllowed');
		await openNode('Apply for closing');
		await person.types('subMchid', '1900000119');
		await person.types('outApplyNo', 'BYHAND003');
		await person.executes();
		await person.output
			.getByText(/该商户当前不允许注销/)
			.first()
			.waitFor();
		await person.looks('error-panel-refused');
		await closeNode();
	});

	await check('run: on the error branch the error is an item with its reason', async () => {
		await openNode('Apply for closing');
		await page.getByTestId('tab-settings').click();
		await person.chooses('onError', 'Continue (using error output)');
		await page.getByTestId('tab-params').click();
		await person.executes();
		await person.output.getByText('Error Branch').first().click();
		await person.output.getByText('details').first().waitFor();
		await person.looks('error-branch');
		match(await person.output.innerText(), /该商户当前不允许注销/);
		await closeNode();
		await person.looks('canvas-after');
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
