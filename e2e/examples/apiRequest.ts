/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { itemsOf } from '../executions';
import type { Stage } from './stage';

/** After the fifth example, whose withdrawal is in the bill. */
export async function apiRequest({ check, run }: Stage): Promise<void> {
	await check('API Request: returns a balance, an echo, bill rows and the notify URL', async () => {
		const execution = await run('API Request');
		equal(itemsOf(execution, 'Balance of a day')[0].sub_mchid, '1900000210');
		deepEqual(itemsOf(execution, 'Echo'), [
			{ echo_message: 'hello', encrypted_echo_message: '你好' },
		]);
		const numbers = itemsOf(execution, 'Rows').map((row) => row['业务凭证号']);
		ok(numbers.includes('WITHDRAW20261101D01'), `rows: ${numbers.join(', ')}`);
		equal(itemsOf(execution, 'Register')[0].url, 'https://n8n.example.com/webhook/wechat-pay');
	});
}
