/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { equal } from 'node:assert/strict';
import { until, type Execution, type Item, type N8n, type Workflow } from '../host/n8n';

const RUNNING = ['new', 'running', 'waiting'];

export interface Publication {
	status: string;
	triggers: Array<{ errorMessage: string | null }>;
}

/** Publishes a workflow; gives what became of it, which n8n settles a moment later. */
export async function publish(n8n: N8n, workflow: Workflow): Promise<Publication> {
	await n8n.activate(workflow);
	return await until(`${workflow.name} to be published`, 30_000, async () => {
		const path = `/workflows/${workflow.id}/publication-status`;
		const publication = await n8n.call<Publication>('GET', path);
		const isOpen = ['in_progress', 'not_published'].includes(publication.status);
		return isOpen ? undefined : publication;
	});
}

/** All executions of a workflow that are over. */
export async function executionsOf(n8n: N8n, { id }: Workflow): Promise<Execution[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	const { results } = await n8n.call<{ results: Array<{ id: string; status: string }> }>(
		'GET',
		`/executions?limit=100&filter=${filter}`,
	);
	const over = results.filter(({ status }) => !RUNNING.includes(status));
	return await Promise.all(over.map(async (entry) => await n8n.finished(entry.id)));
}

/** Fails unless an execution was a success; gives it. */
export function succeeded(execution: Execution): Execution {
	equal(execution.status, 'success', execution.error?.message);
	return execution;
}

/** Items of one output of a node that ran exactly once. */
export function itemsOf(
	{ outputs, runs }: Execution,
	node: string,
	output = 0,
): Array<Item['json']> {
	equal(runs[node], 1, `"${node}" ran ${runs[node] ?? 0} times`);
	return (outputs[node][output] ?? []).map(({ json }) => json);
}
