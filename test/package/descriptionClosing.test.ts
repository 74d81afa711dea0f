import type { INodeProperties } from 'n8n-workflow';
import type { Choice } from '../support/operations';
import {
	description,
	field,
	fields,
	loadDescriptions,
	of,
	valuesOf,
} from '../support/descriptions';

// Names, values and defaults of what stands around a closing: saved workflows contain them.

loadDescriptions();

it.each<[Choice, Array<[string, unknown]>]>([
	[of('cancelWithdrawal', 'checkReadiness'), [['subMchid', '']]],
	[of('merchantLimitation', 'get'), [['subMchid', '']]],
	[
		of('complaint', 'getMany'),
		[
			['returnAll', false],
			['limit', 50],
			['beginDate', ''],
			['endDate', ''],
			['subMchid', ''],
		],
	],
	[of('complaint', 'get'), [['complaintId', '']]],
	[
		of('complaint', 'reply'),
		[
			['complaintId', ''],
			['subMchid', ''],
			['content', ''],
			['images', {}],
		],
	],
	[
		of('complaint', 'complete'),
		[
			['complaintId', ''],
			['subMchid', ''],
			['iUnderstand', false],
		],
	],
])('the fields of %j have the documented names and defaults', (choice, expected) => {
	expect(fields(choice, { returnAll: false })).toEqual(expected);
	const notNeeded = ['iUnderstand', 'returnAll', 'limit', 'beginDate', 'endDate', 'images'];
	for (const [name] of expected) {
		const isNeeded = !notNeeded.includes(name) && choice.operation !== 'getMany';
		expect([name, field(choice, name, { returnAll: false }).required ?? false]).toEqual([
			name,
			isNeeded,
		]);
	}
});

it('the limit is shown only without Return All and is at least 1', () => {
	const choice = of('complaint', 'getMany');
	expect(fields(choice, { returnAll: true }).map(([name]) => name)).not.toContain('limit');
	expect(field(choice, 'limit', { returnAll: false }).typeOptions).toEqual({ minValue: 1 });
});

const ownOptions = (choice: Choice) =>
	(field(choice, 'options').options as INodeProperties[])
		.filter(
			({ name }) => !['batching', 'maxAttempts', 'requestsPerSecond', 'timeout'].includes(name),
		)
		.map(({ name, default: value }) => [name, value]);

it('the operations have only the documented options of their own', () => {
	expect(ownOptions(of('complaint', 'getMany'))).toEqual([['decryptPhone', false]]);
	expect(ownOptions(of('complaint', 'get'))).toEqual([['decryptPhone', false]]);
	expect(ownOptions(of('complaint', 'reply'))).toEqual([]);
	expect(ownOptions(of('cancelWithdrawal', 'checkReadiness'))).toEqual([
		['complaintLookbackDays', 180],
		['parts', []],
	]);
});

it('Check Readiness lists its parts and the limits of its result', () => {
	const choice = of('cancelWithdrawal', 'checkReadiness');
	const options = field(choice, 'options').options as INodeProperties[];
	const parts = options.find(({ name }) => name === 'parts');
	expect(parts && valuesOf(parts).sort()).toEqual([
		'balances',
		'complaints',
		'limitations',
		'settlementAccount',
		'validate',
	]);
	const notice = description.properties.find(({ name }) => name === 'readinessNotice');
	for (const what of [
		/which control blocks the cancellation/,
		/which orders hold frozen money/,
		/complaints older than "Complaint Look-Back Days"/,
		/withdrawals and applications in progress/,
		/whether stamped forms are needed/,
		/orders and refunds still to come/,
		/snapshot.*Run Validate again right before Apply/,
	]) {
		expect(notice?.displayName).toMatch(what);
	}
});
