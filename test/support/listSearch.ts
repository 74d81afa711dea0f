import type { INodeListSearchResult, INodeParameters } from 'n8n-workflow';
import { searchList as search } from '../../engine/listSearch';
import type { SandboxCredential } from '../../sandbox';
import type { Bench } from './bench';

/** Opens a list of the editor, with the credential of the bench. */
export async function searchList(
	bench: Bench,
	method: string,
	parameters: INodeParameters,
	filter?: string,
	credential: Partial<SandboxCredential> = {},
): Promise<INodeListSearchResult> {
	return await search(bench.engine, {
		method,
		parameters,
		filter,
		credential: { ...bench.credential(credential) },
	});
}
