/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { itemsOf } from '../executions';
import { BAD_ROWS, REJECTED, numbered, type Stage } from './stage';

/** The same list again: what failed, and an open outcome that the next run settles. */
export async function errorList({ check, sandbox, files, run }: Stage): Promise<void> {
	await check(
		'list what failed: lists the reason, what to do and whether to send again',
		async () => {
			// The large photo is made smaller in the first example only, and a rejected number stays rejected.
			const before = sandbox.applications.size;
			const execution = await run('list what failed');
			const rows = itemsOf(execution, 'For a person');
			const numbers = rows.map((row) => row.out_apply_no);
			deepEqual(numbers.sort(), [...BAD_ROWS, numbered('A02'), numbered(REJECTED)].sort());
			for (const row of rows) {
				ok(row.merchant_name && row.reason && row.what_to_do, JSON.stringify(row));
				equal(row.send_again_as_it_is, 'no');
			}
			equal(sandbox.applications.size, before);
			ok(readdirSync(files).some((name) => /^to-check-.*\.xlsx$/.test(name)));
		},
	);

	await check(
		'list what failed: reports an unknown outcome, which the next run resolves',
		async () => {
			const number = numbered('A06');
			const fault = sandbox.fault({ kind: 'cut-after', match: { number }, count: Infinity });
			const rows = itemsOf(await run('list what failed'), 'For a person');
			fault.remove();
			const open = rows.find((row) => row.out_apply_no === number);
			equal(open?.outcome, 'unknown', JSON.stringify(open));
			equal(open?.send_again_as_it_is, 'yes');
			const again = itemsOf(await run('list what failed'), 'Apply for closing');
			equal(again.find((row) => row.out_apply_no === number)?.already_existed, true);
		},
	);
}
