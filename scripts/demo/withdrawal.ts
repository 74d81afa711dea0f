/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { Sandbox } from '../../sandbox';
import type { Engine } from '../../engine';
import { table } from './table';

/** One merchant of examples/withdrawals.csv; `expected` is the last state, or `blocked`. */
interface Row extends Record<string, string> {
	merchant_name: string;
	sub_mchid: string;
	out_request_no: string;
	withdraw: string;
	balance_fen: string;
	expected: string;
}

const VALIDATE = { operation: 'validate', subMchid: '={{ $json.sub_mchid }}' };
const APPLY = {
	operation: 'apply',
	subMchid: '={{ $json.sub_mchid }}',
	outRequestNo: '={{ $json.out_request_no }}',
	withdraw: '={{ $json.withdraw }}',
	payeeAccountType: '={{ $json.payee_account_type }}',
	accountName: '={{ $json.account_name }}',
	accountBank: '={{ $json.account_bank }}',
	accountNumber: '={{ $json.account_number }}',
	identificationName: '={{ $json.identification_name }}',
	identificationNo: '={{ $json.identification_no }}',
};
const GET = { operation: 'get', outRequestNo: '={{ $json.out_request_no }}' };

/** Runs one operation of the new flow over all rows; gives each row's success or error item. */
async function runOver(
	engine: Engine,
	sandbox: Sandbox,
	rows: Row[],
	parameters: INodeParameters,
): Promise<IDataObject[]> {
	const { main, error } = await engine.run({
		items: rows.map((json) => ({ json })),
		parameters: { resource: 'cancelWithdrawal', ...parameters },
		nodeOptions: { onError: 'continueRegularOutput' },
		credential: { ...sandbox.credential() },
	});
	if (error) throw error;
	return (main[0] ?? []).map(({ json }: INodeExecutionData) => json);
}

/** What the rows would be at WeChat Pay: money on the account, or a complaint that blocks. */
function setScene(sandbox: Sandbox, rows: Row[]): void {
	for (const { sub_mchid: number, balance_fen: fen, expected } of rows) {
		sandbox.setSubMerchant(number, {
			balances: { BASIC: { available: Number(fen), pending: 0 } },
			...(expected === 'blocked' && {
				blockReasons: [
					{ type: 'CONSUMER_COMPLAINT_UNPROCESSED', description: '存在未处理的消费者投诉' },
				],
			}),
		});
	}
}

const reasonsOf = ({ block_reasons: reasons }: IDataObject): string =>
	Array.isArray(reasons)
		? reasons.map((reason) => (reason as { description?: string }).description).join(', ')
		: '';

/**
 * Shows the new flow: Validate for every merchant, Apply for those that are allowed, then Get once
 * the sandbox has reviewed and paid. True if each merchant ended as the list expects.
 */
export async function demoWithdrawal(
	engine: Engine,
	sandbox: Sandbox,
	csv: string,
): Promise<boolean> {
	const rows = parse(readFileSync(csv, 'utf8'), { columns: true, trim: true }) as Row[];
	setScene(sandbox, rows);
	const validated = await runOver(engine, sandbox, rows, VALIDATE);
	const allowed = rows.filter((_, i) => validated[i].allowed === true);
	const applied = await runOver(engine, sandbox, allowed, APPLY);
	for (const { out_request_no: number, expected } of allowed) {
		if (sandbox.withdrawals.has(number)) sandbox.move(number, { state: expected });
	}
	const found = await runOver(engine, sandbox, allowed, GET);

	let isAsExpected = true;
	const lines = rows.map((row, i) => {
		const { merchant_name: name, out_request_no: number, expected } = row;
		const at = allowed.indexOf(row);
		const last = found[at];
		const ended = at === -1 ? 'blocked' : String(last.cancel_state ?? last.message);
		isAsExpected &&= ended === expected && (at === -1 || last.is_final === true);
		return [
			name,
			number,
			at === -1 ? '-' : String(applied[at].applyment_id ?? '-'),
			at === -1
				? `Not allowed: ${reasonsOf(validated[i])}`
				: `${ended}, is_final ${String(last.is_final)}`,
		];
	});
	const header = ['merchant', 'number', 'applyment id', 'state'];
	console.log(`\n${table(header, lines, process.stdout.columns || 140)}\n`);
	console.log(
		`${allowed.length} allowed and applied, ${rows.length - allowed.length} blocked. ${isAsExpected ? 'All as expected.' : 'NOT as expected.'}`,
	);
	return isAsExpected;
}
