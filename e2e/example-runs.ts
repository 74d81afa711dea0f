/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox } from '../sandbox';
import {
	copyExampleFiles,
	exampleMerchants,
	readExamples,
	readList,
	readmeWorkflow,
} from '../host/examples';
import { ensureHost } from '../host/hosts';
import { N8n, type Execution, type Item, type Workflow } from '../host/n8n';
import { installInto } from '../host/package-tarball';
import type { Context } from './context';

const BAD_ROWS = ['CANCEL20261101A05', 'CANCEL-20261101-08'];
const LARGE_PHOTO = 'm02-sp.jpg';

const numbered = (end: string): string => `CANCEL20261101${end}`;
/** The application that is rejected in between. */
const REJECTED = 'A03';

/** The example workflows as they are shipped, imported and run; what they did is asked of the sandbox. */
export async function examples({ folder, tarball, check }: Context): Promise<void> {
	await installInto(folder, tarball);
	const files = copyExampleFiles(join(folder, 'files'));
	const host = await ensureHost('current');
	const sandbox = await Sandbox.start({ subMerchants: exampleMerchants() });
	const env = { N8N_RESTRICT_FILE_ACCESS_TO: files };
	const n8n = await N8n.start({ host, userFolder: folder, env });
	try {
		await n8n.login();
		await n8n.createCredential('WeChat Pay account', 'wechatPayApi', sandbox.credential());
		const imported: Record<string, Workflow> = {};
		for (const example of readExamples({ folder: files, host: sandbox.url })) {
			imported[example.name.replace('WeChat Pay: ', '')] = await n8n.importWorkflow(example);
		}
		// The last two start with a notification: they are imported here, and not run.
		await check('every example is known here', () => {
			const names = [
				'why can it not be closed',
				'list to applications',
				'every night',
				'list what failed',
			];
			names.push('validate, then apply', 'HTTP Request node', 'on change', 'API Request');
			names.push('cancellation reported', 'complaint arrives');
			deepEqual(Object.keys(imported), names);
		});
		const run = async (name: string, trigger = 'Start') =>
			succeeded(await n8n.execute(imported[name], trigger));

		await listToApplications(check, sandbox, files, async () => await run('list to applications'));
		await everyNight(check, sandbox, async () => await run('every night', 'Every night'));
		await errorList(check, sandbox, files, async () => await run('list what failed'));
		await whyNot(check, async () => await run('why can it not be closed'));
		await validateThenApply(check, sandbox, async () => await run('validate, then apply'));
		await httpRequest(check, sandbox, files, async () => await run('HTTP Request node'));
		await onChange(check, sandbox, async () => await run('on change', 'On change'));
		await apiRequest(check, async () => await run('API Request'));
		const first = await n8n.importWorkflow(readmeWorkflow());
		await firstWorkflow(check, sandbox, async () => succeeded(await n8n.execute(first, 'Start')));
	} finally {
		await Promise.all([n8n.stop(), sandbox.stop()]);
	}
}

type Run = () => Promise<Execution>;

function succeeded(execution: Execution): Execution {
	equal(execution.status, 'success', execution.error?.message);
	return execution;
}

/** Items of one output of a node that ran exactly once. */
function itemsOf({ outputs, runs }: Execution, node: string, output = 0): Array<Item['json']> {
	equal(runs[node], 1, `"${node}" ran ${runs[node] ?? 0} times`);
	return (outputs[node][output] ?? []).map(({ json }) => json);
}

