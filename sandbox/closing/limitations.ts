import { randomText } from '../keys';
import { rfc3339 } from '../replies';
import type { LimitationSpecification, Limitations } from './types';

const IMMEDIATE = 'LIMIT_ACTION_TYPE_IMMEDIATE_CONTROL';
const DELAYED = 'LIMIT_ACTION_TYPE_DELAY_CONTROL';

/** New limitations; missing fields are filled in. */
export type NewLimitations = Partial<Omit<Limitations, 'recovery_specifications'>> & {
	recovery_specifications?: Array<Partial<LimitationSpecification>>;
};

type Kind = 'string' | 'boolean' | 'strings' | 'objects';
const FIELDS: Record<keyof Limitations, Kind> = {
	limited_functions: 'strings',
	other_limited_functions: 'string',
	recovery_specifications: 'objects',
	blocks_closing: 'boolean',
};
const SPECIFICATION: Record<keyof LimitationSpecification, Kind> = {
	limitation_case_id: 'string',
	limitation_reason_type: 'string',
	limitation_reason: 'string',
	limitation_reason_describe: 'string',
	relate_limitations: 'strings',
	other_relate_limitations: 'string',
	recover_way: 'string',
	recover_way_param: 'string',
	recover_help_url: 'string',
	limitation_action_type: 'string',
	limitation_start_date: 'string',
	limitation_date: 'string',
};

const HOLDS: Record<Kind, (value: unknown) => boolean> = {
	string: (value) => typeof value === 'string',
	boolean: (value) => typeof value === 'boolean',
	strings: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
	objects: (value) =>
		Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null),
};

function check(given: object, fields: Record<string, Kind>): void {
	for (const [name, value] of Object.entries(given)) {
		if (!Object.hasOwn(fields, name)) {
			throw new Error(`There is no field "${name}". Known: ${Object.keys(fields).join(', ')}.`);
		}
		if (!HOLDS[fields[name]](value)) {
			const wanted = { strings: 'list of texts', objects: 'list of objects' };
			const kind = fields[name];
			throw new Error(`"${name}" must be a ${kind in wanted ? wanted[kind as 'strings'] : kind}.`);
		}
	}
}

/** Checks limitations and fills in missing fields. Throws an error that says what is wrong. */
export function newLimitations(given: NewLimitations, now: number): Limitations {
	check(given, FIELDS);
	const specifications = (given.recovery_specifications ?? []).map((specification) => {
		check(specification, SPECIFICATION);
		return newSpecification(specification, now);
	});
	return { blocks_closing: false, ...given, recovery_specifications: specifications };
}

function newSpecification(
	given: Partial<LimitationSpecification>,
	now: number,
): LimitationSpecification {
	const { limitation_start_date, limitation_date, ...rest } = given;
	const type = given.limitation_action_type ?? IMMEDIATE;
	const common = {
		limitation_case_id: `A${randomText(23, '0123456789')}`,
		...rest,
		limitation_action_type: type,
	};
	if (type !== DELAYED) {
		// The planned start is returned only for delayed controls.
		if (limitation_start_date !== undefined) {
			throw new Error(`"limitation_start_date" is for ${DELAYED} only.`);
		}
		return { ...common, limitation_date: limitation_date ?? rfc3339(now) };
	}
	if (Number.isNaN(Date.parse(limitation_start_date ?? ''))) {
		throw new Error(`${DELAYED} needs a time as in RFC 3339 in "limitation_start_date".`);
	}
	return { ...common, limitation_start_date, ...(limitation_date ? { limitation_date } : {}) };
}

const hasBegun = ({ limitation_start_date: start }: LimitationSpecification, now: number) =>
	start === undefined || Date.parse(start) <= now;

/** What a sub-merchant may not do now. */
export function limitedFunctions(limitations: Limitations | undefined, now: number): string[] {
	if (!limitations) return [];
	if (limitations.limited_functions) return limitations.limited_functions;
	const begun = limitations.recovery_specifications.filter((one) => hasBegun(one, now));
	return [...new Set(begun.flatMap((one) => one.relate_limitations ?? []))];
}

/** Limitations as WeChat Pay returns them: a delayed control has a date only after it has begun. */
export function showLimitations(limitations: Limitations | undefined, now: number) {
	const functions = limitedFunctions(limitations, now);
	const other = limitations?.other_limited_functions;
	const specifications = limitations?.recovery_specifications ?? [];
	return {
		...(functions.length > 0 ? { limited_functions: functions } : {}),
		...(other ? { other_limited_functions: other } : {}),
		...(specifications.length > 0
			? { recovery_specifications: specifications.map((one) => showSpecification(one, now)) }
			: {}),
	};
}

function showSpecification(one: LimitationSpecification, now: number) {
	if (one.limitation_start_date === undefined) return one;
	const { limitation_date = one.limitation_start_date, ...rest } = one;
	return hasBegun(one, now) ? { ...rest, limitation_date } : rest;
}
