import { generateKeyPairSync } from 'node:crypto';
import { Stage, failureOf, refusalOf } from '../support/poll';
import type { Watcher } from '../support/poll';

// The trigger in n8n-core's own poll context, against the sandbox.

let stage: Stage;
beforeAll(async () => (stage = await Stage.start()));
afterEach(() => stage.sandbox.clearFaults());
afterAll(async () => await stage.stop());

let counter = 0;
const newNumber = () => `TRG${++counter}`;
const NEW_FLOW = { event: 'cancelWithdrawalChanged' };
const account = (out_account_type: string) => ({ out_account_type, amount: 100 });
const move = (...args: Parameters<Stage['sandbox']['move']>) => stage.sandbox.move(...args);

/** What the trigger remembers, by number. */
const seenBy = ({ staticData }: Watcher) =>
	(staticData['node:WeChat Pay Trigger'] as { seen: Record<string, unknown> }).seen;

describe('activation', () => {
	it('takes stock in silence, and n8n saves it', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a);
		stage.addApplication(b, 'REJECTED');
		const watcher = stage.watch([a, b]);
		expect(await watcher.activate()).toEqual([]);
		expect(JSON.stringify(watcher.saved)).toContain(a);
		expect(JSON.stringify(watcher.saved)).toContain(b);
		expect(await watcher.poll()).toEqual([]);
	});

	it('emits the present state of all if the user asks for it, once', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a);
		stage.addApplication(b, 'CANCEL_SUCCESS');
		const watcher = stage.watch([a, b], { options: { emitPresentState: true } });
		expect(await watcher.activate()).toEqual([
			expect.objectContaining({ out_apply_no: a, previous_state: null, is_final: false }),
			expect.objectContaining({ out_apply_no: b, previous_state: null, is_final: true }),
		]);
		expect(watcher.executions).toHaveLength(1);
		expect(await watcher.poll()).toEqual([]);
		watcher.crash();
		expect(await watcher.activate()).toEqual([]);
	});

	it('emits what changed while the workflow was off', async () => {
		const number = newNumber();
		stage.addApplication(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		move(number, { state: 'CANCEL_SUCCESS' });
		expect(await watcher.activate()).toMatchObject([
			{ cancel_state: 'CANCEL_SUCCESS', previous_state: 'REVIEWING' },
		]);
	});

	it('takes stock anew when the event was switched', async () => {
		const number = newNumber();
		stage.addApplication(number);
		stage.addWithdrawal(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		watcher.parameters = { ...watcher.parameters, ...NEW_FLOW };
		move(number, { state: 'SYSTEM_PROCESSING', flow: 'cancelWithdrawal' });
		expect(await watcher.activate()).toEqual([]);
		move(number, { state: 'CANCELED', flow: 'cancelWithdrawal' });
		expect(await watcher.poll()).toMatchObject([
			{ out_request_no: number, previous_state: 'SYSTEM_PROCESSING' },
		]);
	});

	it('stops at a key that is not the merchant’s, after one request', async () => {
		const numbers = Array.from({ length: 20 }, newNumber);
		numbers.forEach((number) => stage.addApplication(number));
		const other = '0'.repeat(40);
		const watcher = stage.watch(numbers, {}, { credential: { serial: other } });
		const requests = await stage.requestsOf(async () => {
			const error = await failureOf(watcher.activate());
			expect(error.message).toMatch(/^WeChat Pay refused: SIGN_ERROR/);
			expect(error.description).toContain('Merchant Certificate Serial Number');
			expect(error.httpCode).toBe('401');
		});
		expect(requests).toHaveLength(1);
		expect(watcher.saved).toEqual({});
	});

	it('stops at a public key that is not WeChat Pay’s, after one request', async () => {
		const numbers = Array.from({ length: 20 }, newNumber);
		numbers.forEach((number) => stage.addApplication(number));
		const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		const wechatPayPublicKey = publicKey.export({ type: 'spki', format: 'pem' }) as string;
		const watcher = stage.watch(numbers, {}, { credential: { wechatPayPublicKey } });
		const requests = await stage.requestsOf(async () => {
			const error = await failureOf(watcher.activate());
			expect(error.message).toContain('The signature of the answer does not fit the key');
		});
		expect(requests).toHaveLength(1);
		expect(watcher.saved).toEqual({});
	});

	it('names the field when the key cannot be read', async () => {
		const watcher = stage.watch([newNumber()], {}, { credential: { privateKey: 'nonsense' } });
		const requests = await stage.requestsOf(async () => {
			expect((await refusalOf(watcher.activate())).message).toContain('Private Key');
		});
		expect(requests).toEqual([]);
	});
});

