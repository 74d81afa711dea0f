import type { IExecuteFunctions } from 'n8n-workflow';
import type { Client } from '../client';
import { NumberQueue } from './numberQueue';

/** What the items of one run share. */
export class ItemRun {
	readonly queue = new NumberQueue();

	/** Shown above the output, each once. */
	readonly hints = new Set<string>();

	/**
	 * Bodies of uploads that WeChat Pay accepted. Nothing reads them any more, so their memory is reused: new
	 * memory costs page faults and garbage collection.
	 */
	readonly spareBodies: Buffer[] = [];

	constructor(
		readonly context: IExecuteFunctions,
		readonly client: Client,
	) {}
}
