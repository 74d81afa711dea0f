/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import { basename } from 'node:path';
import type { Person } from './person';
import type { Context } from '../context';
import { exampleFiles, readExample } from '../../host/examples';
import { until, type Workflow } from '../../host/n8n';
import type { Sandbox } from '../../sandbox';

/** Every example, imported from its file as a user does it: whole, with the credential, and nothing to mend. */
export async function importsExamples(person: Person, check: Context['check']): Promise<void> {
	for (const file of exampleFiles()) {
		const name = basename(file, '.json');
		await check(`example ${name}: the imported workflow is complete in the editor`, async () => {
			const example = readExample(file);
			await imports(person, file, example);
			await person.looks(`example-${name}`);
			await showsNothingToMend(person);
			await showsNotesWhole(person);
			await isSavedWhole(person, example);
		});
	}
}

async function imports(person: Person, file: string, example: Workflow): Promise<void> {
	const { page } = person;
	await person.opens('/workflow/new');
	await page.getByTestId('canvas-add-button').waitFor();
	await page.getByTestId('workflow-import-input').setInputFiles(file);
	// The canvas draws what is in sight.
	await page.getByTestId('canvas-node').first().waitFor();
	await page.getByTestId('zoom-to-fit').click();
	for (const { name, type } of example.nodes) {
		if (type === 'n8n-nodes-base.stickyNote') continue;
		await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).waitFor();
	}
}

/** The signs by which the editor marks a node: a red triangle, something to set up, a node it does not know. */
const SIGNS = ['node-issues', 'node-setup-required', 'node-not-installed', 'node-restricted'];

/** No node is marked, and no message is in the corner. */
async function showsNothingToMend({ page }: Person): Promise<void> {
	for (const sign of SIGNS) {
		equal(await page.getByTestId(sign).count(), 0, sign);
	}
	deepEqual(await page.locator('.el-notification').allInnerTexts(), []);
}

/** A note with a warning at its end is read to its end: nothing of it is cut off. */
async function showsNotesWhole({ page }: Person): Promise<void> {
	for (const note of await page.locator('.n8n-sticky').all()) {
		const cut = await note.evaluate((root) =>
			[root, ...Array.from(root.querySelectorAll('*'))]
				.filter(
					({ scrollHeight, clientHeight }) => clientHeight > 0 && scrollHeight > clientHeight + 2,
				)
				.map(({ className, scrollHeight, clientHeight }) => ({
					className,
					scrollHeight,
					clientHeight,
				})),
		);
		deepEqual(cut, []);
	}
	notEqual(await page.locator('.n8n-sticky').count(), 0);
}

/** The editor saves by itself; what it saved has all nodes and lines, and the credential that there is. */
async function isSavedWhole(person: Person, example: Workflow): Promise<void> {
	const { page, n8n } = person;
	const saved = await until('the saved workflow', 10_000, async () => {
		const all = await n8n.call<Array<{ id: string; name: string }>>('GET', '/workflows');
		const found = all.find(({ name }) => name === example.name);
		return found && (await n8n.call<Workflow>('GET', `/workflows/${found.id}`));
	});
	const kinds = ({ nodes }: Workflow) => nodes.map(({ name, type }) => [name, type]).sort();
	deepEqual(kinds(saved), kinds(example));
	deepEqual(saved.connections, example.connections);
	for (const { name, credentials } of example.nodes) {
		if (!credentials) continue;
		const taken = saved.nodes.find((node) => node.name === name)?.credentials?.wechatPayApi;
		equal(taken?.name, 'WeChat Pay account', name);
		notEqual(taken?.id ?? null, null, name);
	}
	// Opened, a node with the credential shows it as chosen.
	const [first] = example.nodes.filter(({ credentials }) => credentials);
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${first.name}"]`).dblclick();
	await person.seesCredential('WeChat Pay account');
	await page.getByTestId('ndv-close-button').click();
}

async function importsByName(person: Person, example: string): Promise<Workflow> {
	const file = exampleFiles().find((name) => basename(name, '.json') === example);
	if (!file) throw new Error(`There is no example ${example}`);
	const workflow = readExample(file);
	await imports(person, file, workflow);
	return workflow;
}

/** What n8n's Edit Fields node sets. */
interface Assignments {
	assignments: Array<{ value: string }>;
}

/** The first workflow of the README, for a merchant that has money and a complaint. */
export async function seesWhatBlocks(
	person: Person,
	sandbox: Sandbox,
	check: Context['check'],
): Promise<void> {
	await check('first workflow: the output shows the blockers and what to do', async () => {
		const { nodes } = await importsByName(person, '0-first-workflow');
		const merchant = nodes.find(({ name }) => name === 'Merchant');
		const { assignments } = merchant?.parameters.assignments as Assignments;
		const subMchid = assignments[0].value;
		sandbox.setSubMerchant(subMchid, {
			kind: 'hasBalance',
			balances: { BASIC: { available: 45_000, pending: 0 } },
		});
		sandbox.closing.createComplaint({
			complainted_mchid: subMchid,
			complaint_detail: '没有收到货',
		});
		await person.opensNode('Check Readiness');
		await person.executes();
		await person.output.getByText('JSON', { exact: true }).click();
		await person.output.getByText('what_to_do').first().waitFor();
		match(await person.output.innerText(), /CONSUMER_COMPLAINT_UNPROCESSED/);
		await person.looks('readiness', 'readiness');
	});
}

/** The example that is a whole job: a picture of its canvas. */
const WHOLE_JOB = '12-close-a-merchant';

export async function seesTheWholeJob(person: Person, check: Context['check']): Promise<void> {
	await check('the canvas shows the whole job without issues', async () => {
		await importsByName(person, WHOLE_JOB);
		await showsNothingToMend(person);
		await person.looks('whole-job', 'job');
	});
}
