import type { INodeProperties } from 'n8n-workflow';
import type { Choice } from '../support/operations';
import {
	APPLY,
	choicesOf,
	CONFIRM,
	CREATE,
	field,
	fields,
	group,
	loadDescriptions,
	of,
	valuesOf,
	type Values,
} from '../support/descriptions';

// The fields of each operation and their defaults, which saved workflows contain: written down here once
// more, by hand, and held against what n8n loads from dist.

loadDescriptions();

const NUMBERED: Array<[string, unknown]> = [
	['getBy', 'outRequestNo'],
	['outRequestNo', ''],
];
const BY_ID: Array<[string, unknown]> = [
	['getBy', 'outRequestNo'],
	['applymentId', ''],
];
const CONFIRMATION: Array<[string, unknown]> = [
	['subMchid', ''],
	['operatorIdentification', ''],
	['confirmTime', ''],
	['cancelContractVersion', ''],
	['iUnderstand', false],
];
const PAYEE: Array<[string, unknown]> = [
	['payeeAccountType', ''],
	['accountName', ''],
	['accountBank', { mode: 'list', value: '' }],
	['accountNumber', ''],
	['bankBranchId', ''],
	['bankBranchName', ''],
];
const IDENTITY: Array<[string, unknown]> = [
	['idDocType', 'IDENTIFICATION_TYPE_ID_CARD'],
	['identificationName', ''],
	['identificationNo', ''],
];
const REQUEST = of('apiRequest', 'request');
const CALL: Array<[string, unknown]> = [
	['method', 'GET'],
	['path', ''],
	['queryParameters', {}],
	['encryptFields', ''],
	['responseFormat', 'json'],
];
const AS_JSON: Array<[string, unknown]> = [['decryptFields', '']];
const PAGED: [string, unknown] = ['pagination', {}];
const NAMED: Array<[string, unknown]> = [
	['subMchid', ''],
	['outRequestNo', ''],
	['withdraw', ''],
];
const PAPERS: Array<[string, unknown]> = [
	['proofMedias', {}],
	['additionalMaterials', ''],
	['iUnderstand', false],
];
const MATERIALS = {
	material: [
		{
			applicationType: 'SP_CANCEL_ACCOUNT_APPLICATION',
			source: 'binary',
			binaryPropertyName: 'sp_form',
		},
		{
			applicationType: 'SUB_CANCEL_ACCOUNT_APPLICATION',
			source: 'binary',
			binaryPropertyName: 'sub_form',
		},
	],
};
const FILE: Array<[string, unknown]> = [
	['source', 'binary'],
	['binaryPropertyName', 'data'],
];
const LINK: Array<[string, unknown]> = [
	['source', 'binary'],
	['url', ''],
];
const payTo = (payeeAccountType: string) => ({ withdraw: 'APPLY_WITHDRAW', payeeAccountType });

