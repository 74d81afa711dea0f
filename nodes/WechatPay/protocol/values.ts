// Values from outside, whose type nobody has checked yet.

/** The fields of an object of parsed JSON. */
export type Fields = Record<string, string | number | boolean | object | null | undefined>;

export const isObject = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a value; none if it is not an object. */
export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});

/** The objects of a list; empty if there is no list. */
export const objectsOf = (value: unknown): Fields[] =>
	Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];

/** A value as text; empty if it is not text. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A text or a number as text without surrounding white space; empty for any other value. */
export const trimmedText = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
