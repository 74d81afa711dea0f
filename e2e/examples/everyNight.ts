/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { equal, match } from 'node:assert/strict';
import { itemsOf } from '../executions';
import { REJECTED, numbered, type Stage } from './stage';

/** After the list: some were decided, one cannot be looked up. */
export async function everyNight({ check, sandbox, run }: Stage): Promise<void> {
	const [approved, rejected, broken] = ['A01', REJECTED, 'A04'].map(numbered);
	await check('every night: writes decisions back and reports a failed look-up', async () => {
		sandbox.move(approved, { state: 'CANCEL_SUCCESS' });
		sandbox.move(rejected, { state: 'REJECTED', reason: '印章不清晰' });
		const fault = sandbox.fault({
			kind: 'answer',
			match: { number: broken },
			count: Infinity,
			status: 403,
			code: 'NO_AUTH',
			message: '无权限',
		});
		const execution = await run('every night', 'Every night');
		fault.remove();
		equal(itemsOf(execution, 'Look up').length, sandbox.applications.size - 1);
		const rows = new Map(itemsOf(execution, 'Updated rows').map((row) => [row.out_apply_no, row]));
		equal(rows.size, 14);
		equal(rows.get(approved)?.cancel_state, 'CANCEL_SUCCESS');
		equal(rows.get(rejected)?.cancel_state, 'REJECTED');
		equal(rows.get(rejected)?.reason, '印章不清晰');
		equal(rows.get(broken)?.cancel_state, 'REVIEWING');
		match(String(rows.get(broken)?.problem), /无权限/);
	});

	await check('every night: looks up only applications that are still under review', async () => {
		const execution = await run('every night', 'Every night');
		equal(itemsOf(execution, 'Under review').length, sandbox.applications.size - 2);
		const rows = itemsOf(execution, 'Updated rows');
		equal(rows.find((row) => row.out_apply_no === rejected)?.reason, '印章不清晰');
		equal(rows.find((row) => row.out_apply_no === broken)?.problem, '');
	});
}
