/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { readList } from '../../host/examples';
import { itemsOf } from '../executions';
import type { Stage } from './stage';

/** The new flow: those that may be closed are applied for. */
export async function validateThenApply({ check, sandbox, run }: Stage): Promise<void> {
	await check(
		'validate, then apply: applies where allowed and returns the reason elsewhere',
		async () => {
			const list = readList('withdrawals.csv');
			const blocked = list.filter(({ expected }) => expected === 'blocked');
			const open = list.filter(({ expected }) => expected !== 'blocked');
			const rows = itemsOf(await run('validate, then apply'), 'For the sheet');
			const numbersWith = (wanted: string) =>
				rows.filter(({ result }) => result === wanted).map((row) => row.out_request_no);
			const numbersOf = (some: typeof list) => some.map((row) => row.out_request_no);
			deepEqual(numbersWith('applied').sort(), numbersOf(open).sort());
			deepEqual(numbersWith('not allowed'), numbersOf(blocked));
			equal(rows.length, list.length);
			match(String(rows.find(({ result }) => result === 'not allowed')?.reason), /投诉/);
			deepEqual([...sandbox.withdrawals.keys()].sort(), numbersOf(open).sort());
			for (const { out_request_no, withdraw, account_name, identification_no } of open) {
				const made = sandbox.withdrawals.get(out_request_no);
				equal(made?.withdraw, withdraw);
				equal(made?.decrypted.account_name ?? '', account_name);
				equal(made?.decrypted.identification_no ?? '', identification_no);
				equal(made?.remark, '清退余额');
			}
		},
	);
}
