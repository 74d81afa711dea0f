import { applicationRules } from '../../nodes/WechatPay/application/rules';
import { Client } from '../../nodes/WechatPay/client/client';
import type { OutgoingRequest } from '../../nodes/WechatPay/client/outgoingRequest';
import { isAbsentWithdrawal } from '../../nodes/WechatPay/failure/cause';
import { CallError, InputError, StoppedError } from '../../nodes/WechatPay/failure/errors';
import type { Post } from '../../nodes/WechatPay/item/post';
import { CANCEL_MEDIA, packMedia } from '../../nodes/WechatPay/protocol/media';
import { newAccount } from '../support/accounts';
import { PUBLIC_KEY, signedAnswer } from '../support/answers';
import { itemOf } from '../support/items';
import type { Given } from '../support/items';
import { rejection } from '../support/refusal';
import { GOLDEN_PNG } from '../support/vectors';

// An item with a client and without an engine: what is sent for it, and what its error says.

const SIGN_ERROR = '{"code":"SIGN_ERROR","message":"签名错误"}';
const NOT_FOUND = '{"code":"NOT_FOUND","message":"单号不存在"}';
const STATUSES: Record<string, number> = { [SIGN_ERROR]: 401, [NOT_FOUND]: 404 };

interface Sent {
	method: string;
	path: string;
	body: Buffer | undefined;
	headers: Record<string, string>;
}

/** A client whose requests are answered with these bodies, one after the other. */
function clientWith(bodies: string[], trust = newAccount().trust) {
	const sent: Sent[] = [];
	const send = async ({ method = 'GET', url = '', body, headers }: OutgoingRequest) => {
		const { pathname } = new URL(url);
		sent.push({
			method,
			path: pathname,
			// As it is now: the memory of an upload is used again.
			body: body === undefined ? undefined : Buffer.from(body as Buffer),
			headers: headers as Record<string, string>,
		});
		const answer = signedAnswer(bodies.shift() ?? '');
		return await Promise.resolve({
			...answer,
			statusCode: STATUSES[answer.body.toString()] ?? 200,
		});
	};
	const client = new Client(newAccount({ trust }), send, { requestsPerSecond: 0, maxAttempts: 4 });
	jest.spyOn(client.runState, 'wait').mockResolvedValue(undefined);
	return { client, sent, asked: () => sent.map(({ method, path }) => `${method} ${path}`) };
}

function open(bodies: string[], given?: Given, trust?: Parameters<typeof clientWith>[1]) {
	const { client, ...rest } = clientWith(bodies, trust);
	return { client, item: itemOf(client, given), ...rest };
}

const label = '"Out Apply No." A1';
const post: Post = {
	path: '/v3/create',
	body: async () => await Promise.resolve(Buffer.from('{}')),
	lookUpPath: '/v3/get',
	about: { out_apply_no: 'A1', sub_mchid: '1' },
	rules: applicationRules({ label, subMchid: '1', ifExists: 'returnExisting' }),
};
const found = JSON.stringify({ sub_mchid: '1', cancel_state: 'REVIEWING', out_apply_no: 'A1' });

