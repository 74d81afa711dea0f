/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { deepEqual, equal, match } from 'node:assert/strict';
import type { Row } from '../../host/tables';
import type { Stage } from './stage';

const NAME = 'close a merchant';

/** Two merchants from blocked, or empty, to finished; what waits for somebody is run twice. */
export async function closeMerchant(stage: Stage): Promise<void> {
	const { check, sandbox, tables, run } = stage;
	const { merchants_to_close: table } = tables;
	const [{ id: blockedId, ...blocked }, { id: emptyId, ...empty }] = await table.rows();
	const [number, withdrawal] = [String(blocked.out_request_no), String(blocked.withdrawal_no)];
	const subMchid = String(blocked.sub_mchid);
	const posts = () => sandbox.requests.filter(({ method }) => method === 'POST').length;

	/** One run; gives both rows and how much was sent that changes something. */
	const step = async (): Promise<{ first: Row; second: Row; sent: number }> => {
		const before = posts();
		await run(NAME, 'Every hour');
		const [first, second] = await table.rows();
		return { first, second, sent: posts() - before };
	};
	/** A run that finds nothing to do: it sends nothing, and the rows say the same. */
	const waits = async (): Promise<void> => {
		const said = ({ state, message }: Row) => [state, message];
		const before = (await table.rows()).map(said);
		const { first, second, sent } = await step();
		equal(sent, 0);
		deepEqual([first, second].map(said), before);
	};

	await check(
		'close a merchant: replies to the complaint and applies for the other merchant',
		async () => {
			const { first, second, sent } = await step();
			equal(first.state, 'COMPLAINT');
			match(String(first.message), /^Replied to complaint \d+\.$/);
			equal(first.complaint_reply, '');
			equal(second.state, 'APPLIED');
			equal(sandbox.withdrawals.get(String(second.out_request_no))?.withdraw, 'NOT_APPLY_WITHDRAW');
			equal(sent, 2);
		},
	);

	await check('close a merchant: sends nothing more without a decision', async () => {
		const { first, second, sent } = await step();
		match(String(first.message), /PROCESSING.*Enter yes in complaint_settled/);
		equal(second.state, 'ACCEPTED');
		equal(sent, 0);
		await waits();
	});

	await check(
		'close a merchant: completes the complaint after a person has settled it',
		async () => {
			await table.enter(blockedId, { complaint_settled: 'yes' });
			const { first, sent } = await step();
			match(String(first.message), /^Completed complaint \d+\.$/);
			equal(first.complaint_settled, '');
			equal(sent, 1);
			const states = [...sandbox.closing.complaints.values()]
				.filter(({ complainted_mchid }) => complainted_mchid === subMchid)
				.map(({ complaint_state }) => complaint_state);
			deepEqual(states, ['PROCESSED']);
		},
	);

	await check('close a merchant: withdraws the money once and waits for the result', async () => {
		const { first, sent } = await step();
		equal(first.state, 'WITHDRAWAL CREATE_SUCCESS');
		equal(sent, 1);
		const { amount } = sandbox.fundWithdrawals.get(withdrawal) ?? {};
		equal(amount, 128_050);
		equal(sandbox.subMerchants.get(subMchid)?.balances.BASIC?.available, 0);
		await waits();
		equal(sandbox.fundWithdrawals.get(withdrawal)?.requests, 1);
	});

	await check('close a merchant: waits for a person after a failed withdrawal', async () => {
		sandbox.closing.moveWithdrawal(withdrawal, { status: 'FAIL', reason: '卡号错误' });
		const { first, sent } = await step();
		equal(first.state, 'WITHDRAWAL FAIL');
		match(String(first.message), /FAIL: 卡号错误.*new withdrawal_no/);
		equal(sent, 0);
		await waits();
	});

	await check('close a merchant: withdraws with a new number and then applies', async () => {
		const another = `${withdrawal}B`;
		await table.enter(blockedId, { withdrawal_no: another });
		equal((await step()).sent, 1);
		sandbox.closing.moveWithdrawal(another, { status: 'SUCCESS' });
		const { first, sent } = await step();
		equal(first.state, 'APPLIED');
		equal(sent, 1);
		equal((await step()).first.state, 'ACCEPTED');
		await waits();
	});

	await check('close a merchant: confirms only after the merchant has confirmed', async () => {
		sandbox.move(number, { state: 'WAITING_MERCHANT_CONFIRM' });
		const asked = await step();
		equal(asked.first.state, 'WAITING_MERCHANT_CONFIRM');
		match(String(asked.first.message), /https:\/\/sandbox\.invalid\/confirm-cancel/);
		equal(asked.sent, 0);
		await waits();
		await table.enter(blockedId, { confirmed_at: '2026-11-21T10:00:00+08:00' });
		const { first, sent } = await step();
		equal(first.state, 'CONFIRMED');
		equal(sent, 1);
		equal(sandbox.withdrawals.get(number)?.state, 'SYSTEM_PROCESSING');
	});

	await check('close a merchant: follows both merchants to FINISH', async () => {
		sandbox.move(number, { state: 'CANCELED' });
		equal((await step()).first.state, 'CANCELED');
		sandbox.move(number, { state: 'FINISH' });
		sandbox.move(String(empty.out_request_no), { state: 'FINISH' });
		const { first, second, sent } = await step();
		deepEqual([first.state, second.state, sent], ['FINISH', 'FINISH', 0]);
	});

	await check('close a merchant: sends no requests after FINISH', async () => {
		const before = [await table.rows(), sandbox.requests.length];
		await run(NAME, 'Every hour');
		deepEqual([await table.rows(), sandbox.requests.length], before);
	});

	await check('close a merchant: restores lost states of the rows', async () => {
		for (const id of [blockedId, emptyId]) await table.enter(id, { state: null, message: null });
		const { first, second, sent } = await step();
		deepEqual([first.state, second.state, sent], ['FINISH', 'FINISH', 0]);
	});
}
