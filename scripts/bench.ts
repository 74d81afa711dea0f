/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EVERYDAY, PARTS, PROFILED, SMALL, type Case } from './bench/plan';
import { judge, toTable } from './bench/report';
import { measure, type Row } from './bench/run';
import { SandboxProcess } from './support/sandbox-process';

const USAGE = `Usage: npm run bench -- [--full [PART …]] [--profile]
  (nothing)   100 merchants, side by side, within 8 minutes
  --full      1,000 and more; parts: ${Object.keys(PARTS).join(', ')}
  --profile   where the time of this node goes`;
const EVERYDAY_MS = 7.5 * 60_000;
const PART_MS = 9.5 * 60_000;

const describe = ({ contender, latency, size, inFlight, merchants }: Case): string =>
	`${contender}, ${latency} ms, ${size === SMALL ? '1 KB' : '1.9 MB'}, ${inFlight} in flight, ${merchants} merchants`;

/** Measures the cases one after the other, and reports. True if all of them could be measured. */
async function bench(cases: readonly Case[], limitMs: number, profile = false): Promise<boolean> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-'));
	const sandbox = new SandboxProcess();
	const end = Date.now() + limitMs;
	const rows: Row[] = [];
	const [busy] = loadavg();
	try {
		for (const one of cases) {
			if (Date.now() > end) break;
			process.stdout.write(`${describe(one)} ... `);
			const row = await measure(sandbox, folder, one, profile);
			console.log(`${row.seconds.toFixed(2)} s`);
			rows.push(row);
		}
	} finally {
		sandbox.stop();
		rmSync(folder, { recursive: true, force: true });
	}
	const { length: cores } = cpus();
	const date = new Date().toISOString().slice(0, 10);
	// What else runs takes most from the contender that needs the processor most, and that is ours.
	const load = `load ${busy.toFixed(1)} before it began`;
	console.log(`\nNode ${process.version}, ${cores} cores, ${load}, ${date}`);
	console.log(`\n${toTable(rows)}\n`);
	for (const { isMet, text } of judge(rows)) console.log(`${isMet ? 'met   ' : 'MISSED'} ${text}`);
	const left = cases.slice(rows.length);
	for (const one of left) console.log(`left out, the time was up: ${describe(one)}`);
	return left.length === 0;
}

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			full: { type: 'boolean', default: false },
			profile: { type: 'boolean', default: false },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name));
	if (values.help || unknown.length > 0 || (positionals.length > 0 && !values.full)) {
		console.log(USAGE);
		process.exitCode = values.help ? 0 : 1;
		return;
	}
	let isWhole = true;
	if (values.profile) isWhole = await bench(PROFILED, PART_MS, true);
	else if (!values.full) isWhole = await bench(EVERYDAY, EVERYDAY_MS);
	else {
		for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
			console.log(`\n${name}\n`);
			isWhole = (await bench(PARTS[name], PART_MS)) && isWhole;
		}
	}
	process.exitCode = isWhole ? 0 : 1;
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
