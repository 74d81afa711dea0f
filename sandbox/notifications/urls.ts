/** Addresses that WeChat Pay cannot reach; names without a dot are among them. */
const PRIVATE = '(?:127\\.|10\\.|192\\.168\\.|169\\.254\\.|172\\.(?:1[6-9]|2\\d|3[01])\\.)';

/** Addresses of this machine or of a compose network, where the sandbox and its n8n are at home. */
const LOCAL = '(?:127(?:\\.\\d{1,3}){3}|\\[::1\\]|host\\.docker\\.internal|[a-z0-9-]+)';

/**
 * What a notify_url must be: HTTPS, reachable from outside, with a path, without parameters, in ASCII.
 * Only here also plain HTTP to this machine: WeChat Pay refuses that.
 * https://pay.weixin.qq.com/doc/v3/partner/4012082570
 */
export const NOTIFY_URL = new RegExp(
	`^(?:https://(?!${PRIVATE})[a-z0-9-]+(?:\\.[a-z0-9-]+)+|http://${LOCAL})(?::\\d{1,5})?/[!"$->@-~]+$`,
	'i',
);
