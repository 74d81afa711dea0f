import { prepareBinaryData } from 'n8n-core';
import type { IBinaryKeyData, INodeExecutionData } from 'n8n-workflow';
import type { EngineItem } from './types';

/** Stores the files of the items as n8n does, and returns the items as a node gets them. */
export async function storeFiles(
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