async function listToApplications(
	check: Context['check'],
	sandbox: Sandbox,
	files: string,
	run: Run,
): Promise<void> {
	const expected = readList('merchants.csv')
		.filter((row) => row.expected === 'accepted')
		.map((row) => row.out_apply_no);
	await check('list to applications: a photo of 5 MB is there to be made smaller', () => {
		const photo = join(files, 'scans', LARGE_PHOTO);
		makeLarge(photo);
		const megabytes = statSync(photo).size / 1024 / 1024;
		ok(megabytes > 4.5 && megabytes < 6, `${megabytes} MB`);
	});

	await check(
		'list to applications: each good row is an application, each bad row a reason',
		async () => {
			const execution = await run();
			deepEqual([...sandbox.applications.keys()].sort(), expected);
			for (const application of sandbox.applications.values()) {
				equal(application.requests, 1);
				equal(application.materials.length, 2);
			}
			equal(itemsOf(execution, "Merchant's form smaller").length, 1);
			const rows = itemsOf(execution, 'Result');
			equal(rows.length, 14);
			for (const row of rows) {
				equal(row.result, row.expected, JSON.stringify(row));
				if (row.result === 'refused') match(`${row.reason} ${row.what_to_do}`, /\w{3}.*\w{3}/);
			}
			const refused = rows.filter(({ result }) => result === 'refused');
			deepEqual(refused.map((row) => row.out_apply_no).sort(), [...BAD_ROWS].sort());
			ok(existsSync(join(files, 'result.xlsx')));
		},
	);

	await check(
		'list to applications: run again it says the same, and nothing is there twice',
		async () => {
			const rows = itemsOf(await run(), 'Result');
			deepEqual([...sandbox.applications.keys()].sort(), expected);
			for (const row of rows.filter(({ result }) => result === 'accepted')) {
				equal(String(row.already_existed), 'true');
			}
		},
	);
}

/** Enlarges a picture to what a phone makes of it. */
function makeLarge(file: string): void {
	try {
		const args = ['-resize', '2400x3360!', '+noise', 'Gaussian', '-quality', '85'];
		execFileSync('gm', ['convert', file, ...args, file], { stdio: 'pipe' });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		throw new Error(
			'The node Edit Image needs GraphicsMagick (gm). Install it (Debian: apt-get install graphicsmagick).',
		);
	}
}

async function everyNight(check: Context['check'], sandbox: Sandbox, run: Run): Promise<void> {
	const [approved, rejected, broken] = ['A01', REJECTED, 'A04'].map(numbered);
	await check(
		'every night: what was decided is written back, a failed look-up is told',
		async () => {
			sandbox.move(approved, { state: 'CANCEL_SUCCESS' });
			sandbox.move(rejected, { state: 'REJECTED', reason: '印章不清晰' });
			const fault = sandbox.fault({
				kind: 'answer',
				match: { number: broken },
				count: Infinity,
				status: 403,
				code: 'NO_AUTH',
				message: '无权限',
			});
			const execution = await run();
			fault.remove();
			equal(itemsOf(execution, 'Look up').length, sandbox.applications.size - 1);
			const rows = new Map(
				itemsOf(execution, 'Updated rows').map((row) => [row.out_apply_no, row]),
			);
			equal(rows.size, 14);
			equal(rows.get(approved)?.cancel_state, 'CANCEL_SUCCESS');
			equal(rows.get(rejected)?.cancel_state, 'REJECTED');
			equal(rows.get(rejected)?.reason, '印章不清晰');
			equal(rows.get(broken)?.cancel_state, 'REVIEWING');
			match(String(rows.get(broken)?.problem), /无权限/);
		},
	);

	await check('every night: the next night asks only for what is still under review', async () => {
		const execution = await run();
		equal(itemsOf(execution, 'Under review').length, sandbox.applications.size - 2);
		const rows = itemsOf(execution, 'Updated rows');
		equal(rows.find((row) => row.out_apply_no === rejected)?.reason, '印章不清晰');
		equal(rows.find((row) => row.out_apply_no === broken)?.problem, '');
	});
}

