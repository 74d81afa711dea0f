import { parse } from 'flatted';

/** An item as it left a node. */
export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, { fileName?: string; bytes?: number }>;
}

export interface Execution {
	id: string;
	status: string;
	/** What each node returned in its last run: items by output. */
	outputs: Record<string, Item[][]>;
	/** How often each node was run. */
	runs: Record<string, number>;
	error?: { message: string; description?: string };
}

/** An execution as n8n stores it; `data` is flattened. */
export interface StoredExecution {
	id: string;
	status: string;
	data: string;
}

interface RunData {
	resultData: {
		runData: Record<string, Array<{ data?: { main?: Array<Item[] | null> } }>>;
		error?: { message: string; description?: string };
	};
}

export function readExecution({ id, status, data }: StoredExecution): Execution {
	const { resultData } = parse(data) as RunData;
	const outputs: Execution['outputs'] = {};
	const runs: Execution['runs'] = {};
	for (const [node, of] of Object.entries(resultData.runData)) {
		outputs[node] = (of.at(-1)?.data?.main ?? []).map((items) => items ?? []);
		runs[node] = of.length;
	}
	return { id, status, outputs, runs, error: resultData.error };
}
