import type { IExecuteFunctions } from 'n8n-workflow';
import type { Client } from '../client';
import { Turns } from './turns';

/** What the items of one run share. */
export class ItemRun {
	readonly turns = new Turns();

	/** Shown once each above the output. */
	readonly hints = new Set<string>();

	constructor(
		readonly context: IExecuteFunctions,
		readonly client: Client,
	) {}
}
