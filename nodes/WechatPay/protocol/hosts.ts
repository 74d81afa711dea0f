import { Problem } from './problem';

/** A host of WeChat Pay's API. */
export interface ApiHost {
	origin: string;
	/** Its name in the list of the credential. */
	name: string;
	/** The origin to use if this one cannot be reached. */
	backup?: string;
	/** Maximum image size of its general upload, if it differs from other hosts. */
	maxImageBytes?: number;
}

const MAIN = 'https://api.mch.weixin.qq.com';
const BACKUP = 'https://api2.mch.weixin.qq.com';

/**
 * All hosts; the first one is the default. Only the two mainland hosts back each other up.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082567
 */
export const HOSTS: readonly ApiHost[] = [
	{ origin: MAIN, name: 'Mainland China', backup: BACKUP },
	{ origin: BACKUP, name: 'Mainland China, Backup', backup: MAIN },
	{
		origin: 'https://apihk.mch.weixin.qq.com',
		name: 'Outside Mainland China',
		maxImageBytes: 2 * 1024 * 1024,
	},
];

/** The origins that a credential may be used for, the configured one first. */
export type Origins = readonly [configured: string, ...backup: string[]];

/** Whether a host is this machine or in its network, where plain http is allowed. */
export const isLocalHost = (hostname: string): boolean =>
	/^(localhost|127(\.\d{1,3}){3}|\[::1\]|host\.docker\.internal|[a-z0-9_-]+)$/i.test(hostname);

const notAUrl = (): Problem => new Problem('hostNotUrl');

function parseUrl(given: string): URL {
	try {
		return new URL(given);
	} catch {
		throw notAUrl();
	}
}

function readCustomHost(customHost: string): string {
	const given = customHost.trim();
	if (given === '') throw new Problem('hostEmpty');
	const url = parseUrl(given);
	if (url.username || url.password || given.includes('@')) throw new Problem('hostHasUser');
	if (url.pathname !== '/' || url.search || url.hash || /[?#\\]/.test(given)) {
		throw new Problem('hostHasPath');
	}
	// URL parsers also accept https:host, tabs, and paths such as /a/..; these are mistakes.
	if (!/^[a-z]+:\/\/[^/\s]+\/?$/i.test(given)) throw new Problem('hostShape');
	if (url.protocol === 'https:') return url.origin;
	if (url.protocol !== 'http:') throw new Problem('hostScheme');
	if (!isLocalHost(url.hostname)) throw new Problem('hostPlainHttp');
	return url.origin;
}

/**
 * Reads the origins for requests from the host fields of the credential. A custom host has no backup.
 *
 * @param host an origin of `HOSTS`, or `custom`
 * @throws {Problem} for a host that is not on the list, or a custom host that is not an origin
 */
export function readOrigins(host: string, customHost: string, failover: boolean): Origins {
	if (host === 'custom') return [readCustomHost(customHost)];
	const found = HOSTS.find(({ origin }) => origin === host);
	if (!found) throw new Problem('hostUnknown', { host: host.slice(0, 64) });
	return failover && found.backup ? [found.origin, found.backup] : [found.origin];
}
