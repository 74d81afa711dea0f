import type { INodeProperties } from 'n8n-workflow';
import { nameOf, OPERATIONS, type Choice } from '../support/operations';
import {
	APPLY,
	choicesOf,
	CONFIRM,
	CONTRACT,
	CREATE,
	credential,
	description,
	field,
	fields,
	group,
	loadDescriptions,
	nodeType,
	of,
	shown,
	notificationTrigger,
	trigger,
	valuesOf,
	type Values,
} from '../support/descriptions';

// What saved workflows contain is an API: names, values and defaults must not change. They are written
// down here once more, by hand, and held against what n8n loads from dist.

loadDescriptions();

describe('the node', () => {
	it('is wechatPay, version 1, also as a tool', () => {
		expect(description).toMatchObject({
			name: 'wechatPay',
			displayName: 'WeChat Pay',
			version: 1,
			usableAsTool: true,
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'wechatPayApi', required: true, testedBy: 'wechatPayApiTest' }],
		});
		expect(nodeType.methods?.credentialTest).toEqual({ wechatPayApiTest: expect.any(Function) });
	});

	it('has its resources, the old flow first chosen', () => {
		const resource = description.properties[0];
		expect(resource).toMatchObject({ name: 'resource', default: 'cancelApplication' });
		expect(resource.noDataExpression).toBe(true);
		expect(valuesOf(resource)).toEqual([
			'cancelWithdrawal',
			'cancelApplication',
			'apiRequest',
			'balance',
			'complaint',
			'merchantLimitation',
			'merchantMedia',
			'withdrawal',
		]);
		for (const { description: text } of choicesOf(resource)) expect(text).toMatch(/\w{3}/);
	});

	it.each([
		['apiRequest', 'request', ['request']],
		['balance', 'get', ['get']],
		['cancelApplication', 'create', ['create', 'get', 'uploadMedia']],
		['cancelWithdrawal', 'validate', ['apply', 'checkReadiness', 'confirm', 'get', 'validate']],
		['complaint', 'getMany', ['complete', 'get', 'getMany', 'reply']],
		['merchantLimitation', 'get', ['get']],
		['merchantMedia', 'upload', ['upload']],
		['withdrawal', 'get', ['create', 'get']],
	])('%s starts with %s and has %j', (resource, first, operations) => {
		const selectors = shown({ resource }).filter(({ name }) => name === 'operation');
		expect(selectors).toHaveLength(1);
		expect(selectors[0]).toMatchObject({ default: first, noDataExpression: true });
		const values = valuesOf(selectors[0]).sort();
		expect(values).toEqual(expect.arrayContaining(operations));
		const files = OPERATIONS.filter((choice) => choice.resource === resource);
		expect(values).toEqual(files.map(({ operation }) => operation));
		for (const { action, description: text } of choicesOf(selectors[0])) {
			expect(action).toMatch(/^[A-Z].{5}/);
			expect(text).toMatch(/^[A-Z].{20}/);
		}
	});

	it('names its operations as the documentation does', () => {
		const names = description.properties
			.filter(({ name }) => name === 'operation')
			.flatMap(choicesOf)
			.map(({ name }) => name);
		expect(names).toHaveLength(OPERATIONS.length);
		expect(names).toEqual(
			expect.arrayContaining([
				'Apply',
				'Confirm',
				'Create Cancel Application',
				'Get',
				'Get Balance',
				'Get Cancel Application',
				'Upload Cancel Media',
				'Upload Image',
				'Validate',
			]),
		);
	});

	it('says of each operation what sets it apart', () => {
		const actions = description.properties
			.filter(({ name }) => name === 'operation')
			.flatMap(choicesOf)
			.map(({ action }) => action);
		expect(actions).toHaveLength(OPERATIONS.length);
		expect(new Set(actions).size).toBe(OPERATIONS.length);
	});

	it('the old flow carries the announcement, the new one does not', () => {
		const notices = (resource: string) =>
			shown({ resource, operation: 'get' }).filter(({ type }) => type === 'notice');
		const [notice, ...more] = notices('cancelApplication');
		expect(more).toEqual([]);
		expect(notice.displayName).toMatch(/no longer maintained.*Account Cancellation.*4018153750/);
		expect(notices('cancelWithdrawal')).toEqual([]);
	});
});

