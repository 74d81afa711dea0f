import { IN_FLIGHT, SMALL, type Case, type Contender } from './plan';
import type { Row } from './run';

export const NAMES: Record<Contender, string> = {
	plain: 'plain loop',
	bare: 'bare loop',
	minimal: 'minimal node',
	node: 'this node',
};
export const CONTENDERS = Object.keys(NAMES) as Contender[];

export interface Section {
	title: string;
	header: string[];
	cells: string[][];
}

export const rateOf = (row: Row): number => row.merchants / row.seconds;
export const toSize = (size: number): string => (size === SMALL ? '1 KB' : '1.9 MB');
const toCount = (value: number): string => value.toLocaleString('en');

/** The rows of one table: a network, and a size of the images. */
export interface Group {
	rtt: number;
	size: number;
	/** The plain loop has 1 in flight, whatever is asked. */
	find(contender: Contender, inFlight: number): Row | undefined;
}

export function groupsOf(rows: readonly Row[]): Group[] {
	const inNetwork = rows.filter(({ part }) => part === 'network');
	const keys = new Set(inNetwork.map(({ rtt, size }) => `${rtt} ${size}`));
	return [...keys].map((key) => {
		const [rtt, size] = key.split(' ').map(Number);
		const own = inNetwork.filter((row) => row.rtt === rtt && row.size === size);
		return {
			rtt,
			size,
			find: (contender, inFlight) =>
				own.find(
					(row) =>
						row.contender === contender && row.inFlight === (contender === 'plain' ? 1 : inFlight),
				),
		};
	});
}

const ratio = (row?: Row, other?: Row): number | undefined =>
	row && other && rateOf(row) / rateOf(other);
const show = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? '';
const eachMs = (row: Row): number => row.cpuMs / row.merchants;

function toSection({ rtt, size, find }: Group): Section {
	const counts = IN_FLIGHT.filter((inFlight) => find('node', inFlight));
	return {
		title: `${rtt} ms, ${toSize(size)}: applications a second (CPU ms of each)`,
		header: [
			'in flight',
			...CONTENDERS.map((contender) => NAMES[contender]),
			'× plain loop',
			'% of minimal node',
			'peak MB',
		],
		cells: counts.map((inFlight) => {
			const rows = CONTENDERS.map((contender) => find(contender, inFlight));
			const [plain, , minimal, node] = rows;
			const ofMinimal = ratio(node, minimal);
			return [
				String(inFlight),
				...rows.map((row) => (row ? `${show(rateOf(row), 1)} (${show(eachMs(row), 0)})` : '')),
				show(ratio(node, plain), 2),
				show(ofMinimal && 100 * ofMinimal, 0),
				show(node?.peakMb, 0),
			];
		}),
	};
}

/** The rows outside the groups: this node alone. */
function toRest(title: string, part: Case['part'], rows: readonly Row[]): Section {
	return {
		title,
		header: [
			'round trip',
			'image',
			'merchants',
			'applications a second',
			'requests a second',
			'CPU ms',
			'peak MB',
		],
		cells: rows
			.filter((row) => row.part === part)
			.map((row) => [
				`${row.rtt} ms`,
				toSize(row.size),
				toCount(row.merchants),
				show(rateOf(row), 1),
				show(3 * rateOf(row), 1),
				show(eachMs(row), 1),
				show(row.peakMb, 0),
			]),
	};
}

export function toSections(rows: readonly Row[]): Section[] {
	return [
		...groupsOf(rows).map(toSection),
		toRest('Requests per Second at its default of 15, 10 in flight', 'cap', rows),
		toRest('Plain HTTP, 10 in flight', 'http', rows),
		toRest('Many merchants, 10 in flight', 'many', rows),
	].filter(({ cells }) => cells.length > 0);
}

export interface Verdict {
	isMet: boolean;
	text: string;
}

/** × the plain loop with 10 in flight and a network. */
const TIMES_PLAIN = { small: 3.3, large: 2 };
const OF_MINIMAL = 0.9;

function compare(group: Group): Verdict[] {
	const { rtt, size, find } = group;
	return IN_FLIGHT.flatMap((inFlight) => {
		const node = find('node', inFlight);
		const where = `${rtt} ms, ${toSize(size)}, ${inFlight} in flight`;
		const verdicts: Verdict[] = [];
		const ofMinimal = ratio(node, find('minimal', inFlight));
		if (ofMinimal !== undefined) {
			const text = `${where}: ${show(100 * ofMinimal, 0)} % of the minimal node, ${100 * OF_MINIMAL} wanted`;
			verdicts.push({ isMet: ofMinimal >= OF_MINIMAL, text });
		}
		const times = ratio(node, find('plain', 1));
		const wanted = size === SMALL ? TIMES_PLAIN.small : TIMES_PLAIN.large;
		if (times !== undefined && rtt > 0 && inFlight === 10) {
			const text = `${where}: ${show(times, 1)} times the plain loop, ${wanted} wanted`;
			verdicts.push({ isMet: times >= wanted, text });
		}
		return verdicts;
	});
}

/** The cap, and time and memory for many merchants. */
function judgeRest(rows: readonly Row[]): Verdict[] {
	const verdicts = rows
		.filter(({ part }) => part === 'cap')
		.map((row) => {
			const rate = 3 * rateOf(row);
			const cap = row.requestsPerSecond;
			// Sending is spaced evenly; on the way two requests may move closer by a little.
			return {
				isMet: rate >= cap - 1 && rate <= cap && row.busiestSecond <= cap + 1,
				text: `${toSize(row.size)}, cap of ${cap} a second: ${show(rate, 1)} sent, ${row.busiestSecond} in the busiest second`,
			};
		});
	const many = rows.filter(({ part }) => part === 'many');
	for (const size of new Set(many.map((row) => row.size))) {
		const own = many.filter((row) => row.size === size);
		const [few, most] = [own[0], own[own.length - 1]];
		const [each, eachOfMost] = [few, most].map((row) => 1000 / rateOf(row));
		const more = most.peakMb - few.peakMb;
		const what = `${toSize(size)}, ${toCount(most.merchants)} merchants against ${few.merchants}`;
		verdicts.push(
			{
				isMet: eachOfMost <= 1.15 * each,
				text: `${what}: ${show(eachOfMost, 1)} ms each, not ${show(each, 1)}`,
			},
			{ isMet: more <= 150, text: `${what}: ${show(more, 0)} MB more, 150 at most` },
		);
	}
	return verdicts;
}

/** What the benchmark has to show, as far as these rows can tell. */
export const judge = (rows: readonly Row[]): Verdict[] => [
	...groupsOf(rows).flatMap(compare),
	...judgeRest(rows),
];
