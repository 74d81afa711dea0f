/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { startHost, withLog, log, type BinaryMode, type Host } from './host';
import { resolve } from 'node:path';
import {
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
	PackageDirectoryLoader,
	WorkflowExecute,
	prepareBinaryData,
} from 'n8n-core';
import { NodeHelpers, Workflow } from 'n8n-workflow';
import type {
	ExecutionError,
	IBinaryKeyData,
	IConnections,
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { EngineCredentials, type CredentialStore } from './credentials';

export { toText, type BinaryMode } from './host';

/** A file of an item, as a node before ours would have put it there. */
export interface EngineFile {
	data: Buffer;
	fileName: string;
	/** Guessed from the file name if absent, as n8n's own nodes do. */
	mimeType?: string;
}

/** An input item; its files are stored the way n8n stores them before the workflow starts. */
export interface EngineItem {
	json: IDataObject;
	binary?: Record<string, EngineFile>;
}

/** What the settings tab of a node holds. */
export type NodeOptions = Partial<
	Pick<
		INode,
		'onError' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries' | 'alwaysOutputData' | 'executeOnce'
	>
>;

/** A whole workflow, for more than one node. Its items come out of the node `start`. */
export interface EngineWorkflow {
	nodes: INode[];
	connections: IConnections;
	start: string;
	/** The node whose outputs `main` of the result shows. */
	result: string;
	settings?: IWorkflowSettings;
}

interface RunBase {
	items: EngineItem[];
	/** Given to every node that takes one of this package's credentials and names none itself. */
	credential?: ICredentialDataDecryptedObject;
	/** For workflows whose nodes name more than one: by the id in the node's `credentials`. */
	credentials?: CredentialStore;
	mode?: WorkflowExecuteMode;
	/** Cancels the execution as n8n's Stop button does. */
	cancelSignal?: AbortSignal;
}

/** One node behind a trigger that hands it the items. */
export interface NodeRun extends RunBase {
	/** The node's name without the package, `wechatPay` unless given. */
	node?: string;
	parameters: INodeParameters;
	nodeOptions?: NodeOptions;
}

export interface WorkflowRun extends RunBase {
	workflow: EngineWorkflow;
}

export type RunOptions = NodeRun | WorkflowRun;

export interface EngineResult {
	/** What came out of the node: output 0, and output 1, the error branch. */
	main: INodeExecutionData[][];
	/** Why the execution stopped, as n8n shows it. */
	error?: ExecutionError;
	/** The execution as n8n would store it. */
	run: IRun;
	/** What n8n would have logged, at every level. */
	logs: string[];
}

export interface EngineOptions {
	/** The folder of the package, with its package.json. This repository unless given. */
	directory?: string;
	binaryMode?: BinaryMode;
	/** Further node types for workflows, by full name, such as `n8n-nodes-base.httpRequest`. */
	nodeTypes?: Record<string, INodeType>;
}

const TRIGGER = 'n8n-nodes-base.manualTrigger';
const CREDENTIAL_ID = 'given';

/**
 * The real n8n engine as a function. It loads the built package as n8n does, from `dist/`, and runs
 * workflows on it: expressions, binary data, retries, the error branch and cancelling are n8n's own
 * code. What n8n's server adds (database, users, queue, editor) is not here.
 */
export class Engine {
	private executions = 0;

	private constructor(
		private readonly host: Host,
		private readonly loader: PackageDirectoryLoader,
		private readonly extraTypes: Record<string, INodeType>,
	) {}

	/** Loads the package. There is one engine at a time in a process; `stop` ends it. */
	static async start(options: EngineOptions = {}): Promise<Engine> {
		const host = await startHost(options.binaryMode ?? 'filesystem');
		try {
			const directory = options.directory ?? resolve(__dirname, '..');
			const loader = new PackageDirectoryLoader(directory);
			await loader.loadAll();
			return new Engine(host, loader, { [TRIGGER]: trigger, ...options.nodeTypes });
		} catch (error) {
			await host.stop();
			throw error;
		}
	}

	/** Where binary data and settings are kept while the engine runs. */
	get folder(): string {
		return this.host.folder;
	}

	/** Deletes the stored binary data and lets the next engine start. */
	async stop(): Promise<void> {
		await this.host.stop();
	}

	/** Runs one execution. It fails only on what n8n's editor would not have let happen. */
	async run(options: RunOptions): Promise<EngineResult> {
		const id = String(++this.executions);
		const logs: string[] = [];
		return await withLog(logs, async () => {
			const description = this.describe(options);
			const { start, result } = description;
			const workflow = this.createWorkflow(description);
			const additionalData = this.createAdditionalData(id, workflow, options);
			const items = await this.storeFiles(options.items, id, workflow.id);

			const execute = new WorkflowExecute(additionalData, options.mode ?? 'manual');
			const execution = execute.run({
				workflow,
				startNode: workflow.getNode(start) ?? undefined,
				pinData: { [start]: items },
			});
			const cancel = () => execution.cancel();
			if (options.cancelSignal?.aborted) cancel();
			options.cancelSignal?.addEventListener('abort', cancel, { once: true });
			try {
				const run = await execution;
				const { error, runData } = run.data.resultData;
				const outputs = runData[result]?.at(-1)?.data?.main ?? [];
				const main = [outputs[0] ?? [], outputs[1] ?? [], ...outputs.slice(2).map((o) => o ?? [])];
				return { main, error, run, logs };
			} finally {
				options.cancelSignal?.removeEventListener('abort', cancel);
			}
		});
	}

	/** The loaded node types, those of the package under their full names. */
	get nodeTypes(): INodeTypes {
		const find = (name: string) => {
			const extra = this.extraTypes[name];
			if (extra) return extra;
			const prefix = `${this.loader.packageName}.`;
			return this.loader.getNode(name.startsWith(prefix) ? name.slice(prefix.length) : name).type;
		};
		return {
			getByName: find,
			getByNameAndVersion: (name, version) => NodeHelpers.getVersionedNodeType(find(name), version),
			getKnownTypes: () => this.loader.known.nodes,
		};
	}

	/**
	 * What n8n's server hands to an execution. Public, for a context that this class does not run
	 * itself, such as n8n-core's `PollContext`.
	 */
	createAdditionalData(
		executionId: string,
		workflow: Workflow,
		options: Pick<RunBase, 'credential' | 'credentials' | 'mode'>,
	): IWorkflowExecuteAdditionalData {
		const store: CredentialStore = {
			...options.credentials,
			...(options.credential && { [CREDENTIAL_ID]: options.credential }),
		};
		const url = 'http://localhost:5678'; // nothing listens there; n8n builds links with it
		const unsupported = async () => {
			throw new Error('This needs n8n itself');
		};
		return {
			credentialsHelper: new EngineCredentials(
				store,
				(name) => this.loader.getCredential(name).type,
				this.nodeTypes,
			),
			executionId,
			workflowId: workflow.id,
			currentNodeExecutionIndex: 0,
			hooks: new ExecutionLifecycleHooks(options.mode ?? 'manual', executionId, toStored(workflow)),
			variables: {},
			externalSecretsProxy: new ExternalSecretsProxy(),
			restApiUrl: `${url}/rest`,
			instanceBaseUrl: url,
			webhookBaseUrl: `${url}/webhook`,
			webhookTestBaseUrl: `${url}/webhook-test`,
			webhookWaitingBaseUrl: `${url}/webhook-waiting`,
			formBaseUrl: `${url}/form`,
			formTestBaseUrl: `${url}/form-test`,
			formWaitingBaseUrl: `${url}/form-waiting`,
			mcpBaseUrl: `${url}/mcp`,
			mcpTestBaseUrl: `${url}/mcp-test`,
			// In a manual run this is the browser's console: users see it, so it counts as logged.
			sendDataToUI: (type, data) => log('ui', type, data),
			logAiEvent: (name, payload) => log('ai', name, payload),
			executeWorkflow: unsupported,
			getRunExecutionData: unsupported,
			getRuntimeCredential: unsupported,
			startRunnerTask: unsupported,
		};
	}

	private describe(options: RunOptions): EngineWorkflow {
		if ('workflow' in options) return options.workflow;
		const start = 'Start';
		const result = 'WeChat Pay';
		const type = `${this.loader.packageName}.${options.node ?? 'wechatPay'}`;
		const main = [[{ node: result, type: 'main' as const, index: 0 }]];
		return {
			start,
			result,
			nodes: [
				createNode(start, TRIGGER, 1, {}),
				{
					...createNode(result, type, this.currentVersion(type), options.parameters),
					...options.nodeOptions,
				},
			],
			connections: { [start]: { main } },
		};
	}

	private createWorkflow({ nodes, connections, settings }: EngineWorkflow): Workflow {
		return new Workflow({
			id: 'engine',
			name: 'Engine',
			// n8n fills defaults into the parameters: not into the caller's own object.
			nodes: structuredClone(nodes).map((node) => this.withCredentials(node)),
			connections,
			active: false,
			nodeTypes: this.nodeTypes,
			settings: { executionOrder: 'v1', ...settings },
		});
	}

	private withCredentials(node: INode): INode {
		const known = Object.keys(this.loader.known.credentials);
		const { description } = this.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		const credentials = { ...node.credentials };
		for (const { name } of description.credentials ?? []) {
			if (known.includes(name)) credentials[name] ??= { id: CREDENTIAL_ID, name: 'Given' };
		}
		return { ...node, credentials };
	}

	private currentVersion(type: string): number {
		const { description } = this.nodeTypes.getByNameAndVersion(type);
		return [description.version].flat().at(-1) ?? 1;
	}

	private async storeFiles(
		items: EngineItem[],
		executionId: string,
		workflowId: string,
	): Promise<INodeExecutionData[]> {
		const stored: INodeExecutionData[] = [];
		for (const { json, binary } of items) {
			if (!binary) {
				stored.push({ json });
				continue;
			}
			const files: IBinaryKeyData = {};
			for (const [name, file] of Object.entries(binary)) {
				files[name] = await prepareBinaryData(
					file.data,
					executionId,
					workflowId,
					file.fileName,
					file.mimeType,
				);
			}
			stored.push({ json, binary: files });
		}
		return stored;
	}
}

/** A node of a workflow, at a place that n8n does not look at. */
export function createNode(
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
): INode {
	return { id: name, name, type, typeVersion, parameters, position: [0, 0] };
}

/** The start of a workflow. Its items are pinned, so that n8n never runs it. */
const trigger: INodeType = {
	description: {
		displayName: 'Manual Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: 'Hands over the given items',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
};

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
