import Table from 'cli-table3';
import wrapAnsi from 'wrap-ansi';

/** The least room for the last column, however narrow the window. */
const LEAST = 40;
/** Its right border, and a space on either side. */
const FRAME = 3;

const draw = (head: string[], rows: string[][]): string => {
	const drawn = new Table({ head, style: { head: [], border: [], compact: true } });
	drawn.push(...rows);
	return drawn.toString();
};

/** A table whose last column takes the rest of the window and goes on in further lines. */
export function table(header: string[], rows: string[][], window: number): string {
	const last = header.length - 1;
	const [line] = draw(
		header.slice(0, -1),
		rows.map((row) => row.slice(0, -1)),
	).split('\n');
	const room = Math.max(LEAST, window - line.length - FRAME);
	// cli-table3 breaks between words only, and Chinese has no spaces.
	const wrap = (row: string[]) => [
		...row.slice(0, last),
		wrapAnsi(row[last], room, { hard: true }),
	];
	return draw(header, rows.map(wrap));
}
