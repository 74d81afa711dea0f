/** Characters that a terminal draws twice as wide as a Latin letter: Chinese, full-width forms, emoji. */
const WIDE =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** The least room for the last column, however narrow the window. */
const LEAST = 40;

/** How many columns of a terminal the text takes. */
export function displayWidth(text: string): number {
	let width = 0;
	for (const character of text) width += WIDE.test(character) ? 2 : 1;
	return width;
}

/** The text, filled up with spaces to a width on the screen. */
function pad(text: string, width: number): string {
	return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** The text in lines of at most this width, broken between words, or within a word that is longer. */
export function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(/\s+/)) {
		if (line !== '' && displayWidth(`${line} ${word}`) > width) {
			lines.push(line);
			line = '';
		}
		line = line === '' ? word : `${line} ${word}`;
		while (displayWidth(line) > width) {
			let start = '';
			for (const character of line) {
				if (displayWidth(start + character) > width) break;
				start += character;
			}
			lines.push(start);
			line = line.slice(start.length);
		}
	}
	return [...lines, line];
}

/** A table whose last column takes the rest of the window and goes on in further lines. */
export function table(header: string[], rows: string[][], window: number): string {
	const all = [header, ...rows];
	const widths = header.slice(0, -1).map((_, column) => {
		return Math.max(...all.map((row) => displayWidth(row[column] ?? '')));
	});
	const before = widths.reduce((sum, width) => sum + width + 2, 0);
	const rest = Math.max(LEAST, window - before);
	const lines = all.flatMap((row) => {
		const cells = widths.map((width, column) => pad(row[column] ?? '', width) + '  ').join('');
		return wrap(row[widths.length] ?? '', rest).map((line, index) => {
			return (index === 0 ? cells : ' '.repeat(before)) + line;
		});
	});
	const rule = [...widths, Math.min(rest, LEAST)].map((width) => '-'.repeat(width)).join('  ');
	return [lines[0], rule, ...lines.slice(1)].join('\n');
}
