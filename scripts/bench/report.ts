import { table } from '../demo/table';
import { SMALL } from './plan';
import type { Row } from './run';

const NAMES = {
	node: 'this node in n8n',
	rival: 'plain loop',
	bare: 'sign and send',
	least: 'sign and send in n8n',
};
const HEADER = [
	'latency',
	'picture',
	'merchants',
	'what',
	'in flight',
	'a second',
	'x plain loop',
	'% of bare',
	'% of bare in n8n',
	'CPU ms',
	'CPU ms each',
	'peak MB',
	'idle MB',
	'most req/s',
];

const rateOf = (row: Row): number => row.merchants / row.seconds;

/** Whether two rows were measured under the same conditions, apart from who and how many at a time. */
const isAlike = (a: Row, b: Row): boolean =>
	a.latency === b.latency && a.size === b.size && a.merchants === b.merchants;

const find = (rows: readonly Row[], like: Row, contender: Row['contender'], inFlight: number) =>
	rows.find(
		(row) => row.contender === contender && row.inFlight === inFlight && isAlike(row, like),
	);

const ratio = (row: Row, other: Row | undefined): number | undefined =>
	other && rateOf(row) / rateOf(other);

const toTimes = (value: number | undefined): string => value?.toFixed(2) ?? '';
const toPercent = (value: number | undefined): string =>
	value === undefined ? '' : (100 * value).toFixed(0);

export function toTable(rows: readonly Row[]): string {
	const cells = rows.map((row) => {
		const isCapped = row.requestsPerSecond > 0;
		const rival = isCapped ? undefined : find(rows, row, 'rival', 1);
		const bare = isCapped ? undefined : find(rows, row, 'bare', row.inFlight);
		const least = isCapped ? undefined : find(rows, row, 'least', row.inFlight);
		const isInN8n = row.contender === 'node' || row.contender === 'least';
		return [
			`${row.latency} ms`,
			row.size === SMALL ? '1 KB' : '1.9 MB',
			String(row.merchants),
			NAMES[row.contender] + (isCapped ? `, cap ${row.requestsPerSecond}/s` : ''),
			String(row.inFlight),
			rateOf(row).toFixed(1),
			toTimes(ratio(row, rival)),
			isInN8n ? toPercent(ratio(row, bare)) : '',
			row.contender === 'node' ? toPercent(ratio(row, least)) : '',
			row.cpuMs.toFixed(0),
			(row.cpuMs / row.merchants).toFixed(1),
			row.peakMb.toFixed(0),
			row.idleMb.toFixed(0),
			String(row.busiestSecond),
		];
	});
	return table(HEADER, cells, 160);
}

export interface Verdict {
	isMet: boolean;
	text: string;
}

function compare(rows: readonly Row[], row: Row): Verdict[] {
	const small = row.size === SMALL;
	const where = `${row.latency} ms, ${small ? '1 KB' : '1.9 MB'}, ${row.inFlight} in flight, ${row.merchants} merchants`;
	const verdicts: Verdict[] = [];
	const atLeast = (value: number | undefined, least: number, what: string) => {
		if (value === undefined) return;
		verdicts.push({ isMet: value >= least, text: `${where}: ${what}` });
	};
	const times = ratio(row, find(rows, row, 'rival', 1));
	const bare = find(rows, row, 'bare', row.inFlight);
	const least = find(rows, row, 'least', row.inFlight);
	const share = ratio(row, bare);
	if (row.inFlight === 10) {
		const least = row.latency === 0 ? 1 : small ? 8 : 4;
		atLeast(times, least, `${toTimes(times)} times the plain loop, ${least} wanted`);
	}
	if (row.latency > 0) {
		const rest = least ? `; sign and send in n8n has ${toPercent(ratio(least, bare))}` : '';
		atLeast(share, 0.8, `${toPercent(share)} % of the bare loop's rate, 80 wanted${rest}`);
	}
	return verdicts;
}

/** The cap, memory and time for many: each shows only if its rows were measured. */
function special(rows: readonly Row[]): Verdict[] {
	const verdicts: Verdict[] = [];
	const capped = rows.find(({ requestsPerSecond }) => requestsPerSecond > 0);
	if (capped) {
		const rate = (3 * capped.merchants) / capped.seconds;
		// Sending is spaced evenly; on the way two requests may move closer by a little.
		verdicts.push({
			isMet: rate <= capped.requestsPerSecond && capped.busiestSecond <= 16,
			text: `cap of ${capped.requestsPerSecond} a second: ${rate.toFixed(1)} sent, ${capped.busiestSecond} in the busiest second`,
		});
	}
	const of = (size: (bytes: number) => boolean) =>
		rows.filter((row) => row.contender === 'node' && row.latency === 0 && size(row.size));
	const [few, many] = of((bytes) => bytes !== SMALL).filter((row) => row.inFlight === 10);
	if (few && many) {
		const more = many.peakMb - few.peakMb;
		verdicts.push({
			isMet: more <= 150,
			text: `memory for ${many.merchants} merchants is ${more.toFixed(0)} MB above that for ${few.merchants}, 150 at most`,
		});
	}
	const flat = of((bytes) => bytes === SMALL).filter(({ inFlight }) => inFlight === 10);
	const most = flat.at(-1);
	if (flat.length >= 3 && most) {
		const each = flat.map((row) => (1000 * row.seconds) / row.merchants);
		verdicts.push({
			isMet: each[each.length - 1] <= 1.15 * each[0],
			text: `ms for each of ${flat.map(({ merchants }) => merchants).join(', ')} merchants: ${each.map((ms) => ms.toFixed(1)).join(', ')}`,
		});
	}
	return verdicts;
}

/** What the benchmark has to show, as far as these rows can tell. */
export function judge(rows: readonly Row[]): Verdict[] {
	const ours = rows.filter((row) => row.contender === 'node' && row.requestsPerSecond === 0);
	return [...ours.flatMap((row) => compare(rows, row)), ...special(rows)];
}
