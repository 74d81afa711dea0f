import type { FaultRule } from '../../sandbox';
import { detailsOf, openBench } from '../support/bench';
import { applyParameters, SECRETS } from '../support/cancelWithdrawals';
import { newNumber, newSubMchid } from '../support/inputs';

// WeChat Pay's messages may echo what was sent, in any form. Each item's errors are masked with its
// own texts, and with those of other items only where a sentence reaches them all.

const bench = openBench();

const { accountName, accountNumber, identificationNo } = SECRETS;

/** WeChat Pay answers an application with a message of its own. */
const answer = (number: string, message: string, more: Partial<FaultRule> = {}) =>
	bench.sandbox.fault({
		kind: 'answer',
		match: { method: 'POST', number },
		code: 'PARAM_ERROR',
		message,
		...more,
	});

/** Applications, each with a payee of its own. */
const rows = (...payees: Array<Record<string, string>>) =>
	payees.map((payee) => ({
		json: {
			n: newNumber(),
			s: newSubMchid(),
			name: accountName,
			account: accountNumber,
			...payee,
		},
	}));

const parameters = applyParameters({
	outRequestNo: '={{ $json.n }}',
	subMchid: '={{ $json.s }}',
	accountName: '={{ $json.name }}',
	accountNumber: '={{ $json.account }}',
});

it.each([
	['with spaces', '账号 6222 0202 0011 2233 445 有误', '账号 *** 有误'],
	['with dashes', '账号 6222-0202-0011-2233-445 有误', '账号 *** 有误'],
	['in other case', `证件 ${identificationNo.toLowerCase()} 有误`, '证件 *** 有误'],
	['URL-encoded', `name=${encodeURIComponent(accountName)}&x=1`, 'name=***&x=1'],
	['partly URL-encoded', 'name=张%E4%b8%89丰&x=1', 'name=***&x=1'],
])('a sensitive value %s is masked in the error message', async (_how, message, masked) => {
	const [item] = rows({});
	answer(item.json.n, message);
	const { error } = await bench.one(parameters, item);
	expect(error).toBe(`WeChat Pay refused: PARAM_ERROR: ${masked}`);
});

it('a sensitive value is masked in the error details', async () => {
	const [item] = rows({ n: accountNumber });
	answer(item.json.n, 'x', { code: `E_${accountNumber}` });
	const details = detailsOf(await bench.one(parameters, item));
	expect(details).toMatchObject({ code: 'E_***', out_request_no: '***', httpStatus: 400 });
	expect(JSON.stringify(details)).not.toContain(accountNumber);
});

it('short values such as "0" are not masked', async () => {
	const items = rows({ account: '0' }, {}, { account: '12', name: '张' });
	const message = '参数错误：金额 100，张数 12';
	for (const { json } of items) answer(json.n, message);
	const outcomes = await bench.outcomes(items, parameters);
	expect(outcomes.map(({ error }) => error)).toEqual(
		items.map(() => `WeChat Pay refused: PARAM_ERROR: ${message}`),
	);
	expect(outcomes.map((outcome) => detailsOf(outcome).out_request_no)).toEqual(
		items.map(({ json }) => json.n),
	);
});

it('values of other items are not masked', async () => {
	const items = rows({ name: 'PARAM_ERROR' }, {}, { name: 'WeChat Pay' });
	for (const { json } of items) answer(json.n, '参数错误');
	const outcomes = await bench.outcomes(items, parameters);
	expect(outcomes.map(({ error }) => error)).toEqual([
		'WeChat Pay refused: ***: 参数错误',
		'WeChat Pay refused: PARAM_ERROR: 参数错误',
		'*** refused: PARAM_ERROR: 参数错误',
	]);
});

it('an error that stops the run is masked for every item', async () => {
	const items = rows({}, { name: '李四', account: '6217000010001234567' }, { account: '0' });
	const [first] = items;
	answer(first.json.n, `签名错误 ${accountNumber} 张 三 丰`, { status: 401, code: 'SIGN_ERROR' });
	// One after the other, so that the others have not been sent when the run stops.
	const options = { batching: { batch: { batchSize: 1 } } };
	const outcomes = await bench.outcomes(items, { ...parameters, options });
	for (const outcome of outcomes) {
		expect(outcome.error).toBe('WeChat Pay refused: SIGN_ERROR: 签名错误 *** ***');
	}
	expect(outcomes.map((outcome) => detailsOf(outcome).not_sent)).toEqual([undefined, true, true]);
});
