/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Notified } from './notifications';
import { plot } from './plot';
import { toSections, type Section } from './report';
import type { Row } from './run';

const DOCS = resolve(__dirname, '../../docs');
const RESULTS = resolve(DOCS, 'performance.json');
export const PAGE = resolve(DOCS, 'performance.md');
const PLOT = resolve(DOCS, 'pictures/performance.svg');
const FIGURES = /(?<=<!-- figures -->\n).*(?=<!-- end of figures -->)/s;

export interface Results {
	date: string;
	node: string;
	cores: number;
	load: number;
	rows: Row[];
	/** Of a run of its own; a run of the other rows keeps it. */
	notifications?: Notified;
}

export function saveResults({ rows, ...own }: Results): void {
	const rest = { ...own, notifications: own.notifications ?? readResults().notifications };
	const lines = rows.map((row) => `\t\t${JSON.stringify(row)}`).join(',\n');
	const head = JSON.stringify(rest).slice(0, -1);
	writeFileSync(RESULTS, `${head},"rows":[\n${lines}\n]}\n`);
}

export const readResults = (): Results => JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;

const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;

const toTable = ({ title, header, cells }: Section): string =>
	[`### ${title}`, '', line(header), line(header.map(() => '--:')), ...cells.map(line)].join('\n');

function toNotified({ date, n8n, load, rows }: Notified): string[] {
	const header = ['answered by', 'answers', 'a second', 'p50 ms', 'p99 ms'];
	const cells = rows.map(({ name, count, perSecond, p50, p99 }) => [
		name,
		String(count),
		...[perSecond, p50, p99].map((value) => value.toFixed(1)),
	]);
	const table = toTable({ title: 'Notifications, 5 in flight', header, cells });
	return [table, `${date}, n8n ${n8n}, load ${load.toFixed(1)} before it began.`];
}

/** The tables as Markdown, with numbers to the right. */
export function toMarkdown({ date, node, cores, load, rows, notifications }: Results): string {
	return (
		[
			`\n${date}, Node ${node.slice(1)}, ${cores} cores, load ${load.toFixed(1)} before it began.`,
			...toSections(rows).map(toTable),
			...(notifications ? toNotified(notifications) : []),
		].join('\n\n') + '\n\n'
	);
}

/** The page of the documentation with these figures in it. */
export function toPage(page: string, results: Results): string {
	if (!FIGURES.test(page)) throw new Error(`${PAGE} has no place for figures.`);
	return page.replace(FIGURES, () => toMarkdown(results));
}

/** Writes the saved run into the documentation: the tables of its page, and the plot. */
export async function publish(): Promise<void> {
	const { format, resolveConfig } = await import('prettier');
	const results = readResults();
	const page = toPage(readFileSync(PAGE, 'utf8'), results);
	writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
	writeFileSync(PLOT, plot(results.rows));
}
