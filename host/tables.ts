/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXAMPLES, readList } from './examples';
import type { N8n } from './n8n';

/** A row as n8n stores it; an empty cell is null. */
export type Row = { id: number } & Record<string, string | null>;

/** The beginning of the links in the examples' tables, until a user enters others. */
const LINKS = 'https://files.example.com';

/** A data table of n8n, which the examples use as a spreadsheet without an account. */
export class DataTable {
	private constructor(
		private readonly n8n: N8n,
		private readonly path: string,
	) {}

	/** Creates the tables in examples/tables that n8n does not have, and returns all of them by name. */
	static async createExamples(n8n: N8n, links: string): Promise<Record<string, DataTable>> {
		const project = await n8n.call<{ id: string }>('GET', '/projects/personal');
		const path = `/projects/${project.id}/data-tables`;
		const { data: known } = await n8n.call<{ data: Array<{ id: string; name: string }> }>(
			'GET',
			path,
		);
		const tables: Record<string, DataTable> = {};
		for (const file of readdirSync(join(EXAMPLES, 'tables'))) {
			const name = basename(file, '.csv');
			const found = known.find((table) => table.name === name);
			const id = found?.id ?? (await create(n8n, path, name, links));
			tables[name] = new DataTable(n8n, `${path}/${id}`);
		}
		return tables;
	}

	async rows(): Promise<Row[]> {
		return (await this.n8n.call<{ data: Row[] }>('GET', `${this.path}/rows`)).data;
	}

	/** Changes cells of a row, as a user does in the editor. */
	async enter(id: number, data: Record<string, string | null>): Promise<void> {
		const filters = [{ columnName: 'id', condition: 'eq', value: id }];
		await this.n8n.call('PATCH', `${this.path}/rows`, { filter: { type: 'and', filters }, data });
	}
}

async function create(n8n: N8n, path: string, name: string, links: string): Promise<string> {
	const rows = readList(`tables/${name}.csv`);
	const columns = Object.keys(rows[0]).map((column) => ({ name: column, type: 'string' }));
	const { id } = await n8n.call<{ id: string }>('POST', path, { name, columns });
	const cell = (value: string) => (value === '' ? null : value.replace(LINKS, links));
	const data = rows.map((row) =>
		Object.fromEntries(Object.entries(row).map(([column, value]) => [column, cell(value)])),
	);
	await n8n.call('POST', `${path}/${id}/insert`, { data });
	return id;
}
