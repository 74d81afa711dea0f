/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';
import { applyParameters } from '../support/applying';
import { Bench, newNumber, newSubMchid, withFile, without } from '../support/newFlow';

// The editor offers the fields of these schemas before the first run. They are held against what really
// comes out of the node: no field too few, none too many, each of its type.

const DIST = join(__dirname, '../../dist/nodes/WechatPay');
const SCHEMAS = join(DIST, '__schema__/v1.0.0');

interface Schema {
	type: string;
	properties?: Record<string, Schema>;
	items?: Schema;
}

const typeOf = (value: unknown): string => {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'array';
	return Number.isInteger(value) ? 'integer' : typeof value;
};

/** Where a value is not what the schema says. What the schema does say and the value shows goes into `seen`. */
function differences(value: unknown, schema: Schema, path: string, seen: Set<string>): string[] {
	seen.add(path);
	const type = typeOf(value);
	if (type !== schema.type) return [`${path} is ${type}, not ${schema.type}`];
	if (Array.isArray(value)) {
		const { items } = schema;
		if (!items) return [`${path} has no items`];
		return value.flatMap((entry) => differences(entry, items, `${path}[]`, seen));
	}
	if (type !== 'object') return [];
	return Object.entries(value as object).flatMap(([key, entry]) => {
		const inner = schema.properties?.[key];
		const at = `${path}.${key}`;
		return inner ? differences(entry, inner, at, seen) : [`${at} is not in the schema`];
	});
}

/** Every place that a schema names; throws at what this check does not know. */
function placesOf(schema: Schema, path: string): string[] {
	const { type, properties, items, ...more } = schema;
	expect(more).toEqual(path === '$' ? { version: 1 } : {});
	expect(['object', 'array', 'string', 'integer', 'boolean']).toContain(type);
	expect(properties !== undefined).toBe(type === 'object');
	expect(items !== undefined).toBe(type === 'array');
	return [
		path,
		...Object.entries(properties ?? {}).flatMap(([key, inner]) =>
			placesOf(inner, `${path}.${key}`),
		),
		...(items ? placesOf(items, `${path}[]`) : []),
	];
}

const schemaOf = (name: string) =>
	JSON.parse(readFileSync(join(SCHEMAS, `${name}.json`), 'utf8')) as Schema;

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
	expect(operations()).toHaveLength(9);
	expect(files).toEqual(operations().map((operation) => `${operation}.json`));
	expect(readdirSync(join(DIST, '__schema__'))).toEqual(['v1.0.0']);
});

describe('what comes out of the node', () => {
	const answers: Record<string, IDataObject[]> = {};

	beforeAll(async () => {
		const bench = await Bench.start();
		const { sandbox } = bench;
		const ask = async (name: string, more: INodeParameters = {}, item = withFile()) => {
			const [resource, operation] = name.split('/');
			const answer = await bench.one({ resource, operation, ...more }, item);
			expect(answer).not.toHaveProperty('error');
			(answers[name] ??= []).push(answer);
			return answer;
		};
		try {
			const subMchid = newSubMchid();
			const account = { available: 100, pending: 5 };
			sandbox.setSubMerchant(subMchid, { balances: { BASIC: account, FEES: account } });
			await ask('balance/get', { subMchid });
			await ask('balance/get', { subMchid, accountType: 'all' });
			const partly = newSubMchid();
			sandbox.setSubMerchant(partly, { neverOpened: ['DEPOSIT'] });
			await ask('balance/get', { subMchid: partly, accountType: 'all' });

			await ask('merchantMedia/upload');
			await ask('cancelApplication/uploadMedia');

			const old = { subMchid: newSubMchid(), outApplyNo: newNumber() };
			const row = { source: 'binary', binaryPropertyName: 'data' };
			const materials = {
				material: ['SP_CANCEL_ACCOUNT_APPLICATION', 'SUB_CANCEL_ACCOUNT_APPLICATION'].map(
					(applicationType) => ({ ...row, applicationType }),
				),
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
			const confirm = {
				subMchid,
				outRequestNo,
				operatorIdentification: '王五01',
				confirmTime: '2026-11-21T10:00:00+08:00',
				cancelContractVersion: 'V20241213',
				iUnderstand: true,
			};
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
			await ask('cancelWithdrawal/confirm', confirm);
		} finally {
			await bench.stop();
		}
	});

	it.each(operations())('%s: every field is in the schema, with its type', (operation) => {
		const schema = schemaOf(operation);
		expect(answers[operation]).toBeDefined();
		const wrong = answers[operation].flatMap((answer) =>
			differences(answer, schema, '$', new Set()),
		);
		expect([...new Set(wrong)]).toEqual([]);
	});

	it.each(operations())('%s: the schema has no field that never comes', (operation) => {
		const schema = schemaOf(operation);
		const seen = new Set<string>();
		for (const answer of answers[operation]) differences(answer, schema, '$', seen);
		expect(placesOf(schema, '$').filter((place) => !seen.has(place))).toEqual([]);
	});
});
