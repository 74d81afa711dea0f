/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureExecutions } from './bench/executions';
import { measureNotifications } from './bench/notifications';
import { EVERYDAY, FULL, PROFILED, type Case } from './bench/plan';
import { publish, readResults, saveResults, type Results } from './bench/publish';
import { NAMES, judge, rateOf, toSections, toSize } from './bench/report';
import { Runner } from './bench/run';
import { table } from './demo/table';
import { toProgress } from './support/progress';

const USAGE = `Usage: npm run bench -- [--full] [--short] [--save] [--plot] [--executions] [--notifications]
                         [--profile] [--only <expression>]
  (nothing)   the most telling rows, within 8 minutes
  --full      every row, about 20 minutes
  --short     a tenth of the merchants: shows that all works, and no figures
  --save      keeps what was measured in docs/performance.json, and writes the page and its plot
  --plot      measures nothing: writes the page and its plot again, from docs/performance.json
  --executions  six executions side by side that share a limit, in one process and in two
  --notifications  the notification trigger beside an empty Webhook node, in the real n8n
  --profile   leaves CPU profiles of this node, which Chrome and VS Code show
  --only      the rows whose description matches a regular expression, such as
              '(minimal|this) node, 50 ms, 1.9 MB, 10 in'; with --full, of every row`;

const describe = ({ part, contender, rtt, size, inFlight, merchants }: Case): string =>
	`${part}: ${NAMES[contender]}, ${rtt} ms, ${toSize(size)}, ${inFlight} in flight, ${merchants} merchants`;

const EVERYDAY_MS = 7.5 * 60_000;
const FULL_MS = 60 * 60_000;

/** Measures the cases one after the other, and leaves out those for which there is no time. */
async function measure(
	cases: readonly Case[],
	options: { limitMs: number; profiles?: string; save: boolean },
): Promise<Results> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-'));
	const started = Date.now();
	const [load] = loadavg();
	const results: Results = {
		date: new Date().toISOString().slice(0, 10),
		node: process.version,
		cores: cpus().length,
		// What else runs takes most from the contender that needs the processor most, and that is ours.
		load,
		rows: [],
	};
	const runner = new Runner(folder, options.profiles);
	try {
		for (const one of cases) {
			if (Date.now() > started + options.limitMs) break;
			process.stdout.write(`${describe(one)} ... `);
			const row = await runner.measure(one);
			results.rows.push(row);
			if (options.save) saveResults(results);
			const progress = toProgress(results.rows.length, cases.length, started);
			console.log(`${rateOf(row).toFixed(1)} a second (${progress})`);
		}
	} finally {
		runner.stop();
		rmSync(folder, { recursive: true, force: true });
	}
	const left = cases.slice(results.rows.length);
	if (left.length > 0)
		console.log(`\nThe time was up. Left out:\n${left.map(describe).join('\n')}`);
	return results;
}

function show({ date, node, cores, load, rows }: Results): void {
	console.log(`\nNode ${node}, ${cores} cores, load ${load.toFixed(1)} before it began, ${date}`);
	for (const { title, header, cells } of toSections(rows)) {
		console.log(`\n${title}\n${table(header, cells, 160)}`);
	}
	console.log();
	for (const { isMet, text } of judge(rows)) console.log(`${isMet ? 'met   ' : 'MISSED'} ${text}`);
}

async function main(): Promise<void> {
	const flag = { type: 'boolean', default: false } as const;
	const options = {
		full: flag,
		short: flag,
		save: flag,
		plot: flag,
		executions: flag,
		notifications: flag,
		profile: flag,
		only: { type: 'string', default: '' },
	} as const;
	const { values } = parseArgs({ options: { ...options, help: { ...flag, short: 'h' } } });
	const { full, short, save, profile, only } = values;
	if (values.help) return console.log(USAGE);
	if (values.plot) return await publish();
	if (values.executions) return await measureExecutions();
	if (values.notifications) {
		const notifications = await measureNotifications();
		if (save) saveResults({ ...readResults(), notifications });
		return save ? await publish() : undefined;
	}
	let cases = full ? FULL : EVERYDAY;
	if (profile && only === '') cases = PROFILED;
	cases = cases.filter((one) => new RegExp(only).test(describe(one)));
	if (short) cases = cases.map((one) => ({ ...one, merchants: Math.ceil(one.merchants / 10) }));
	const profiles = profile ? mkdtempSync(join(tmpdir(), 'bench-profiles-')) : undefined;
	show(await measure(cases, { limitMs: full ? FULL_MS : EVERYDAY_MS, profiles, save }));
	if (profiles) console.log(`\nThe profiles are in ${profiles}.`);
	if (save) await publish();
}

main().catch((error: unknown) => {
	const isUsage = String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
	console.error(isUsage ? `${(error as Error).message}\n${USAGE}` : error);
	process.exitCode = 1;
});
