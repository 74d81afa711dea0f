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

	await check('complaint arrives: it gets the first reply, and a person is told', async () => {
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

	await check('complaint arrives: the reply that is announced starts no other', async () => {
		const announced = await newest();
		equal(announced.eventType, 'COMPLAINT.STATE_CHANGE');
		const execution = await startedBy(announced.id);
		equal(execution.runs['Look it up'], undefined);
	});

	await check('complaint arrives: announced again, nobody is replied to twice', async () => {
		const replies = repliesTo(complaint_id);
		const again = await notify({ event: 'complaint', complaint_id });
		const execution = await startedBy(again.id);
		equal(itemsOf(execution, 'Look it up')[0].complaint_state, 'PROCESSING');
		equal(execution.runs.Reply, undefined);
		deepEqual(repliesTo(complaint_id), replies);
	});

	await check('complaint arrives: one that cannot be read is told', async () => {
		const complaint = '200000020261101000000000099';
		const unknown = await notify({ event: 'complaint', complaint_id: complaint });
		const [failed] = itemsOf(await startedBy(unknown.id), 'Failed');
		equal(failed.complaint_id, complaint);
		match(String(failed.message), /\w{3}/);
	});
	sandbox.state.setNotifyUrl('complaint', null);
	await unpublish();
}
