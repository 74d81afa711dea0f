/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal } from 'node:assert/strict';
import { itemsOf } from '../executions';
import type { Stage } from './stage';

/** Readiness and balance: reads only. */
export async function firstWorkflow({ check, sandbox, run }: Stage): Promise<void> {
	await check('first workflow: returns readiness and balance without any change', async () => {
		const before = sandbox.requests.length;
		const execution = await run('first workflow');
		const [{ sub_mchid: subMchid, ready }] = itemsOf(execution, 'Check Readiness');
		equal(ready, true);
		const [balance] = itemsOf(execution, 'Get Balance');
		equal(balance.sub_mchid, subMchid);
		const [basic] = balance.accounts as Array<{ account_type: string; available_amount: number }>;
		equal(basic.account_type, 'BASIC');
		equal(
			basic.available_amount,
			sandbox.subMerchants.get(String(subMchid))?.balances.BASIC?.available,
		);
		const methods = sandbox.requests.slice(before).map(({ method }) => method);
		deepEqual([...new Set(methods)], ['GET']);
	});
}
