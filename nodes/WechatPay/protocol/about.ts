/**
 * What a request is about: fields that its response repeats, such as `out_apply_no`, `sub_mchid` or
 * `account_type`, and their requested values.
 */
export type About = Readonly<Record<string, string>>;

/** Whether a response is about what was requested. */
export type Subject =
	/** It has at least one of the fields, and all that it has match. */
	| { is: 'same' }
	/** It has none of the fields. */
	| { is: 'unnamed' }
	/** The field `name` has another value. */
	| { is: 'other'; name: string; asked: string };

/** WeChat Pay omits optional fields or leaves them empty. */
const isCarried = (value: unknown): boolean =>
	value !== undefined && value !== null && value !== '';

const toText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);

/**
 * Compares a response with what was requested. WeChat Pay's signature does not cover the request, so a
 * response to another request verifies as well.
 *
 * @param response the parsed response; only its top-level fields are compared
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059017
 */
export function compareSubject(response: unknown, about: About): Subject {
	if (typeof response !== 'object' || response === null) return { is: 'unnamed' };
	const carried = Object.entries(about).filter(
		([name]) =>
			Object.hasOwn(response, name) && isCarried((response as Record<string, unknown>)[name]),
	);
	for (const [name, asked] of carried) {
		if (toText((response as Record<string, unknown>)[name]) !== asked) {
			return { is: 'other', name, asked };
		}
	}
	return { is: carried.length > 0 ? 'same' : 'unnamed' };
}
