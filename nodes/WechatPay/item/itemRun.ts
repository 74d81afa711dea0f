import type { IExecuteFunctions } from 'n8n-workflow';
import type { Client } from '../client';
import { NumberQueue } from './numberQueue';

/** What the items of one run share. */
export class ItemRun {
	readonly queue = new NumberQueue();

	/** Shown above the output, each once. */
	readonly hints = new Set<string>();

	constructor(
		readonly context: IExecuteFunctions,
		readonly client: Client,
	) {}
}
