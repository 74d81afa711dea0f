import type { IBinaryKeyData, IDataObject } from 'n8n-workflow';

/** An output item with fields and files. */
export class FileOutput {
	constructor(
		readonly json: IDataObject,
		readonly binary: IBinaryKeyData,
	) {}
}

/** One output item of an operation: its fields, or its fields with files. */
export type Output = IDataObject | FileOutput;

/** The content of an output item for n8n. */
export const toContent = (output: Output): { json: IDataObject; binary?: IBinaryKeyData } =>
	output instanceof FileOutput ? { json: output.json, binary: output.binary } : { json: output };
