/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Engine } from '../../engine';
import type { Sandbox } from '../../sandbox';
import { findClosingMistakes, recordsOf, type Closing } from './closingCheck';
import { table } from './table';

const subMchid = '={{ $json.sub_mchid }}';
const outRequestNo = '={{ $json.out_request_no }}';
const complaintId = '={{ $json.complaint_id }}';

const CHECK = { resource: 'cancelWithdrawal', operation: 'checkReadiness', subMchid };
const COMPLAINTS = { resource: 'complaint', operation: 'getMany', subMchid, returnAll: true };
const REPLY = {
	resource: 'complaint',
	operation: 'reply',
	complaintId,
	subMchid,
	content: '={{ $json.reply }}',
};
const COMPLETE = {
	resource: 'complaint',
	operation: 'complete',
	complaintId,
	subMchid,
	iUnderstand: true,
};
const WITHDRAW = {
	resource: 'withdrawal',
	operation: 'create',
	subMchid,
	outRequestNo: '={{ $json.withdrawal_no }}',
	amount: '={{ Number($json.balance_fen) }}',
	accountType: 'BASIC',
};
const APPLY = {
	resource: 'cancelWithdrawal',
	operation: 'apply',
	subMchid,
	outRequestNo,
	withdraw: '={{ $json.withdraw }}',
	payeeAccountType: '={{ $json.payee_account_type }}',
	accountName: '={{ $json.account_name }}',
	accountBank: '={{ $json.account_bank }}',
	accountNumber: '={{ $json.account_number }}',
	identificationName: '={{ $json.identification_name }}',
	identificationNo: '={{ $json.identification_no }}',
};
const CONFIRM = {
	resource: 'cancelWithdrawal',
	operation: 'confirm',
	outRequestNo,
	subMchid,
	operatorIdentification: '样例人甲',
	confirmTime: '={{ $json.confirmed_at }}',
	cancelContractVersion: 'V20241213',
	iUnderstand: true,
};
const GET = { resource: 'cancelWithdrawal', operation: 'get', outRequestNo };

type Row = IDataObject;
/** Runs one operation over rows; gives an item for each, or several where the operation gives a list. */
type Run = (parameters: INodeParameters, rows: Row[]) => Promise<IDataObject[]>;

/** Runs one operation over rows through n8n's engine. An error of a row ends the demo. */
const runWith =
	(engine: Engine, sandbox: Sandbox): Run =>
	async (parameters, rows) => {
		const { main, error } = await engine.run({
			items: rows.map((json) => ({ json })),
			parameters,
			credential: { ...sandbox.credential() },
		});
		if (error) throw error;
		return main[0].map(({ json }) => json);
	};

/** What the merchants are at WeChat Pay before: money, complaints, a limitation. */
function setScene(sandbox: Sandbox, rows: Closing[]): void {
	for (const { sub_mchid: number, balance_fen: fen, complaint, expected } of rows) {
		sandbox.setSubMerchant(number, {
			balances: { BASIC: { available: Number(fen), pending: 0 } },
		});
		if (complaint !== '') {
			sandbox.closing.createComplaint({ complainted_mchid: number, complaint_detail: complaint });
		}
		if (expected !== 'blocked') continue;
		sandbox.closing.setLimitations(number, {
			recovery_specifications: [
				{
					limitation_reason_type: 'NO_TRADE',
					relate_limitations: ['NO_PAYMENT'],
					recover_way: 'VERIFY_INACTIVE_MERCHANT_IDENTITY',
				},
			],
			blocks_closing: true,
		});
	}
}

/** Replies to every complaint about these merchants, and completes it. */
async function settle(run: Run, rows: Closing[]): Promise<IDataObject[]> {
	const found = await run(COMPLAINTS, rows);
	const complaints = found.map(({ complaint_id, complainted_mchid: number }) => {
		const row = rows.find(({ sub_mchid }) => sub_mchid === number);
		return { ...row, complaint_id };
	});
	return [...(await run(REPLY, complaints)), ...(await run(COMPLETE, complaints))];
}