async function errorList(
	check: Context['check'],
	sandbox: Sandbox,
	files: string,
	run: Run,
): Promise<void> {
	await check('list what failed: reason, what to do, and whether to send it again', async () => {
		// The large photo is made smaller in the first example only, and a rejected number stays rejected.
		const before = sandbox.applications.size;
		const execution = await run();
		const rows = itemsOf(execution, 'For a person');
		const numbers = rows.map((row) => row.out_apply_no);
		deepEqual(numbers.sort(), [...BAD_ROWS, numbered('A02'), numbered(REJECTED)].sort());
		for (const row of rows) {
			ok(row.merchant_name && row.reason && row.what_to_do, JSON.stringify(row));
			equal(row.send_again_as_it_is, 'no');
		}
		equal(sandbox.applications.size, before);
		ok(readdirSync(files).some((name) => /^to-check-.*\.xlsx$/.test(name)));
	});

	await check(
		'list what failed: an open fate is told as such, and running again settles it',
		async () => {
			const number = numbered('A06');
			const fault = sandbox.fault({ kind: 'cut-after', match: { number }, count: Infinity });
			const rows = itemsOf(await run(), 'For a person');
			fault.remove();
			const open = rows.find((row) => row.out_apply_no === number);
			equal(open?.outcome, 'unknown', JSON.stringify(open));
			equal(open?.send_again_as_it_is, 'yes');
			const again = itemsOf(await run(), 'Apply for closing');
			equal(again.find((row) => row.out_apply_no === number)?.already_existed, true);
		},
	);
}

async function validateThenApply(
	check: Context['check'],
	sandbox: Sandbox,
	run: Run,
): Promise<void> {
	await check('validate, then apply: applied where allowed, the reason where not', async () => {
		const list = readList('withdrawals.csv');
		const blocked = list.filter(({ expected }) => expected === 'blocked');
		const open = list.filter(({ expected }) => expected !== 'blocked');
		const rows = itemsOf(await run(), 'For the sheet');
		const numbersWith = (wanted: string) =>
			rows.filter(({ result }) => result === wanted).map((row) => row.out_request_no);
		const numbersOf = (some: typeof list) => some.map((row) => row.out_request_no);
		deepEqual(numbersWith('applied').sort(), numbersOf(open).sort());
		deepEqual(numbersWith('not allowed'), numbersOf(blocked));
		equal(rows.length, list.length);
		match(String(rows.find(({ result }) => result === 'not allowed')?.reason), /投诉/);
		deepEqual([...sandbox.withdrawals.keys()].sort(), numbersOf(open).sort());
		for (const { out_request_no, withdraw, account_name, identification_no } of open) {
			const made = sandbox.withdrawals.get(out_request_no);
			equal(made?.withdraw, withdraw);
			equal(made?.decrypted.account_name ?? '', account_name);
			equal(made?.decrypted.identification_no ?? '', identification_no);
			equal(made?.remark, '清退余额');
		}
	});
}

async function whyNot(check: Context['check'], run: Run): Promise<void> {
	await check('why can it not be closed: a row for each merchant, with what to do', async () => {
		const list = readList('withdrawals.csv');
		const rows = itemsOf(await run(), 'Outcomes');
		deepEqual(rows.map((row) => row.sub_mchid).sort(), list.map((row) => row.sub_mchid).sort());
		for (const { sub_mchid, expected } of list) {
			const row = rows.find((other) => other.sub_mchid === sub_mchid);
			equal(row?.ready, expected === 'blocked' ? 'no' : 'yes');
			if (expected !== 'blocked') continue;
			match(String(row?.what_stands_in_the_way), /投诉/);
			match(String(row?.what_to_do), /\w{3}/);
		}
	});
}

