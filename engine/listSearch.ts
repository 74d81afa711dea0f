import { LoadOptionsContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	INodeListSearchResult,
	INodeParameters,
} from 'n8n-workflow';
import type { Engine } from './engine';
import { CREDENTIAL_ID, createNode } from './workflow';

const TYPE = 'n8n-nodes-wechatpay.wechatPay';

export interface ListSearch {
	/** The node's method, such as `searchBanks`. */
	method: string;
	/** The values of the other fields of the node. */
	parameters: INodeParameters;
	/** The text that the user has typed into the list. */
	filter?: string;
	credential: ICredentialDataDecryptedObject;
}

/** Opens a list of the editor as n8n's server does (dynamic-node-parameters.service.js): in n8n-core's own context. */
export async function searchList(
	engine: Engine,
	{ method, parameters, filter, credential }: ListSearch,
): Promise<INodeListSearchResult> {
	const { nodeTypes } = engine;
	const node = {
		...createNode('WeChat Pay', TYPE, 1, parameters),
		credentials: { wechatPayApi: { id: CREDENTIAL_ID, name: 'Given' } },
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const additionalData = {
		...engine.createAdditionalData('list', workflow, { credential }),
		currentNodeParameters: parameters,
	};
	const context = new LoadOptionsContext(workflow, node, additionalData, '');
	const search = nodeTypes.getByNameAndVersion(TYPE, 1).methods?.listSearch?.[method];
	if (!search) throw new Error(`The node has no ${method}`);
	return await search.call(context, filter);
}
