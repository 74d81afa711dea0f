import type { IExecuteFunctions } from 'n8n-workflow';
import type { Client } from '../client';
import { NumberQueue } from './numberQueue';

/** What the items of one run share. */
export class ItemRun {
	readonly queue = new NumberQueue();

	/** Shown once each above the output. */
	readonly hints = new Set<string>();

	/**
	 * Bodies of uploads that WeChat Pay accepted, so all of each arrived and nothing reads it any more.
	 * Their memory is used again: new memory costs page faults and garbage collection.
	 */
	readonly spareBodies: Buffer[] = [];

	constructor(
		readonly context: IExecuteFunctions,
		readonly client: Client,
	) {}
}
