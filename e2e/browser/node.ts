/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Context } from '../context';
import { until } from '../../host/n8n';
import type { Person } from './person';

/** Which fields an operation shows at first, by parameter: a contract with saved workflows. */
const FIELDS: Record<string, Record<string, string[]>> = {
	'API Request': {
		'Make API Request': ['method', 'path', 'encryptFields', 'responseFormat', 'decryptFields'],
	},
	Balance: { 'Get Balance': ['subMchid', 'accountType'] },
	'Account Cancellation (Old Flow)': {
		'Create Cancel Application': [
			'subMchid',
			'outApplyNo',
			'applicationType',
			'source',
			'binaryPropertyName',
		],
		'Get Cancel Application': ['outApplyNo'],
		'Upload Cancel Media': ['source', 'binaryPropertyName'],
	},
	'Account Cancellation': {
		Apply: ['subMchid', 'outRequestNo', 'withdraw', 'additionalMaterials', 'iUnderstand'],
		'Check Readiness': ['subMchid'],
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
	Complaint: {
		Complete: ['complaintId', 'subMchid', 'iUnderstand'],
		Get: ['complaintId'],
		'Get Many': ['returnAll', 'limit', 'beginDate', 'endDate', 'subMchid'],
		Reply: ['complaintId', 'subMchid', 'content'],
	},
	'Merchant Limitation': { Get: ['subMchid'] },
	'Merchant Media': { 'Upload Image': ['source', 'binaryPropertyName'] },
	Withdrawal: {
		Create: ['subMchid', 'outRequestNo', 'amount', 'accountType', 'iUnderstand'],
		Get: ['subMchid', 'getBy', 'outRequestNo'],
	},
};

/** The node: found by what people type, with the fields of each operation. */
export async function findsTheNode(person: Person, check: Context['check']): Promise<void> {
	const { page } = person;
	const item = page.getByTestId('node-creator-item-name').getByText('WeChat Pay', { exact: true });

	await check('node: the search finds it by "wechat", "微信支付" and "cancel"', async () => {
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

	await check('node: its actions are listed and can be added', async () => {
		await page.getByTestId('node-creator-search-bar').first().fill('wechat');
		await item.first().click();
		const count = Object.values(FIELDS).flatMap(Object.keys).length;
		const actions = page.getByText(`Actions (${count})`, { exact: true });
		await actions.waitFor();
		if (!(await page.getByText('Create cancel application').isVisible())) await actions.click();
		await page.getByText('Create cancel application').waitFor();
		await person.looks('actions');
		await page.getByText('Create cancel application').click();
		await page.getByTestId('ndv').waitFor();
		await person.field('operation').waitFor();
		await person.looks('node', 'node');
		await person.seesCredential('WeChat Pay account');
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

	await check(
		'node: Apply shows payee fields for a payout and identity fields for a person',
		async () => {
			await person.chooses('resource', 'Account Cancellation');
			await person.chooses('operation', 'Apply');
			await person.chooses('withdraw', 'Withdraw');
			await person.field('accountName').waitFor();
			await person.chooses('payeeAccountType', 'Personal');
			await person.field('identificationNo').waitFor();
			await person.looks('apply-personal');
			await person.chooses('withdraw', 'Do Not Withdraw');
			await person.field('accountName').waitFor({ state: 'hidden' });
		},
	);
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
