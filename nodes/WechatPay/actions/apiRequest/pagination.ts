import type { INodeProperties } from 'n8n-workflow';
import { InputError } from '../../failure/errors';
import type { Item } from '../../item/item';
import type { PageMode, Paging } from '../../item/pages';
import { labelOf, requireText, toText } from '../../item/values';

const DEFAULT_PAGE_SIZE = 50;

const modeOption: INodeProperties = {
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	options: [
		{ name: 'None', value: 'none', description: 'One request, with the response as received' },
		{
			name: 'Pages',
			value: 'pages',
			description: 'Offset is the number of the page, from 0 (coupons, partnerships)',
		},
		{
			name: 'Records',
			value: 'records',
			description: 'Offset is the number of the first record, from 0 (complaints, stores)',
		},
		{
			name: 'Token',
			value: 'token',
			description: 'Each response names the next page in next_page_token',
		},
	],
	default: 'none',
	description: 'How the endpoint counts its pages. See the documentation of its offset.',
};

const listKeyOption: INodeProperties = {
	displayName: 'List Key',
	name: 'listKey',
	type: 'string',
	default: 'data',
	description: 'Field of the response that holds the entries',
};

const pageSizeOption: INodeProperties = {
	displayName: 'Page Size',
	name: 'pageSize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: DEFAULT_PAGE_SIZE,
	description:
		'Number of entries per page. Each endpoint documents its own maximum, often 10, 20 or 50.',
};

const limitOption: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
};

export const paginationField: INodeProperties = {
	displayName: 'Pagination',
	name: 'pagination',
	type: 'collection',
	placeholder: 'Add setting',
	default: {},
	displayOptions: { show: { method: ['GET'], responseFormat: ['json'] } },
	options: [limitOption, listKeyOption, modeOption, pageSizeOption],
	description: 'Pagination for lists, with one item for each entry',
};

const MODES: readonly PageMode[] = ['pages', 'records', 'token'];

function whole(value: unknown, field: INodeProperties): number {
	const number = Number(value);
	if (Number.isSafeInteger(number) && number >= 1) return number;
	throw new InputError(
		`${labelOf(field)} under "Pagination" is not a whole number of 1 or more`,
		'Correct it, or remove it for the default.',
	);
}

/**
 * Reads the pagination settings; undefined for a single request.
 *
 * @throws {InputError} for an invalid mode or number
 */
export function readPagination(item: Item): Paging | undefined {
	const given = item.value(paginationField.name, {}) as Record<string, unknown>;
	const { mode = 'none', listKey = 'data', pageSize = DEFAULT_PAGE_SIZE } = given;
	if (mode === 'none') return undefined;
	const known = MODES.find((one) => one === mode);
	if (!known) {
		throw new InputError(
			'"Mode" under "Pagination" is not one of the listed modes',
			`Return one of these from the expression: none, ${MODES.join(', ')}.`,
		);
	}
	return {
		mode: known,
		listKey: requireText(
			toText(listKey, labelOf(listKeyOption)),
			`${labelOf(listKeyOption)} under "Pagination"`,
		),
		pageSize: whole(pageSize, pageSizeOption),
		limit: whole(given.limit ?? limitOption.default, limitOption),
	};
}
