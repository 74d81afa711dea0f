import { CallError, InputError, StoppedError } from '../../nodes/WechatPay/failure/errors';
import type { Cause } from '../../nodes/WechatPay/failure/cause';
import { Client } from '../../nodes/WechatPay/client/client';
import { callEach } from '../../nodes/WechatPay/item/each';
import { newAccount } from '../support/accounts';
import { itemOf } from '../support/items';

const refused = (code: string, message: string): CallError =>
	new CallError({ kind: 'refused', status: 400, code, message, issue: '', isVerified: true });
const clock: Cause = { kind: 'clock', status: 401, code: 'SIGN_ERROR' };

/** Makes these calls; `made` lists those that were made. */
function make(outcomes: Array<string | Error>) {
	const send = jest.fn();
	const item = itemOf(new Client(newAccount(), send, { requestsPerSecond: 0, maxAttempts: 1 }));
	const made: number[] = [];
	const calls = outcomes.map((outcome, i) => async () => {
		made.push(i);
		if (outcome instanceof Error) throw outcome;
		return await Promise.resolve(outcome);
	});
	return { made, parts: callEach(item, calls) };
}

it('callEach returns the results in order', async () => {
	expect(await make(['a', 'b']).parts).toEqual([{ found: 'a' }, { found: 'b' }]);
	expect(await make([]).parts).toEqual([]);
});

it('callEach returns code and message in place of a refused call and continues', async () => {
	const { made, parts } = make(['a', refused('PARAM_ERROR', 'm'), 'c']);
	expect(await parts).toEqual([
		{ found: 'a' },
		{ error: { code: 'PARAM_ERROR', message: 'WeChat Pay refused: PARAM_ERROR: m' } },
		{ found: 'c' },
	]);
	expect(made).toEqual([0, 1, 2]);
});

it('callEach returns code and message for a missing response', async () => {
	const silent = { reason: 'cut', host: 'h', code: 'ECONNRESET', timeoutMs: 1 } as const;
	const lost = new CallError({ kind: 'noResponse', mayHaveArrived: true, ...silent });
	const [, part] = await make(['a', lost]).parts;
	expect(part).toEqual({
		error: { code: 'ECONNRESET', message: 'The connection to h was cut (ECONNRESET)' },
	});
});

it('callEach rejects with the first error when all calls were refused', async () => {
	const first = refused('NO_AUTH', 'm');
	const { made, parts } = make([first, refused('PARAM_ERROR', 'm')]);
	await expect(parts).rejects.toBe(first);
	expect(made).toEqual([0, 1]);
});

it.each([
	['a run that was stopped', new StoppedError(clock)],
	['a field that is wrong', new InputError('x')],
	['an error of ours', new TypeError('x')],
])('callEach rejects at once with %s', async (_what, error) => {
	const { made, parts } = make(['a', error, 'c']);
	await expect(parts).rejects.toBe(error);
	expect(made).toEqual([0, 1]);
});
