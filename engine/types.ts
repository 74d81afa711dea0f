import type {
	ExecutionError,
	IConnections,
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IRun,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type { CredentialStore } from './credentials';
import type { BinaryMode } from './host';

/** A file of an item, as a node before ours would have put it there. */
export interface EngineFile {
	data: Buffer;
	fileName: string;
	/** Guessed from the file name if absent, as n8n's own nodes do. */
	mimeType?: string;
}

/** An input item; its files are stored as n8n stores them before the workflow starts. */
export interface EngineItem {
	json: IDataObject;
	binary?: Record<string, EngineFile>;
}

/** What the settings tab of a node contains. */
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

/** The credentials of a run. */
export interface RunCredentials {
	/** Given to every node that takes one of this package's credentials and names none itself. */
	credential?: ICredentialDataDecryptedObject;
	/** For workflows whose nodes name more than one: by the ID in the node's `credentials`. */
	credentials?: CredentialStore;
}

interface RunBase extends RunCredentials {
	items: EngineItem[];
	mode?: WorkflowExecuteMode;
	/** Cancels the execution as n8n's Stop button does. */
	cancelSignal?: AbortSignal;
}

/** One node behind a trigger that outputs the items. */
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
