import { Rsa } from 'wechatpay-axios-plugin';
import { post, verified } from './client';
import { openNotified } from './notified';
import { decryptedByPlugin, envelopeOf, verifiedByPlugin } from './receiver';

const ECHO = '/v3/security/echo';

const stage = openNotified(({ receiver }) => ({ subscriptionUrl: receiver.url }));

describe('the echo', () => {
	const echo = async (body: object, serial?: string, key = stage.keys.wechatPayPublicKeyPem) =>
		await post(
			stage.sandbox,
			ECHO,
			{
				echo_message: '你好',
				encrypted_echo_message: Rsa.encrypt('世界', key),
				...body,
			},
			{ headers: { 'Wechatpay-Serial': serial } },
		);

	it('returns and announces the message, with the key that the request named', async () => {
		const [{ serial, certificatePem }] = stage.keys.platformCertificates;
		const calls = [
			[stage.keys.wechatPayPublicKeyId, stage.keys.wechatPayPublicKeyPem],
			[serial, certificatePem],
		];
		for (const [named, key] of calls) {
			const reply = await echo({ notify_url: stage.receiver.url }, named, key);
			expect(reply.status).toBe(200);
			expect(verified(reply, key)).toBe(true);
			expect(reply.body.echo_message).toBe('你好');
			const text = String(reply.body.encrypted_echo_message);
			expect(Rsa.decrypt(text, stage.keys.merchantPrivateKeyPem)).toBe('世界');
			const received = (await stage.all()).at(-1);
			if (!received) throw new Error('nothing came');
			expect(received.headers['wechatpay-serial']).toBe(named);
			expect(verifiedByPlugin(received, stage.keys)).toBe(true);
			expect(envelopeOf(received)).toMatchObject({
				event_type: 'SECURITY_ECHO.SUCCESS',
				resource: { original_type: 'security', associated_data: '' },
			});
			const told = decryptedByPlugin(received, stage.keys);
			expect(told.echo_message).toBe('你好');
			expect(Rsa.decrypt(String(told.encrypt_echo_message), stage.keys.merchantPrivateKeyPem)).toBe(
				'世界',
			);
		}
	});

	it('announces nothing without a notify_url, and encrypts only what was encrypted', async () => {
		const plain = { encrypted_echo_message: undefined };
		const reply = await echo(plain, stage.keys.wechatPayPublicKeyId);
		expect([reply.status, reply.body]).toEqual([200, { echo_message: '你好' }]);
		expect(await stage.all()).toEqual([]);
	});

	it.each([
		['no Wechatpay-Serial', {}, undefined],
		['no message', { echo_message: undefined }, 'key'],
		['a text that was encrypted with another key', { encrypted_echo_message: 'AAAA' }, 'key'],
		['an invalid address', { notify_url: 'http://example.com/a' }, 'key'],
	])('refuses %s', async (_what, body, serial) => {
		const reply = await echo(body, serial && stage.keys.wechatPayPublicKeyId);
		expect([reply.status, reply.body.code]).toEqual([400, 'PARAM_ERROR']);
		expect(await stage.all()).toEqual([]);
	});
});