describe('a change', () => {
	it('of cancel_state is one item with the whole answer', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a);
		stage.addApplication(b);
		const watcher = stage.watch([a, b]);
		await watcher.activate();
		move(b, { state: 'REJECTED', reason: '印章不清晰' });
		expect(await watcher.poll()).toEqual([
			{
				out_apply_no: b,
				sub_mchid: '1900000109',
				cancel_state: 'REJECTED',
				reject_reason: '印章不清晰',
				update_time: expect.any(String),
				previous_state: 'REVIEWING',
				is_final: true,
				needs_attention: true,
			},
		]);
		expect(await watcher.poll()).toEqual([]);
	});

	it('of each state of the new flow is one item', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT')]);
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		const seen: unknown[] = [];
		for (const state of [
			'WAITING_MERCHANT_CONFIRM',
			'SYSTEM_PROCESSING',
			'CANCELED',
			'FUND_PROCESSING',
			'FINISH',
		]) {
			move(number, { state });
			const [item, ...others] = await watcher.poll();
			expect(others).toEqual([]);
			expect(await watcher.poll()).toEqual([]);
			seen.push([item.previous_state, item.cancel_state, item.is_final, item.needs_attention]);
		}
		expect(seen).toEqual([
			['REVIEWING', 'WAITING_MERCHANT_CONFIRM', false, true],
			['WAITING_MERCHANT_CONFIRM', 'SYSTEM_PROCESSING', false, false],
			['SYSTEM_PROCESSING', 'CANCELED', false, false],
			['CANCELED', 'FUND_PROCESSING', false, false],
			['FUND_PROCESSING', 'FINISH', true, false],
		]);
	});

	it('of withdraw_state alone is one item', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT')]);
		move(number, { state: 'FUND_PROCESSING' });
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		move(number, { withdrawState: 'WITHDRAW_EXCEPTION' });
		expect(await watcher.poll()).toEqual([
			expect.objectContaining({
				cancel_state: 'FUND_PROCESSING',
				previous_state: 'FUND_PROCESSING',
				withdraw_state: 'WITHDRAW_EXCEPTION',
				is_final: false,
				needs_attention: true,
			}),
		]);
		expect(await watcher.poll()).toEqual([]);
	});

	it('of one of several pay_states is one item', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT'), account('OPERATE_ACCOUNT')]);
		move(number, { state: 'FUND_PROCESSING' });
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		move(number, { payState: { OPERATE_ACCOUNT: 'PAY_SUCCEED' } });
		expect(await watcher.poll()).toMatchObject([
			{ previous_state: 'FUND_PROCESSING', is_final: false, needs_attention: false },
		]);
		expect(await watcher.poll()).toEqual([]);
	});

	it('of which account was paid is a change, their order is none', async () => {
		const number = newNumber();
		const pay = (type: string, pay_state: string) => ({ ...account(type), pay_state });
		const paid = [pay('BASIC_ACCOUNT', 'PAY_SUCCEED'), pay('OPERATE_ACCOUNT', 'PAY_FAIL')];
		stage.addWithdrawal(number, paid, { state: 'FUND_PROCESSING' });
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		const application = stage.sandbox.withdrawals.get(number)!;
		application.accounts.reverse();
		expect(await watcher.poll()).toEqual([]);
		application.accounts = [
			pay('BASIC_ACCOUNT', 'PAY_FAIL'),
			pay('OPERATE_ACCOUNT', 'PAY_SUCCEED'),
		];
		expect(await watcher.poll()).toHaveLength(1);
	});

	it('of text and times alone is none', async () => {
		const number = newNumber();
		stage.addWithdrawal(number);
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		stage.later(1);
		move(number, { reason: '审核中，请耐心等待' });
		expect(await watcher.poll()).toEqual([]);
	});

	it('into a state that nobody has heard of is emitted, and asked for again', async () => {
		const number = newNumber();
		stage.addApplication(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		move(number, { state: 'FROZEN_BY_COURT', force: true });
		expect(await watcher.poll()).toMatchObject([
			{ cancel_state: 'FROZEN_BY_COURT', is_final: false, needs_attention: false },
		]);
		expect(await stage.requestsOf(async () => await watcher.poll())).toHaveLength(1);
	});
});

