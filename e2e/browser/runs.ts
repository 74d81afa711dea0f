/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { equal, match } from 'node:assert/strict';
import type { Sandbox } from '../../sandbox';
import type { Context } from '../context';
import { byHand } from '../workflows';
import type { Person } from './person';

/** Steps run by hand: output, error panel, error branch. */
export async function runsByHand(
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

	await check('run: Upload Cancel Media returns a media ID', async () => {
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

	await check('run: Create Cancel Application returns REVIEWING for typed values', async () => {
		await openNode('Apply for closing');
		await person.types('subMchid', '1900000113');
		await person.types('outApplyNo', 'BYHAND001');
		await person.executes();
		await person.output.getByText('REVIEWING').first().waitFor();
		await person.looks('create-output');
		equal(sandbox.applications.get('BYHAND001')?.state, 'REVIEWING');
	});

	await check('run: the error panel explains an invalid number', async () => {
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

	await check('run: the error panel shows a refusal of WeChat Pay', async () => {
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

	await check('run: the error branch returns the error as an item with its reason', async () => {
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
