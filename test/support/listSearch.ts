import { LoadOptionsContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type { INodeListSearchResult, INodeParameters } from 'n8n-workflow';
import { createNode } from '../../engine';
import type { SandboxCredential } from '../../sandbox';
import type { Bench } from './bench';

const TYPE = 'n8n-nodes-wechatpay.wechatPay';

/** Opens a list of the editor as n8n's server does (dynamic-node-parameters.service.js): in n8n-core's own context. */
export async function searchList(
	bench: Bench,
	method: string,
	parameters: INodeParameters,
	filter?: string,
	credential: Partial<SandboxCredential> = {},
): Promise<INodeListSearchResult> {
	const { nodeTypes } = bench.engine;
	const node = {
		...createNode('WeChat Pay', TYPE, 1, parameters),
		credentials: { wechatPayApi: { id: 'given', name: 'Given' } },
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes,
	});
	const additionalData = {
		...bench.engine.createAdditionalData('list', workflow, {
			credential: { ...bench.credential(credential) },
		}),
		currentNodeParameters: parameters,
	};
	const context = new LoadOptionsContext(workflow, node, additionalData, '');
	const search = nodeTypes.getByNameAndVersion(TYPE, 1).methods?.listSearch?.[method];
	if (!search) throw new Error(`The node has no ${method}`);
	return await search.call(context, filter);
}
