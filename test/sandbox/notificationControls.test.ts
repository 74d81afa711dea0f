import { openNotified } from './notified';

const stage = openNotified(() => ({ notify: { signWith: 'publicKey' } }));

describe('the controls of notifications', () => {
	it.each([
		['no address', { event: 'test' }, 'No address is set for it: give a "url".'],
		['an invalid URL', { event: 'test', url: 'here' }, 'TypeError: Invalid URL'],
		['another protocol', { event: 'test', url: 'ftp://a/b' }, '"url" must be http(s).'],
		[
			'an unknown event',
			{ event: 'x', url: 'http://a/b' },
			'"event", or "event_type" and "resource"?',
		],
		[
			'an unknown fault',
			{ event: 'test', url: 'http://a/b', faults: ['x'] },
			'There is no fault "x".',
		],
		['an unknown key', { event: 'test', url: 'http://a/b', signWith: 'x' }, 'There is no key x.'],
		[
			'an unknown number',
			{ event: 'cancellation', number: 'X' },
			'There is no application or withdrawal X.',
		],
		[
			'copies that cannot be',
			{ event: 'test', url: 'http://a/b', copies: -1 },
			'"copies" must be a number.',
		],
	])('refuse %s', async (_what, body, error) => {
		expect(await stage.notify(body)).toMatchObject({ status: 400, body: { error } });
		expect(stage.sandbox.notifications.records).toEqual([]);
	});

	it.each([
		[{ speed: 0 }, '"speed" cannot be 0.'],
		[{ faster: 1 }, 'There is no setting "faster".'],
		[{ speed: 5, hold: 'yes' }, '"hold" cannot be "yes".'],
		[
			{ subscriptionUrl: 'http://example.com/x' },
			'"subscriptionUrl" must be https, or http on this machine, without parameters.',
		],
		[{ signWith: 'nobody' }, 'There is no key nobody.'],
	])('refuse the settings %j and change nothing', async (settings, error) => {
		const before = (await stage.control('GET', '/notify')).body;
		expect(await stage.control('PUT', '/notify', settings)).toMatchObject({
			status: 400,
			body: { error },
		});
		expect((await stage.control('GET', '/notify')).body).toEqual(before);
	});

	it('show and change where notifications go and how', async () => {
		const { body } = await stage.control('PUT', '/notify', {
			subscriptionUrl: stage.receiver.url,
			speed: 1000,
			remark: 'code',
		});
		expect(body).toEqual({
			urls: { subscription: stage.receiver.url },
			settings: expect.objectContaining({ speed: 1000, remark: 'code', signWith: 'publicKey' }),
		});
		await stage.notify({ event: 'test' });
		await stage.receiver.count(1);
		const none = await stage.control('PUT', '/notify', { subscriptionUrl: null });
		expect(none.body.urls).toEqual({});
	});

	it('cancel what is pending, and clear the list', async () => {
		stage.receiver.answer = (response) => response.writeHead(500).end();
		stage.sandbox.notifications.settings.speed = 1;
		await stage.notify({ event: 'test', url: stage.receiver.url });
		await stage.receiver.count(1);
		await stage.control('DELETE', '/notifications', {});
		await stage.sandbox.notifications.settled();
		expect(stage.receiver.received).toHaveLength(1);
		expect((await stage.control('GET', '/notifications')).body).toEqual({ notifications: [] });
		await stage.notify({ event: 'echo', url: stage.receiver.url });
		await stage.receiver.count(2);
	});

	it('list what is available', async () => {
		const { status, body } = await stage.control('GET', '');
		expect(status).toBe(404);
		expect(Object.keys(body)).toContain('POST /sandbox/notify');
	});
});
