/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { readList } from '../../host/examples';
import { itemsOf } from '../executions';
import type { Stage } from './stage';

/** Before anything is applied for: who is ready, and why the others are not. */
export async function whyNot({ check, run }: Stage): Promise<void> {
	await check(
		'why can it not be closed: returns a row for each merchant with what to do',
		async () => {
			const list = readList('withdrawals.csv');
			const rows = itemsOf(await run('why can it not be closed'), 'Outcomes');
			deepEqual(rows.map((row) => row.sub_mchid).sort(), list.map((row) => row.sub_mchid).sort());
			for (const { sub_mchid, expected } of list) {
				const row = rows.find((other) => other.sub_mchid === sub_mchid);
				equal(row?.ready, expected === 'blocked' ? 'no' : 'yes');
				if (expected !== 'blocked') continue;
				match(String(row?.what_stands_in_the_way), /投诉/);
				match(String(row?.what_to_do), /\w{3}/);
			}
		},
	);
}
