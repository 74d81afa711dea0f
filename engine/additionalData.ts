import { ExecutionLifecycleHooks, ExternalSecretsProxy } from 'n8n-core';
import type {
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { EngineCredentials, type CredentialStore } from './credentials';
import { log } from './host';
import type { LoadedPackage } from './loaded';
import type { RunCredentials } from './types';
import { CREDENTIAL_ID } from './workflow';

/** Nothing listens there; n8n builds links with it. */
const BASE_URL = 'http://localhost:5678';

const unsupported = async () => {
	throw new Error('This needs n8n itself');
};

/** What n8n's server hands to an execution. */
export function additionalDataFor(
	executionId: string,
	workflow: Workflow,
	options: RunCredentials & { mode?: WorkflowExecuteMode },
	loaded: LoadedPackage,
): IWorkflowExecuteAdditionalData {
	const store: CredentialStore = {
		...options.credentials,
		...(options.credential && { [CREDENTIAL_ID]: options.credential }),
	};
	return {
		credentialsHelper: new EngineCredentials(
			store,
			(name) => loaded.credentialType(name),
			loaded.nodeTypes,
		),
		executionId,
		workflowId: workflow.id,
		currentNodeExecutionIndex: 0,
		hooks: new ExecutionLifecycleHooks(options.mode ?? 'manual', executionId, toStored(workflow)),
		variables: {},
		externalSecretsProxy: new ExternalSecretsProxy(),
		restApiUrl: `${BASE_URL}/rest`,
		instanceBaseUrl: BASE_URL,
		webhookBaseUrl: `${BASE_URL}/webhook`,
		webhookTestBaseUrl: `${BASE_URL}/webhook-test`,
		webhookWaitingBaseUrl: `${BASE_URL}/webhook-waiting`,
		formBaseUrl: `${BASE_URL}/form`,
		formTestBaseUrl: `${BASE_URL}/form-test`,
		formWaitingBaseUrl: `${BASE_URL}/form-waiting`,
		mcpBaseUrl: `${BASE_URL}/mcp`,
		mcpTestBaseUrl: `${BASE_URL}/mcp-test`,
		// In a manual run this is the browser's console: users see it, so it counts as logged.
		sendDataToUI: (type, data) => log('ui', type, data),
		logAiEvent: (name, payload) => log('ai', name, payload),
		executeWorkflow: unsupported,
		getRunExecutionData: unsupported,
		getRuntimeCredential: unsupported,
		startRunnerTask: unsupported,
	};
}

function toStored(workflow: Workflow): IWorkflowBase {
	const now = new Date();
	return {
		id: workflow.id,
		name: workflow.name ?? '',
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: now,
		updatedAt: now,
		nodes: Object.values(workflow.nodes),
		connections: workflow.connectionsBySourceNode,
		settings: workflow.settings,
	};
}
