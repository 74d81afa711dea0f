/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../../sandbox';
import type { Context } from '../context';
import type { Host } from '../../host/hosts';
import { environment } from '../../host/install/node';
import type { Person } from './person';

/** The credential: made, stored, opened again, tested, and what the test says if it is wrong. */
export async function credential(
	person: Person,
	sandbox: Sandbox,
	check: Context['check'],
	host: Host,
	folder: string,
): Promise<void> {
	const { page } = person;
	const right = sandbox.credential();

	await check('credential: a credential is created and its test succeeds', async () => {
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

	await check('credential: the pasted keys are stored unchanged', async () => {
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

	await check(
		'credential: the credential works after it is reopened, changed and saved',
		async () => {
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
		},
	);

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
		await check(`credential: a wrong ${field} is reported in the words of the node`, async () => {
			await person.types(field, bad);
			const said = await savesCredential(person);
			match(said, /Couldn’t connect/);
			match(said, says);
			await person.field('mchid').scrollIntoViewIfNeeded();
			await person.looks(`credential-wrong-${field}`);
			await person.types(field, good);
		});
	}

	await check('credential: an unreadable key is reported in the words of the node', async () => {
		await person.pastes('privateKey', 'this is no key');
		const said = await savesCredential(person);
		match(said, /Merchant Private Key/);
		await person.looks('credential-unreadable-key');
		await person.pastes('privateKey', right.privateKey);
		match(await savesCredential(person), /Connection tested successfully/);
	});
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
