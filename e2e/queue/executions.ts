/* eslint-disable @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { until, type N8n, type Workflow } from '../../host/n8n';
import type { Database } from '../services';

export const RUNNING = ['new', 'running', 'waiting'];

/** Publishes a workflow; gives its webhook's address once it is there, which is a moment later. */
export async function activate(main: N8n, workflow: Workflow, path: string): Promise<string> {
	await main.activate(workflow);
	const url = `${main.url}/webhook/${path}`;
	// A GET starts nothing: the answer says that a POST would.
	await until(`webhook ${path}`, 30_000, async () =>
		(await (await fetch(url)).text()).includes('POST'),
	);
	return url;
}

/** The executions of a workflow, oldest first. The pages of n8n's own list leave some out. */
export type Executions = (workflowId: string) => Array<{ id: string; status: string }>;

export const executionsIn =
	(database: Database): Executions =>
	(workflowId) =>
		database
			.query(
				`select id, status from execution_entity where "workflowId" = '${workflowId}' order by id`,
			)
			.map(([id, status]) => ({ id, status }));

/** Waits until `count` executions are there and none is under way. */
export async function settled(executions: Executions, workflowId: string, count: number) {
	const states: Record<string, number> = {};
	try {
		return await until(`${count} executions`, 180_000, () => {
			const all = executions(workflowId);
			for (const state of Object.keys(states)) delete states[state];
			for (const { status } of all) states[status] = (states[status] ?? 0) + 1;
			const over = all.length >= count && !RUNNING.some((state) => states[state]);
			return over ? all : undefined;
		});
	} catch (error) {
		throw new Error(`${(error as Error).message}: ${JSON.stringify(states)}`);
	}
}
