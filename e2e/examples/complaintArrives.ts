/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import { itemsOf } from '../executions';
import { publishNotified } from './notified';
import type { Stage } from './stage';

const MERCHANT = '1900000219';

/** Published: a complaint gets its first reply, once. */
export async function complaintArrives(stage: Stage): Promise<void> {
	const { check, sandbox } = stage;
	const { url, notify, newest, startedBy, unpublish } = await publishNotified(
		stage,
		'complaint arrives',
		'Complaint',
		'8f3a52d0-6c1b-4e0e-9a55-0c7f1f6f8a02',
	);
	const repliesTo = (id: string): string[] =>
		(sandbox.closing.complaints.get(id)?.history ?? [])
			.filter(({ operate_type }) => operate_type === 'MERCHANT_RESPONSE')
			.map(({ operate_details }) => operate_details ?? '');
	sandbox.state.setNotifyUrl('complaint', url);
	const { complaint_id } = sandbox.closing.createComplaint({
		complainted_mchid: MERCHANT,
		complaint_detail: '没有收到货',
	});

	await check('complaint arrives: sends the first reply and a message', async () => {
		const [created] = sandbox.notifications.records.filter(({ resource }) =>
			JSON.stringify(resource).includes(complaint_id),
		);
		const execution = await startedBy(created.id);
		equal(itemsOf(execution, 'Reply')[0].already_existed, false);
		const [{ message }] = itemsOf(execution, 'Message');
		equal(message, `${MERCHANT}: 没有收到货`);
		const replies = repliesTo(complaint_id);
		equal(replies.length, 1);
		match(replies[0], /^您好，您的投诉我们已收到/);
	});

	await check('complaint arrives: ignores the notification about its own reply', async () => {
		const announced = await newest();
		equal(announced.eventType, 'COMPLAINT.STATE_CHANGE');
		const execution = await startedBy(announced.id);
		equal(execution.runs['Look it up'], undefined);
	});

	await check('complaint arrives: does not reply twice to a repeated notification', async () => {
		const replies = repliesTo(complaint_id);
		const again = await notify({ event: 'complaint', complaint_id });
		const execution = await startedBy(again.id);
		equal(itemsOf(execution, 'Look it up')[0].complaint_state, 'PROCESSING');
		equal(execution.runs.Reply, undefined);
		deepEqual(repliesTo(complaint_id), replies);
	});

	await check('complaint arrives: reports a complaint that cannot be read', async () => {
		const complaint = '200000020261101000000000099';
		const unknown = await notify({ event: 'complaint', complaint_id: complaint });
		const [failed] = itemsOf(await startedBy(unknown.id), 'Failed');
		equal(failed.complaint_id, complaint);
		match(String(failed.message), /\w{3}/);
	});
	sandbox.state.setNotifyUrl('complaint', null);
	await unpublish();
}
