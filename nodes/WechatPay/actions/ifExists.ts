import type { INodeProperties } from 'n8n-workflow';
import type { IfExists } from '../application/rules';
import type { Item } from '../item/item';
import { option } from '../item/values';

/** What to do with a number that is in use: an entry of Options. */
export const ifExistsOption: INodeProperties = {
	displayName: 'If Exists',
	name: 'ifExists',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description:
				'Look the number up before anything is sent, and report that it was used before. Of two runs at the same time both may succeed: WeChat Pay answers them alike.',
		},
		{
			name: 'Return Existing',
			value: 'returnExisting',
			description:
				'Give the application that is there, with already_existed true. False means that it is not known to have existed.',
		},
	],
	default: 'returnExisting',
	description:
		'What to do when WeChat Pay has an application of this sub-merchant with this number. Whether its pictures and its payee are those of this run cannot be seen.',
};

/** Reads it; whatever is not Fail is the default. */
export const readIfExists = (item: Item): IfExists =>
	item.text(option(ifExistsOption)) === 'fail' ? 'fail' : 'returnExisting';
