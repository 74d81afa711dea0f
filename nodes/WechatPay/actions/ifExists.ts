import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

export const ifExistsOption: INodeProperties = {
	displayName: 'If Exists',
	name: 'ifExists',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'Report that the number was used before',
		},
		{
			name: 'Return Existing',
			value: 'returnExisting',
			description: 'Give the application that is there, with already_existed true',
		},
	],
	default: 'returnExisting',
	description:
		'What to do when WeChat Pay has an application of this sub-merchant with this number. Whether it was sent with the same content cannot be seen.',
};

export function readIfExists(this: IExecuteFunctions, i: number): 'returnExisting' | 'fail' {
	const given = this.getNodeParameter('options.ifExists', i, 'returnExisting');
	return given === 'fail' ? 'fail' : 'returnExisting';
}
