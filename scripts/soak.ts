/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
import { parseArgs } from 'node:util';
import { parseFaults } from '../sandbox';
import { Engine } from '../engine';
import { table } from './demo/table';
import { check } from './soak/check';
import { checkMoney } from './soak/checkMoney';
import { runUntilDone, want } from './soak/run';
import { moneyFor, wantWithdrawals, withdrawUntilDone } from './soak/withdrawals';
import { toProgress } from './support/progress';
import { SandboxProcess, type Counts } from './support/sandbox-process';

const USAGE =
	"Usage: npm run soak -- [--short] [--applications N] [--withdrawals N] [--seed S] [--mix standard|none|'another=0.1,…']\n" +
	'Sends applications through the real n8n engine to a WeChat Pay that fails on purpose, again and\n' +
	'again until all are done, and compares what the node said with what arrived. Then withdrawals: by a\n' +
	'process that is killed on the way, and by two at once; what left the accounts tells.';

/** Requests for one application, at most. */
const MOST_REQUESTS: Record<string, number> = { none: 3.1, standard: 6 };
const PROGRESS_EVERY_MS = 10_000;
const MOST_SHOWN = 20;

interface Phase {
	/** As `npm run sandbox -- --faults` takes it. */
	faults: string;
	applications: number;
}

interface Withdrawals {
	faults: string;
	count: number;
}

interface Row {
	name: string;
	cells: string[];
	mistakes: string[];
	played: Counts['faults'];
}

async function soak(
	phases: Phase[],
	withdrawals: Withdrawals,
	seed: number,
	limitMs: number,
): Promise<boolean> {
	const giveUp = new AbortController();
	const limit = setTimeout(() => giveUp.abort(), limitMs);
	process.once('SIGINT', () => giveUp.abort());
	const sandbox = new SandboxProcess();
	try {
		const engine = await Engine.start();
		try {
			const rows: Row[] = [];
			for (const [index, phase] of phases.entries()) {
				rows.push(await runPhase(engine, sandbox, phase, index, seed, giveUp.signal));
			}
			rows.push(await runWithdrawals(sandbox, withdrawals, seed, giveUp.signal));
			return report(rows, giveUp.signal.aborted);
		} finally {
			await engine.stop();
		}
	} finally {
		clearTimeout(limit);
		sandbox.stop();
	}
}

async function runPhase(
	engine: Engine,
	sandbox: SandboxProcess,
	{ faults, applications }: Phase,
	index: number,
	seed: number,
	signal: AbortSignal,
): Promise<Row> {
	const name = faults === 'none' ? 'no faults' : `${faults} faults`;
	const credential = { ...(await sandbox.start({ faults, seed })) };
	const wanted = want(applications, index, seed);
	const started = Date.now();
	let round = 1;
	const tell = (done: number, where = '') =>
		console.log(`${name}, round ${round}: ${toProgress(done, applications, started)}${where}`);
	// A round takes minutes. What is at the server is not yet all that the node has reported. If the
	// sandbox is gone, the round itself fails, and says so.
	const ticker = setInterval(() => {
		void sandbox.size().then(
			(size) => tell(size, ' (at the server)'),
			() => {},
		);
	}, PROGRESS_EVERY_MS);
	const course = await runUntilDone(engine, sandbox, credential, wanted, signal, (done, ended) => {
		tell(done);
		round = ended + 1;
	}).finally(() => clearInterval(ticker));
	const seconds = (Date.now() - started) / 1000;

	const [truth, counts] = [await sandbox.truth(), await sandbox.counts()];
	const findings = check(wanted, course.said, truth);
	const each = counts.requests / applications;
	const mistakes = [
		...course.open.map(({ number, reason }) => `${number} is not done: ${reason}`),
		...course.mistakes,
		...findings.mistakes,
	];
	const most = MOST_REQUESTS[faults] ?? Infinity;
	if (each > most) {
		mistakes.push(`${each.toFixed(2)} requests for each application, ${most} at most are right`);
	}
	const { there, missing, tooMany, wrong, untrue } = findings;
	const numbers = [applications, there, missing, tooMany, wrong, untrue, counts.requests];
	const rest = [each.toFixed(2), course.rounds, course.executions, seconds.toFixed(0)];
	return { name, cells: [...numbers, ...rest].map(String), mistakes, played: counts.faults };
}

