/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'csv-parse/sync';
import type { IDataObject } from 'n8n-workflow';
import type { Engine } from '../../engine';
import type { Sandbox } from '../../sandbox';
import { digestOf } from '../support/images';
import {
	blockersOf,
	expectedBlockers,
	findClosingMistakes,
	recordsOf,
	type Closing,
} from './closingCheck';
import { Job, setScene, type Course } from './closingJob';
import { CHECK, GET, type Step } from './closingSteps';
import { serveImages } from './imageLinks';
import { table } from './table';

const show = (header: string[], rows: string[][]): void =>
	console.log(`${table(header, rows, process.stdout.columns || 140)}\n`);

const countReady = (items: IDataObject[]): string =>
	`${items.filter(({ ready }) => ready === true).length} of ${items.length} ready`;

/** What a merchant may do about what blocks it, as Check Readiness says. */
const adviceOf = ({ blockers }: IDataObject): string =>
	(blockers as Array<{ type: string; what_to_do: string }>)
		.map(({ type, what_to_do: advice }) => `${type}: ${advice}`)
		.join(' ') || '-';

const countFound = (items: IDataObject[]): string => `${items.length} found`;

/** The items of a second run, by what they say: found done, answered as the first time, or done again. */
function compareRuns(
	{ existed = 'already_existed', repeatsAnswer }: Step,
	items: IDataObject[],
	again: IDataObject[],
) {
	const counts = { existed: 0, repeated: 0, other: 0 };
	again.forEach((item, index) => {
		if (item[existed] === true) counts.existed += 1;
		else if (repeatsAnswer && isDeepStrictEqual(item, items[index])) counts.repeated += 1;
		else counts.other += 1;
	});
	return counts;
}

function againOf(step: Step, items: IDataObject[], again: IDataObject[]): string {
	const { existed, repeated, other } = compareRuns(step, items, again);
	const parts: Array<[number, string]> = [
		[existed, step.existed ?? ''],
		[repeated, 'same answer as before'],
		[other, 'DONE AGAIN'],
	];
	return parts
		.filter(([count]) => count > 0)
		.map(([count, what]) => `${count} ${what}`)
		.join('\n');
}

function showSteps(first: Course, second: Course): void {
	const rows = [...first.items].map(([step, items]) => {
		const again = second.items.get(step) ?? [];
		const count = step === CHECK ? countReady : countFound;
		const cells = step.existed
			? [`${items.length} done`, againOf(step, items, again)]
			: [count(items), count(again)];
		return [step.label, ...cells, step.what];
	});
	show(['operation', 'first run', 'second run', 'what it does'], rows);
}

/** What the output of the two runs says that the list does not expect. */
function findOutputMistakes(
	rows: Closing[],
	before: IDataObject[],
	first: Course,
	second: Course,
): string[] {
	const mistakes = rows.flatMap((row, index) =>
		[before, first.items.get(CHECK) ?? []].flatMap((checks, at) => {
			const said = blockersOf(checks[index]).join();
			const wanted = expectedBlockers(row, at === 1).join();
			return said === wanted
				? []
				: [`${row.merchant_name}: blocked by "${said}", not "${wanted}".`];
		}),
	);
	for (const [step, items] of first.items) {
		const { label, existed } = step;
		const again = second.items.get(step) ?? [];
		if (!existed) continue;
		if (items.some((item) => item[existed] !== false)) {
			mistakes.push(`${label}: the first run says ${existed}.`);
		}
		if (again.length !== items.length || compareRuns(step, items, again).other > 0) {
			mistakes.push(`${label}: the second run did not find every item done.`);
		}
	}
	return mistakes;
}

function showMerchants(rows: Closing[], { closing, items }: Course): void {
	const found = items.get(GET) ?? [];
	const lines = rows.map((row, index) => {
		const { merchant_name: name, complaint, withdrawal_no: withdrawal, withdraw } = row;
		const last = found[closing.indexOf(row)];
		const blockers = blockersOf(items.get(CHECK)?.[index] ?? { blockers: [] });
		return [
			name,
			complaint === '' ? '-' : 'completed',
			withdrawal || (withdraw === 'APPLY_WITHDRAW' ? 'with the application' : '-'),
			last ? row.out_request_no : '-',
			last ? String(last.cancel_state) : `Blocked: ${blockers.join()}`,
		];
	});
	show(['merchant', 'complaint', 'payout', 'application', 'state'], lines);
}

/**
 * Closes merchants in the new flow, from what blocks them to FINISH, then runs every step again, which
 * must change nothing. True if the output and the sandbox's own records are what the list expects.
 */
export async function demoClosing(
	engine: Engine,
	sandbox: Sandbox,
	examples: string,
): Promise<boolean> {
	const csv = join(examples, 'closings.csv');
	const images = join(examples, 'scans');
	const rows = parse(readFileSync(csv, 'utf8'), { columns: true, trim: true }) as Closing[];
	console.log(
		`Account Cancellation: closes the ${rows.length} merchants of ${relative(process.cwd(), csv)}, from what blocks them\n` +
			'to the closed account. The sandbox acts as the consumers, the reviewers and the bank.\n',
	);
	setScene(sandbox, rows);
	const links = await serveImages(images);
	try {
		const job = new Job(engine, sandbox, links);
		const before = await job.execute(CHECK, rows);
		console.log('What Check Readiness says at first:');
		const checked = rows.map(({ merchant_name: name, balance_fen: fen }, index) => [
			name,
			`${(Number(fen) / 100).toFixed(2)} CNY`,
			before[index].ready === true ? 'ready' : 'blocked',
			adviceOf(before[index]),
		]);
		show(['merchant', 'balance', 'ready', 'what blocks it, and what to do'], checked);

		const first = await job.run(rows);
		const records = recordsOf(sandbox);
		const second = await job.run(rows, first.closing);
		console.log('The whole job, run twice with the same numbers:');
		showSteps(first, second);
		console.log('Where each merchant is now:');
		showMerchants(rows, first);

		const mistakes = [
			...findOutputMistakes(rows, before, first, second),
			...findClosingMistakes(rows, sandbox, (file) => digestOf(readFileSync(join(images, file)))),
			...(recordsOf(sandbox) === records
				? []
				: ['The second run changed something at WeChat Pay.']),
		];
		const { length: closed } = first.closing;
		console.log(
			`${closed} closed, ${rows.length - closed} blocked. ${mistakes.length === 0 ? 'All as expected: each complaint has one reply, the money moved once, one application each.' : 'NOT as expected:'}`,
		);
		for (const mistake of mistakes) console.log(`  ${mistake}`);
		return mistakes.length === 0;
	} finally {
		await links.stop();
	}
}