describe('a number', () => {
	it('that comes into the list later is emitted with its present state', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a);
		stage.addApplication(b);
		const soon = Date.now() + 1_800_000;
		const watcher = stage.watch(`={{ $now.toMillis() < ${soon} ? ["${a}"] : ["${a}", "${b}"] }}`);
		await watcher.activate();
		stage.later(1);
		expect(await watcher.poll()).toMatchObject([{ out_apply_no: b, previous_state: null }]);
		expect(await watcher.poll()).toEqual([]);
	});

	it('that WeChat Pay does not know is told once, then emitted when it appears', async () => {
		const [a, late] = [newNumber(), newNumber()];
		stage.addApplication(a);
		const watcher = stage.watch([a]);
		await watcher.activate();
		watcher.parameters = { numbers: `${a} ${late}` };
		expect(await watcher.activate()).toEqual([
			{
				out_apply_no: late,
				not_found: true,
				previous_state: null,
				is_final: false,
				needs_attention: true,
			},
		]);
		expect(await watcher.poll()).toEqual([]);
		stage.addApplication(late);
		const [item, ...others] = await watcher.poll();
		expect(others).toEqual([]);
		expect(item).toMatchObject({ cancel_state: 'REVIEWING', previous_state: null });
		expect(item).not.toHaveProperty('not_found');
		expect(await watcher.poll()).toEqual([]);
	});

	it('that was unknown at activation is emitted when it appears', async () => {
		const number = newNumber();
		const watcher = stage.watch([number]);
		expect(await watcher.activate()).toEqual([]);
		expect(await watcher.poll()).toEqual([]);
		stage.addApplication(number);
		expect(await watcher.poll()).toMatchObject([{ out_apply_no: number, previous_state: null }]);
	});

	it('that WeChat Pay no longer knows is told once, with its last state', async () => {
		const number = newNumber();
		stage.addApplication(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		stage.sandbox.applications.delete(number);
		expect(await watcher.poll()).toMatchObject([{ not_found: true, previous_state: 'REVIEWING' }]);
		expect(await watcher.poll()).toEqual([]);
	});

	it('may be a word that every JavaScript object knows', async () => {
		const words = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'];
		words.forEach((word) => stage.addApplication(word));
		const watcher = stage.watch(['constructor']);
		await watcher.activate();
		watcher.parameters = { numbers: words };
		const items = await watcher.activate();
		expect(items.map((item) => [item.out_apply_no, item.previous_state])).toEqual([
			['toString', null],
			['valueOf', null],
			['hasOwnProperty', null],
		]);
		expect(await watcher.poll()).toEqual([]);
		move('constructor', { state: 'REJECTED' });
		expect(await watcher.poll()).toMatchObject([{ previous_state: 'REVIEWING' }]);
	});

	it('that left the list is forgotten', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a);
		stage.addApplication(b);
		const soon = Date.now() + 1_800_000;
		const watcher = stage.watch(`={{ $now.toMillis() < ${soon} ? "${a} ${b}" : "${a}" }}`);
		await watcher.activate();
		expect(Object.keys(seenBy(watcher))).toEqual([a, b]);
		stage.later(1);
		await watcher.poll();
		expect(Object.keys(seenBy(watcher))).toEqual([a]);
	});
});

