import { Item } from '../../nodes/WechatPay/item/item';
import { ItemRun } from '../../nodes/WechatPay/item/itemRun';
import type { Client } from '../../nodes/WechatPay/client';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

// Items without an engine: of n8n, what their readers ask for.

/** What n8n gives the items of a run. */
export interface Given {
	/** The parameters of the node; the options lie under `options`. */
	parameters?: Record<string, unknown>;
	/** The files of the input item. */
	files?: Record<string, { content: Buffer; fileName?: string; bytes?: number }>;
	/** The type of the node; with Tool at its end, an AI agent uses it. */
	type?: string;
}

/** The value under a name as n8n reads it: `options.fileName` lies inside `options`. */
function valueAt(parameters: Record<string, unknown>, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>(
			(value, name) => (value as Record<string, unknown> | undefined)?.[name],
			parameters,
		);
}

export function fakeContext({ parameters = {}, files = {}, type = 'wechatPay' }: Given = {}) {
	const binary = Object.fromEntries(
		Object.entries(files).map(([name, { content, ...data }]) => [
			name,
			{ mimeType: 'image/png', data: '', bytes: content.length, ...data },
		]),
	);
	return {
		getNode: () => ({ type }),
		getNodeParameter: (name: string, _index: number, otherwise: unknown) =>
			valueAt(parameters, name) ?? otherwise,
		getInputData: (): INodeExecutionData[] => [{ json: {}, binary }],
		helpers: {
			assertBinaryData: () => {
				throw new Error('There is no such file');
			},
			getBinaryDataBuffer: async (_index: number, name: string) =>
				await Promise.resolve(files[name].content),
		},
	} as unknown as IExecuteFunctions;
}

/** The items of one run share this. */
export const runOf = (client: Client, given?: Given): ItemRun =>
	new ItemRun(fakeContext(given), client);

export const itemOf = (client: Client, given?: Given): Item => new Item(runOf(client, given), 0);