describe('submit', () => {
	it.each(['', 'null', '[]', '"yes"', '<html>'])(
		'looks up the application when Create returns %j',
		async (body) => {
			const { asked, item } = open([body, found]);
			expect(await item.submit(post)).toEqual({
				response: JSON.parse(found) as object,
				alreadyExisted: false,
			});
			expect(asked()).toEqual(['POST /v3/create', 'GET /v3/get']);
		},
	);

	it('creates the body once and repeats the same bytes', async () => {
		const made: string[] = [];
		const { sent, item, asked } = open(['', NOT_FOUND, NOT_FOUND, NOT_FOUND, found]);
		await item.submit({
			...post,
			body: async () => {
				made.push(asked().join());
				return await Promise.resolve(Buffer.from(`{"made":${made.length}}`));
			},
		});
		expect(made).toEqual(['']);
		const posts = sent.filter(({ method }) => method === 'POST');
		expect(posts.map(({ body }) => String(body))).toEqual(['{"made":1}', '{"made":1}']);
		expect(posts[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
		expect(posts[0]?.headers).not.toHaveProperty('wechatpay-serial');
	});

	it('creates no body for an application that already exists', async () => {
		const body = jest.fn();
		const { asked, item } = open([found]);
		const rules = { ...post.rules, looksUpFirst: true };
		expect(await item.submit({ ...post, body, rules })).toMatchObject({ alreadyExisted: true });
		expect(asked()).toEqual(['GET /v3/get']);
		expect(body).not.toHaveBeenCalled();
	});

	it('treats NOT_FOUND as absent unless isAbsent decides otherwise', async () => {
		const rules = { ...post.rules, looksUpFirst: true };
		const { asked, item } = open([NOT_FOUND, found]);
		await item.submit({ ...post, rules });
		expect(asked()).toEqual(['GET /v3/get', 'POST /v3/create']);

		const strict = open([NOT_FOUND]);
		const error = await strict.item
			.submit({ ...post, rules, isAbsent: isAbsentWithdrawal })
			.catch((thrown: Error) => thrown);
		expect((error as Error).message).toMatch(/^"Out Apply No\." A1 was not submitted, because/);
		expect(strict.asked()).toEqual(['GET /v3/get']);
	});

	it('sends the key serial when sendsKeySerial is set', async () => {
		const trust = { mode: 'publicKey', publicKey: PUBLIC_KEY } as const;
		const { sent, item } = open([found], {}, trust);
		await item.submit({ ...post, sendsKeySerial: true });
		expect(sent[0]?.headers).toMatchObject({ 'wechatpay-serial': PUBLIC_KEY.id });
	});

	it('reads the state back when the response has none', async () => {
		const accepted = JSON.stringify({ out_apply_no: 'A1', id: '7' });
		const { asked, item } = open([accepted, JSON.stringify({ out_apply_no: 'A1', status: 'S' })]);
		expect((await item.submit({ ...post, readBackHint: 'hint' })).response).toEqual({
			out_apply_no: 'A1',
			id: '7',
			status: 'S',
		});
		expect(asked()).toEqual(['POST /v3/create', 'GET /v3/get']);
	});

	it('returns the accepted response and a hint when the state cannot be read back', async () => {
		const accepted = JSON.stringify({ out_apply_no: 'A1', id: '7' });
		const { item } = open([accepted, NOT_FOUND]);
		const { response: answer } = await item.submit({ ...post, readBackHint: 'Look it up later.' });
		expect(answer).toEqual({ out_apply_no: 'A1', id: '7' });
		expect([...item.run.hints]).toEqual(['Look it up later.']);
	});
});

describe('a parameter', () => {
	const field = { name: 'accountName', displayName: 'Account Name' };

	it('is evaluated once per item', async () => {
		const { client, item } = open([]);
		let evaluations = 0;
		jest.spyOn(item.run.context, 'getNodeParameter').mockImplementation(() => `N${++evaluations}`);
		expect([item.text(field), item.text(field)]).toEqual(['N1', 'N1']);
		const checked: string[] = [];
		const secret = { name: 'accountNumber', displayName: 'Account Number' };
		const read = () => {
			checked.push(item.text(secret));
			throw new InputError('refused', '');
		};
		await expect(item.secret(secret, read)).rejects.toThrow('refused');
		expect(checked).toEqual(item.secrets);
		expect(client.runState.secrets).toEqual(item.secrets);
	});
});

describe('upload', () => {
	const upload = packMedia(GOLDEN_PNG, 'seal.png', CANCEL_MEDIA, 'boundary');

	it.each(['{}', '{"media_id":""}', '{"media_id":7}'])(
		'rejects the response %s because it has no media ID',
		async (body) => {
			const { item } = open([body]);
			await expect(item.upload(upload)).rejects.toThrow('returned no media ID');
		},
	);

	it('sends the bytes of the upload and returns the whole response', async () => {
		const { item, sent } = open(['{"media_id":"A","more":1}']);
		expect(await item.upload(upload)).toEqual({ media_id: 'A', more: 1 });
		const { path, body, contentType } = upload;
		expect(sent).toMatchObject([
			{ method: 'POST', path, body, headers: { 'content-type': contentType } },
		]);
	});
});

describe('a stopped run', () => {
	it('sends nothing more and fails every call with the original error', async () => {
		const { client, item, asked } = open([SIGN_ERROR]);
		await expect(item.get('/v3/x', {})).rejects.toThrow(CallError);
		const next = itemOf(client, { parameters: { accountName: '张三丰' } });
		const field = { name: 'accountName', displayName: 'Account Name' };
		for (const call of [
			async () => await next.get('/v3/x', {}),
			async () => await next.upload(packMedia(GOLDEN_PNG, '', CANCEL_MEDIA, 'boundary')),
			async () => await next.submit(post),
			async () => await next.secret(field, () => '张三丰'),
		]) {
			const error: unknown = await call().catch((thrown: unknown) => thrown);
			expect(error).toBeInstanceOf(StoppedError);
			expect(next.report(error)).toMatchObject({
				message: 'WeChat Pay refused: SIGN_ERROR: 签名错误',
				details: { not_sent: true },
			});
		}
		expect(asked()).toEqual(['GET /v3/x']);
	});
});

describe('the report of a failed item', () => {
	const number = { name: 'outApplyNo', displayName: 'Out Apply No.' };
	const name = { name: 'accountName', displayName: 'Account Name' };
	const trust = { mode: 'publicKey', publicKey: PUBLIC_KEY } as const;

	it('includes the notes and whether anything was sent', async () => {
		const { item } = open([NOT_FOUND], { parameters: { outApplyNo: 'A1' } });
		expect(item.ownNumber(number, 'out_apply_no')).toBe('A1');
		item.note({ media_ids: ['M1'] });
		const known = { out_apply_no: 'A1', media_ids: ['M1'] };
		expect(item.report(new InputError('x', 'do')).details).toEqual({
			hint: 'do',
			...known,
			not_sent: true,
		});
		const error: unknown = await item.get('/v3/get', {}).catch((thrown: unknown) => thrown);
		const { details } = item.report(error);
		expect(details).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404, ...known });
		expect(details).not.toHaveProperty('not_sent');
	});

	it.each([
		['empty', '', ' is empty'],
		['with a hyphen', 'A-1', ' "A-1" is not 1 to 32 letters and digits'],
		['of 33 characters', 'A'.repeat(33), ` "${'A'.repeat(33)}" is not 1 to 32 letters and digits`],
		['a number that lost digits', 2 ** 53, ` is the number ${2 ** 53}, which has lost`],
	])('names the field of an own number that is %s', async (_what, outApplyNo, said) => {
		const { item } = open([], { parameters: { outApplyNo } });
		const error = await rejection(
			Promise.resolve().then(() => item.ownNumber(number, 'out_apply_no')),
		);
		expect(error.message.startsWith(`"Out Apply No."${said}`)).toBe(true);
	});

	it('masks sensitive texts of the item and of the error that stopped the run', async () => {
		const echo = '{"code":"PARAM_ERROR","message":"张三丰 有误"}';
		const { item, client } = open([echo], { parameters: { accountName: ' 张三丰 ' } }, trust);
		expect(await item.secret(name, () => '张三丰')).toMatch(/^[A-Za-z0-9+/]{342}==$/);
		const { message } = item.report(new InputError('refused 张三丰', 'not 张三丰'));
		expect(message).toBe('refused ***');
		client.runState.stop({
			kind: 'signature',
			status: 401,
			code: 'SIGN_ERROR',
			message: 'for 张三丰',
			issue: '',
			isVerified: false,
		});
		const other = itemOf(client);
		const error: unknown = await other.get('/v3/x', {}).catch((thrown: unknown) => thrown);
		expect(other.report(error).message).toBe('WeChat Pay refused: SIGN_ERROR: for ***');
	});

	it('masks a sensitive text that was refused before encryption', async () => {
		const { item } = open([], { parameters: { accountName: '6222020200112233445' } }, trust);
		const refuse = (): string => {
			throw new InputError('"Account Name" 6222-0202-0011-2233-445 is wrong');
		};
		const error: unknown = await item.secret(name, refuse).catch((thrown: unknown) => thrown);
		expect(item.report(error).message).toBe('"Account Name" *** is wrong');
	});

	it('explains that encryption requires response verification', async () => {
		const { item } = open([], { parameters: { accountName: '张三丰' } });
		const { message } = await rejection(item.secret(name, () => '张三丰'));
		expect(message).toMatch(/^"Response Verification" is "None"/);
	});

	it('names the field of a text that cannot be encrypted', async () => {
		const { item } = open([], { parameters: { accountName: '𠮷田' } }, trust);
		const { message } = await rejection(item.secret(name, () => '𠮷田'));
		expect(message).toMatch(/^"Account Name" holds a character/);
	});
});