describe('an application that is final', () => {
	it('is not asked for again', async () => {
		const [open, closed] = [newNumber(), newNumber()];
		stage.addApplication(open);
		stage.addApplication(closed);
		const watcher = stage.watch([open, closed]);
		await watcher.activate();
		move(closed, { state: 'CANCEL_SUCCESS' });
		expect(await watcher.poll()).toHaveLength(1);
		for (const hours of [0, 24, 24 * 40]) {
			stage.later(hours);
			const requests = await stage.requestsOf(async () => await watcher.poll());
			expect(requests.map(({ number }) => number)).toEqual([open]);
		}
		watcher.crash();
		const requests = await stage.requestsOf(async () => await watcher.activate());
		expect(requests.map(({ number }) => number)).toEqual([open]);
	});

	it('needs no request at all when all of them are', async () => {
		const number = newNumber();
		stage.addApplication(number, 'REJECTED');
		const watcher = stage.watch([number]);
		await watcher.activate();
		expect(await stage.requestsOf(async () => await watcher.poll())).toEqual([]);
	});

	it('is asked for once a day after FINISH, for thirty days', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT')]);
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		move(number, { state: 'FINISH' });
		expect(await watcher.poll()).toHaveLength(1);
		let asked = 0;
		for (let hour = 6; hour <= 40 * 24; hour += 6) {
			stage.later(6);
			const requests = await stage.requestsOf(async () => await watcher.poll());
			expect(requests.length).toBe(hour % 24 === 0 && hour <= 30 * 24 ? 1 : 0);
			asked += requests.length;
		}
		expect(asked).toBe(30);
	});

	it('is asked for every day by a poll that comes a few seconds early', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT')], {
			state: 'FINISH',
			withdrawState: 'WITHDRAW_SUCCEED',
			accounts: [{ ...account('BASIC_ACCOUNT'), pay_state: 'PAY_SUCCEED' }],
		});
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		for (let day = 1; day <= 3; day++) {
			stage.later(24 - 2 / 3600);
			expect(await stage.requestsOf(async () => await watcher.poll())).toHaveLength(1);
		}
	});

	it('is emitted when the bank sends the money back, and watched until it is paid', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT')]);
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		move(number, { state: 'FINISH' });
		await watcher.poll();
		stage.later(24 * 29);
		expect(await watcher.poll()).toEqual([]);
		move(number, { payState: 'BANK_REFUNDED' });
		stage.later(24);
		expect(await watcher.poll()).toMatchObject([
			{ previous_state: 'FINISH', is_final: false, needs_attention: true },
		]);
		expect(await stage.requestsOf(async () => await watcher.poll())).toHaveLength(1);
		move(number, { payState: 'PAY_SUCCEED', withdrawState: 'WITHDRAW_SUCCEED' });
		stage.later(24 * 90);
		expect(await watcher.poll()).toMatchObject([{ is_final: true, needs_attention: false }]);
		stage.later(24);
		expect(await stage.requestsOf(async () => await watcher.poll())).toEqual([]);
	});
});

describe('the filters', () => {
	it('emit only what is final', async () => {
		const number = newNumber();
		stage.addWithdrawal(number);
		const watcher = stage.watch([number], { ...NEW_FLOW, options: { finalOnly: true } });
		await watcher.activate();
		move(number, { state: 'SYSTEM_PROCESSING' });
		expect(await watcher.poll()).toEqual([]);
		move(number, { state: 'CANCELED' });
		expect(await watcher.poll()).toMatchObject([
			{ cancel_state: 'CANCELED', previous_state: 'SYSTEM_PROCESSING', is_final: true },
		]);
	});

	it('emit only the chosen states, and no number that is not known', async () => {
		const [number, unknown] = [newNumber(), newNumber()];
		stage.addWithdrawal(number);
		const options = { states: ['WAITING_MERCHANT_CONFIRM', 'FINISH'] };
		const watcher = stage.watch([number], { ...NEW_FLOW, options });
		await watcher.activate();
		watcher.parameters = { ...watcher.parameters, numbers: [number, unknown] };
		expect(await watcher.activate()).toEqual([]);
		move(number, { state: 'WAITING_MERCHANT_CONFIRM' });
		expect(await watcher.poll()).toHaveLength(1);
		move(number, { state: 'SYSTEM_PROCESSING' });
		expect(await watcher.poll()).toEqual([]);
		move(number, { state: 'FINISH' });
		expect(await watcher.poll()).toMatchObject([{ previous_state: 'SYSTEM_PROCESSING' }]);
	});

	it('swallow nothing at a restart: what was passed over is no longer remembered', async () => {
		const number = newNumber();
		stage.addWithdrawal(number);
		const watcher = stage.watch([number], { ...NEW_FLOW, options: { states: ['CANCELED'] } });
		await watcher.activate();
		move(number, { state: 'SYSTEM_PROCESSING' });
		await watcher.poll();
		watcher.crash();
		move(number, { state: 'CANCELED' });
		expect(await watcher.activate()).toMatchObject([
			{ cancel_state: 'CANCELED', previous_state: 'REVIEWING' },
		]);
	});
});

