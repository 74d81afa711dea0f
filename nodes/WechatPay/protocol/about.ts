/**
 * What a request asks about: the names under which a response repeats it, such as `out_apply_no`,
 * `sub_mchid` or `account_type`, and the values that were asked for.
 */
export type About = Readonly<Record<string, string>>;

/** Whether a response is about what was asked. */
export type Subject =
	/** It carries at least one of the names, and every one that it carries has the value asked for. */
	| { is: 'same' }
	/** It carries none of the names. */
	| { is: 'unnamed' }
	/** The value under `name` is not the one that was asked for. */
	| { is: 'other'; name: string; asked: string };

/** WeChat Pay leaves a field out, or leaves it empty, if it has nothing to say. */
const isCarried = (value: unknown): boolean =>
	value !== undefined && value !== null && value !== '';

const toText = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);

/**
 * Compares a response with what was asked. WeChat Pay's signature does not cover the request, so an
 * response to another request verifies as well.
 *
 * @param response as it was read; fields inside of others do not count
 * @see https://pay.weixin.qq.com/doc/v3/partner/4013059017
 */
export function compareSubject(response: unknown, about: About): Subject {
	if (typeof response !== 'object' || response === null) return { is: 'unnamed' };
	const carried = Object.entries(about).filter(
		([name]) => Object.hasOwn(response, name) && isCarried((response as Record<string, unknown>)[name]),
	);
	for (const [name, asked] of carried) {
		if (toText((response as Record<string, unknown>)[name]) !== asked) {
			return { is: 'other', name, asked };
		}
	}
	return { is: carried.length > 0 ? 'same' : 'unnamed' };
}
