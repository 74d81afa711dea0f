/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { equal } from 'node:assert/strict';
import type { NotificationRecord } from '../../sandbox';
import { until, type Execution, type Workflow, type WorkflowNode } from '../../host/n8n';
import { executionsOf, publish, succeeded } from '../executions';
import type { Stage } from './stage';

const WITHIN = 30_000;

/** An example that WeChat Pay's notifications start, published. */
export interface Notified {
	workflow: Workflow;
	/** The production URL of the trigger. */
	url: string;
	/** Sends one with POST /sandbox/notify; gives it once it is accepted. */
	notify: (what: object) => Promise<NotificationRecord>;
	/** Waits until everything that the sandbox announces is delivered; gives the newest. */
	newest: () => Promise<NotificationRecord>;
	/** What a notification started, once it is over; fails unless it succeeded. */
	startedBy: (id: string) => Promise<Execution>;
	/** All executions that a notification started. */
	allStartedBy: (id: string) => Promise<Execution[]>;
	unpublish: () => Promise<void>;
}

/** Publishes an example whose trigger is a notification, with changes to its nodes by name. */
export async function publishNotified(
	{ n8n, sandbox, imported }: Stage,
	name: string,
	trigger: string,
	webhookId: string,
	changes: Record<string, WorkflowNode['parameters']> = {},
): Promise<Notified> {
	const example = imported[name];
	const nodes = example.nodes.map((node) => ({
		...node,
		parameters: { ...node.parameters, ...changes[node.name] },
		...(node.name === trigger && { webhookId }),
	}));
	const workflow = await n8n.importWorkflow({ ...example, name: `${name}, published`, nodes });
	equal((await publish(n8n, workflow)).status, 'published');
	const url = `${n8n.url}/webhook/${webhookId}/webhook`;
	const newest = async (): Promise<NotificationRecord> => {
		await sandbox.notifications.settled();
		const record = sandbox.notifications.records.at(-1);
		if (!record) throw new Error('Nothing was sent');
		equal(record.state, 'accepted', JSON.stringify(record.deliveries));
		return record;
	};
	const allStartedBy = async (id: string): Promise<Execution[]> => {
		const all = await executionsOf(n8n, workflow);
		return all.filter(({ outputs }) => outputs[trigger]?.[0]?.[0]?.json.id === id);
	};
	return {
		workflow,
		url,
		newest,
		allStartedBy,
		async notify(what) {
			const response = await fetch(`${sandbox.url}/sandbox/notify`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ url, ...what }),
			});
			equal(response.status, 200, await response.text());
			return await newest();
		},
		async startedBy(id) {
			const [execution] = await until(`an execution with ${id}`, WITHIN, async () => {
				const all = await allStartedBy(id);
				return all.length > 0 && all;
			});
			return succeeded(execution);
		},
		async unpublish() {
			await n8n.call('POST', `/workflows/${workflow.id}/deactivate`, {});
		},
	};
}
