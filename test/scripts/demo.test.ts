/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMistakes, type Outcome } from '../../scripts/demo/check';
import { readList, type Merchant } from '../../scripts/demo/list';
import { table } from '../../scripts/demo/table';

describe('readList', () => {
	const header = 'merchant_name,sub_mchid,out_apply_no,sp_form,sub_form';
	const row = '杭州云裳,1900000113,A1,a.jpg,a.jpg';
	// Both characters of 杭州 and the rest of the row, as Excel in China writes them.
	const gbk = Buffer.from('babcd6dd2c313930303030303131332c41312c612e6a70672c612e6a7067', 'hex');
	let folder: string;
	const read = (content: string | Buffer) => {
		writeFileSync(join(folder, 'list.csv'), content);
		return readList(join(folder, 'list.csv'), folder);
	};

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'demo-'));
		writeFileSync(join(folder, 'a.jpg'), 'image');
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	it('reads the merchants and their images', () => {
		expect(read(`${header}\n${row}\n`)).toEqual([
			{
				line: 2,
				name: '杭州云裳',
				subMchid: '1900000113',
				number: 'A1',
				spForm: { fileName: 'a.jpg', data: Buffer.from('image') },
				subForm: { fileName: 'a.jpg', data: Buffer.from('image') },
				expected: 'accepted',
			},
		]);
	});

	it.each([
		['UTF-8 with a byte order mark', Buffer.from(`\ufeff${header}\r\n${row}`)],
		['UTF-16', Buffer.from(`\ufeff${header}\n${row}`.replaceAll(',', '\t'), 'utf16le')],
		['semicolons', Buffer.from(`${header}\n${row}`.replaceAll(',', ';'))],
		['empty lines', Buffer.from(`\n${header}\n\n,,,,\n${row}\n\n`)],
	])('reads %s', (_name, content) => {
		expect(read(content)).toMatchObject([{ name: '杭州云裳', number: 'A1' }]);
	});

	it('reads GBK', () => {
		const content = Buffer.concat([Buffer.from(`${header}\n`), gbk]);
		expect(read(content)).toMatchObject([{ name: '杭州', subMchid: '1900000113' }]);
	});

	it.each([
		['', 'list.csv lists no merchants. It needs a line with merchant_name,'],
		[`${header}\n`, 'list.csv lists no merchants.'],
		['merchant_name,sub_mchid\n1,2', 'list.csv has no column out_apply_no, sp_form, sub_form.'],
		[`${header}\na,b`, 'list.csv cannot be read as CSV: Invalid Record Length'],
		[`${header}\nShop,1,2,b.jpg,`, 'list.csv, line 2, Shop: there is no image b.jpg in '],
		[`${header}\nShop,1,2,a.jpg,`, 'list.csv, line 2, Shop: the column sub_form is empty'],
		[`${header},expected\nShop,1,2,a.jpg,a.jpg,ok`, 'the column expected says "ok"'],
	])('explains the error in %j', (content, message) => {
		expect(() => read(content)).toThrow(message);
	});

	it('names the missing file or folder', () => {
		expect(() => readList(join(folder, 'none.csv'), folder)).toThrow(
			/There is no file .*none\.csv/,
		);
		writeFileSync(join(folder, 'list.csv'), `${header}\n${row}`);
		expect(() => readList(join(folder, 'list.csv'), join(folder, 'none'))).toThrow('no folder');
	});
});

describe('table', () => {
	const rows = [
		['杭州', 'A1', 'REVIEWING'],
		['Shop', 'A22', `${'long '.repeat(10)}end`],
		['Shop', 'A3', '杭州'.repeat(21)],
	];

	it('aligns columns and wraps lines, including Chinese text', () => {
		const column = '─'.repeat(42);
		expect(table(['name', 'no', 'state'], rows, 20).split('\n')).toEqual([
			`┌──────┬─────┬${column}┐`,
			`│ name │ no  │ state${' '.repeat(36)}│`,
			`├──────┼─────┼${column}┤`,
			`│ 杭州 │ A1  │ REVIEWING${' '.repeat(32)}│`,
			`│ Shop │ A22 │ long long long long long long long long  │`,
			`│      │     │ long long end${' '.repeat(28)}│`,
			`│ Shop │ A3  │ ${'杭州'.repeat(10)} │`,
			`│      │     │ ${'杭州'.repeat(10)} │`,
			`│      │     │ 杭州${' '.repeat(37)}│`,
			`└──────┴─────┴${column}┘`,
		]);
	});

	it('uses the width of the window', () => {
		const lines = table(['name', 'no', 'state'], [['a', 'b', 'x'.repeat(300)]], 100).split('\n');
		expect(new Set(lines.map(({ length }) => length))).toEqual(new Set([100]));
	});
});

describe('findMistakes', () => {
	const digest = createHash('sha256').update('image').digest('hex');
	const image = { fileName: 'a.jpg', data: Buffer.from('image') };
	const good: Merchant = {
		line: 2,
		name: 'Shop',
		subMchid: '1900000113',
		number: 'A1',
		spForm: image,
		subForm: image,
		expected: 'accepted',
	};
	const bad: Merchant = { ...good, line: 3, number: 'A-2', expected: 'refused' };
	const application = {
		flow: 'cancelApplication' as const,
		number: 'A1',
		sub_mchid: '1900000113',
		materials: ['SP', 'SUB'].map((who) => ({
			application_type: `${who}_CANCEL_ACCOUNT_APPLICATION`,
			application_media_id: who,
			digest,
		})),
		state: 'REVIEWING',
		request: '',
		created: 0,
		updated: 0,
		lastRequest: 0,
		requests: 1,
	};
	const accepted: Outcome = {
		merchant: good,
		state: 'REVIEWING',
		mediaIds: ['SP', 'SUB'],
		items: 1,
	};
	const problem = 'Out_apply_no has a hyphen. Use letters and digits only.';
	const refused: Outcome = { merchant: bad, problem, mediaIds: [], items: 1 };
	const check = (outcomes: Outcome[], changes: Partial<typeof application> = {}) =>
		findMistakes(outcomes, new Map([['A1', { ...application, ...changes }]]));

	it('returns nothing for correct outcomes', () => {
		expect(check([accepted, refused])).toEqual([]);
	});

	it.each<[string, Outcome[], Partial<typeof application>?]>([
		['refused, and should have been accepted', [{ ...accepted, problem: 'x' }]],
		['came out of the node 2 times', [{ ...accepted, items: 2 }]],
		['came out of the node 0 times', [{ ...accepted, items: 0 }]],
		['for the sub-merchant 1900000116', [accepted], { sub_mchid: '1900000116' }],
		['not REJECTED', [accepted], { state: 'REJECTED' }],
		['other images', [accepted], { materials: [...application.materials].reverse() }],
		['other media IDs', [{ ...accepted, mediaIds: ['SUB', 'SP'] }]],
		['no such application', [accepted, { ...accepted, merchant: { ...good, number: 'A9' } }]],
		['has the application', [{ ...refused, merchant: { ...bad, number: 'A1' } }]],
		['and was not', [accepted, { ...refused, problem: undefined }]],
		['names no field', [accepted, { ...refused, problem: 'Use something else.' }]],
		['does not say what to do', [accepted, { ...refused, problem: 'Out_apply_no is bad.' }]],
		['got the number A1, which no line has', [refused]],
	])('reports: %s', (mistake, outcomes, changes = {}) => {
		expect(check(outcomes, changes).join()).toContain(mistake);
	});
});
