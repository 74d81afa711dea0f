/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error -- runs outside n8n */
import { startHost, withLog, type Host } from './host'; // loads what n8n-core needs, so it comes first
import { resolve } from 'node:path';
import { WorkflowExecute } from 'n8n-core';
import type {
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { additionalDataFor } from './additionalData';
import { storeFiles } from './files';
import { LoadedPackage } from './loaded';
import type { EngineOptions, EngineResult, RunCredentials, RunOptions } from './types';
import { OWN_TYPES, createWorkflow, workflowOf } from './workflow';

/**
 * The real n8n engine as a function. It loads the built package as n8n does, from `dist/`, and runs
 * workflows on it: expressions, binary data, retries, the error branch and cancelling are n8n's own
 * code. What n8n's server adds (database, users, queue, editor) is not here.
 */
export class Engine {
	private executions = 0;

	private constructor(
		private readonly host: Host,
		private readonly loaded: LoadedPackage,
	) {}

	/** Loads the package. There is one engine at a time in a process; `stop` ends it. */
	static async start(options: EngineOptions = {}): Promise<Engine> {
		const host = await startHost(options.binaryMode ?? 'filesystem');
		try {
			const directory = options.directory ?? resolve(__dirname, '..');
			const types = { ...OWN_TYPES, ...options.nodeTypes };
			return new Engine(host, await LoadedPackage.load(directory, types));
		} catch (error) {
			await host.stop();
			throw error;
		}
	}

	/** Where binary data and settings are kept while the engine runs. */
	get folder(): string {
		return this.host.folder;
	}

	/** The loaded node types, those of the package under their full names. */
	get nodeTypes(): INodeTypes {
		return this.loaded.nodeTypes;
	}

	/** Deletes the stored binary data and lets the next engine start. */
	async stop(): Promise<void> {
		await this.host.stop();
	}

	/** Runs one execution. Rejects only for what n8n's editor does not allow. */
	async run(options: RunOptions): Promise<EngineResult> {
		const id = String(++this.executions);
		const logs: string[] = [];
		return await withLog(logs, async () => {
			const description =
				'workflow' in options ? options.workflow : workflowOf(options, this.loaded);
			const { start, result } = description;
			const workflow = createWorkflow(description, this.loaded);
			const additionalData = this.createAdditionalData(id, workflow, options);
			const items = await storeFiles(options.items, id, workflow.id);

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

	/**
	 * What n8n's server hands to an execution. Public, for a context that this class does not run
	 * itself, such as n8n-core's `PollContext`.
	 */
	createAdditionalData(
		executionId: string,
		workflow: Workflow,
		options: RunCredentials & { mode?: WorkflowExecuteMode },
	): IWorkflowExecuteAdditionalData {
		return additionalDataFor(executionId, workflow, options, this.loaded);
	}
}
