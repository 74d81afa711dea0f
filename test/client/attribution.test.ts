import type { OutgoingRequest } from '../../nodes/WechatPay/client/outgoingRequest';
import { Client } from '../../nodes/WechatPay/client/client';
import { applicationRules } from '../../nodes/WechatPay/application/rules';
import { CallError } from '../../nodes/WechatPay/failure/errors';
import { describeError } from '../../nodes/WechatPay/failure/describe';
import { newAccount } from '../support/accounts';
import { PUBLIC_KEY, signedAnswer, type RawAnswer } from '../support/answers';
import { itemOf } from '../support/items';

// A signature does not say to which request an answer belongs: what tells that, and what follows.

beforeEach(() => {
	// The pauses between attempts are not what is tested here.
	jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => jest.restoreAllMocks());

/** An item whose requests get these answers, one after the other; the last one again and again. */
function open(answers: RawAnswer[], { verified = true, maxAttempts = 2 } = {}) {
	const asked: string[] = [];
	const send = async ({ method, url }: OutgoingRequest) => {
		asked.push(`${method} ${new URL(url ?? '').pathname}`);
		return await Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]);
	};
	const account = newAccount(
		verified ? { trust: { mode: 'publicKey', publicKey: PUBLIC_KEY } } : {},
	);
	const client = new Client(account, send, { requestsPerSecond: 0, maxAttempts });
	jest.spyOn(client.runState, 'wait').mockResolvedValue(undefined);
	const item = itemOf(client);
	const submit = async () =>
		await item.submit({
			path: '/v3/create',
			body: async () => await Promise.resolve(Buffer.from('{}')),
			lookUpPath: '/v3/get',
			about: { out_apply_no: 'A1', sub_mchid: '1' },
			rules: applicationRules({
				label: '"Out Apply No." A1',
				subMchid: '1',
				ifExists: 'returnExisting',
			}),
		});
	return { asked, client, item, submit };
}

const mine = (more: object = {}) =>
	signedAnswer({ out_apply_no: 'A1', sub_mchid: '1', cancel_state: 'REVIEWING', ...more });
const others = () =>
	signedAnswer({ out_apply_no: 'B2', sub_mchid: '2', cancel_state: 'CANCEL_SUCCESS' });

const errorOf = async (promise: Promise<unknown>): Promise<CallError> => {
	const error: unknown = await promise.catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(CallError);
	return error as CallError;
};

describe('a response about another number', () => {
	it('is requested again', async () => {
		const { item, asked } = open([others(), mine()]);
		expect(await item.get('/v3/get', { out_apply_no: 'A1' })).toMatchObject({ out_apply_no: 'A1' });
		expect(asked).toHaveLength(2);
	});

	it('is never returned or quoted in the error', async () => {
		const { item } = open([others(), others()]);
		const error = await errorOf(item.get('/v3/get', { out_apply_no: 'A1' }));
		expect(error.outcome).toBe('open');
		const words = describeError(error);
		expect(words.message).toBe('The response is about something else: its out_apply_no is not A1');
		expect(words.hint).toContain('Check the "API Host"');
		expect(JSON.stringify([error.cause, words])).not.toMatch(/B2|SUCCESS/);
	});

	it('is rejected even without verification', async () => {
		const { item } = open([others()], { verified: false });
		await errorOf(item.get('/v3/get', { out_apply_no: 'A1' }));
	});

	it('is followed by a look-up after a POST', async () => {
		const { submit, asked } = open([others(), mine()]);
		expect(await submit()).toMatchObject({
			response: { out_apply_no: 'A1' },
			alreadyExisted: false,
		});
		expect(asked).toEqual(['POST /v3/create', 'GET /v3/get']);
	});
});

describe('the direct response to a POST', () => {
	it.each([
		['number and merchant', { out_apply_no: 'A1', sub_mchid: '1' }],
		['the number alone', { out_apply_no: 'A1' }],
		['the merchant alone', { sub_mchid: '1' }],
	])('is accepted with %s', async (_what, answer) => {
		const { submit, asked } = open([signedAnswer(answer)]);
		expect((await submit()).response).toEqual(answer);
		expect(asked).toEqual(['POST /v3/create']);
	});

	it.each([
		['neither field', {}],
		['both, empty', { out_apply_no: '', sub_mchid: null }],
		['another merchant', { out_apply_no: 'A1', sub_mchid: '2' }],
		['another number', { out_apply_no: 'B2', sub_mchid: '1' }],
	])('is followed by a look-up with %s', async (_what, answer) => {
		const { submit, asked } = open([signedAnswer(answer), mine()]);
		expect((await submit()).response).toMatchObject({ out_apply_no: 'A1', sub_mchid: '1' });
		expect(asked).toEqual(['POST /v3/create', 'GET /v3/get']);
	});

	it('is rejected if the number belongs to another sub-merchant', async () => {
		const { submit } = open([mine({ sub_mchid: '2' }), mine({ sub_mchid: '2' })]);
		await expect(submit()).rejects.toThrow('belongs to sub-merchant 2, not to 1');
	});

	it('leaves the outcome unknown if it cannot be matched to the request', async () => {
		const nothing = Array.from({ length: 9 }, () => signedAnswer({}));
		const { submit } = open([...nothing.slice(0, 1), others(), others(), ...nothing]);
		await expect(submit()).rejects.toMatchObject({
			message: expect.stringContaining(
				'has no out_apply_no or sub_mchid, so it cannot be matched',
			) as string,
			details: { outcome: 'unknown' },
		});
	});
});

