import { newNumber } from '../support/inputs';
import { openStage, NEW_FLOW, account } from '../support/poll';

// Whom the trigger still asks about when an application is over.

const stage = openStage();
const move = (...args: Parameters<typeof stage.sandbox.move>) => stage.sandbox.move(...args);

describe('final application', () => {
	it('is not looked up again', async () => {
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

	it('causes no request if no other application is open', async () => {
		const number = newNumber();
		stage.addApplication(number, 'REJECTED');
		const watcher = stage.watch([number]);
		await watcher.activate();
		expect(await stage.requestsOf(async () => await watcher.poll())).toEqual([]);
	});

	it('is looked up once a day for thirty days after FINISH', async () => {
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

	it('is looked up every day even if the poll is two seconds early', async () => {
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

	it('is emitted after a refund by the bank, at the next daily look-up', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT')]);
		const watcher = stage.watch([number], NEW_FLOW);
		await watcher.activate();
		move(number, { state: 'FINISH' });
		expect(await watcher.poll()).toMatchObject([{ is_final: true, needs_attention: false }]);
		stage.later(24 * 29);
		expect(await watcher.poll()).toEqual([]);
		move(number, { payState: 'BANK_REFUNDED' });
		expect(await stage.requestsOf(async () => await watcher.poll())).toEqual([]);
		stage.later(24);
		expect(await watcher.poll()).toMatchObject([
			{
				cancel_state: 'FINISH',
				previous_state: 'FINISH',
				withdraw_state: 'WITHDRAW_EXCEPTION',
				is_final: true,
				needs_attention: true,
			},
		]);
		// Thirty days after FINISH it is not asked for any more: a new number has to be used.
		for (const hours of [0, 24, 24 * 90]) {
			stage.later(hours);
			expect(await stage.requestsOf(async () => await watcher.poll())).toEqual([]);
		}
	});

	it('is not looked up again after FINISH without a payout', async () => {
		const number = newNumber();
		stage.addWithdrawal(number);
		const watcher = stage.watch([number], { ...NEW_FLOW, options: { finalOnly: true } });
		await watcher.activate();
		move(number, { state: 'CANCELED' });
		expect(await watcher.poll()).toEqual([]);
		stage.later(24 * 60);
		expect(await stage.requestsOf(async () => await watcher.poll())).toHaveLength(1);
		move(number, { state: 'FINISH' });
		expect(await watcher.poll()).toMatchObject([
			{ cancel_state: 'FINISH', previous_state: 'CANCELED', is_final: true },
		]);
		for (const hours of [0, 24, 24 * 40]) {
			stage.later(hours);
			expect(await stage.requestsOf(async () => await watcher.poll())).toEqual([]);
		}
	});

	it('is looked up thirty times after a failed payout', async () => {
		const number = newNumber();
		stage.addWithdrawal(number, [account('BASIC_ACCOUNT')], {
			state: 'FINISH',
			withdrawState: 'WITHDRAW_EXCEPTION',
			accounts: [{ ...account('BASIC_ACCOUNT'), pay_state: 'PAY_FAIL' }],
		});
		const watcher = stage.watch([number], { ...NEW_FLOW, options: { emitPresentState: true } });
		expect(await watcher.activate()).toMatchObject([{ is_final: true, needs_attention: true }]);
		let asked = 0;
		for (let day = 1; day <= 40; day++) {
			stage.later(24);
			asked += (await stage.requestsOf(async () => await watcher.poll())).length;
		}
		expect(asked).toBe(30);
	});
});
