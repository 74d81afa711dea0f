import { createHash } from 'node:crypto';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { EngineItem } from '../../engine';

let numbers = 0;

/** A number that no other test uses. */
export const newNumber = (): string => `T${String(++numbers).padStart(6, '0')}`;

/** A sub-merchant that no other test uses; it can be closed and owns nothing. */
export const newSubMchid = (): string => `19000${String(++numbers).padStart(5, '0')}`;

/** An image of the wanted size; only its first bytes say that it is one. */
export const jpeg = (bytes = 80): Buffer =>
	Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.alloc(bytes - 10, 7)]);

export const sha256 = (content: Buffer): string =>
	createHash('sha256').update(content).digest('hex');

/** An item with one file in the binary field `data`. */
export const withFile = (
	json: IDataObject = {},
	data = jpeg(),
	fileName = 'scan.jpg',
): EngineItem => ({ json, binary: { data: { data, fileName } } });

/** The same parameters with some left out, as a new node has them. */
export const without = (parameters: INodeParameters, ...names: string[]): INodeParameters =>
	Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));

/** A required value, for the type checker. */
export function present<T>(value: T | undefined | null): T {
	expect(value).toBeDefined();
	return value as T;
}
