import { init } from 'echarts';
import { DEFAULT_CAP, IN_FLIGHT } from './plan';
import { CONTENDERS, NAMES, groupsOf, rateOf, toSize } from './report';
import type { Row } from './run';

const WIDTH = 900;
const PANEL = 260;
const TOP = 40;
/** Colours that people who are colour-blind tell apart. */
const COLOURS = ['#666666', '#009e73', '#e69f00', '#0072b2', '#d55e00'];
const CAP = `default cap: ${DEFAULT_CAP} requests a second`;

/** Applications a second over items in flight, a panel for each network and size, as an SVG. */
export function plot(rows: readonly Row[]): string {
	const groups = groupsOf(rows);
	const height = TOP + PANEL * Math.ceil(groups.length / 2);
	const at = (index: number) => ({ gridIndex: index, xAxisIndex: index, yAxisIndex: index });
	const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
	chart.setOption({
		animation: false,
		backgroundColor: '#ffffff',
		color: COLOURS,
		legend: { top: 8, itemGap: 24 },
		title: groups.map(({ rtt, size }, index) => ({
			text: `${rtt} ms of round trip, ${toSize(size)}`,
			left: 60 + (index % 2) * (WIDTH / 2),
			top: TOP + Math.floor(index / 2) * PANEL,
			textStyle: { fontSize: 13 },
		})),
		grid: groups.map((_, index) => ({
			left: 60 + (index % 2) * (WIDTH / 2),
			top: TOP + Math.floor(index / 2) * PANEL + 36,
			width: WIDTH / 2 - 90,
			height: PANEL - 90,
		})),
		xAxis: groups.map((_, index) => ({
			...at(index),
			type: 'category',
			data: IN_FLIGHT,
			boundaryGap: false,
			name: 'items in flight',
			nameLocation: 'middle',
			nameGap: 26,
		})),
		yAxis: groups.map((_, index) => ({
			...at(index),
			type: 'value',
			name: index % 2 === 0 ? 'applications a second' : '',
			nameLocation: 'middle',
			nameGap: 38,
		})),
		series: groups.flatMap(({ find }, index) => [
			...CONTENDERS.map((contender) => ({
				...at(index),
				type: 'line',
				name: NAMES[contender],
				// It has one in flight: the line is there to compare with.
				lineStyle: { type: contender === 'plain' ? 'dashed' : 'solid' },
				symbol: contender === 'plain' ? 'none' : 'circle',
				connectNulls: true,
				data: IN_FLIGHT.map((inFlight) => {
					const row = find(contender, inFlight);
					return row ? rateOf(row) : null;
				}),
			})),
			{
				...at(index),
				type: 'line',
				name: CAP,
				lineStyle: { type: 'dotted' },
				symbol: 'none',
				data: IN_FLIGHT.map(() => DEFAULT_CAP / 3),
			},
		]),
	});
	const svg = chart.renderToSVGString();
	chart.dispose();
	return svg;
}