async function runWithdrawals(
	sandbox: SandboxProcess,
	{ faults, count }: Withdrawals,
	seed: number,
	signal: AbortSignal,
): Promise<Row> {
	const started = Date.now();
	const wanted = wantWithdrawals(count, seed);
	const credential = { ...(await sandbox.start(moneyFor(wanted, faults, seed))) };
	const course = await withdrawUntilDone(sandbox, credential, wanted, signal);
	const [money, counts] = [await sandbox.money(), await sandbox.counts()];
	const findings = checkMoney(wanted, course.said, money);
	const { there, missing, tooMany, wrong, untrue } = findings;
	const each = (counts.requests / count).toFixed(2);
	const seconds = ((Date.now() - started) / 1000).toFixed(0);
	const numbers = [count, there, missing, tooMany, wrong, untrue, counts.requests];
	const rest = [each, course.rounds, course.executions, seconds];
	return {
		name: 'withdrawals',
		cells: [...numbers, ...rest].map(String),
		mistakes: [...course.mistakes, ...findings.mistakes],
		played: counts.faults,
	};
}

const HEADER = [
	'phase',
	'wanted',
	'at server',
	'missing',
	'too many',
	'wrong',
	'untrue',
	'requests',
	'each',
	'rounds',
	'runs',
	'seconds',
];

function report(rows: Row[], timeIsUp: boolean): boolean {
	console.log(
		`\n${table(
			HEADER,
			rows.map(({ name, cells }) => [name, ...cells]),
			140,
		)}\n`,
	);
	console.log('wrong: with another merchant, other images or another amount at the server.');
	console.log('untrue: came out of the node, and is not what the server holds or got.');
	for (const { name, played } of rows) {
		const kinds = Object.entries(played).map(([kind, times]) => `${kind} ${times}`);
		if (kinds.length > 0) console.log(`Played in ${name}: ${kinds.join(', ')}.`);
	}
	const mistakes = rows.flatMap((row) => row.mistakes.map((text) => `${row.name}: ${text}`));
	if (timeIsUp) mistakes.unshift('The time was up, or somebody stopped it.');
	for (const mistake of mistakes.slice(0, MOST_SHOWN)) console.error(`  ${mistake}`);
	if (mistakes.length > MOST_SHOWN) {
		console.error(`  and ${mistakes.length - MOST_SHOWN} more`);
	}
	console.log(mistakes.length === 0 ? 'All as it should be.' : 'NOT as it should be.');
	return mistakes.length === 0;
}

function integer(name: string, text: string, least: number): number {
	const value = Number(text);
	if (Number.isSafeInteger(value) && value >= least && value <= 100_000) return value;
	throw new TypeError(`--${name} must be a whole number from ${least} to 100000, not "${text}".`);
}

/** Why the sandbox would not take these faults. */
function mistakeInMix(text: string): string | undefined {
	try {
		parseFaults(text);
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			short: { type: 'boolean', default: false },
			applications: { type: 'string' },
			withdrawals: { type: 'string' },
			seed: { type: 'string', default: '1' },
			mix: { type: 'string', default: 'standard' },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) return console.log(USAGE);
	const applications = integer(
		'applications',
		values.applications ?? (values.short ? '200' : '3000'),
		10,
	);
	const withdrawals = {
		faults: values.mix,
		count: integer('withdrawals', values.withdrawals ?? (values.short ? '60' : '600'), 20),
	};
	const seed = integer('seed', values.seed, 0);
	const mistake = mistakeInMix(values.mix);
	if (mistake) throw new TypeError(`--mix: ${mistake}`);
	// A fifth without faults shows what an application costs when nothing goes wrong.
	const clean = values.mix === 'none' ? applications : Math.ceil(applications / 5);
	const phases: Phase[] = [{ faults: 'none', applications: clean }];
	if (values.mix !== 'none') {
		phases.push({ faults: values.mix, applications: applications - clean });
	}
	const limitMs = values.short ? 120_000 : 120_000 + (applications + withdrawals.count) * 200;
	console.log(
		`${applications} applications, ${withdrawals.count} withdrawals, seed ${seed}, ${limitMs / 1000} s at most`,
	);
	process.exitCode = (await soak(phases, withdrawals, seed, limitMs)) ? 0 : 1;
}

main().catch((error: unknown) => {
	const isUsage = error instanceof TypeError;
	console.error(isUsage ? `${error.message}\n${USAGE}` : error);
	process.exitCode = 1;
});