it.each<[string, Choice, Values, Array<[string, unknown]>]>([
	[
		'Get Balance',
		of('balance', 'get'),
		{},
		[
			['subMchid', ''],
			['accountType', 'BASIC'],
		],
	],
	['Upload Image', of('merchantMedia', 'upload'), { source: 'binary' }, FILE],
	['Upload Image, link', of('merchantMedia', 'upload'), { source: 'url' }, LINK],
	['Upload Cancel Media', of('cancelApplication', 'uploadMedia'), { source: 'binary' }, FILE],
	['API Request', REQUEST, { method: 'GET', responseFormat: 'json' }, [...CALL, ...AS_JSON, PAGED]],
	[
		'API Request, JSON body',
		REQUEST,
		{ method: 'POST', sendBody: true, bodyType: 'json', responseFormat: 'json' },
		[
			...CALL.slice(0, 3),
			['sendBody', false],
			['bodyType', 'json'],
			['jsonBody', ''],
			...CALL.slice(3),
			...AS_JSON,
		],
	],
	[
		'API Request, upload',
		REQUEST,
		{ method: 'POST', sendBody: true, bodyType: 'file', responseFormat: 'json' },
		[
			...CALL.slice(0, 3),
			['sendBody', false],
			['bodyType', 'json'],
			['binaryPropertyName', 'data'],
			['nameKey', 'filename'],
			['digestKey', 'sha256'],
			...CALL.slice(3),
			...AS_JSON,
		],
	],
	[
		'API Request, file',
		REQUEST,
		{ method: 'GET', responseFormat: 'file' },
		[...CALL, ['outputBinaryField', 'data']],
	],
	['Get Cancel Application', of('cancelApplication', 'get'), {}, [['outApplyNo', '']]],
	[
		'Create',
		CREATE,
		{},
		[
			['subMchid', ''],
			['outApplyNo', ''],
			['materials', MATERIALS],
		],
	],
	['Validate', of('cancelWithdrawal', 'validate'), {}, [['subMchid', '']]],
	['Get', of('cancelWithdrawal', 'get'), { getBy: 'outRequestNo' }, NUMBERED],
	['Get by ID', of('cancelWithdrawal', 'get'), { getBy: 'applymentId' }, BY_ID],
	['Confirm', CONFIRM, { getBy: 'outRequestNo' }, [...NUMBERED, ...CONFIRMATION]],
	['Confirm by ID', CONFIRM, { getBy: 'applymentId' }, [...BY_ID, ...CONFIRMATION]],
	['Apply, nothing chosen', APPLY, { withdraw: '' }, [...NAMED, ...PAPERS]],
	['Apply, no payout', APPLY, { withdraw: 'NOT_APPLY_WITHDRAW' }, [...NAMED, ...PAPERS]],
	[
		'Apply, no payout, a payee chosen before',
		APPLY,
		{ ...payTo('ACCOUNT_TYPE_PERSONAL'), withdraw: 'NOT_APPLY_WITHDRAW' },
		[...NAMED, ...PAPERS],
	],
	['Apply, payout', APPLY, payTo(''), [...NAMED, ...PAYEE, ...PAPERS]],
	['Apply, to a company', APPLY, payTo('ACCOUNT_TYPE_CORPORATE'), [...NAMED, ...PAYEE, ...PAPERS]],
	[
		'Apply, to a person',
		APPLY,
		payTo('ACCOUNT_TYPE_PERSONAL'),
		[...NAMED, ...PAYEE, ...IDENTITY, ...PAPERS],
	],
])('%s shows the documented fields and defaults', (_name, choice, values, expected) =>
	expect(fields(choice, values)).toEqual(expected),
);

it('required fields have no default value', () => {
	const given: Array<[Choice, string, Values?]> = [
		[CREATE, 'outApplyNo'],
		[CREATE, 'subMchid'],
		[CREATE, 'materials'],
		[of('cancelApplication', 'get'), 'outApplyNo'],
		[APPLY, 'outRequestNo'],
		[APPLY, 'subMchid'],
		[APPLY, 'withdraw'],
		...PAYEE.slice(0, 4).map(([name]): [Choice, string, Values] => [APPLY, name, payTo('')]),
		...IDENTITY.slice(1).map(([name]): [Choice, string, Values] => [
			APPLY,
			name,
			payTo('ACCOUNT_TYPE_PERSONAL'),
		]),
		[of('cancelWithdrawal', 'get'), 'outRequestNo', { getBy: 'outRequestNo' }],
		[of('cancelWithdrawal', 'get'), 'applymentId', { getBy: 'applymentId' }],
		[CONFIRM, 'outRequestNo', { getBy: 'outRequestNo' }],
		[CONFIRM, 'applymentId', { getBy: 'applymentId' }],
		...CONFIRMATION.slice(0, 4).map(([name]): [Choice, string] => [CONFIRM, name]),
		[of('cancelWithdrawal', 'validate'), 'subMchid'],
		[of('balance', 'get'), 'subMchid'],
	];
	for (const [choice, name, values] of given) {
		const property = field(choice, name, values);
		expect([name, property.required]).toEqual([name, true]);
		if (property.type === 'resourceLocator') {
			expect(property.default).toMatchObject({ value: '' });
		} else if (name !== 'materials') expect(property.default).toBe('');
		// A default that is no choice leaves the choice open.
		if (property.type === 'options') expect(valuesOf(property)).not.toContain('');
	}
	expect(field(CONFIRM, 'iUnderstand')).toMatchObject({ type: 'boolean', default: false });
});

