/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';
import { openBench } from '../support/bench';
import { SP_FORM, SUB_FORM } from '../support/cancelApplications';
import { applyParameters, confirmParameters } from '../support/cancelWithdrawals';
import { newNumber, newSubMchid, withFile, without } from '../support/inputs';
import { nameOf, OPERATIONS } from '../support/operations';
import {
	differences,
	expectAllOfSchema,
	expectInSchema,
	placesOf,
	type Schema,
	SCHEMAS,
} from '../support/schemas';

// The editor offers the fields of these schemas before the first run. They are held against what really
// comes out of the node: no field too few, none too many, each of its type.

const DIST = join(__dirname, '../../dist/nodes/WechatPay');
const ENGINE_TESTS = join(__dirname, '../engine');

/** `resource/operation` of everything that the built node offers. */
function operations(): string[] {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- what n8n loads, not the source
	const { properties } = require(join(DIST, 'actions/registry.js')) as {
		properties: INodeProperties[];
	};
	return properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options = [] }) =>
			(displayOptions?.show?.resource ?? []).flatMap((resource) =>
				options.map((option) => `${String(resource)}/${String('value' in option && option.value)}`),
			),
		)
		.sort();
}

describe('the check itself', () => {
	const schema: Schema = {
		type: 'object',
		properties: {
			id: { type: 'string' },
			amounts: { type: 'array', items: { type: 'integer' } },
		},
	};
	const check = (value: unknown) => differences(value, schema, '$', new Set());

	it('finds nothing where nothing is wrong', () => {
		expect(check({ id: 'a', amounts: [1, 2] })).toEqual([]);
		expect(check({})).toEqual([]);
	});

	it.each<[unknown, string]>([
		[{ id: 1 }, '$.id is integer, not string'],
		[{ id: null }, '$.id is null, not string'],
		[{ amounts: [1, 1.5] }, '$.amounts[] is number, not integer'],
		[{ amounts: {} }, '$.amounts is object, not array'],
		[{ other: 1 }, '$.other is not in the schema'],
		[[], '$ is array, not object'],
	])('%j: %s', (value, difference) => expect(check(value)).toEqual([difference]));

	it('remembers what it saw', () => {
		const seen = new Set<string>();
		differences({ amounts: [1] }, schema, '$', seen);
		expect([...seen]).toEqual(['$', '$.amounts', '$.amounts[]']);
		expect(placesOf({ ...schema, ...{ version: 1 } }, '$')).toEqual([
			'$',
			'$.id',
			'$.amounts',
			'$.amounts[]',
		]);
	});
});

it('there is one schema for each operation, and no other', () => {
	const files = readdirSync(SCHEMAS, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => `${entry.parentPath.slice(SCHEMAS.length + 1)}/${entry.name}`)
		.sort();
	expect(operations()).toEqual(OPERATIONS.map(nameOf));
	expect(operations().length).toBeGreaterThanOrEqual(9);
	expect(files).toEqual(operations().map((operation) => `${operation}.json`));
	expect(readdirSync(join(DIST, '__schema__'))).toEqual(['v1.0.0']);
});

describe('what comes out of the node', () => {
	const answers: Record<string, IDataObject[]> = {};

	const bench = openBench();
	beforeAll(async () => {
		const { sandbox } = bench;
		const ask = async (name: string, more: INodeParameters = {}, item = withFile()) => {
			const [resource, operation] = name.split('/');
			const answer = await bench.one({ resource, operation, ...more }, item);
			expect(answer).not.toHaveProperty('error');
			(answers[name] ??= []).push(answer);
			return answer;
		};
		const subMchid = newSubMchid();
		const account = { available: 100, pending: 5 };
		sandbox.setSubMerchant(subMchid, { balances: { BASIC: account, FEES: account } });
		await ask('merchantMedia/upload');
		await ask('cancelApplication/uploadMedia');

		const old = { subMchid: newSubMchid(), outApplyNo: newNumber() };
		const row = { source: 'binary', binaryPropertyName: 'data' };
		const materials = {
			material: [SP_FORM, SUB_FORM].map((applicationType) => ({ ...row, applicationType })),
		};
		await ask('cancelApplication/create', { ...old, materials });
		await ask('cancelApplication/get', old);
		// The official sample shows a reason before anything was rejected.
		sandbox.move(old.outApplyNo, { reason: '申请书不清晰' });
		await ask('cancelApplication/create', { ...old, materials });
		sandbox.move(old.outApplyNo, { state: 'REJECTED' });
		await ask('cancelApplication/get', old);

		const blocked = newSubMchid();
		sandbox.setSubMerchant(blocked, 'notAllowed');
		await ask('cancelWithdrawal/validate', { subMchid });
		await ask('cancelWithdrawal/validate', { subMchid: blocked });

		const application = applyParameters({ subMchid });
		const outRequestNo = String(application.outRequestNo);
		const apply = without(application, 'operation');
		const confirm = confirmParameters({ subMchid, outRequestNo });
		const everywhere = async () => {
			await ask('cancelWithdrawal/get', { outRequestNo });
			await ask('cancelWithdrawal/apply', apply);
		};
		await ask('cancelWithdrawal/apply', apply);
		await everywhere();
		sandbox.move(outRequestNo, { state: 'WAITING_MERCHANT_CONFIRM' });
		await everywhere();
		await ask('cancelWithdrawal/confirm', confirm);
		sandbox.move(outRequestNo, { state: 'FUND_PROCESSING' });
		await everywhere();
		// Other information: with the same, it would be answered as the first time.
		const confirmTime = '2026-11-22T10:00:00+08:00';
		await ask('cancelWithdrawal/confirm', { ...confirm, confirmTime });
	});

	/** Those that are asked above; the others call `expectSchema` in tests of their own. */
	const ASKED = [
		'cancelApplication/create',
		'cancelApplication/get',
		'cancelApplication/uploadMedia',
		'cancelWithdrawal/apply',
		'cancelWithdrawal/confirm',
		'cancelWithdrawal/get',
		'cancelWithdrawal/validate',
		'merchantMedia/upload',
	];

	it.each(ASKED)('%s: every field is in the schema, with its type', (operation) => {
		expect(answers[operation]).toBeDefined();
		expectInSchema(operation, answers[operation]);
	});

	it.each(ASKED)('%s: the schema has no field that never comes', (operation) => {
		expectAllOfSchema(operation, answers[operation]);
	});

	it('is held against the schema for every operation', () => {
		const tests = readdirSync(ENGINE_TESTS).map((file) =>
			readFileSync(join(ENGINE_TESTS, file), 'utf8'),
		);
		const unchecked = operations().filter(
			(operation) =>
				!ASKED.includes(operation) &&
				!tests.some((test) => test.includes(`expectSchema('${operation}'`)),
		);
		expect(unchecked).toEqual([]);
	});
});
