/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';

export const SCHEMAS = join(__dirname, '../../dist/nodes/WechatPay/__schema__/v1.0.0');

export interface Schema {
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
export function differences(
	value: unknown,
	schema: Schema,
	path: string,
	seen: Set<string>,
): string[] {
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
export function placesOf(schema: Schema, path: string): string[] {
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

/** Every field of the answers is in the schema of the operation, with its type. */
export function expectInSchema(operation: string, answers: IDataObject[]): void {
	const schema = schemaOf(operation);
	const wrong = answers.flatMap((answer) => differences(answer, schema, '$', new Set()));
	expect([...new Set(wrong)]).toEqual([]);
}

/** The schema of the operation has no field that none of the answers has. */
export function expectAllOfSchema(operation: string, answers: IDataObject[]): void {
	const schema = schemaOf(operation);
	const seen = new Set<string>();
	for (const answer of answers) differences(answer, schema, '$', seen);
	expect(placesOf(schema, '$').filter((place) => !seen.has(place))).toEqual([]);
}
