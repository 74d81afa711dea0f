import type { IDataObject } from 'n8n-workflow';

/** A value of a response as text; empty if it is not text. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list; empty if there is no list. */
export const objectsOf = (value: unknown): IDataObject[] =>
	Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];
