/** Addresses that WeChat Pay cannot reach. */
const PRIVATE = '(?:127\\.|10\\.|192\\.168\\.|169\\.254\\.|172\\.(?:1[6-9]|2\\d|3[01])\\.)';

/** Addresses of this machine or of a compose network, where the sandbox runs. */
const LOCAL = '(?:127(?:\\.\\d{1,3}){3}|\\[::1\\]|host\\.docker\\.internal|[a-z0-9-]+)';

/**
 * The format of a notify_url: HTTPS, reachable from outside, with a path, without parameters, in ASCII.
 * The sandbox also accepts plain HTTP to this machine, which WeChat Pay refuses.
 * https://pay.weixin.qq.com/doc/v3/partner/4012082570
 */
export const NOTIFY_URL = new RegExp(
	`^(?:https://(?!${PRIVATE})[a-z0-9-]+(?:\\.[a-z0-9-]+)+|http://${LOCAL})(?::\\d{1,5})?/[!"$->@-~]+$`,
	'i',
);
