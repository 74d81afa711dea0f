/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { itemsOf } from '../executions';
import type { Stage } from './stage';

/** Three requests that the credential signs; a withdrawal is paid once. */
export async function httpRequest({ check, sandbox, files, run }: Stage): Promise<void> {
	const [number, subMchid] = ['WITHDRAW20261101D01', '1900000210'];
	const balance = () => sandbox.subMerchants.get(subMchid)?.balances.BASIC?.available;
	await check(
		'HTTP Request node: sends a query, JSON with Chinese text and an upload',
		async () => {
			const before = { images: sandbox.media.size, balance: Number(balance()) };
			const execution = await run('HTTP Request node');
			const [ofDay] = itemsOf(execution, 'GET with a query');
			deepEqual([ofDay.sub_mchid, ofDay.account_type], [subMchid, 'BASIC']);

			const made = sandbox.fundWithdrawals.get(number);
			equal(made?.sub_mchid, subMchid);
			equal(itemsOf(execution, 'POST with JSON')[0].withdraw_id, made?.withdrawId);
			sameBytes(made?.remark, '清退余额，打款至原结算卡');
			sameBytes(made?.bank_memo, '平台清退');
			equal(balance(), before.balance - Number(made?.amount));

			const media = sandbox.media.get(String(itemsOf(execution, 'Upload')[0].media_id));
			const image = readFileSync(join(files, 'scans', 'm01-sp.jpg'));
			equal(media?.endpoint, 'complaint');
			equal(media?.digest, createHash('sha256').update(image).digest('hex'));
			equal(media?.size, image.length);
			equal(sandbox.media.size, before.images + 1);
		},
	);

	await check('HTTP Request node: pays out nothing when run again', async () => {
		const before = balance();
		const execution = await run('HTTP Request node');
		const made = sandbox.fundWithdrawals.get(number);
		equal(itemsOf(execution, 'POST with JSON')[0].withdraw_id, made?.withdrawId);
		equal(made?.requests, 2);
		equal(sandbox.fundWithdrawals.size, 1);
		equal(balance(), before);
	});
}

const sameBytes = (found: string | undefined, sent: string): void =>
	deepEqual(Buffer.from(found ?? ''), Buffer.from(sent));
