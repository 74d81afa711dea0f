/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import type { Sandbox } from '../../sandbox';
import { until } from '../../host/n8n';
import type { Context } from '../context';
import { TRIGGER, answers, executionsOf, notify, publish, withTrigger } from '../notified';
import type { Person } from './person';

const WEBHOOK_ID = '7c9a2b10-44d3-4c59-9d0e-6a1f2b3c4d5e';

/** The notification trigger while somebody listens at its test URL, and its workflow is published. */
export async function listens(
	person: Person,
	sandbox: Sandbox,
	check: Context['check'],
	credential: string,
): Promise<void> {
	const { page, n8n } = person;
	const workflow = await n8n.importWorkflow(withTrigger(WEBHOOK_ID, credential));
	const production = `${n8n.url}/webhook/${WEBHOOK_ID}/webhook`;
	const test = `${n8n.url}/webhook-test/${WEBHOOK_ID}/webhook`;
	const listening = page.getByTestId('trigger-listening');
	const count = async () => (await executionsOf(n8n, workflow)).length;
	const listen = async () => {
		await page.getByTestId('ndv').getByTestId('trigger-execute-button').click();
		await listening.waitFor();
		await answers(test, 401);
	};

	await check('listening: the panel shows the production URL and where to enter it', async () => {
		await publish(n8n, workflow, production);
		await person.opens(`/workflow/${workflow.id}`);
		await person.opensNode(TRIGGER);
		await page.getByText('Webhook URLs', { exact: true }).click();
		await page.getByText('Production URL', { exact: true }).click();
		await page.getByText(production).first().waitFor();
		await person.looks('notification-panel', 'notification');
		match(await page.getByTestId('ndv').innerText(), /Partner Subscription/);
	});

	await check(
		'listening: the test message is shown and starts only a manual execution',
		async () => {
			const before = await count();
			await listen();
			await person.looks('notification-listening');
			deepEqual(await notify(sandbox, production, { event: 'test' }), [200]);
			deepEqual(await notify(sandbox, test, { event: 'test' }), [200]);
			await person.output.getByText('is_test').first().waitFor();
			await person.looks('notification-debug-message');
			const runs = await until('the manual execution', 10_000, async () => {
				const all = await executionsOf(n8n, workflow);
				return all.length > before ? all : undefined;
			});
			deepEqual(
				runs.map(({ mode }) => mode),
				['manual'],
			);
		},
	);

	await check('listening: the production URL receives while the test URL waits', async () => {
		const before = await count();
		await listen();
		deepEqual(await notify(sandbox, production), [200]);
		await until('its execution', 10_000, async () => (await count()) === before + 1);
		await listening.waitFor();
		deepEqual(await notify(sandbox, test), [200]);
		await person.output.getByText('COMPLAINT.CREATE').first().waitFor();
		await until('the execution of the test', 10_000, async () => (await count()) === before + 2);
		const [last, other] = await executionsOf(n8n, workflow);
		deepEqual([last.mode, other.mode], ['manual', 'webhook']);
	});

	await check(
		'listening: the test URL ends with its event and the production URL continues',
		async () => {
			const before = await count();
			await answers(test, 404);
			deepEqual(await notify(sandbox, production), [200]);
			await until('its execution', 10_000, async () => (await count()) === before + 1);
			equal((await executionsOf(n8n, workflow))[0].mode, 'webhook');
			await page.getByTestId('ndv-close-button').click();
		},
	);
}
