import { readExecution, type Execution, type StoredExecution } from './execution';
import { until } from './wait';
import type { Workflow } from './workflow';

export const OWNER = {
	email: 'owner@example.com',
	firstName: 'Example',
	lastName: 'Owner',
	password: 'Sandbox-2026',
};

const EDITOR_WITHIN = 120_000;

/** n8n's REST interface as the editor uses it. */
export class N8nApi {
	private cookie = '';

	constructor(readonly url: string) {}

	/** Creates the owner of a new n8n, or logs in to one that has an owner; returns the cookie. */
	async login(): Promise<string> {
		// The editor's interface is ready a moment after the health check succeeds.
		const state = await until('the editor', EDITOR_WITHIN, async () => {
			const response = await fetch(`${this.url}/rest/settings`);
			if (!response.headers.get('content-type')?.includes('json')) return undefined;
			return (await response.json()) as {
				data: { userManagement: { showSetupOnFirstLoad?: boolean } };
			};
		});
		const isNew = state.data.userManagement.showSetupOnFirstLoad === true;
		const body = isNew ? OWNER : { emailOrLdapLoginId: OWNER.email, password: OWNER.password };
		const response = await fetch(`${this.url}/rest/${isNew ? 'owner/setup' : 'login'}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		const cookie = response.headers.getSetCookie().find((entry) => entry.startsWith('n8n-auth='));
		if (!cookie) throw new Error(`Login: ${response.status} ${await response.text()}`);
		this.cookie = cookie.split(';')[0];
		return this.cookie;
	}

	async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: { cookie: this.cookie, 'content-type': 'application/json' },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
		return (JSON.parse(text) as { data: T }).data;
	}

	async createCredential(name: string, type: string, data: object): Promise<string> {
		const { id } = await this.call<{ id: string }>('POST', '/credentials', { name, type, data });
		return id;
	}

	/** Saves a workflow as the editor does after an import. */
	async importWorkflow(workflow: Workflow): Promise<Workflow & { id: string }> {
		const body = { settings: {}, ...workflow, id: undefined, active: false };
		return await this.call('POST', '/workflows', body);
	}

	async activate(workflow: Workflow): Promise<void> {
		const { id, versionId } = workflow;
		await this.call('POST', `/workflows/${id}/activate`, { versionId });
	}

	/** Runs a workflow from its trigger, as the button in the editor does, and waits for its end. */
	async execute(workflow: Workflow, trigger: string, within = 120_000): Promise<Execution> {
		const { executionId } = await this.call<{ executionId: string }>(
			'POST',
			`/workflows/${workflow.id}/run`,
			{ workflowData: workflow, triggerToStartFrom: { name: trigger } },
		);
		return await this.finished(executionId, within);
	}

	/** Waits until an execution is over, and returns its result. */
	async finished(id: string, within = 120_000): Promise<Execution> {
		return await until(`execution ${id}`, within, async () => {
			const execution = await this.call<StoredExecution>('GET', `/executions/${id}`);
			const isOver = !['new', 'running', 'waiting'].includes(execution.status);
			return isOver && readExecution(execution);
		});
	}
}
