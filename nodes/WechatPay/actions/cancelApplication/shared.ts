import type { INodeProperties } from 'n8n-workflow';

export const outApplyNoField: INodeProperties = {
	displayName: 'Out Apply No.',
	name: 'outApplyNo',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. CANCEL20261101A01',
	description:
		'Your own number for the application (out_apply_no): 1 to 32 letters and digits, used once. Take it from your data, so that a second run finds the same application.',
};
