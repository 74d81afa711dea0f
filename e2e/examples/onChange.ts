/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { itemsOf } from '../executions';
import { REJECTED, numbered, type Stage } from './stage';

/** By hand, as the button in the editor does it; published it runs in the part `trigger`. */
export async function onChange({ check, sandbox, run }: Stage): Promise<void> {
	await check('on change: a manual run returns the present state of the first number', async () => {
		const number = numbered('A01');
		sandbox.move(number, { state: 'REJECTED', reason: '公章缺失', force: true });
		const execution = await run('on change', 'On change');
		const [first, ...others] = itemsOf(execution, 'On change');
		deepEqual(others, []);
		equal(first.out_apply_no, number);
		equal(first.previous_state, null);
		match(String(itemsOf(execution, 'Message')[0].message), /公章缺失.*new number/);
		const rows = itemsOf(execution, 'Updated rows');
		equal(rows.length, 14);
		const row = rows.find(({ out_apply_no }) => out_apply_no === number);
		equal(row?.cancel_state, 'REJECTED');
		equal(row?.reason, '公章缺失');
		equal(rows.find((other) => other.out_apply_no === numbered(REJECTED))?.reason, '印章不清晰');
	});
}
