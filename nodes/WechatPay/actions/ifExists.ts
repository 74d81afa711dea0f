import type { INodeProperties } from 'n8n-workflow';
import type { IfExists } from '../application/rules';
import type { Item } from '../item/item';
import { option } from '../item/values';

/** The option for a number that already exists. */
export const ifExistsOption: INodeProperties = {
	displayName: 'If Exists',
	name: 'ifExists',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description:
				'Look the number up before anything is sent, and fail if it is in use. Two runs at the same time may both succeed.',
		},
		{
			name: 'Return Existing',
			value: 'returnExisting',
			description:
				'Return the existing application, with already_existed true. False means that it is not known to have existed.',
		},
	],
	default: 'returnExisting',
	description:
		'What to do if WeChat Pay already has an application with this number for this sub-merchant. Its images and payee cannot be compared with those of this run.',
};

/** Reads the option. Any value other than Fail is the default. */
export const readIfExists = (item: Item): IfExists =>
	item.text(option(ifExistsOption)) === 'fail' ? 'fail' : 'returnExisting';
