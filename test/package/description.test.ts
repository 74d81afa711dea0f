import type { INodeProperties } from 'n8n-workflow';
import { nameOf, OPERATIONS, type Choice } from '../support/operations';
import {
	APPLY,
	choicesOf,
	CONTRACT,
	CREATE,
	credential,
	description,
	field,
	group,
	loadDescriptions,
	nodeType,
	notificationTrigger,
	shown,
	trigger,
	valuesOf,
} from '../support/descriptions';

// What saved workflows contain is an API: names, values and defaults must not change. They are written
// down here once more, by hand, and held against what n8n loads from dist.

loadDescriptions();

describe('the WeChat Pay node', () => {
	it('has its name, version 1 and tool support', () => {
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

	it('lists its resources with cancelApplication as the default', () => {
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
	])('%s defaults to %s and has the operations %j', (resource, first, operations) => {
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

	it('names its operations as documented', () => {
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

	it('has a distinct action for each operation', () => {
		const actions = description.properties
			.filter(({ name }) => name === 'operation')
			.flatMap(choicesOf)
			.map(({ action }) => action);
		expect(actions).toHaveLength(OPERATIONS.length);
		expect(new Set(actions).size).toBe(OPERATIONS.length);
	});

	it('shows the announcement only for the old flow', () => {
		const notices = (resource: string) =>
			shown({ resource, operation: 'get' }).filter(({ type }) => type === 'notice');
		const [notice, ...more] = notices('cancelApplication');
		expect(more).toEqual([]);
		expect(notice.displayName).toMatch(/no longer maintained.*Account Cancellation.*4018153750/);
		expect(notices('cancelWithdrawal')).toEqual([]);
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

	it.each(CONTRACT)('of $resource $operation are its own and the shared options', (choice) => {
		const own = OWN[nameOf(choice)] ?? [];
		expect(namesOf(choice).sort()).toEqual([...own, ...SHARED].sort());
	});

	it.each(OPERATIONS)('of $resource $operation include the shared options', (choice) => {
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

	it.each([CREATE, APPLY])('of $operation default ifExists to returnExisting', (choice) => {
		const ifExists = optionsOf(choice).find(({ name }) => name === 'ifExists')!;
		expect(ifExists.default).toBe('returnExisting');
		expect(valuesOf(ifExists).sort()).toEqual(['fail', 'returnExisting']);
		const [fail, returnExisting] = choicesOf(ifExists).map(({ description: text }) => text);
		expect(fail).toMatch(/before anything is sent.*two runs at the same time may both succeed/i);
		expect(returnExisting).toMatch(/already_existed true\. False means.*not known to have existed/);
	});
});

it('the credential has the documented fields', () => {
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

it('the trigger has the documented fields', () => {
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

it('the notification trigger has the documented fields and webhook', () => {
	expect(notificationTrigger).toMatchObject({
		version: [1, 2],
		defaultVersion: 2,
		inputs: [],
		group: ['trigger'],
	});
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
