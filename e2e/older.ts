/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { Sandbox } from '../sandbox';
import { copyExampleFiles } from './examples';
import { ensureHost } from './hosts';
import { N8n } from './n8n';
import { installInto } from './package-tarball';
import type { Context } from './context';
import { APPLY, throughWebhook, httpRequests } from './workflows';

/** The oldest n8n that the package is said to work with: credential, node, error branch, HTTP Request. */
export async function older({ folder, tarball, check }: Context): Promise<void> {
	await installInto(folder, tarball);
	const files = copyExampleFiles(join(folder, 'files'));
	const host = await ensureHost('older');
	const sandbox = await Sandbox.start();
	const env = { N8N_RESTRICT_FILE_ACCESS_TO: files };
	const n8n = await N8n.start({ host, userFolder: folder, env });
	try {
		await n8n.login();
		const data = sandbox.credential();
		const name = 'WeChat Pay account';
		const id = await n8n.createCredential(name, 'wechatPayApi', data);
		const test = async (changes: Partial<typeof data>) =>
			await n8n.call<{ status: string; message: string }>('POST', '/credentials/test', {
				credentials: { id, name, type: 'wechatPayApi', data: { ...data, ...changes } },
			});

		await check(`n8n ${host.version}: the test button succeeds and fails`, async () => {
			deepEqual((await test({})).status, 'OK');
			const wrong = await test({ serial: 'A'.repeat(40) });
			equal(wrong.status, 'Error');
			match(wrong.message, /Serial Number.*Merchant ID/s);
		});

		await check(`n8n ${host.version}: applies, and the error branch gives the reason`, async () => {
			const workflow = await n8n.importWorkflow(
				throughWebhook('Older', 'older', files, { onError: 'continueErrorOutput' }),
			);
			const rows = [
				{ sub_mchid: '1920000001', out_apply_no: 'OLDER001' },
				{ sub_mchid: '1920000002', out_apply_no: 'OLDER-002' },
				{ sub_mchid: '1920000003', out_apply_no: 'OLDER003' },
			];
			workflow.pinData = { Webhook: [{ json: { body: { rows } } }] };
			const execution = await n8n.execute(workflow, 'Webhook');
			equal(execution.status, 'success', execution.error?.message);
			const [good, bad] = execution.outputs[APPLY];
			deepEqual(
				good.map(({ json }) => json.out_apply_no),
				['OLDER001', 'OLDER003'],
			);
			equal(bad.length, 1);
			match(String(bad[0].json.message), /OLDER-002/);
			equal((bad[0].json.details as { not_sent?: boolean }).not_sent, true);
			deepEqual([...sandbox.applications.keys()].sort(), ['OLDER001', 'OLDER003']);
		});

		await check(
			`n8n ${host.version}: the HTTP Request node signs query, JSON and upload`,
			async () => {
				const workflow = await n8n.importWorkflow(httpRequests(files, sandbox.url));
				const execution = await n8n.execute(workflow, 'Start');
				equal(execution.status, 'success', execution.error?.message);
				equal(execution.outputs.Query[0][0].json.account_type, 'BASIC');
				equal(sandbox.withdrawals.get('OLDERHTTP1')?.remark, '平台清退，余额为零');
				for (const upload of ['Upload 4.2', 'Upload 4.1', 'Upload 3']) {
					ok(sandbox.media.has(String(execution.outputs[upload][0][0].json.media_id)), upload);
				}
			},
		);
	} finally {
		await Promise.all([n8n.stop(), sandbox.stop()]);
	}
}
