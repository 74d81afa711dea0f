/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { Engine } from '../../engine';
import { Sandbox } from '../../sandbox';
import { demoClosing } from '../../scripts/demo/closing';
import { findClosingMistakes, recordsOf, type Closing } from '../../scripts/demo/closingCheck';
import { digestOf } from '../../scripts/support/images';
import { unpaced } from '../support/bench';
import { sandboxKeys } from '../support/keys';
import { skipWaits } from '../support/waits';

const EXAMPLES = resolve(__dirname, '../../examples');
const rows = parse(readFileSync(join(EXAMPLES, 'closings.csv'), 'utf8'), {
	columns: true,
}) as Closing[];
const [complained, , , paidOut, blocked] = rows;

let engine: Engine;
let sandbox: Sandbox;
let output: string[];

/** What the demo says of itself, without its pauses: they are the matter of test/client. */
async function demo(): Promise<boolean> {
	skipWaits();
	const run = engine.run.bind(engine);
	jest.spyOn(engine, 'run').mockImplementation(async (options) => {
		if ('parameters' in options)
			return await run({ ...options, parameters: unpaced(options.parameters) });
		return await run(options);
	});
	output = [];
	jest.spyOn(console, 'log').mockImplementation((text: string) => void output.push(text));
	try {
		return await demoClosing(engine, sandbox, EXAMPLES);
	} finally {
		jest.restoreAllMocks();
	}
}

beforeAll(async () => {
	engine = await Engine.start();
});
afterAll(async () => await engine.stop());

const findMistakes = (list: Closing[] = rows) =>
	findClosingMistakes(list, sandbox, (file) =>
		digestOf(readFileSync(join(EXAMPLES, 'scans', file))),
	);

/** The only complaint about the first merchant. */
const complaintId = () => {
	const all = [...sandbox.closing.complaints.values()];
	return all.find((one) => one.complainted_mchid === complained.sub_mchid)?.complaint_id ?? '';
};

describe('demo without faults', () => {
	let isRight: boolean;
	beforeAll(async () => {
		sandbox = await Sandbox.start({ keys: await sandboxKeys() });
		isRight = await demo();
	});
	afterAll(async () => await sandbox.stop());

	it('closes four merchants and finds the work done in the second run', async () => {
		expect(isRight).toBe(true);
		const shown = output.join('\n');
		expect(shown).toMatch(/Check Readiness +│ 4 of 5 ready +│ 0 of 5 ready/);
		expect(shown).toMatch(/Complaint: Reply +│ 2 done +│ 2 already_existed/);
		expect(shown).toMatch(/Withdrawal: Create +│ 2 done +│ 2 already_existed/);
		// Encrypted fields differ in every request: only the payout is refused, and then looked up.
		expect(shown).toMatch(/Apply +│ 4 done +│ 1 already_existed/);
		expect(shown).toMatch(/Confirm +│ 4 done +│ 4 same answer as before/);
		expect(shown).toContain('4 closed, 1 blocked. All as expected');
		expect(sandbox.withdrawals.get(paidOut.out_request_no)?.decrypted).toMatchObject({
			account_number: paidOut.account_number,
		});
		const { requests } = sandbox;
		expect(requests.filter(({ path }) => path.includes('/banks/corporate-banking'))).not.toEqual(
			[],
		);
	});

	it('reports mistakes in the records of the sandbox', async () => {
		expect(findMistakes()).toEqual([]);
		const expectFound = (change: Record<string, string>, row: Closing, mistake: string): void =>
			expect(findMistakes([{ ...row, ...change }]).join()).toContain(mistake);
		expectFound({ reply: 'another' }, complained, 'does not have exactly the one reply');
		expectFound({ complaint: '' }, complained, 'does not have exactly the one reply');
		expectFound({ withdrawal_no: '' }, complained, 'it has 1 withdrawals');
		expectFound({ withdrawal_no: 'W9', withdraw: '' }, paidOut, 'it has 0 withdrawals');
		expectFound({ balance_fen: '5' }, complained, '128050 fen were withdrawn, not 5');
		expectFound({ balance_fen: '5' }, paidOut, 'paid out 45000 fen, not 5');
		expectFound({ withdraw: 'NOT_APPLY_WITHDRAW' }, paidOut, 'paid out 45000 fen, not 0');
		expectFound({ additional_material: 'm06-sp.jpg' }, paidOut, 'exactly the image of the list');
		expectFound({ additional_material: '' }, paidOut, 'exactly the image of the list');
		expectFound({ expected: 'blocked' }, complained, '"FINISH", not ""');
		expectFound({ expected: 'FINISH' }, blocked, '"", not "FINISH"');

		const records = recordsOf(sandbox);
		sandbox.closing.actOnComplaint(complaintId(), { action: 'escalate' });
		expect(findMistakes()).toEqual([`${complained.merchant_name}: a complaint is not completed.`]);
		expect(recordsOf(sandbox)).not.toBe(records);
		sandbox.closing.moveWithdrawal(complained.withdrawal_no, { status: 'REFUND' });
		expect(findMistakes().join()).toContain('128050 fen are left, not 0');
	});
});

it('the demo fails if a merchant is blocked for a reason that is not in the list', async () => {
	sandbox = await Sandbox.start({ keys: await sandboxKeys() });
	sandbox.closing.setLimitations(complained.sub_mchid, {
		recovery_specifications: [{ limitation_reason_type: 'NO_TRADE' }],
		blocks_closing: true,
	});
	expect(await demo()).toBe(false);
	expect(output.join('\n')).toContain(
		`${complained.merchant_name}: blocked by "HAS_BLOCKING_CONTROL", not "".`,
	);
	await sandbox.stop();
});
