import fc from 'fast-check';
import { Problem } from '../../nodes/WechatPay/protocol/problem';
import { HOSTS, isLocalHost, readOrigins } from '../../nodes/WechatPay/protocol/hosts';
import { refusal } from '../support/refusal';
import { anyCharacter } from '../support/texts';

const MAIN = 'https://api.mch.weixin.qq.com';
const BACKUP = 'https://api2.mch.weixin.qq.com';
const OVERSEAS = 'https://apihk.mch.weixin.qq.com';
const custom = (host: string) => readOrigins('custom', host, true);

describe('readOrigins', () => {
	it.each([
		[MAIN, true, [MAIN, BACKUP]],
		[MAIN, false, [MAIN]],
		[BACKUP, true, [BACKUP, MAIN]],
		[BACKUP, false, [BACKUP]],
		[OVERSEAS, true, [OVERSEAS]],
		[OVERSEAS, false, [OVERSEAS]],
	])('maps %s with failover %s to %j', (host, failover, origins) => {
		expect(readOrigins(host, 'http://ignored.example', failover)).toEqual(origins);
	});

	it.each(['', 'https://api.mch.weixin.qq.com/', 'https://evil.example', 'CUSTOM', '__proto__'])(
		'rejects %j',
		(host) => {
			const { message, hint } = refusal(() => readOrigins(host, '', true), 'API Host');
			expect(message).toContain('API Host');
			expect(hint).toContain('Choose a host from the list');
		},
	);
});

describe('HOSTS', () => {
	it('starts with the default and lists each host and its backup once', () => {
		expect(HOSTS.map(({ origin, backup }) => [origin, backup])).toEqual([
			[MAIN, BACKUP],
			[BACKUP, MAIN],
			[OVERSEAS, undefined],
		]);
		expect(new Set(HOSTS.map(({ name }) => name)).size).toBe(3);
	});

	it('limits images to 2 MB only at the overseas host', () => {
		expect(HOSTS.map(({ maxImageBytes }) => maxImageBytes)).toEqual([
			undefined,
			undefined,
			2 * 1024 * 1024,
		]);
	});
});

describe('isLocalHost', () => {
	it.each(['localhost', '127.0.0.1', '127.255.0.9', '[::1]', 'host.docker.internal', 'sandbox'])(
		'returns true for %s',
		(hostname) => expect(isLocalHost(hostname)).toBe(true),
	);

	it.each(['10.0.0.1', '169.254.169.254', '[::]', 'example.com', 'localhost.example.com', ''])(
		'returns false for %j',
		(hostname) => expect(isLocalHost(hostname)).toBe(false),
	);
});

describe('a valid custom host', () => {
	it.each([
		['https://proxy.example.com', 'https://proxy.example.com'],
		['https://proxy.example.com/', 'https://proxy.example.com'],
		['  https://proxy.example.com\n', 'https://proxy.example.com'],
		['HTTPS://Proxy.Example.COM:8443', 'https://proxy.example.com:8443'],
		['https://proxy.example.com:443', 'https://proxy.example.com'],
		['https://10.0.0.1', 'https://10.0.0.1'],
		['https://[2001:db8::1]:8443', 'https://[2001:db8::1]:8443'],
		['https://127.0.0.1:8600', 'https://127.0.0.1:8600'],
		['http://localhost', 'http://localhost'],
		['http://LOCALHOST:8600', 'http://localhost:8600'],
		['http://127.0.0.1:8600', 'http://127.0.0.1:8600'],
		['http://127.255.0.9', 'http://127.255.0.9'],
		['http://[::1]:8600', 'http://[::1]:8600'],
		['http://[0:0:0:0:0:0:0:1]', 'http://[::1]'],
		['http://host.docker.internal:8600', 'http://host.docker.internal:8600'],
		['http://sandbox:8600', 'http://sandbox:8600'],
		['http://wechat_pay-sandbox', 'http://wechat_pay-sandbox'],
		// Other ways to write a loopback address: what the client connects to is loopback.
		['http://2130706433', 'http://127.0.0.1'],
		['http://0x7f.1', 'http://127.0.0.1'],
		['http://127.1', 'http://127.0.0.1'],
		['http://127.0.0.1.', 'http://127.0.0.1'],
		['http://0177.0.0.1', 'http://127.0.0.1'],
	])('is normalized from %j to %s', (given, origin) => {
		expect(custom(given)).toEqual([origin]);
	});
});

