import type { Sandbox } from '../../sandbox';
import type { FileServer } from '../../host/fileServer';
import type { Execution, N8n, Workflow } from '../../host/n8n';
import type { DataTable } from '../../host/tables';
import type { Context } from '../context';

/** What an example is run with. */
export interface Stage {
	check: Context['check'];
	n8n: N8n;
	sandbox: Sandbox;
	/** The folder that the examples read and write. */
	files: string;
	/** Serves that folder, for the images that rows link to. */
	images: FileServer;
	/** The data tables of the examples, by name. */
	tables: Record<string, DataTable>;
	/** The examples as n8n stores them, by name. */
	imported: Record<string, Workflow>;
	/** Runs an example by hand; fails unless it succeeds. */
	run: (name: string, trigger?: string) => Promise<Execution>;
}

/** A number of examples/merchants.csv. */
export const numbered = (end: string): string => `CANCEL20261101${end}`;

/** The application that is rejected in between. */
export const REJECTED = 'A03';

/** The rows of examples/merchants.csv that cannot be accepted. */
export const BAD_ROWS = ['CANCEL20261101A05', 'CANCEL-20261101-08'];
