/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { equal, match } from 'node:assert/strict';
import { seal } from '../../sandbox/notifications/envelope';
import { DEFAULT_FORM, cancellationMessage } from '../../sandbox/notifications/subscription';
import { until, type Item } from '../../host/n8n';
import { executionsOf, itemsOf, succeeded } from '../executions';
import { publishNotified } from './notified';
import type { Stage } from './stage';

/** n8n polls once a minute at most, and takes a moment to start an execution. */
const A_POLL = 75_000;
const [FIRST, SECOND, THIRD] = ['W01', 'W02', 'W03'].map((end) => `CANCEL20261101${end}`);

const rowOf = (rows: Array<Item['json']>, number: string) =>
	rows.find(({ out_request_no }) => out_request_no === number);

/** After the fourth example, whose applications are reported: published, with the polling trigger beside it. */
export async function cancellationReported(stage: Stage): Promise<void> {
	const { check, n8n, sandbox } = stage;
	const published = await publishNotified(
		stage,
		'cancellation reported',
		'Reported',
		'8f3a52d0-6c1b-4e0e-9a55-0c7f1f6f8a01',
		{ 'On change': { pollTimes: { item: [{ mode: 'everyMinute' }] } } },
	);
	const { workflow, url, notify, newest, startedBy, allStartedBy } = published;
	const applicationOf = (number: string) => {
		const application = sandbox.withdrawals.get(number);
		if (!application) throw new Error(`${number} was not applied for`);
		return application;
	};
	/** A message of the topic, about another application or merchant than there is. */
	const report = async (merchant_code: string, business_code: string) => {
		const { resource } = cancellationMessage(applicationOf(SECOND), DEFAULT_FORM);
		const { message_content: content, ...more } = resource as { message_content: object };
		return await notify({
			event_type: 'MERCHANT_NOTIFY.NOTIFY',
			original_type: 'merchant_notify',
			resource: { message_content: { ...content, merchant_code, business_code }, ...more },
		});
	};

	await check(
		'cancellation reported: looks up the application, updates the sheet and sends a message',
		async () => {
			sandbox.state.setNotifyUrl('subscription', url);
			sandbox.move(FIRST, { state: 'WAITING_MERCHANT_CONFIRM' });
			const execution = await startedBy((await newest()).id);
			equal(itemsOf(execution, 'By Applyment ID')[0].out_request_no, FIRST);
			match(
				String(itemsOf(execution, 'Message')[0].message),
				/W01 needs you: the merchant has to confirm at https:\/\/sandbox\.invalid\/confirm-cancel/,
			);
			const rows = itemsOf(execution, 'Updated rows');
			equal(rowOf(rows, FIRST)?.cancel_state, 'WAITING_MERCHANT_CONFIRM');
			equal(rowOf(rows, SECOND)?.result, 'applied');
			equal(itemsOf(execution, 'Write withdrawals-result.xlsx').length, 1);
		},
	);

	await check('cancellation reported: processes a repeated delivery only once', async () => {
		const message = cancellationMessage(applicationOf(FIRST), DEFAULT_FORM);
		const { id, body } = seal(message, sandbox.keys.apiV3SecretKey, Date.now());
		const again = { event: 'test', body: body.toString() };
		await notify(again);
		equal(itemsOf(await startedBy(id), 'Not seen before').length, 1);
		await notify(again);
		const both = await until('the second execution', A_POLL, async () => {
			const all = await allStartedBy(id);
			return all.length === 2 && all;
		});
		equal(both.map(succeeded).filter(({ runs }) => runs['A cancellation?']).length, 1);
	});

	await check(
		'cancellation reported: looks up by number if business_code is the number',
		async () => {
			const { sub_mchid } = applicationOf(SECOND);
			const execution = await startedBy((await report(sub_mchid, SECOND)).id);
			equal(itemsOf(execution, 'By Applyment ID').length, 0);
			equal(itemsOf(execution, 'By Out Request No')[0].out_request_no, SECOND);
			const rows = itemsOf(execution, 'Updated rows');
			equal(rowOf(rows, SECOND)?.cancel_state, 'ACCEPTED');
			equal(rowOf(rows, FIRST)?.cancel_state, 'WAITING_MERCHANT_CONFIRM');
		},
	);

	await check(
		'cancellation reported: reports an unknown application and keeps the sheet',
		async () => {
			const unknown = await startedBy((await report('1900000204', 'UNKNOWN1')).id);
			match(String(itemsOf(unknown, 'Not found')[0].message), /1900000204 is ACCEPTED.*UNKNOWN1/);
			equal(unknown.runs['Updated rows'], undefined);
			// The application of another merchant.
			const { applymentId } = applicationOf(SECOND);
			const another = await startedBy((await report('1900000201', applymentId)).id);
			match(String(itemsOf(another, 'Not found')[0].message), /1900000201/);
			equal(another.runs['Updated rows'], undefined);
		},
	);

	await check('cancellation reported: finds an undelivered change by polling', async () => {
		sandbox.state.setNotifyUrl('subscription', null);
		sandbox.move(THIRD, { state: 'REVIEWING' });
		sandbox.move(THIRD, { state: 'REJECTED', reason: '营业执照已过期' });
		const execution = await until('the poll', A_POLL, async () =>
			(await executionsOf(n8n, workflow)).find(({ outputs }) =>
				outputs['On change']?.[0]?.some(({ json }) => json.out_request_no === THIRD),
			),
		);
		const told = itemsOf(succeeded(execution), 'Message').map(({ message }) => String(message));
		match(told.find((message) => message.includes('W03')) ?? '', /REJECTED, 营业执照已过期/);
		const rows = itemsOf(execution, 'Updated rows');
		equal(rowOf(rows, THIRD)?.cancel_state, 'REJECTED');
		equal(rowOf(rows, FIRST)?.cancel_state, 'WAITING_MERCHANT_CONFIRM');
	});
	await published.unpublish();
}