describe('an invalid custom host', () => {
	const FIELD = /^"Custom API Host" /;

	it.each([
		['', 'is empty'],
		['   ', 'is empty'],
		['api.mch.weixin.qq.com', 'is not a URL'],
		['https://', 'is not a URL'],
		['https://a b', 'is not a URL'],
		['http://localhost:99999', 'is not a URL'],
		['http://[::1', 'is not a URL'],
		['https://user@proxy.example.com', 'user name'],
		['https://user:secret@proxy.example.com', 'user name'],
		['https://:secret@proxy.example.com', 'user name'],
		['https://@proxy.example.com', 'user name'],
		['https://api.mch.weixin.qq.com@evil.example', 'user name'],
		['http://127.0.0.1:80@evil.example', 'user name'],
		['https://proxy.example.com/path', 'path'],
		['https://proxy.example.com//', 'path'],
		['https://proxy.example.com/?', 'path'],
		['https://proxy.example.com?a=1', 'path'],
		['https://proxy.example.com/#', 'path'],
		['https://proxy.example.com#x', 'path'],
		['https://evil.example\\.weixin.qq.com', 'path'],
		['https://proxy.example.com\\', 'path'],
		['http:\\\\localhost', 'path'],
		['http://localhost/a/..', 'is not just scheme, host and port'],
		['http://localhost/.', 'is not just scheme, host and port'],
		['http:localhost', 'is not just scheme, host and port'],
		['http:///localhost', 'is not just scheme, host and port'],
		['https:proxy.example.com', 'is not just scheme, host and port'],
		['http://local\thost', 'is not just scheme, host and port'],
		['http://local\nhost', 'is not just scheme, host and port'],
		['ftp://localhost', 'https://'],
		['ws://localhost', 'https://'],
		['blob:http://localhost/', 'path'],
		['data:text/plain,x', 'path'],
		['javascript:alert(1)', 'path'],
		['file:///etc/passwd', 'path'],
		['http://10.0.0.1', 'plain http'],
		['http://192.168.1.1:8600', 'plain http'],
		['http://169.254.169.254', 'plain http'],
		['http://167772161', 'plain http'],
		['http://0', 'plain http'],
		['http://0.0.0.0', 'plain http'],
		['http://[::]', 'plain http'],
		['http://[::ffff:10.0.0.1]', 'plain http'],
		['http://[::ffff:127.0.0.1]', 'plain http'],
		['http://[fd00::1]', 'plain http'],
		['http://proxy.example.com', 'plain http'],
		['http://api.mch.weixin.qq.com', 'plain http'],
		['http://localhost.', 'plain http'],
		['http://localhost.evil.example', 'plain http'],
		['http://127.0.0.1.evil.example', 'plain http'],
		['http://host.docker.internal.', 'plain http'],
		['http://host.docker.internal.evil.example', 'plain http'],
		['http://xhost.docker.internal', 'plain http'],
		['http://host-docker.internal', 'plain http'],
	])('is rejected: %j: %s', (given, reason) => {
		const { message, hint } = refusal(() => custom(given));
		expect(message).toMatch(FIELD);
		expect(message).toContain(reason);
		expect(hint).toContain('Enter only scheme, host and port');
	});

	it('is rejected without the password in the message', () => {
		const { message, hint } = refusal(() => custom('https://user:hunter2@proxy.example.com'));
		expect(message + hint).not.toContain('hunter2');
	});
});

describe('a random custom host', () => {
	const LOOPBACK_OR_LABEL =
		/^http:\/\/(127\.\d+\.\d+\.\d+|\[::1\]|host\.docker\.internal|[a-z0-9_-]+)(:\d+)?$/;
	const holds = (text: string) => {
		let origins: readonly string[];
		try {
			origins = custom(text);
		} catch (error) {
			expect(error).toBeInstanceOf(Problem);
			return;
		}
		expect(origins).toHaveLength(1);
		const url = new URL(origins[0]);
		expect(url.origin).toBe(origins[0]);
		expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', '']);
		if (url.protocol !== 'https:') expect(origins[0]).toMatch(LOOPBACK_OR_LABEL);
		// What was typed shows the host that is meant, up to the ways to write an address.
		expect(text.trim()).toMatch(/^https?:\/\/[^/?#\\@\s]+\/?$/i);
	};

	it('is a valid origin or throws a Problem', () => {
		const piece = fc.oneof(
			fc.constantFrom(
				...['http', 'https', '://', ':', '/', '//', '\\', '@', '.', '?', '#', '%2f', '%00'],
				...['localhost', '127.0.0.1', '[::1]', '10.0.0.1', 'evil.example', 'x', ':80', '\t', '。'],
			),
			fc.string({ unit: anyCharacter, maxLength: 4 }),
		);
		const likely = fc
			.tuple(
				fc.constantFrom('http://', 'https://', 'http:', 'https:\\', ''),
				fc.array(piece, { maxLength: 6 }),
			)
			.map(([scheme, rest]) => scheme + rest.join(''));
		fc.assert(fc.property(likely, holds), { numRuns: 3000 });
		fc.assert(fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), holds));
		fc.assert(fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), holds));
	});

	it('is handled in the same way with 20,000 characters', () => {
		for (const text of ['a', '.', '/', ':', '@', '[', '%', '-'])
			holds(`http://${text.repeat(20_000)}`);
	});
});
