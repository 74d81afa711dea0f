import { newNumber } from '../support/inputs';
import { openStage, type Watcher, NEW_FLOW, account } from '../support/poll';

// What counts as a change, in n8n-core's own poll context.

const stage = openStage();
const move = (...args: Parameters<typeof stage.sandbox.move>) => stage.sandbox.move(...args);

/** What the trigger remembers, by number. */
const seenBy = ({ staticData }: Watcher) =>
	(staticData['node:WeChat Pay Trigger'] as { seen: Record<string, unknown> }).seen;

describe('change', () => {
	it('of cancel_state emits one item with the whole response', async () => {
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

	it('of each state of the new flow emits one item', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT')], { state: 'ACCEPTED' });
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
			['ACCEPTED', 'WAITING_MERCHANT_CONFIRM', false, true],
			['WAITING_MERCHANT_CONFIRM', 'SYSTEM_PROCESSING', false, false],
			['SYSTEM_PROCESSING', 'CANCELED', false, false],
			['CANCELED', 'FUND_PROCESSING', false, false],
			['FUND_PROCESSING', 'FINISH', true, false],
		]);
	});

	it('of withdraw_state alone emits one item', async () => {
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

	it('of one of several pay_states emits one item', async () => {
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

	it('of the paid account emits one item, and a change of the order emits none', async () => {
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

	it('of text and times alone emits no item', async () => {
		const number = newNumber();
		stage.addWithdrawal(number);
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		stage.later(1);
		move(number, { reason: '审核中，请耐心等待' });
		expect(await watcher.poll()).toEqual([]);
	});

	it('to an unknown state emits one item, and the number is looked up again', async () => {
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

describe('number', () => {
	it('that is added to the list later is emitted with its current state', async () => {
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

	it('that is unknown is emitted once as not_found, and again when it exists', async () => {
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

	it('that is unknown at activation is emitted when it exists', async () => {
		const number = newNumber();
		const watcher = stage.watch([number]);
		expect(await watcher.activate()).toEqual([]);
		expect(await watcher.poll()).toEqual([]);
		stage.addApplication(number);
		expect(await watcher.poll()).toMatchObject([{ out_apply_no: number, previous_state: null }]);
	});

	it('that no longer exists is emitted once with its last state', async () => {
		const number = newNumber();
		stage.addApplication(number);
		const watcher = stage.watch([number]);
		await watcher.activate();
		stage.sandbox.applications.delete(number);
		expect(await watcher.poll()).toMatchObject([{ not_found: true, previous_state: 'REVIEWING' }]);
		expect(await watcher.poll()).toEqual([]);
	});

	it('can be the name of a property of every JavaScript object', async () => {
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

	it('that is removed from the list is removed from the saved states', async () => {
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

describe('filters', () => {
	it('emit only final states', async () => {
		const number = newNumber();
		stage.addWithdrawal(number);
		const watcher = stage.watch([number], { ...NEW_FLOW, options: { finalOnly: true } });
		await watcher.activate();
		move(number, { state: 'SYSTEM_PROCESSING' });
		expect(await watcher.poll()).toEqual([]);
		move(number, { state: 'CANCELED' });
		expect(await watcher.poll()).toEqual([]);
		move(number, { state: 'FINISH' });
		expect(await watcher.poll()).toMatchObject([
			{ cancel_state: 'FINISH', previous_state: 'CANCELED', is_final: true },
		]);
	});

	it('emit only the chosen states, and no unknown number', async () => {
		const [number, unknown] = [newNumber(), newNumber()];
		stage.addWithdrawal(number, [], { state: 'ACCEPTED' });
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

	it('emit a chosen state after a restart, with the last saved state as previous_state', async () => {
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
