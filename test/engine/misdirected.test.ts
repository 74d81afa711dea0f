import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { EngineItem } from '../../engine';
import { detailsOf, openBench } from '../support/bench';
import {
	createFromFiles,
	createFromIds,
	getByNumber,
	scan,
	subMchid,
	withIds,
} from '../support/cancelApplications';
import { closeParameters, confirmParameters } from '../support/cancelWithdrawals';
import { newNumber, newSubMchid, sha256 } from '../support/inputs';
import { APPLY, CANCEL_MEDIA, CONFIRM, CREATE, lookUpPath } from '../support/paths';
import { Proxy, changedBy, signedBy, type Alter, type ProxiedAnswer } from '../support/proxy';

// WeChat Pay's signature does not cover the request: a proxy or a wrong server can hand out the answer to
// another request, and its signature fits.

const bench = openBench();
let proxy: Proxy;
beforeAll(async () => (proxy = await Proxy.start(bench.sandbox.port)));
afterEach(() => proxy.reset());
afterAll(async () => await proxy.stop());

const MIXED_UP = /^The response is about something else: its (\w+) is not (\w+)$/;

const credential = () => ({ customHost: proxy.url });
const one = async (parameters: INodeParameters, item: EngineItem = { json: {} }) =>
	await bench.one(parameters, item, { credential: credential() });
const all = async (items: EngineItem[], parameters: INodeParameters) =>
	await bench.outcomes(items, parameters, { credential: credential() });

const signed = (content: object | string) => signedBy(bench.sandbox.keys, content);
const changed = (answer: ProxiedAnswer, change: IDataObject) =>
	changedBy(bench.sandbox.keys, answer, change);

/** Answers matching requests with `other`, `times` times. */
function swap(method: string, path: string, other: Alter, times = Infinity): void {
	let left = times;
	proxy.alter = (request, answer, earlier) => {
		const isMeant = request.method === method && request.path.split('?')[0] === path;
		return isMeant && left-- > 0 ? other(request, answer, earlier) : answer;
	};
}

const attempts = (maxAttempts: number) => ({ options: { maxAttempts } });
const balance = (sub: string, accountType: string): INodeParameters => ({
	resource: 'balance',
	operation: 'get',
	subMchid: sub,
	accountType,
});
const validate = (sub: string): INodeParameters => ({
	resource: 'cancelWithdrawal',
	operation: 'validate',
	subMchid: sub,
});

/** Expects an error that names what differs and holds nothing of the answer. */
function expectMixedUp(outcome: IDataObject, name: string, asked: string, hidden: string): void {
	const details = detailsOf(outcome);
	expect(MIXED_UP.exec(String(outcome.error))?.slice(1)).toEqual([name, asked]);
	expect(details).toMatchObject({ httpStatus: 200, hint: expect.stringContaining('proxy') });
	expect(JSON.stringify(outcome)).not.toContain(hidden);
}

