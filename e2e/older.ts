/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox } from '../sandbox';
import { copyExampleFiles } from '../host/examples';
import { ensureHost } from '../host/hosts';
import { N8n } from '../host/n8n';
import { installInto } from '../host/package-tarball';
import type { Context } from './context';
import { uploadFromLink } from './links';
import { APPLY, HTTP_VERSIONS, WITHDRAWAL, httpRequests, throughWebhook } from './workflows';

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

		await check(
			`n8n ${host.version}: the credential test succeeds and fails as expected`,
			async () => {
				deepEqual((await test({})).status, 'OK');
				const wrong = await test({ serial: 'A'.repeat(40) });
				equal(wrong.status, 'Error');
				match(wrong.message, /Serial Number.*Merchant ID/s);
			},
		);

		await check(
			`n8n ${host.version}: Create succeeds and the error branch returns the reason`,
			async () => {
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
			},
		);

		await check(`n8n ${host.version}: an image is uploaded from a link`, async () => {
			await uploadFromLink(n8n, sandbox, files);
		});

		await check(
			`n8n ${host.version}: the HTTP Request node signs queries, JSON and uploads`,
			async () => {
				const available = 20_000;
				sandbox.setSubMerchant(WITHDRAWAL.sub_mchid, {
					balances: { BASIC: { available, pending: 0 } },
				});
				const workflow = await n8n.importWorkflow(httpRequests(files, sandbox.url));
				const execution = await n8n.execute(workflow, 'Start');
				equal(execution.status, 'success', execution.error?.message);
				const answerOf = (name: string) => execution.outputs[name][0][0].json;

				const made = sandbox.fundWithdrawals.get(WITHDRAWAL.out_request_no);
				equal(made?.requests, HTTP_VERSIONS.length);
				const left = sandbox.subMerchants.get(WITHDRAWAL.sub_mchid)?.balances.BASIC?.available;
				equal(left, available - WITHDRAWAL.amount);
				for (const field of ['remark', 'bank_memo'] as const) {
					deepEqual(Buffer.from(made?.[field] ?? ''), Buffer.from(WITHDRAWAL[field]));
				}
				const image = readFileSync(join(files, 'scans', 'm01-sp.jpg'));
				const digest = createHash('sha256').update(image).digest('hex');
				for (const version of HTTP_VERSIONS) {
					equal(answerOf(`Query ${version}`).account_type, 'BASIC', `Query ${version}`);
					equal(answerOf(`JSON ${version}`).withdraw_id, made?.withdrawId, `JSON ${version}`);
					const media = sandbox.media.get(String(answerOf(`Upload ${version}`).media_id));
					const { endpoint, size } = media ?? {};
					deepEqual([endpoint, media?.digest, size], ['complaint', digest, image.length]);
				}
				const chinese = sandbox.requests.filter(({ path }) => path.includes('%E6%98%A8%E5%A4%A9'));
				deepEqual(
					chinese.map(({ status, code }) => [status, code]),
					[[400, 'PARAM_ERROR']],
				);
			},
		);
	} finally {
		await Promise.all([n8n.stop(), sandbox.stop()]);
	}
}
