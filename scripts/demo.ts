/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- runs outside n8n */
import { dirname, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { INodeExecutionData } from 'n8n-workflow';
import { Sandbox } from '../sandbox';
import { findMistakes, type Outcome } from './demo/check';
import { demoClosing } from './demo/closing';
import { ListError, readList, type Merchant, type Image } from './demo/list';
import { table } from './demo/table';
import { Engine, type EngineFile, type EngineResult } from '../engine';
import { createParameters } from './support/workflow';

const EXAMPLES = resolve(__dirname, '../examples');
const USAGE = 'Usage: npm run demo -- [--csv FILE] [--images DIR]';

/**
 * Runs the list through n8n against a local WeChat Pay (the old flow), then, if asked to, closes the
 * merchants of examples/closings.csv from start to end (the new flow). True if all ended as the lists expect.
 */
async function demo(csv: string, images: string, withClosing: boolean): Promise<boolean> {
	const merchants = readList(csv, images);
	const wrong = merchants.filter(({ expected }) => expected === 'refused').length;
	console.log("Starting the sandbox (a local WeChat Pay) and n8n's engine ...\n");
	console.log(
		`Account Cancellation (Old Flow): creates an application, with two images, for each of the\n` +
			`${merchants.length} merchants of ${relative(process.cwd(), csv)}. ${wrong === 0 ? '' : `${wrong} rows are wrong on purpose.`}\n`,
	);

	const accepted = new Map<string, number>();
	const progress = new Progress(merchants.length);
	const engine = await Engine.start();
	let sandbox: Sandbox | undefined;
	try {
		sandbox = await Sandbox.start({
			onRequest: ({ method, path, status, number, time }) => {
				if (method !== 'POST' || status !== 200 || !path.includes('/cancel-applications')) return;
				if (path.endsWith('/media')) return progress.uploaded();
				if (number !== undefined && !accepted.has(number)) accepted.set(number, time);
				progress.submitted();
			},
		});
		const started = Date.now();
		const { main, error } = await execute(engine, sandbox, merchants);
		const seconds = ((Date.now() - started) / 1000).toFixed(1);
		progress.end();
		if (error) {
			console.error(`The workflow stopped: ${error.message}`);
			return false;
		}
		const outcomes = merchants.map((merchant, index) => toOutcome(merchant, index, main));
		console.log(`\n${toTable(outcomes, (number) => (accepted.get(number) ?? NaN) - started)}\n`);

		const refused = outcomes.filter(({ problem }) => problem !== undefined).length;
		const mistakes = findMistakes(outcomes, sandbox.applications);
		const verdict = mistakes.length === 0 ? 'All as expected.' : 'NOT as expected:';
		console.log(
			`${merchants.length - refused} accepted, ${refused} refused, in ${seconds} s. ${verdict}`,
		);
		for (const mistake of mistakes) console.log(`  ${mistake}`);
		if (!withClosing) return mistakes.length === 0;
		console.log('');
		const isRight = await demoClosing(engine, sandbox, EXAMPLES);
		return isRight && mistakes.length === 0;
	} finally {
		await sandbox?.stop();
		await engine.stop();
	}
}

/** One execution of the workflow, with all merchants as its items. Ctrl+C cancels it as in n8n. */
async function execute(
	engine: Engine,
	sandbox: Sandbox,
	merchants: Merchant[],
): Promise<EngineResult> {
	const interrupted = new AbortController();
	process.once('SIGINT', () => interrupted.abort());
	return await engine.run({
		items: merchants.map((merchant) => ({
			json: {
				merchant_name: merchant.name,
				sub_mchid: merchant.subMchid,
				out_apply_no: merchant.number,
			},
			binary: { sp_form: toFile(merchant.spForm), sub_form: toFile(merchant.subForm) },
		})),
		parameters: createParameters(),
		nodeOptions: { onError: 'continueErrorOutput' },
		credential: { ...sandbox.credential() },
		cancelSignal: interrupted.signal,
	});
}

function toFile({ fileName, data }: Image): EngineFile {
	return { fileName, data };
}

/** What the output says of one row; n8n's item pairing tells which row an item came from. */
function toOutcome(merchant: Merchant, index: number, main: INodeExecutionData[][]): Outcome {
	const [good = [], bad = []] = main.map((items) => items.filter((item) => rowOf(item) === index));
	const items = good.length + bad.length;
	if (bad[0]) {
		const { error, message, details } = bad[0].json as {
			error?: string;
			message?: string;
			details?: { hint?: string; media_ids?: unknown };
		};
		const said = message ?? error ?? '';
		const hint = details?.hint ?? '';
		const problem = said.includes(hint) ? said : `${said} ${hint}`;
		return { merchant, items, problem, mediaIds: toMediaIds(details?.media_ids) };
	}
	const { cancel_state: state, media_ids: mediaIds } = good[0]?.json ?? {};
	return { merchant, items, state: String(state), mediaIds: toMediaIds(mediaIds) };
}

function rowOf({ pairedItem }: INodeExecutionData): number | undefined {
	const first = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return typeof first === 'object' ? first.item : first;
}

function toMediaIds(value: unknown): string[] {
	if (!Array.isArray(value)) return [];
	return value.map((entry: { application_media_id?: string }) => entry.application_media_id ?? '');
}

function toTable(outcomes: Outcome[], timeOf: (number: string) => number): string {
	const rows = outcomes.map(({ merchant, state, problem, mediaIds }) => {
		const time = timeOf(merchant.number);
		return [
			merchant.name,
			merchant.number,
			shorten(mediaIds[0]),
			shorten(mediaIds[1]),
			Number.isNaN(time) ? '-' : `${(time / 1000).toFixed(1)} s`,
			problem === undefined ? `${state}` : `Refused: ${problem}`,
		];
	});
	const header = ['merchant', 'out_apply_no', 'sp_form ID', 'sub_form ID', 'after', 'state'];
	return table(header, rows, process.stdout.columns || 140);
}

/** Media ids differ from the fourth character on, and nobody types them. */
function shorten(id: string | undefined): string {
	if (!id) return '-';
	return id.length <= 16 ? id : `${id.slice(0, 9)}…${id.slice(-4)}`;
}

/** One line that is written over, or a few lines where the output goes to a file. */
class Progress {
	private images = 0;
	private applications = 0;
	private last = 0;

	constructor(private readonly all: number) {}

	uploaded(): void {
		this.images++;
		this.show();
	}

	submitted(): void {
		this.applications++;
		this.show(this.applications === this.all);
	}

	end(): void {
		this.show(true);
		if (process.stdout.isTTY) process.stdout.write('\n');
	}

	private show(now = false): void {
		const terminal = process.stdout.isTTY;
		if (!now && !terminal && Date.now() - this.last < 500) return;
		this.last = Date.now();
		const text = `Images uploaded: ${this.images}. Applications accepted: ${this.applications} of ${this.all}.`;
		process.stdout.write(terminal ? `\r${text}` : `${text}\n`);
	}
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { csv: { type: 'string' }, images: { type: 'string' } },
	});
	// npm changes into this folder, but users mean paths from where they are.
	const from = process.env.INIT_CWD ?? process.cwd();
	const csv = resolve(from, values.csv ?? `${EXAMPLES}/merchants.csv`);
	// Images lie beside the user's own list unless said otherwise.
	const images = values.images ?? (values.csv ? dirname(csv) : `${EXAMPLES}/scans`);
	process.exitCode = (await demo(csv, resolve(from, images), !values.csv)) ? 0 : 1;
}

main().catch((error: unknown) => {
	const code = (error as { code?: string }).code ?? '';
	if (error instanceof ListError) console.error(error.message);
	else if (code.startsWith('ERR_PARSE_ARGS'))
		console.error(`${(error as Error).message}\n${USAGE}`);
	else console.error(error);
	process.exitCode = 1;
});