describe('response to another look-up', () => {
	it('causes Get Cancel Application to repeat the request', async () => {
		const [mine, theirs] = await withIds(bench, [newNumber(), newNumber()]);
		await bench.outcomes([mine!, theirs!], createFromIds());
		const { number, sub } = mine!.json;
		const path = lookUpPath(String(number));
		swap('GET', path, (_r, answer) => changed(answer, { out_apply_no: theirs!.json.number }), 1);
		expect(await one(getByNumber(), mine)).toMatchObject({ out_apply_no: number, sub_mchid: sub });
		expect(proxy.asked).toEqual([`GET ${path}`, `GET ${path}`]);
	});

	it('fails only its own items in Get Cancel Application', async () => {
		const items = await withIds(bench, Array.from({ length: 6 }, newNumber), 10);
		await bench.outcomes(items, createFromIds());
		bench.sandbox.move(String(items[0]!.json.number), { state: 'CANCEL_SUCCESS' });
		const last = String(items[5]!.json.number);
		// All but the last get the answer about the first, which is final.
		let first: ProxiedAnswer | undefined;
		proxy.alter = ({ path }, answer) => {
			first ??= answer;
			return path.endsWith(last) ? answer : changed(first, {});
		};
		const outcomes = await all(
			items,
			getByNumber({ maxAttempts: 1, batching: { batch: { batchSize: 1 } } }),
		);
		expect(outcomes[0]).toMatchObject({ cancel_state: 'CANCEL_SUCCESS' });
		for (const i of [1, 2, 3, 4]) {
			const asked = String(items[i]!.json.number);
			expectMixedUp(outcomes[i]!, 'out_apply_no', asked, 'CANCEL_SUCCESS');
		}
		expect(outcomes[5]).toMatchObject({ out_apply_no: last, cancel_state: 'REVIEWING' });
	});

	it.each(['outRequestNo', 'applymentId'])('is rejected by Get by %s', async (getBy) => {
		const applied = await bench.one(closeParameters());
		const number = String(applied[getBy === 'outRequestNo' ? 'out_request_no' : 'applyment_id']);
		const name = getBy === 'outRequestNo' ? 'out_request_no' : 'applyment_id';
		proxy.alter = (_request, answer) => changed(answer, { [name]: 'B2', cancel_state: 'FINISH' });
		const get = { resource: 'cancelWithdrawal', operation: 'get', getBy, [getBy]: number };
		expectMixedUp(await one({ ...get, ...attempts(2) }), name, number, 'FINISH');
		proxy.reset();
		expect(await one(get)).toMatchObject({ [name]: number });
	});

	it('is rejected by Validate', async () => {
		const [blocked, free] = [newSubMchid(), newSubMchid()];
		bench.sandbox.setSubMerchant(blocked, 'notAllowed');
		proxy.alter = (_request, answer) =>
			changed(answer, { sub_mchid: free, validate_result: 'ALLOW_CANCEL_WITHDRAW' });
		const outcome = await one({ ...validate(blocked), ...attempts(2) });
		expectMixedUp(outcome, 'sub_mchid', blocked, 'ALLOW_CANCEL_WITHDRAW');
		proxy.reset();
		expect(await one(validate(blocked))).toMatchObject({ allowed: false });
	});

	it('is rejected by Get Balance if it is about another sub-merchant or account type', async () => {
		const [sub, other] = [newSubMchid(), newSubMchid()];
		proxy.alter = (_request, answer) => changed(answer, { sub_mchid: other, available_amount: 77 });
		const foreign = await one({ ...balance(sub, 'BASIC'), ...attempts(1) });
		expectMixedUp(foreign, 'sub_mchid', sub, '77');
		proxy.alter = (_request, answer) =>
			changed(answer, { account_type: 'DEPOSIT', available_amount: 77 });
		const deposit = await one({ ...balance(sub, 'BASIC'), ...attempts(1) });
		expectMixedUp(deposit, 'account_type', 'BASIC', '77');
	});

	it('fails only its own account in Get Balance for all accounts', async () => {
		const sub = newSubMchid();
		proxy.alter = ({ path }, answer) =>
			path.endsWith('=FEES') ? changed(answer, { account_type: 'BASIC' }) : answer;
		const { accounts } = await one({ ...balance(sub, 'all'), ...attempts(1) });
		expect(accounts).toMatchObject([
			{ account_type: 'BASIC', available_amount: 0 },
			{ account_type: 'OPERATION', available_amount: 0 },
			{ account_type: 'FEES', error: { message: expect.stringMatching(MIXED_UP) } },
			{ account_type: 'DEPOSIT', available_amount: 0 },
		]);
	});
});

describe('response to another POST', () => {
	it('causes a look-up in Create, which returns the right application', async () => {
		const [item] = await withIds(bench, [newNumber()], 20);
		const number = String(item!.json.number);
		swap('POST', CREATE, () =>
			signed({ out_apply_no: 'B2', sub_mchid: '2', cancel_state: 'CANCEL_SUCCESS' }),
		);
		expect(await one(createFromIds(), item)).toMatchObject({
			out_apply_no: number,
			sub_mchid: item!.json.sub,
			cancel_state: 'REVIEWING',
			already_existed: false,
		});
		expect(proxy.asked).toEqual([`POST ${CREATE}`, `GET ${lookUpPath(number)}`]);
	});

	it.each([
		['nothing', {}],
		['neither number nor merchant', { cancel_state: 'REVIEWING' }],
		['the right number and another merchant', { sub_mchid: '2' }],
	])('causes a look-up in Create if it contains %s', async (what, content) => {
		const [item] = await withIds(bench, [newNumber()], 30 + what.length);
		const number = String(item!.json.number);
		const own = 'sub_mchid' in content ? { out_apply_no: number } : {};
		swap('POST', CREATE, () => signed({ ...own, ...content }));
		expect(await one(createFromIds(), item)).toMatchObject({ out_apply_no: number });
		expect(proxy.asked).toEqual([`POST ${CREATE}`, `GET ${lookUpPath(number)}`]);
	});

	it('leads to an unknown outcome in Create if the look-up is wrong too', async () => {
		const [item] = await withIds(bench, [newNumber()], 25);
		const number = String(item!.json.number);
		proxy.alter = (_request, answer) => changed(answer, { out_apply_no: 'B2' });
		const outcome = await one(createFromIds({ maxAttempts: 1 }), item);
		expect(detailsOf(outcome)).toMatchObject({ outcome: 'unknown', out_apply_no: number });
		expect(outcome.message).toMatch(/not known whether.*its out_apply_no is not.*same number/);
		expect(bench.application(number).requests).toBe(1);
	});

	it('causes a look-up in Apply', async () => {
		const parameters = closeParameters();
		const number = String(parameters.outRequestNo);
		swap('POST', APPLY, () => signed({ out_request_no: 'B2', applyment_id: '9' }));
		expect(await one(parameters)).toMatchObject({ out_request_no: number, already_existed: false });
		expect(proxy.asked).toEqual([`POST ${APPLY}`, `GET ${APPLY}/out-request-no/${number}`]);
	});

	it('causes a look-up in Confirm', async () => {
		const parameters = closeParameters();
		const number = String(parameters.outRequestNo);
		await bench.one(parameters);
		bench.sandbox.move(number, { state: 'WAITING_MERCHANT_CONFIRM' });
		swap('POST', CONFIRM, (_request, answer) => changed(answer, { out_request_no: 'B2' }));
		const confirm = confirmParameters({
			getBy: 'outRequestNo',
			outRequestNo: number,
			subMchid: parameters.subMchid,
		});
		expect(await one(confirm)).toMatchObject({ out_request_no: number });
		expect(proxy.asked).toEqual([`POST ${CONFIRM}`, `GET ${APPLY}/out-request-no/${number}`]);
	});
});

