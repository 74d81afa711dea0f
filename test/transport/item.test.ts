import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CANCEL_MEDIA, checkMedia } from '../../nodes/WechatPay/protocol/media';
import type { OutgoingRequest } from '../../nodes/WechatPay/transport/outgoingRequest';
import { applicationRules, ItemTransport } from '../../nodes/WechatPay/transport';
import { Run } from '../../nodes/WechatPay/transport/run';
import { GOLDEN_PNG } from '../support/vectors';

// Answers that are verified and yet say nothing: the sandbox gives none, so they are made here.

const { privateKey }: { privateKey: KeyObject } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
});

const signError = '{"code":"SIGN_ERROR","message":"签名错误"}';

/** An item whose requests are answered with these bodies, one after the other. */
function itemWith(...bodies: string[]) {
	const asked: string[] = [];
	const send = async ({ method, url }: OutgoingRequest) => {
		asked.push(`${method} ${new URL(url ?? '').pathname}`);
		const body = bodies.shift() ?? '';
		const statusCode = body === signError ? 401 : 200;
		return { statusCode, headers: {}, body: Buffer.from(body) };
	};
	const signer = { mchid: '1900007291', serial: 'AB', privateKey };
	const run = new Run(
		{ fingerprint: 'test', signer, origins: ['http://127.0.0.1'], trust: { mode: 'none' } },
		send,
		{ requestsPerSecond: 0, maxAttempts: 4 },
	);
	return { asked, item: new ItemTransport(run, new Map(), new Set()) };
}

const found = JSON.stringify({ sub_mchid: '1', cancel_state: 'REVIEWING' });

it.each(['', 'null', '[]', '"yes"', '<html>'])(
	'a create answered with %j is looked up, not taken for refused or accepted',
	async (body) => {
		const { asked, item } = itemWith(body, found);
		const wanted = { label: 'Out Apply No. A1', subMchid: '1' };
		const rules = applicationRules({ ...wanted, ifExists: 'returnExisting' });
		const submitted = await item.submit('/v3/create', Buffer.from('{}'), '/v3/get', rules);
		expect(submitted).toEqual({ answer: JSON.parse(found), alreadyExisted: false });
		expect(asked).toEqual(['POST /v3/create', 'GET /v3/get']);
	},
);

it.each(['{}', '{"media_id":""}', '{"media_id":7}'])(
	'an upload answered with %s is no media ID',
	async (body) => {
		const { item } = itemWith(body);
		const packed = item.pack(checkMedia(GOLDEN_PNG, '', CANCEL_MEDIA, 'data'), CANCEL_MEDIA);
		await expect(item.upload('/v3/media', packed)).rejects.toThrow('gave no media ID');
	},
);

it('reads no picture any more after the run was stopped', async () => {
	const { item } = itemWith(signError);
	await expect(item.get('/v3/x')).rejects.toThrow('SIGN_ERROR');
	const read = jest.fn();
	await expect(item.prepare(read)).rejects.toThrow('SIGN_ERROR');
	expect(read).not.toHaveBeenCalled();
});