describe('fields and defaults', () => {
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
		[
			'API Request',
			REQUEST,
			{ method: 'GET', responseFormat: 'json' },
			[...CALL, ...AS_JSON, PAGED],
		],
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
		[
			'Apply, to a company',
			APPLY,
			payTo('ACCOUNT_TYPE_CORPORATE'),
			[...NAMED, ...PAYEE, ...PAPERS],
		],
		[
			'Apply, to a person',
			APPLY,
			payTo('ACCOUNT_TYPE_PERSONAL'),
			[...NAMED, ...PAYEE, ...IDENTITY, ...PAPERS],
		],
	])('%s', (_name, choice, values, expected) => expect(fields(choice, values)).toEqual(expected));

	it('what a person has to give has no default and cannot stay empty', () => {
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
	])('the choices of %s', (_name, property, expected) => {
		expect(valuesOf(property()).sort()).toEqual(expected);
	});

	it('a material and a proof: type, source, and what the source needs', () => {
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
		const old = choicesOf(materialFields[0]).filter(({ name }) =>
			/Deprecated|Abolished/.test(name),
		);
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
});

describe('options', () => {
	const SHARED = ['batching', 'maxAttempts', 'requestsPerSecond', 'timeout'];
	const OWN: Record<string, string[]> = {
		'cancelApplication/create': ['ifExists'],
		'cancelApplication/uploadMedia': ['fileName'],
		'merchantMedia/upload': ['fileName'],
		'cancelWithdrawal/apply': ['ifExists', 'remark'],
	};
	const optionsOf = (choice: Choice) => field(choice, 'options').options as INodeProperties[];

	const namesOf = (choice: Choice) => optionsOf(choice).map(({ name }) => name);

	it.each(CONTRACT)('of $resource $operation: its own and the shared ones', (choice) => {
		const own = OWN[nameOf(choice)] ?? [];
		expect(namesOf(choice).sort()).toEqual([...own, ...SHARED].sort());
	});

	it.each(OPERATIONS)('of $resource $operation: the shared ones', (choice) => {
		const options = optionsOf(choice);
		expect(namesOf(choice)).toEqual(expect.arrayContaining(SHARED));
		const defaults = Object.fromEntries(options.map((option) => [option.name, option.default]));
		expect(defaults).toMatchObject({
			batching: { batch: {} },
			maxAttempts: 4,
			requestsPerSecond: 15,
			timeout: 30000,
		});
		const [batch, values] = group(options.find(({ name }) => name === 'batching')!);
		expect(batch).toBe('batch');
		expect(values.map((value) => [value.name, value.default])).toEqual([
			['batchSize', 10],
			['batchInterval', 0],
		]);
		expect(values[0].typeOptions).toMatchObject({ minValue: 1, maxValue: 50 });
		expect(field(choice, 'options')).toMatchObject({ type: 'collection', default: {} });
	});

	it.each([CREATE, APPLY])(
		'ifExists of $operation returns what exists unless told otherwise',
		(choice) => {
			const ifExists = optionsOf(choice).find(({ name }) => name === 'ifExists')!;
			expect(ifExists.default).toBe('returnExisting');
			expect(valuesOf(ifExists).sort()).toEqual(['fail', 'returnExisting']);
			const [fail, returnExisting] = choicesOf(ifExists).map(({ description: text }) => text);
			expect(fail).toMatch(/before anything is sent.*two runs at the same time may both succeed/i);
			expect(returnExisting).toMatch(
				/already_existed true\. False means.*not known to have existed/,
			);
		},
	);
});

