/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import type { Sandbox } from '../../sandbox';
import { until, type Workflow } from '../../host/n8n';
import type { Context } from '../context';
import { node, wechatPay, workflow } from '../workflows';
import type { Person } from './person';

const PAY_OUT = 'Pay out';
const LISTS = /\/capital\/capitallhh\/banks\//;

/** Apply's bank: chosen from the list of WeChat Pay, and typed where the list may not be read. */
export async function choosesABank(
	person: Person,
	sandbox: Sandbox,
	check: Context['check'],
	credential: string,
): Promise<void> {
	const { page, n8n } = person;
	const saved = await n8n.importWorkflow(payingOut(credential));
	const bank = page.getByTestId('resource-locator-accountBank');
	// The first input is that of the mode.
	const input = bank.locator('input').last();
	const entries = page.getByTestId('rlc-item').locator('visible=true');
	const search = page.locator('[data-test-id=rlc-search] input, input[data-test-id=rlc-search]');
	const asked = () => sandbox.requests.filter(({ path }) => LISTS.test(path)).length;
	const savedBank = async (value: string) =>
		await until(`the saved bank ${value}`, 10_000, async () => {
			const { nodes } = await n8n.call<Workflow>('GET', `/workflows/${saved.id}`);
			const found = nodes.find(({ name }) => name === PAY_OUT)?.parameters.accountBank;
			// Not there until n8n has saved it.
			return (found as { value?: unknown } | undefined)?.value === value ? found : undefined;
		});

	await check('bank: the list is searched without a request per letter', async () => {
		await person.opens(`/workflow/${saved.id}`);
		await person.opensNode(PAY_OUT);
		await bank.waitFor();
		await input.click();
		await entries.first().waitFor();
		const requests = asked();
		await search.pressSequentially('招商');
		await until('one bank', 10_000, async () => (await entries.count()) === 1);
		deepEqual(await entries.allInnerTexts(), ['招商银行']);
		await search.fill('恒丰');
		await entries.getByText('其他银行: 恒丰银行 (needs a branch)').waitFor();
		await person.looks('bank-list');
		equal(asked(), requests);
		await search.fill('招商');
		await entries.getByText('招商银行').click();
	});

	await check('bank: the selected bank is shown by name and saved by value', async () => {
		equal(await input.inputValue(), '招商银行');
		const { mode, cachedResultName } = (await savedBank('招商银行')) as Record<string, string>;
		deepEqual([mode, cachedResultName], ['list', '招商银行']);
		await person.looks('bank-chosen');
	});

	await check('bank: the field asks for the name if the list cannot be loaded', async () => {
		sandbox.behaviour.refused.push('banks');
		await person.chooses('payeeAccountType', 'Personal');
		await input.click();
		const error = page.getByTestId('rlc-error-container').locator('visible=true');
		await error.waitFor();
		await person.looks('bank-list-refused');
		match(await error.innerText(), /cannot be loaded.*Choose "By Name"/s);
		await person.chooses(bank.getByTestId('rlc-mode-selector'), 'By Name');
		await input.fill('工商银行');
		await input.press('Tab');
		const { mode } = (await savedBank('工商银行')) as Record<string, string>;
		equal(mode, 'name');
		await person.looks('bank-typed');
		await page.getByTestId('ndv-close-button').click();
	});
}

function payingOut(credential: string): Workflow {
	const { credentials, ...apply } = wechatPay(PAY_OUT, {
		resource: 'cancelWithdrawal',
		operation: 'apply',
		withdraw: 'APPLY_WITHDRAW',
		payeeAccountType: 'ACCOUNT_TYPE_CORPORATE',
	});
	const own = { ...credentials?.wechatPayApi, id: credential, name: 'WeChat Pay account' };
	return workflow(
		'Bank',
		[
			[node('Start', 'n8n-nodes-base.manualTrigger', 1, {})],
			[{ ...apply, credentials: { wechatPayApi: own } }],
		],
		[['Start', PAY_OUT]],
	);
}
