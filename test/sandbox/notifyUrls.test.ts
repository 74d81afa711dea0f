import { NOTIFY_URL } from '../../sandbox/notifications/urls';
import { get, send, verified } from './client';
import { openNotified } from './notified';

const COMPLAINTS = '/v3/merchant-service/complaint-notifications';
const VIOLATIONS = '/v3/merchant-risk-manage/violation-notifications';

describe('a notify_url', () => {
	it.each([
		'https://example.com/wechatpay',
		'https://n8n.example.com:8443/webhook/1f0c-4a/wechatpay',
		'https://203.0.113.7/x',
		'http://127.0.0.1:5678/webhook/x',
		'http://localhost:5678/x',
		'http://host.docker.internal:5678/x',
		'http://n8n:5678/x',
		'http://[::1]:5678/x',
	])('may be %s', (url) => {
		expect(NOTIFY_URL.test(url)).toBe(true);
	});

	it.each([
		'http://www.weixin.qq.com',
		'https://www.weixin.qq.com',
		'https://www.weixin.qq.com/',
		'http://example.com/x',
		'./PayNotify.aspx',
		'test',
		'https://example.com/x?a=1',
		'https://example.com/x#a',
		'https://example.com/x y',
		'https://localhost/x',
		'https://127.0.0.1/x',
		'https://192.168.1.2/x',
		'https://10.1.2.3/x',
		'https://172.16.0.1/x',
		'https://例子.com/x',
		'https://user:word@example.com/x',
		'http://192.168.1.2/x',
		'ftp://example.com/x',
		'',
	])('may not be %j', (url) => {
		expect(NOTIFY_URL.test(url)).toBe(false);
	});
});

describe.each([
	['complaints', COMPLAINTS, 'url', [404, 'RESOURCE_NOT_EXISTS'], [400, 'INVALID_REQUEST'], 255],
	['violations', VIOLATIONS, 'notify_url', [404, 'NOT_FOUND'], [409, 'ALREADY_EXISTS'], 256],
] as const)('the address for %s', (_of, path, field, missing, exists, max) => {
	const stage = openNotified(({ receiver }) => ({ subscriptionUrl: receiver.url }));
	const own = path === COMPLAINTS ? () => ({ mchid: stage.keys.mchid }) : () => ({});
	const put = async (url: unknown, method: 'POST' | 'PUT') =>
		await send(stage.sandbox, { method, path, body: JSON.stringify({ [field]: url }) });
	const remove = async () => await send(stage.sandbox, { method: 'DELETE', path });
	const outcome = ({ status, body }: { status: number; body: Record<string, unknown> }) => [
		status,
		body.code,
	];

	it('is created, read, changed and deleted; every answer is signed', async () => {
		expect(outcome(await get(stage.sandbox, path))).toEqual(missing);
		expect(outcome(await put('https://example.com/a', 'PUT'))).toEqual(missing);
		expect(outcome(await remove())).toEqual(missing);
		const created = await put('https://example.com/a', 'POST');
		expect([created.status, created.body]).toEqual([
			200,
			{ ...own(), [field]: 'https://example.com/a' },
		]);
		expect(outcome(await put('https://example.com/b', 'POST'))).toEqual(exists);
		expect((await get(stage.sandbox, path)).body).toEqual(created.body);
		const changed = await put('https://example.com/c', 'PUT');
		expect(changed.body).toEqual({ ...own(), [field]: 'https://example.com/c' });
		const removed = await remove();
		expect([removed.status, removed.raw.length]).toEqual([204, 0]);
		const [{ certificatePem }] = stage.keys.platformCertificates;
		for (const reply of [created, changed, removed]) {
			expect(verified(reply, certificatePem)).toBe(true);
		}
		expect(outcome(await get(stage.sandbox, path))).toEqual(missing);
	});

	it('is checked', async () => {
		for (const method of ['POST', 'PUT'] as const) {
			const wrong = ['http://example.com/a', 'https://example.com/a?b=c', '', 7, undefined];
			for (const url of [...wrong, `https://example.com/${'a'.repeat(max - 19)}`]) {
				expect(outcome(await put(url, method))).toEqual([400, 'PARAM_ERROR']);
			}
		}
		const longest = `https://example.com/${'a'.repeat(max - 20)}`;
		expect((await put(longest, 'POST')).body[field]).toHaveLength(max);
	});

	it('takes the methods that are documented', async () => {
		expect((await send(stage.sandbox, { method: 'PATCH', path, body: '{}' })).status).toBe(405);
	});
});