describe('response that is received twice', () => {
	const withScans = (number: string, index: number, sp: string, form: string): EngineItem => ({
		json: { number, sub: subMchid(100 + index) },
		binary: { sp_form: scan(sp), sub_form: scan(form) },
	});

	it('is rejected for an upload, so that each application has its own images', async () => {
		const items = [
			withScans(newNumber(), 1, 'm01-sp.jpg', 'm02-sub.png'),
			withScans(newNumber(), 2, 'm03-sp.jpg', 'm03-sub.jpg'),
		];
		// The first upload's answer once more, for the first upload of the second item.
		let uploads = 0;
		proxy.alter = ({ path }, answer, earlier) =>
			path === CANCEL_MEDIA && ++uploads === 3 ? earlier[0]! : answer;
		const outcomes = await all(items, createFromFiles({ batching: { batch: { batchSize: 1 } } }));
		for (const [i, { json, binary }] of items.entries()) {
			expect(outcomes[i]).toMatchObject({ out_apply_no: json.number });
			const digests = bench.application(json.number).materials.map(({ digest }) => digest);
			expect(digests).toEqual(Object.values(binary!).map(({ data }) => sha256(data as Buffer)));
		}
		expect(uploads).toBe(5);
	});

	it('is rejected for a look-up, so that the current state is returned', async () => {
		const [item] = await withIds(bench, [newNumber()], 27);
		await bench.outcomes([item!], createFromIds());
		await one(getByNumber(), item);
		bench.sandbox.move(String(item!.json.number), { state: 'REJECTED', reason: '章' });
		let isFirst = true;
		proxy.alter = (_request, answer, earlier) => {
			const given = isFirst ? earlier[0]! : answer;
			isFirst = false;
			return given;
		};
		expect(await one(getByNumber(), item)).toMatchObject({ cancel_state: 'REJECTED' });
		expect(proxy.asked).toHaveLength(3);
	});

	it('fails its item if there is no other attempt, and the run continues', async () => {
		const items = await withIds(bench, Array.from({ length: 6 }, newNumber), 40);
		await bench.outcomes(items, createFromIds());
		const last = String(items[5]!.json.number);
		proxy.alter = ({ path }, answer, earlier) =>
			earlier.length === 0 || path.endsWith(last) ? answer : earlier[0]!;
		const outcomes = await all(
			items,
			getByNumber({ maxAttempts: 1, batching: { batch: { batchSize: 1 } } }),
		);
		for (const i of [1, 2, 3, 4]) {
			expect(outcomes[i]!.error).toMatch(/received before.*Wechatpay-Nonce is repeated/);
			expect(detailsOf(outcomes[i]!)).not.toHaveProperty('not_sent');
		}
		expect(outcomes[5]).toMatchObject({ out_apply_no: last });
	});
});

it('integers beyond 2^53 keep all their digits', async () => {
	const sub = newSubMchid();
	proxy.alter = ({ path }) =>
		signed(
			`{"sub_mchid":"${sub}","account_type":"${path.split('=')[1]}","available_amount":9007199254740993,"pending_amount":9007199254740991}`,
		);
	expect(await one(balance(sub, 'BASIC'))).toMatchObject({
		available_amount: '9007199254740993',
		pending_amount: 9007199254740991,
	});
});
