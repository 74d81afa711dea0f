/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs outside n8n */
import { isUtf8 } from 'node:buffer';
import { Refusal, paramError } from './replies';
import type { Call } from './types';

/** What a field of a JSON body must be. */
export type Field = { required?: boolean } & (
	| { type: 'string'; maxBytes: number; pattern?: RegExp; oneOf?: readonly string[] }
	| { type: 'integer'; min: number; max: number }
	| { type: 'object'; fields: Fields }
	| { type: 'array'; min?: number; max?: number; items: Field }
);
export type Fields = Record<string, Field>;

/** Result code of the trouble-shooting manual for a parameter that the API does not know. */
const UNKNOWN_PARAMETER = 270924358;

/** Characters of four bytes in UTF-8, and surrogates. */
const FOUR_BYTES = /[\u{10000}-\u{10ffff}\ud800-\udfff]/u;

/**
 * Reads the JSON body of a POST strictly: application/json, UTF-8, no characters of four bytes, no null,
 * no unknown fields, strings where strings are expected. https://pay.weixin.qq.com/doc/v3/partner/4012081726
 *
 * The messages follow the pattern of WeChat Pay's own; lengths are counted in UTF-8 bytes, as in them.
 */
export function readJson<T>(call: Call, fields: Fields): T {
	const type = (call.headers['content-type'] ?? '').toLowerCase().replace(/\s/g, '');
	if (type !== 'application/json' && type !== 'application/json;charset=utf-8') {
		throw new Refusal(415, 'INVALID_REQUEST', 'Http头Content-Type必须为application/json');
	}
	if (!isUtf8(call.body)) throw paramError('请求体必须使用UTF-8编码', { location: 'body' });
	const text = call.body.toString('utf8');
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		throw paramError('请求体不是合法的JSON', { location: 'body' });
	}
	checkObject(body, fields, '/body');
	return body as T;
}

function mismatch(pointer: string, wanted: string, value: unknown): Refusal {
	return paramError(
		`无法将JSON输入源“${pointer}”映射到目标字段“${nameOf(pointer)}”中，此字段需要一个合法的${wanted}`,
		{ field: pointer.replace('/body', ''), value: shown(value), location: 'body' },
	);
}

function check(value: unknown, field: Field, pointer: string): void {
	if (field.type === 'object') return checkObject(value, field.fields, pointer);
	if (field.type === 'array') return checkArray(value, field, pointer);
	if (field.type === 'integer') return checkInteger(value, field, pointer);
	if (typeof value !== 'string') throw mismatch(pointer, '字符串', value);
	const detail = { field: pointer.replace('/body', ''), value, location: 'body' };
	const length = Buffer.byteLength(value);
	const rule = `输入源“${pointer}”映射到字段“${nameOf(pointer)}”字符串规则校验失败，`;
	if (length === 0) throw paramError(`${rule}字节数 0，小于最小值 1`, detail);
	if (length > field.maxBytes) {
		throw paramError(`${rule}字节数 ${length}，大于最大值 ${field.maxBytes}`, detail);
	}
	if (FOUR_BYTES.test(value)) throw paramError(`${rule}包含四字节字符`, detail);
	if (field.pattern && !field.pattern.test(value)) throw paramError(`${rule}格式不正确`, detail);
	if (field.oneOf && !field.oneOf.includes(value))
		throw paramError(`${rule}不是合法的枚举值`, detail);
}

function checkObject(value: unknown, fields: Fields, pointer: string): void {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw mismatch(pointer, ' JSON 对象', value);
	}
	for (const [name, content] of Object.entries(value)) {
		if (!Object.hasOwn(fields, name)) {
			const detail = { field: `${pointer}/${name}`.replace('/body', ''), location: 'body' };
			throw paramError(`请求中含有未在API文档中定义的参数“${name}”`, detail, UNKNOWN_PARAMETER);
		}
		check(content, fields[name], `${pointer}/${name}`);
	}
	for (const [name, field] of Object.entries(fields)) {
		if (field.required && !Object.hasOwn(value, name)) {
			throw paramError(
				`输入源“${pointer}/${name}”映射到字段“${name}”必填性规则校验失败，此字段为必填项`,
				{
					field: `${pointer}/${name}`.replace('/body', ''),
					location: 'body',
				},
			);
		}
	}
}

function checkInteger(
	value: unknown,
	{ min, max }: Extract<Field, { type: 'integer' }>,
	pointer: string,
): void {
	// "100", 1.5 and numbers beyond the precision of a double are refused: amounts are not guessed.
	if (!Number.isSafeInteger(value)) throw mismatch(pointer, '整数', value);
	const amount = value as number;
	if (amount < min || amount > max) {
		const issue = amount < min ? `小于最小值 ${min}` : `大于最大值 ${max}`;
		throw paramError(
			`输入源“${pointer}”映射到字段“${nameOf(pointer)}”数值规则校验失败，值 ${amount}，${issue}`,
			{ field: pointer.replace('/body', ''), value: amount, location: 'body' },
		);
	}
}

function checkArray(
	value: unknown,
	field: Extract<Field, { type: 'array' }>,
	pointer: string,
): void {
	// An object instead of the array: https://developers.weixin.qq.com/community/pay reports this message.
	if (!Array.isArray(value)) throw mismatch(pointer, '重复字段（JSON 数组）', value);
	const { min = 0, max = Infinity, items } = field;
	if (value.length < min || value.length > max) {
		const issue = value.length < min ? `小于最小值 ${min}` : `大于最大值 ${max}`;
		// This detail was observed: without a location, and with the count as a number.
		throw paramError(
			`输入源“${pointer}”映射到字段“${nameOf(pointer)}”数组规则校验失败，字段数量 ${value.length}，${issue}`,
			{ field: pointer.replace('/body', ''), value: value.length, location: null },
		);
	}
	value.forEach((item, index) => check(item, items, `${pointer}/${index}`));
}

const nameOf = (pointer: string) => pointer.slice(pointer.lastIndexOf('/') + 1);

function shown(value: unknown): string | number | null {
	if (typeof value === 'number' || value === null) return value;
	return String(JSON.stringify(value)).slice(0, 64);
}

/** Whether bytes are UTF-8 without characters of four bytes. */
export function isUtf8Text(bytes: Buffer): boolean {
	return isUtf8(bytes) && !FOUR_BYTES.test(bytes.toString('utf8'));
}

/** The value as text with sorted keys: equal for two bodies with the same content. */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, entry: unknown) =>
		typeof entry === 'object' && entry !== null && !Array.isArray(entry)
			? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
			: entry,
	);
}