const say = (step: string, result: string): void => console.log(`  ${step.padEnd(18)}${result}`);

const adviceOf = ({ blockers }: IDataObject): string =>
	(blockers as Array<{ type: string; what_to_do: string }>)
		.map(({ type, what_to_do: advice }) => `${type}. ${advice}`)
		.join(' ');

/**
 * Closes merchants in the new flow, from what blocks them to FINISH, then runs every step again, which
 * must change nothing. True if the output and the sandbox's own records are what the list expects.
 */
export async function demoClosing(engine: Engine, sandbox: Sandbox, csv: string): Promise<boolean> {
	const rows = parse(readFileSync(csv, 'utf8'), { columns: true, trim: true }) as Closing[];
	const run = runWith(engine, sandbox);
	setScene(sandbox, rows);

	const before = await run(CHECK, rows);
	const isReady = ({ ready }: IDataObject): boolean => ready === true;
	say('Check Readiness', `${before.filter(isReady).length} of ${rows.length} ready`);

	const complained = rows.filter(({ complaint }) => complaint !== '');
	await settle(run, complained);
	say('Complaints', `${complained.length} replied to and completed`);

	const withdrawn = rows.filter(({ withdrawal_no: number }) => number !== '');
	const withdrawals = await run(WITHDRAW, withdrawn);
	for (const { withdrawal_no: number } of withdrawn) {
		sandbox.closing.moveWithdrawal(number, { status: 'SUCCESS' });
	}
	say('Withdrawals', `${withdrawals.length} sent, and paid by the bank`);

	const after = await run(CHECK, rows);
	const ready = rows.filter((_, index) => isReady(after[index]));
	say('Check Readiness', `${ready.length} of ${rows.length} ready`);

	await run(APPLY, ready);
	for (const { out_request_no: number } of ready) {
		sandbox.move(number, { state: 'WAITING_MERCHANT_CONFIRM' });
	}
	await run(CONFIRM, ready);
	for (const { out_request_no: number } of ready) sandbox.move(number, { state: 'FINISH' });
	const found = await run(GET, ready);
	say('Applications', `${found.length} submitted, reviewed, confirmed and finished`);

	const records = recordsOf(sandbox);
	const again = [
		...(await settle(run, complained)),
		...(await run(WITHDRAW, withdrawn)),
		...(await run(APPLY, ready)),
		...(await run(CONFIRM, ready)),
	];
	const isUnchanged = recordsOf(sandbox) === records;
	say(
		'The same again',
		`${again.length} items succeeded, and ${isUnchanged ? 'nothing changed' : 'something CHANGED'} at WeChat Pay`,
	);

	const lines = rows.map((row, index) => {
		const { merchant_name: name, complaint, withdrawal_no: withdrawal, withdraw } = row;
		const last = found[ready.indexOf(row)];
		return [
			name,
			isReady(before[index]) ? 'ready' : 'blocked',
			complaint === '' ? '-' : 'completed',
			withdrawal || (withdraw === 'APPLY_WITHDRAW' ? 'with the application' : '-'),
			last ? `${row.out_request_no}: ${String(last.cancel_state)}` : adviceOf(after[index]),
		];
	});
	const header = ['merchant', 'at first', 'complaint', 'payout', 'application'];
	console.log(`\n${table(header, lines, process.stdout.columns || 140)}\n`);

	const mistakes = findClosingMistakes(rows, sandbox);
	if (!isUnchanged) mistakes.push('The second run changed something at WeChat Pay.');
	console.log(
		`${ready.length} closed, ${rows.length - ready.length} blocked. ${mistakes.length === 0 ? 'All as expected.' : 'NOT as expected:'}`,
	);
	for (const mistake of mistakes) console.log(`  ${mistake}`);
	return mistakes.length === 0;
}