async function httpRequest(
	check: Context['check'],
	sandbox: Sandbox,
	files: string,
	run: Run,
): Promise<void> {
	const [number, subMchid] = ['WITHDRAW20261101D01', '1900000210'];
	const balance = () => sandbox.subMerchants.get(subMchid)?.balances.BASIC?.available;
	await check('HTTP Request node: query, JSON with Chinese, upload', async () => {
		const before = { pictures: sandbox.media.size, balance: Number(balance()) };
		const execution = await run();
		const [ofDay] = itemsOf(execution, 'GET with a query');
		deepEqual([ofDay.sub_mchid, ofDay.account_type], [subMchid, 'BASIC']);

		const made = sandbox.fundWithdrawals.get(number);
		equal(made?.sub_mchid, subMchid);
		equal(itemsOf(execution, 'POST with JSON')[0].withdraw_id, made?.withdrawId);
		sameBytes(made?.remark, '清退余额，打款至原结算卡');
		sameBytes(made?.bank_memo, '平台清退');
		equal(balance(), before.balance - Number(made?.amount));

		const media = sandbox.media.get(String(itemsOf(execution, 'Upload')[0].media_id));
		const picture = readFileSync(join(files, 'scans', 'm01-sp.jpg'));
		equal(media?.endpoint, 'complaint');
		equal(media?.digest, createHash('sha256').update(picture).digest('hex'));
		equal(media?.size, picture.length);
		equal(sandbox.media.size, before.pictures + 1);
	});

	await check('HTTP Request node: run again it pays nothing out', async () => {
		const before = balance();
		const execution = await run();
		const made = sandbox.fundWithdrawals.get(number);
		equal(itemsOf(execution, 'POST with JSON')[0].withdraw_id, made?.withdrawId);
		equal(made?.requests, 2);
		equal(sandbox.fundWithdrawals.size, 1);
		equal(balance(), before);
	});
}

/** After the fifth example, whose withdrawal is in the bill. */
async function apiRequest(check: Context['check'], run: Run): Promise<void> {
	await check('API Request: balance, echo, bill as rows, notify URL', async () => {
		const execution = await run();
		equal(itemsOf(execution, 'Balance of a day')[0].sub_mchid, '1900000210');
		deepEqual(itemsOf(execution, 'Echo'), [
			{ echo_message: 'hello', encrypted_echo_message: '你好' },
		]);
		const numbers = itemsOf(execution, 'Rows').map((row) => row['业务凭证号']);
		ok(numbers.includes('WITHDRAW20261101D01'), `rows: ${numbers.join(', ')}`);
		equal(itemsOf(execution, 'Register')[0].url, 'https://n8n.example.com/webhook/wechat-pay');
	});
}

const sameBytes = (found: string | undefined, sent: string): void =>
	deepEqual(Buffer.from(found ?? ''), Buffer.from(sent));

/** By hand, as the button in the editor does it; published it runs in the part `trigger`. */
async function onChange(check: Context['check'], sandbox: Sandbox, run: Run): Promise<void> {
	await check('on change: by hand it takes the present state of the first number', async () => {
		const number = numbered('A01');
		sandbox.move(number, { state: 'REJECTED', reason: '公章缺失', force: true });
		const execution = await run();
		const [first, ...others] = itemsOf(execution, 'On change');
		deepEqual(others, []);
		equal(first.out_apply_no, number);
		equal(first.previous_state, null);
		match(String(itemsOf(execution, 'Message')[0].message), /公章缺失.*new number/);
		const rows = itemsOf(execution, 'Updated rows');
		equal(rows.length, 14);
		const row = rows.find(({ out_apply_no }) => out_apply_no === number);
		equal(row?.cancel_state, 'REJECTED');
		equal(row?.reason, '公章缺失');
		equal(rows.find((other) => other.out_apply_no === numbered(REJECTED))?.reason, '印章不清晰');
	});
}

/** As it is pasted from the README. */
async function firstWorkflow(check: Context['check'], sandbox: Sandbox, run: Run): Promise<void> {
	await check('first workflow of the README: applies once, however often it is run', async () => {
		const [number, before] = ['CLOSE1900000109A1', sandbox.withdrawals.size];
		const [applied] = itemsOf(await run(), 'Apply');
		equal(applied.applyment_id, sandbox.withdrawals.get(number)?.applymentId);
		equal(sandbox.withdrawals.size, before + 1);
		// Validate sees the application that is under review, and stops the second one.
		const again = await run();
		equal(itemsOf(again, 'Validate')[0].allowed, false);
		equal(again.runs.Apply, undefined);
		equal(sandbox.withdrawals.size, before + 1);
	});
}
