/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';

/** One merchant of the list, with the images already read. */
export interface Merchant {
	/** Line of the list, the header being 1. */
	line: number;
	name: string;
	subMchid: string;
	number: string;
	spForm: Image;
	subForm: Image;
	expected: 'accepted' | 'refused';
}

export interface Image {
	fileName: string;
	data: Buffer;
}

/** Something that the user can put right; its message is all that they need to see. */
export class ListError extends Error {}

const COLUMNS = ['merchant_name', 'sub_mchid', 'out_apply_no', 'sp_form', 'sub_form'] as const;
type Row = Record<(typeof COLUMNS)[number], string> & { expected?: string };

/** Reads the list and all its images, or says in one sentence for each thing what is missing. */
export function readList(csv: string, images: string): Merchant[] {
	const rows = parseRows(decode(read(csv, 'list')), basename(csv));
	if (!isFolder(images)) {
		throw new ListError(
			`There is no folder ${images}. Name the folder of the images with --images DIR.`,
		);
	}
	const problems: string[] = [];
	const merchants = rows.map(({ line, row }): Merchant => {
		const fail = (problem: string) => {
			problems.push(`${basename(csv)}, line ${line}, ${row.merchant_name}: ${problem}`);
		};
		const image = (column: 'sp_form' | 'sub_form'): Image => {
			const fileName = row[column];
			const data = fileName === '' ? undefined : tryRead(join(images, fileName));
			if (fileName === '') fail(`the column ${column} is empty; put the image's file name there.`);
			else if (!data) fail(`there is no image ${fileName} in ${images} (column ${column}).`);
			return { fileName, data: data ?? Buffer.alloc(0) };
		};
		const expected = row.expected || 'accepted';
		if (expected !== 'accepted' && expected !== 'refused') {
			fail(`the column expected says "${expected}"; it takes accepted or refused.`);
		}
		return {
			line,
			name: row.merchant_name,
			subMchid: row.sub_mchid,
			number: row.out_apply_no,
			spForm: image('sp_form'),
			subForm: image('sub_form'),
			expected: expected === 'refused' ? 'refused' : 'accepted',
		};
	});
	if (problems.length > 0) throw new ListError(problems.join('\n'));
	return merchants;
}

function parseRows(text: string, name: string): Array<{ line: number; row: Row }> {
	const [header = ''] = text.trimStart().split(/\r?\n/, 1);
	let parsed: Array<{ info: { lines: number }; record: Row }>;
	let columns: string[] = [];
	try {
		parsed = parse(text, {
			columns: (names: string[]) => (columns = names),
			delimiter: delimiterOf(header),
			info: true,
			trim: true,
			skip_empty_lines: true,
			skip_records_with_empty_values: true,
		});
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		throw new ListError(`${name} cannot be read as CSV: ${error.message}.`);
	}
	const missing = COLUMNS.filter((column) => !columns.includes(column));
	// An empty file has no header either, and the columns are not what is wrong with it.
	if (text.trim() !== '' && missing.length > 0) {
		const has = columns.join(', ');
		throw new ListError(
			`${name} has no column ${missing.join(', ')}. Its first line says: ${has}.`,
		);
	}
	if (parsed.length === 0) {
		throw new ListError(
			`${name} lists no merchants. It needs a line with ${COLUMNS.join(',')} and one line for each merchant.`,
		);
	}
	return parsed.map(({ info, record }) => ({ line: info.lines, row: record }));
}

/** Spreadsheets in some countries separate with semicolons, and "Unicode text" has tabs. */
function delimiterOf(header: string): string {
	const counts = [',', ';', '\t'].map((delimiter) => ({
		delimiter,
		count: header.split(delimiter).length,
	}));
	return counts.reduce((most, next) => (next.count > most.count ? next : most)).delimiter;
}

/**
 * Text of any encoding that a spreadsheet saves: UTF-8, Excel's "Unicode text", and what Excel in
 * China writes for plain CSV. Bytes that are not valid UTF-8 are taken for that last one.
 */
function decode(bytes: Buffer): string {
	const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
	if (utf16) return new TextDecoder('utf-16le').decode(bytes);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // takes a BOM off, too
	} catch {
		return new TextDecoder('gb18030').decode(bytes);
	}
}

function read(path: string, what: string): Buffer {
	const data = tryRead(path);
	if (!data) throw new ListError(`There is no file ${path}. Name your ${what} with --csv FILE.`);
	return data;
}

function tryRead(path: string): Buffer | undefined {
	return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : undefined;
}

function isFolder(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
