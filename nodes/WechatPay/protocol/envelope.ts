import { orUndefined } from './orUndefined';
import { fieldsOf, text } from './values';

/** The error body of WeChat Pay. */
export interface ErrorEnvelope {
	/** In upper case; empty if there is none. */
	code: string;
	message: string;
	/** `detail.field` and `detail.issue`, never `detail.value`, which echoes input. */
	issue: string;
}

/**
 * Reads `{"code", "message", "detail"}`. Returns empty strings for any other body, and never throws.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012081726
 */
export function readErrorEnvelope(body: Buffer): ErrorEnvelope {
	const { code, message, detail } = fieldsOf(
		orUndefined((): unknown => JSON.parse(body.toString('utf8'))),
	);
	const { field, issue } = fieldsOf(detail);
	return {
		code: text(code).toUpperCase(),
		message: text(message),
		issue: [text(field), text(issue)].filter((part) => part !== '').join(': '),
	};
}
