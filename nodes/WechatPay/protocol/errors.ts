/** What a user needs beside the sentence itself; goes out as `details` of an error item. */
export interface ErrorDetails {
	/** WeChat Pay's own error code, e.g. `PARAM_ERROR`. */
	code?: string;
	httpStatus?: number;
	/** The `Request-ID` header: WeChat Pay's support asks for it. */
	requestId?: string;
	/** `unknown`: the request may or may not have been acted on. */
	outcome?: 'unknown';
	/** `true`: nothing of this item has been sent. */
	not_sent?: true;
}

/**
 * Everything that this package refuses or reports. `message` says what happened, `hint` what to do.
 * It carries no request: the Authorization header cannot leak through it.
 */
export class WechatPayError extends Error {
	constructor(
		message: string,
		readonly hint: string = '',
		readonly details: ErrorDetails = {},
	) {
		super(message);
		this.name = 'WechatPayError';
	}
}

/** Something that the user gave is wrong, and was found before anything was sent. */
export class InputError extends WechatPayError {
	constructor(message: string, hint: string = '') {
		super(message, hint);
		this.name = 'InputError';
	}
}

/** The error body of WeChat Pay, read defensively. */
export interface ErrorEnvelope {
	code: string;
	message: string;
	/** What `detail.field` and `detail.issue` say; never `detail.value`, which echoes input. */
	issue: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Reads `{"code", "message", "detail"}`. A body that is empty, HTML or of another shape gives empty
 * strings; it never throws.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012081726
 */
export function readErrorEnvelope(body: Buffer): ErrorEnvelope {
	const nothing = { code: '', message: '', issue: '' };
	let parsed: unknown;
	try {
		parsed = JSON.parse(body.toString('utf8'));
	} catch {
		return nothing;
	}
	if (typeof parsed !== 'object' || parsed === null) return nothing;
	const { code, message, detail } = parsed as Record<string, unknown>;
	const parts = (typeof detail === 'object' && detail !== null ? detail : {}) as Record<
		string,
		unknown
	>;
	return {
		code: text(code).toUpperCase(),
		message: text(message),
		issue: [text(parts.field), text(parts.issue)].filter((part) => part !== '').join(': '),
	};
}
