import { Workflow } from 'n8n-workflow';
import type { INode, INodeParameters, INodeType } from 'n8n-workflow';
import type { LoadedPackage } from './loaded';
import type { EngineWorkflow, NodeRun } from './types';

const TRIGGER = 'n8n-nodes-base.manualTrigger';

/** The ID of the credential that nodes get if they name none. */
export const CREDENTIAL_ID = 'given';

/** The start of a workflow. Its items are pinned, so that n8n never runs it. */
const trigger: INodeType = {
	description: {
		displayName: 'Manual Trigger',
		name: 'manualTrigger',
		group: ['trigger'],
		version: 1,
		description: 'Outputs the given items',
		defaults: { name: 'Start' },
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
};

/** The node types that the engine adds to those of the package. */
export const OWN_TYPES = { [TRIGGER]: trigger };

/** A node of a workflow. n8n does not read its position. */
export function createNode(
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
): INode {
	return { id: name, name, type, typeVersion, parameters, position: [0, 0] };
}

/** The workflow of a run of one node: a trigger, and the node behind it. */
export function workflowOf(run: NodeRun, loaded: LoadedPackage): EngineWorkflow {
	const start = 'Start';
	const result = 'WeChat Pay';
	const type = loaded.fullName(run.node ?? 'wechatPay');
	const main = [[{ node: result, type: 'main' as const, index: 0 }]];
	return {
		start,
		result,
		nodes: [
			createNode(start, TRIGGER, 1, {}),
			{
				...createNode(result, type, currentVersion(type, loaded), run.parameters),
				...run.nodeOptions,
			},
		],
		connections: { [start]: { main } },
	};
}

/** n8n's own object for a workflow, whose nodes have credentials. */
export function createWorkflow(
	{ nodes, connections, settings }: EngineWorkflow,
	loaded: LoadedPackage,
): Workflow {
	return new Workflow({
		id: 'engine',
		name: 'Engine',
		// n8n fills defaults into the parameters: not into the caller's own object.
		nodes: structuredClone(nodes).map((node) => withCredentials(node, loaded)),
		connections,
		active: false,
		nodeTypes: loaded.nodeTypes,
		settings: { executionOrder: 'v1', ...settings },
	});
}

function withCredentials(node: INode, loaded: LoadedPackage): INode {
	const { description } = loaded.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	const credentials = { ...node.credentials };
	for (const { name } of description.credentials ?? []) {
		if (loaded.hasCredentialType(name)) {
			credentials[name] ??= { id: CREDENTIAL_ID, name: 'Given' };
		}
	}
	return { ...node, credentials };
}

function currentVersion(type: string, loaded: LoadedPackage): number {
	const { description } = loaded.nodeTypes.getByNameAndVersion(type);
	return [description.version].flat().at(-1) ?? 1;
}
