import { InputError } from './errors';

const MAIN = 'https://api.mch.weixin.qq.com';
const BACKUP = 'https://api2.mch.weixin.qq.com';
const OVERSEAS = 'https://apihk.mch.weixin.qq.com';

/** The origins that a credential may talk to: the configured one first. */
export type Origins = readonly [configured: string, ...backup: string[]];

const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|host\.docker\.internal|[a-z0-9_-]+)$/i;

function readCustomHost(customHost: string): string {
	const wrong = (message: string): InputError =>
		new InputError(
			`Custom API Host ${message}`,
			'Give scheme, host and port alone, e.g. http://127.0.0.1:8600 for the sandbox or https://proxy.example.com.',
		);
	const given = customHost.trim();
	if (given === '') throw wrong('is empty');
	let url: URL;
	try {
		url = new URL(given);
	} catch {
		throw notAUrl(wrong);
	}
	if (url.username || url.password || given.includes('@')) {
		throw wrong('must not hold a user name or password');
	}
	if (url.pathname !== '/' || url.search || url.hash || /[?#\\]/.test(given)) {
		throw wrong('must not hold a path, query or fragment');
	}
	// The URL parser also takes https:host, tabs inside and paths that cancel out; nobody means these.
	if (!/^[a-z]+:\/\/[^/\s]+\/?$/i.test(given)) throw wrong('is not scheme, host and port alone');
	if (url.protocol === 'https:') return url.origin;
	if (url.protocol !== 'http:') throw wrong('must begin with https:// or http://');
	if (!LOCAL_HOST.test(url.hostname)) {
		throw wrong(
			'must begin with https://; plain http is for this machine, host.docker.internal or a name without dots',
		);
	}
	return url.origin;
}

const notAUrl = (wrong: (message: string) => InputError): InputError => wrong('is not a URL');

/**
 * Turns the credential's host fields into the origins that requests may go to. Only the mainland
 * hosts back each other up; the overseas host and a custom one stand alone.
 *
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012082567
 */
export function readOrigins(host: string, customHost: string, failover: boolean): Origins {
	switch (host) {
		case 'custom':
			return [readCustomHost(customHost)];
		case MAIN:
			return failover ? [MAIN, BACKUP] : [MAIN];
		case BACKUP:
			return failover ? [BACKUP, MAIN] : [BACKUP];
		case OVERSEAS:
			return [OVERSEAS];
		default:
			throw new InputError(
				`API Host "${host}" is not one of WeChat Pay's`,
				'Choose a host from the list, or Custom.',
			);
	}
}
