import type { INodeParameters } from 'n8n-workflow';
import type { NodeOptions } from '../../engine';

export const SP_FORM = 'SP_CANCEL_ACCOUNT_APPLICATION';
export const SUB_FORM = 'SUB_CANCEL_ACCOUNT_APPLICATION';

/** How many items are in flight, and how many requests go out a second (0 for no cap). */
export interface Speed {
	batchSize: number;
	requestsPerSecond: number;
}

/** The node as a user has it behind a spreadsheet: an item is an application with its two images. */
export const createParameters = (speed?: Speed): INodeParameters => ({
	resource: 'cancelApplication',
	operation: 'create',
	subMchid: '={{ $json.sub_mchid }}',
	outApplyNo: '={{ $json.out_apply_no }}',
	materials: {
		material: [
			{ applicationType: SP_FORM, source: 'binary', binaryPropertyName: 'sp_form' },
			{ applicationType: SUB_FORM, source: 'binary', binaryPropertyName: 'sub_form' },
		],
	},
	...(speed && {
		options: {
			batching: { batch: { batchSize: speed.batchSize } },
			requestsPerSecond: speed.requestsPerSecond,
		},
	}),
});

/** What fails comes out of the error branch, and the rest goes on. */
export const nodeOptions: NodeOptions = { onError: 'continueErrorOutput' };
