/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { itemsOf } from '../executions';
import type { Stage } from './stage';

/** Rows with two links: one of the links leads nowhere, until a person corrects it. */
export async function linksToApplications(stage: Stage): Promise<void> {
	const { check, sandbox, images, tables, run } = stage;
	const { applications_by_link: table } = tables;
	const NAME = 'links to applications';

	await check('links to applications: each row shows the result of its two links', async () => {
		await run(NAME);
		const [first, second, third] = await table.rows();
		for (const { out_apply_no, sub_mchid, result, reason } of [first, second]) {
			deepEqual([result, reason], ['REVIEWING', '']);
			const application = sandbox.applications.get(String(out_apply_no));
			equal(application?.sub_mchid, sub_mchid);
			equal(application?.materials.length, 2);
		}
		equal(third.result, '');
		match(String(third.reason), /127\.0\.0\.1.*404/);
		equal(sandbox.applications.has(String(third.out_apply_no)), false);
	});

	await check('links to applications: another run processes only the failed row', async () => {
		const [, , third] = await table.rows();
		const before = sandbox.applications.size;
		await table.enter(third.id, { sub_form_link: `${images.url}/scans/m03-sub.jpg` });
		const execution = await run(NAME);
		equal(itemsOf(execution, 'Rows without a result').length, 1);
		equal(itemsOf(execution, 'Create')[0].out_apply_no, third.out_apply_no);
		const rows = await table.rows();
		deepEqual(
			rows.map(({ result, reason }) => [result, reason]),
			rows.map(() => ['REVIEWING', '']),
		);
		equal(sandbox.applications.size, before + 1);
	});

	await check('links to applications: a run without open rows sends nothing', async () => {
		const sent = sandbox.requests.length;
		const execution = await run(NAME);
		equal(execution.runs.Create, undefined);
		equal(sandbox.requests.length, sent);
	});

	await check(
		'links to applications: a run after a lost result finds the same application',
		async () => {
			const [first] = await table.rows();
			const before = sandbox.applications.size;
			await table.enter(first.id, { result: null });
			const [again] = itemsOf(await run(NAME), 'Create');
			equal(again.already_existed, true);
			equal((await table.rows())[0].result, 'REVIEWING');
			equal(sandbox.applications.size, before);
		},
	);
}
