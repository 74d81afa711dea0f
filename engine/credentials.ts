import { Workflow, ICredentialsHelper, NodeHelpers, UnexpectedError } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentials,
	ICredentialsExpressionResolveValues,
	ICredentialType,
	IExecuteData,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	INodeTypes,
	IRequestOptionsSimplified,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { getAdditionalKeys } from 'n8n-core';

/** Finds a loaded credential type by its name. Throws if there is none. */
export type CredentialTypeLookup = (name: string) => ICredentialType;

/** The saved credentials, by the ID that the nodes of the workflow contain. */
export type CredentialStore = Readonly<Record<string, ICredentialDataDecryptedObject>>;

const MOCK_NODE: INode = {
	id: 'credential',
	name: '',
	typeVersion: 1,
	type: 'mock',
	position: [0, 0],
	parameters: {},
};

/**
 * What n8n's server does with credentials at run time, without its database. n8n-core leaves this
 * part to the server package, which is too large for a development dependency, so this follows the
 * server's `CredentialsHelper`: defaults are filled in, fields that the form does not show are
 * removed, expressions are resolved, and a credential's `authenticate` function is called as a
 * method, with the unchanged request.
 */
export class EngineCredentials extends ICredentialsHelper {
	constructor(
		private readonly store: CredentialStore,
		private readonly typeOf: CredentialTypeLookup,
		private readonly nodeTypes: INodeTypes,
	) {
		super();
	}

	getParentTypes(name: string): string[] {
		const parents = this.typeOf(name).extends ?? [];
		return parents.flatMap((parent) => [parent, ...this.getParentTypes(parent)]);
	}

	isCredentialUsableByNode(credentialType: string, nodeType: string): boolean {
		const type = this.typeOf(credentialType);
		if (type.restrictToSupportedNodes !== true) return true;
		return (type.supportedNodes ?? []).some((name) => nodeType.endsWith(`.${name}`));
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions | IRequestOptionsSimplified,
	): Promise<IHttpRequestOptions> {
		const type = this.typeOf(typeName);
		if (typeof type.authenticate !== 'function') {
			throw new UnexpectedError(`The credential type "${typeName}" has no authenticate function`);
		}
		return await type.authenticate(credentials, requestOptions as IHttpRequestOptions);
	}

	/** n8n calls this hook only if a field of the credential can expire. Ours never do. */
	async preAuthentication(
		_helpers: IHttpRequestHelper,
		_credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		if (this.typeOf(typeName).preAuthentication) {
			throw new UnexpectedError('preAuthentication is not part of this engine');
		}
		return undefined;
	}

	async runPreAuthentication(): Promise<ICredentialDataDecryptedObject | undefined> {
		return undefined;
	}

	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		nodeCredentials: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		resolve?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const saved = this.store[nodeCredentials.id ?? ''];
		if (!saved) {
			throw new UnexpectedError(`No credential with the id "${nodeCredentials.id}" was given`);
		}
		// A copy, as if read from the database: changes by a node do not reach the next call.
		const data = structuredClone(saved);
		if (raw === true) return data;

		const filled = NodeHelpers.getNodeParameters(
			this.getCredentialsProperties(type),
			data as INodeParameters,
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
		const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });
		if (resolve) {
			return resolve.workflow.expression.getParameterValue(
				filled as INodeParameters,
				resolve.runExecutionData,
				resolve.runIndex,
				resolve.itemIndex,
				resolve.node.name,
				resolve.connectionInputData,
				mode,
				keys,
				executeData,
				false,
				filled,
			) as ICredentialDataDecryptedObject;
		}
		const workflow = new Workflow({
			nodes: [],
			connections: {},
			active: false,
			nodeTypes: this.nodeTypes,
		});
		return workflow.expression.getComplexParameterValue(
			MOCK_NODE,
			filled as INodeParameters,
			mode,
			keys,
			undefined,
			undefined,
			filled,
		) as ICredentialDataDecryptedObject;
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		const { extends: parents = [], properties } = this.typeOf(type);
		const merged: INodeProperties[] = [];
		for (const parent of parents) {
			NodeHelpers.mergeNodeProperties(merged, this.getCredentialsProperties(parent));
		}
		NodeHelpers.mergeNodeProperties(merged, properties);
		return merged;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new UnexpectedError('Encrypted credentials are not part of this engine');
	}

	async updateCredentials(): Promise<void> {
		throw new UnexpectedError('A node must not change the saved credential');
	}

	async updateCredentialsOauthTokenData(): Promise<void> {
		throw new UnexpectedError('A node must not change the saved credential');
	}
}
