import { Refusal, paramError } from './replies';
import type { Call } from './types';

const DAY = 24 * 3600_000;
/** WeChat Pay's days are those of Beijing, in any time zone of this machine. */
const BEIJING = 8 * 3600_000;
/** Result code of the trouble-shooting manual for a parameter that the API does not know. */
const UNKNOWN_PARAMETER = 270924358;

/** What a parameter of a query string must be. */
export interface QueryRule {
	required?: boolean;
	/** Only for integers: minimum and maximum. */
	integer?: [min: number, max: number];
	oneOf?: readonly string[];
	maxBytes?: number;
	date?: boolean;
}

const wrong = (name: string, value: string | null, rule: string): Refusal =>
	paramError(`输入源“/query/${name}”映射到字段“${name}”${rule}`, {
		field: `/${name}`,
		value,
		location: 'query',
	});

/** Reads a query string strictly: each parameter at most once, and no unknown ones. */
export function readQuery<Name extends string>(
	{ query }: Call,
	rules: Record<Name, QueryRule>,
): Partial<Record<Name, string>> {
	for (const name of query.keys()) {
		if (!Object.hasOwn(rules, name)) {
			throw paramError(
				`请求中含有未在API文档中定义的参数“${name}”`,
				{ field: `/${name}`, location: 'query' },
				UNKNOWN_PARAMETER,
			);
		}
		if (query.getAll(name).length > 1) throw wrong(name, null, '参数重复');
	}
	const values: Partial<Record<Name, string>> = {};
	for (const [name, rule] of Object.entries<QueryRule>(rules)) {
		const value = query.get(name);
		if (value === null) {
			if (rule.required) throw wrong(name, null, '必填性规则校验失败，此字段为必填项');
			continue;
		}
		checkValue(name, value, rule);
		values[name as Name] = value;
	}
	return values;
}

function checkValue(name: string, value: string, rule: QueryRule): void {
	const length = Buffer.byteLength(value);
	if (length === 0) throw wrong(name, value, '字符串规则校验失败，字节数 0，小于最小值 1');
	if (rule.maxBytes !== undefined && length > rule.maxBytes) {
		throw wrong(name, value, `字符串规则校验失败，字节数 ${length}，大于最大值 ${rule.maxBytes}`);
	}
	if (rule.oneOf && !rule.oneOf.includes(value)) throw wrong(name, value, '枚举规则校验失败');
	if (rule.date && dayOf(value) === undefined) throw wrong(name, value, '字符串规则校验失败');
	if (!rule.integer) return;
	const [min, max] = rule.integer;
	if (!/^(0|[1-9]\d{0,14})$/.test(value)) throw wrong(name, value, '此字段需要一个合法的整数');
	const number = Number(value);
	if (number < min) throw wrong(name, value, `数值规则校验失败，值 ${number}，小于最小值 ${min}`);
	if (number > max) throw wrong(name, value, `数值规则校验失败，值 ${number}，大于最大值 ${max}`);
}

/** Days since 1970 of a date; undefined for a date that does not exist, such as 2026-02-30. */
export function dayOf(text: string): number | undefined {
	if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
	const time = Date.parse(`${text}T00:00:00Z`);
	if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) return undefined;
	return time / DAY;
}

/** The date in Beijing at this time, as YYYY-MM-DD. */
export const beijingDay = (milliseconds: number): string =>
	new Date(milliseconds + BEIJING).toISOString().slice(0, 10);

/** An RFC 3339 time with milliseconds, as in the samples of some pages. */
export const preciseTime = (milliseconds: number): string =>
	`${new Date(milliseconds + BEIJING).toISOString().slice(0, 23)}+08:00`;