describe('a repeated nonce', () => {
	it('causes another attempt', async () => {
		const first = mine();
		const { item, asked } = open([first, first, mine({ cancel_state: 'REJECTED' })]);
		await item.get('/v3/get', { out_apply_no: 'A1' });
		expect(await item.get('/v3/get', { out_apply_no: 'A1' })).toMatchObject({
			cancel_state: 'REJECTED',
		});
		expect(asked).toHaveLength(3);
	});

	it('is rejected in another run and with another credential of the same process', async () => {
		const first = mine();
		await open([first]).item.get('/v3/get', {});
		const error = await errorOf(open([first]).item.get('/v3/get', {}));
		expect(describeError(error).message).toContain(
			'received before (its Wechatpay-Nonce is repeated)',
		);
		expect(error.outcome).toBe('open');
	});

	it('in the response to a POST causes a look-up', async () => {
		const first = mine();
		await open([first]).item.get('/v3/get', {});
		const { submit, asked } = open([first, mine()]);
		expect(await submit()).toMatchObject({ alreadyExisted: false });
		expect(asked).toEqual(['POST /v3/create', 'GET /v3/get']);
	});

	it('is rejected even if its first response was about another number', async () => {
		const answer = others();
		await errorOf(open([answer], { maxAttempts: 1 }).item.get('/v3/get', { out_apply_no: 'A1' }));
		await errorOf(open([answer], { maxAttempts: 1 }).item.get('/v3/get', { out_apply_no: 'B2' }));
	});

	it('is accepted if its first response failed verification', async () => {
		const right = mine();
		const changed = { ...right, body: Buffer.concat([right.body, Buffer.from(' ')]) };
		const proof = mine();
		const { item } = open([proof, changed, right]);
		await item.get('/v3/get', {});
		expect(await item.get('/v3/get', { out_apply_no: 'A1' })).toMatchObject({ out_apply_no: 'A1' });
	});

	it('is accepted without verification', async () => {
		const first = mine();
		const { item, asked } = open([first], { verified: false });
		await item.get('/v3/get', {});
		await item.get('/v3/get', {});
		expect(asked).toHaveLength(2);
	});
});

describe('misdirected and repeated responses', () => {
	const changed = () => {
		const right = mine();
		return { ...right, body: Buffer.concat([right.body, Buffer.from(' ')]) };
	};

	it.each([
		['about another number', () => Array.from({ length: 12 }, others)],
		[
			'given before',
			() =>
				Array.from(
					{ length: 13 },
					(
						(answer) => () =>
							answer
					)(others()),
				),
		],
	])('do not stop the run, even a dozen in a row: %s', async (_, make) => {
		const answers = make();
		const count = answers.length;
		const { item } = open([...answers, mine()], { maxAttempts: 1 });
		for (let i = 0; i < count; i++) {
			await errorOf(item.get('/v3/get', { out_apply_no: 'A1' }));
		}
		expect(await item.get('/v3/get', { out_apply_no: 'A1' })).toMatchObject({
			out_apply_no: 'A1',
		});
	});

	it('prove the key, so that later wrong signatures do not stop the run', async () => {
		const { item } = open(
			[others(), changed(), changed(), others(), changed(), changed(), mine()],
			{
				maxAttempts: 1,
			},
		);
		for (let i = 0; i < 6; i++) await errorOf(item.get('/v3/get', { out_apply_no: 'A1' }));
		expect(await item.get('/v3/get', { out_apply_no: 'A1' })).toMatchObject({ out_apply_no: 'A1' });
	});
});

it('get keeps the digits of integers beyond the safe range', async () => {
	const { item } = open([signedAnswer('{"applyment_id":20000000000000001,"available_amount":5}')]);
	expect(await item.get('/v3/get', { applyment_id: '20000000000000001' })).toEqual({
		applyment_id: '20000000000000001',
		available_amount: 5,
	});
});