it('the credential has the fields of the contract', () => {
	expect(credential.name).toBe('wechatPayApi');
	const values = credential.properties.filter(({ type }) => type !== 'notice');
	expect(values.map((property) => [property.name, property.default])).toEqual([
		['mchid', ''],
		['serial', ''],
		['privateKey', ''],
		['verification', 'publicKey'],
		['wechatPayPublicKeyId', ''],
		['wechatPayPublicKey', ''],
		['apiV3SecretKey', ''],
		['host', 'https://api.mch.weixin.qq.com'],
		['customHost', ''],
		['failover', true],
	]);
	const named = (name: string) => values.find((property) => property.name === name)!;
	expect(valuesOf(named('verification'))).toEqual(['publicKey', 'platformCertificate', 'none']);
	expect(valuesOf(named('host'))).toEqual([
		'https://api.mch.weixin.qq.com',
		'https://api2.mch.weixin.qq.com',
		'https://apihk.mch.weixin.qq.com',
		'custom',
	]);
	const masked = values.filter(({ typeOptions }) => typeOptions?.password === true);
	expect(masked.map(({ name }) => name)).toEqual(['privateKey', 'apiV3SecretKey']);
	expect(
		Object.fromEntries(values.map(({ name, displayOptions }) => [name, displayOptions?.show])),
	).toEqual({
		wechatPayPublicKeyId: { verification: ['publicKey'] },
		wechatPayPublicKey: { verification: ['publicKey'] },
		customHost: { host: ['custom'] },
	});
});

it('the trigger has the fields of the contract', () => {
	expect(trigger).toMatchObject({ version: 1, polling: true, inputs: [] });
	const [event, numbers, options, ...more] = trigger.properties.filter(
		({ name }) => name !== 'pollTimes',
	);
	expect(more).toEqual([]);
	expect(event).toMatchObject({ name: 'event', default: 'cancelApplicationChanged' });
	expect(valuesOf(event)).toEqual(['cancelApplicationChanged', 'cancelWithdrawalChanged']);
	expect(numbers).toMatchObject({ name: 'numbers', default: '', required: true });
	expect(options.name).toBe('options');
	expect(
		(options.options as INodeProperties[]).map((entry) => [entry.name, entry.default]),
	).toEqual([
		['batching', { batch: {} }],
		['emitPresentState', false],
		['finalOnly', false],
		['requestsPerSecond', 15],
		['states', []],
	]);
	expect(trigger.credentials).toMatchObject([
		{ name: 'wechatPayApi', testedBy: 'wechatPayApiTest' },
	]);
});

it('the notification trigger has the fields and the webhook of the contract', () => {
	expect(notificationTrigger).toMatchObject({ version: 1, inputs: [], group: ['trigger'] });
	expect(notificationTrigger.usableAsTool).toBeUndefined();
	expect(notificationTrigger.webhooks).toEqual([
		{
			name: 'default',
			httpMethod: 'POST',
			path: 'webhook',
			responseMode: 'onReceived',
			responseData: 'noData',
		},
	]);
	const [events, options, ...more] = notificationTrigger.properties.filter(
		({ type }) => type !== 'notice',
	);
	expect(more).toEqual([]);
	expect(events).toMatchObject({ name: 'events', default: ['all'] });
	expect(valuesOf(events).sort()).toEqual([
		...['all', 'complaint', 'echo', 'payment', 'profitSharing'],
		...['refund', 'subscription', 'violation', 'withdrawal'],
	]);
	expect(
		(options.options as INodeProperties[]).map((entry) => [entry.name, entry.default]),
	).toEqual([
		['cancelTopics', ''],
		['emitTestMessages', false],
		['states', ''],
		['subMchids', ''],
		['topics', ''],
	]);
	expect(notificationTrigger.credentials).toMatchObject([
		{ name: 'wechatPayApi', required: true, testedBy: 'wechatPayApiTest' },
	]);
});