describe('the list of numbers', () => {
	const asked = async (numbers: unknown) => {
		const watcher = stage.watch(numbers as string);
		watcher.parameters = { numbers: numbers as string };
		const requests = await stage.requestsOf(async () => await watcher.activate());
		return requests.map(({ number }) => number).sort();
	};

	it.each([
		['commas', 'L1,L2, L3'],
		['spaces', '  L1  L2\tL3 '],
		['lines', 'L1\nL2\r\n\nL3\n'],
		['Chinese commas', 'L1，L2、L3'],
		['semicolons', 'L1;L2；L3'],
		['an array from an expression', '={{ ["L1", "L2", "L3"] }}'],
		['an array with gaps', '={{ ["L1", "", null, "L2", "L3"] }}'],
		['a text from an expression', '={{ "L1" + "\\n" + "L2,L3" }}'],
		['an array', ['L1', 'L2', 'L3']],
		['the same number twice', 'L1 L2 L3 L2 L1'],
	])('may be separated by %s', async (_how, numbers) => {
		['L1', 'L2', 'L3'].forEach((number) => stage.addApplication(number));
		expect(await asked(numbers)).toEqual(['L1', 'L2', 'L3']);
	});

	it('may hold plain numbers', async () => {
		['20261101', '7'].forEach((number) => stage.addApplication(number));
		expect(await asked('={{ [20261101, 7] }}')).toEqual(['20261101', '7']);
		expect(await asked('={{ 20261101 }}')).toEqual(['20261101']);
	});

	it.each([
		['', 'Numbers is empty'],
		[' , \n', 'Numbers is empty'],
		['={{ [] }}', 'Numbers is empty'],
		['={{ undefined }}', 'Numbers is empty'],
		['OK1, CANCEL-2026', 'Numbers "CANCEL-2026" is not 1 to 32 letters and digits'],
		['OK1 注销1', 'Numbers "注销1" is not 1 to 32 letters and digits'],
		[`OK1 ${'A'.repeat(33)}`, `Numbers "${'A'.repeat(33)}" is not 1 to 32 letters and digits`],
		['={{ 20261101000000000001 }}', 'Numbers came as the number 20261101000000000000'],
		['={{ [20261101000000000001] }}', 'Numbers came as the number 20261101000000000000'],
		['={{ [{ out_apply_no: "OK1" }] }}', 'Numbers is not text'],
		['={{ ({ out_apply_no: "OK1" }) }}', 'Numbers is not text'],
	])('is refused at activation: %j', async (numbers, message) => {
		const requests = await stage.requestsOf(async () => {
			const error = await refusalOf(stage.watch(numbers).activate());
			expect(error.message).toContain(message);
			expect(error.description).toBeTruthy();
		});
		expect(requests).toEqual([]);
	});

	it('is refused above 5,000', async () => {
		const numbers = Array.from({ length: 5001 }, (_, i) => `N${i}`);
		const error = await refusalOf(stage.watch(numbers).activate());
		expect(error.message).toBe('Numbers has 5001 numbers; one trigger watches 5000 at most');
		expect(error.description).toContain('several workflows');
	});
});

describe('a test in the editor', () => {
	it('gives the present state of the first number, and remembers nothing', async () => {
		const [a, b] = [newNumber(), newNumber()];
		stage.addApplication(a, 'REJECTED');
		stage.addApplication(b);
		const watcher = stage.watch([a, b], { options: { states: ['REVIEWING'] } });
		const requests = await stage.requestsOf(async () => {
			expect(await watcher.runByHand()).toEqual([
				expect.objectContaining({
					out_apply_no: a,
					cancel_state: 'REJECTED',
					previous_state: null,
					is_final: true,
					needs_attention: true,
				}),
			]);
		});
		expect(requests).toHaveLength(1);
		expect(watcher.writes).toEqual([]);
	});

	it('leaves alone what the active workflow remembers', async () => {
		const number = newNumber();
		stage.addApplication(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		move(number, { state: 'REJECTED' });
		expect(await watcher.runByHand()).toHaveLength(1);
		expect(await watcher.poll()).toMatchObject([{ previous_state: 'REVIEWING' }]);
	});

	it('says in a sentence that there is none', async () => {
		const number = newNumber();
		const watcher = stage.watch([number]);
		const error = await refusalOf(watcher.runByHand());
		expect(error.message).toBe(`WeChat Pay knows no application with the number ${number}`);
		expect(error.description).toContain('the other event');
		expect((await refusalOf(stage.watch('').runByHand())).message).toBe('Numbers is empty');
		expect(watcher.writes).toEqual([]);
	});

	it('shows WeChat Pay’s refusal', async () => {
		const number = newNumber();
		stage.sandbox.fault({ kind: 'answer', status: 403, code: 'NO_AUTH', message: '无权限' });
		const error = await failureOf(stage.watch([number]).runByHand());
		expect(error.message).toBe('WeChat Pay refused: NO_AUTH: 无权限');
	});
});