it.each<[string, () => INodeProperties, string[]]>([
	[
		'accountType',
		() => field(of('balance', 'get'), 'accountType'),
		['BASIC', 'DEPOSIT', 'FEES', 'OPERATION', 'all'],
	],
	['withdraw', () => field(APPLY, 'withdraw'), ['APPLY_WITHDRAW', 'NOT_APPLY_WITHDRAW']],
	[
		'payeeAccountType',
		() => field(APPLY, 'payeeAccountType', payTo('')),
		['ACCOUNT_TYPE_CORPORATE', 'ACCOUNT_TYPE_PERSONAL'],
	],
	[
		'idDocType',
		() => field(APPLY, 'idDocType', payTo('ACCOUNT_TYPE_PERSONAL')),
		[
			'IDENTIFICATION_TYPE_FOREIGN_RESIDENT',
			'IDENTIFICATION_TYPE_HONGKONG_MACAO_RESIDENT',
			'IDENTIFICATION_TYPE_HONGKONG_PASSPORT',
			'IDENTIFICATION_TYPE_ID_CARD',
			'IDENTIFICATION_TYPE_MACAO_PASSPORT',
			'IDENTIFICATION_TYPE_OVERSEA_PASSPORT',
			'IDENTIFICATION_TYPE_TAIWAN_PASSPORT',
			'IDENTIFICATION_TYPE_TAIWAN_RESIDENT',
		],
	],
	['getBy', () => field(CONFIRM, 'getBy'), ['applymentId', 'outRequestNo']],
])('%s has the documented choices', (_name, property, expected) => {
	expect(valuesOf(property()).sort()).toEqual(expected);
});

it('a material and a proof have a type, a source and the field for each source', () => {
	const [material, materialFields] = group(field(CREATE, 'materials'));
	const [media, mediaFields] = group(field(APPLY, 'proofMedias'));
	expect([material, media]).toEqual(['material', 'media']);
	const named = (list: INodeProperties[]) => list.map((entry) => [entry.name, entry.default]);
	const image = [
		['source', 'binary'],
		['mediaId', ''],
		['binaryPropertyName', 'data'],
		['url', ''],
	];
	expect(named(materialFields)).toEqual([
		['applicationType', 'SP_CANCEL_ACCOUNT_APPLICATION'],
		...image,
	]);
	expect(named(mediaFields)).toEqual([['proofMediaType', 'WITHDRAWAL_APPLICATION'], ...image]);
	expect(valuesOf(materialFields[0]).sort()).toEqual([
		'MISSING_OFFICIAL_SEAL_LETTER',
		'SP_CANCEL_ACCOUNT_APPLICATION',
		'SP_MERCHANT_APPLICATION',
		'SUB_CANCEL_ACCOUNT_APPLICATION',
		'SUB_MERCHANT_APPLICATION',
	]);
	const old = choicesOf(materialFields[0]).filter(({ name }) => /Deprecated|Abolished/.test(name));
	expect(old.map(({ value }) => value).sort()).toEqual([
		'MISSING_OFFICIAL_SEAL_LETTER',
		'SP_MERCHANT_APPLICATION',
		'SUB_MERCHANT_APPLICATION',
	]);
	for (const [, source, mediaId, binaryPropertyName] of [materialFields, mediaFields]) {
		expect(valuesOf(source).sort()).toEqual(['binary', 'mediaId', 'url']);
		expect(source.noDataExpression).not.toBe(true);
		expect(mediaId.displayOptions).toEqual({ show: { source: ['mediaId'] } });
		expect(binaryPropertyName.displayOptions).toEqual({ show: { source: ['binary'] } });
	}
	for (const name of ['materials', 'proofMedias']) {
		const choice = name === 'materials' ? CREATE : APPLY;
		expect(field(choice, name).typeOptions?.multipleValues).toBe(true);
	}
});
