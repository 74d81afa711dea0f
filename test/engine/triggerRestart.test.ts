import * as fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import type { FaultKind } from '../../sandbox';
import { openStage } from '../support/poll';
import type { Watcher } from '../support/poll';

// Whatever happens between polls, and whenever the process dies: no change is lost, none is
// emitted twice. n8n saves what the trigger remembers when it emits and after activation only. A number
// that the first poll could not read is not reported until it was read: that records its state.

const EVENT = { event: 'cancelWithdrawalChanged', options: { requestsPerSecond: 0 } };
const ACCOUNTS = ['BASIC_ACCOUNT', 'OPERATE_ACCOUNT'];
const NUMBERS = 3;

const FAULTS: FaultKind[] = [
	'answer',
	'500-before',
	'html-before',
	'unsigned',
	'cut-after',
	'stale',
];
const MOVES = [
	{ state: 'WAITING_MERCHANT_CONFIRM' },
	{ state: 'SYSTEM_PROCESSING' },
	{ state: 'CANCELED' },
	{ state: 'FUND_PROCESSING' },
	{ state: 'FINISH' },
	{ state: 'REJECTED' },
	{ withdrawState: 'WITHDRAW_EXCEPTION' },
	{ payState: 'PAY_FAIL' },
	{ payState: 'BANK_REFUNDED' },
	{ payState: { OPERATE_ACCOUNT: 'PAY_SUCCEED' } },
	{ payState: 'PAY_SUCCEED', withdrawState: 'WITHDRAW_SUCCEED' },
	{ reason: '材料审核中' },
];

type Step =
	| { do: 'move'; which: number; to: number }
	| { do: 'fault'; which: number; kind: FaultKind; count: number }
	| { do: 'poll' | 'restart' | 'day' }
	| { do: 'die'; after: number };

const which = fc.nat(NUMBERS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({ do: fc.constant('move' as const), which, to: fc.nat(MOVES.length - 1) }),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('fault' as const),
			which,
			kind: fc.constantFrom(...FAULTS),
			count: fc.constantFrom(1, 4, 8),
		}),
	},
	{ weight: 6, arbitrary: fc.constant({ do: 'poll' as const }) },
	{ weight: 2, arbitrary: fc.constant({ do: 'restart' as const }) },
	{ weight: 1, arbitrary: fc.constant({ do: 'day' as const }) },
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('die' as const),
			after: fc.integer({ min: 1, max: NUMBERS }),
		}),
	},
);

/** What users wait for, as one text. */
const stateOf = (item: IDataObject): string =>
	item.not_found
		? 'not found'
		: JSON.stringify([
				item.cancel_state,
				item.withdraw_state ?? null,
				item.account_withdraw_result ?? null,
			]);

/** The numbers that the trigger remembers as unread, in the order of the list. */
const unreadIn = (staticData: IDataObject): string[] => {
	const { seen } = staticData['node:WeChat Pay Trigger'] as { seen: Record<string, IDataObject> };
	return Object.keys(seen).filter((number) => seen[number].unread === true);
};

const stage = openStage();

let runs = 0;

/** One life of a workflow: what it was told, checked against what was true. */
class Life {
	private readonly numbers: string[];

	/** By number: the state that was last emitted, or recorded without being emitted. */
	private readonly told = new Map<string, { state: string; cancelState: unknown }>();

	/** Numbers that were not read yet: their first response is recorded, and is no change. */
	private readonly unread = new Set<string>();

	private readonly watcher: Watcher;

	private checked = 0;

	private days = 0;

	constructor(existing: number) {
		const run = ++runs;
		this.numbers = Array.from({ length: NUMBERS }, (_, i) => `RST${run}N${i}`);
		this.watcher = stage.watch(this.numbers, EVENT);
		this.numbers.slice(0, existing).forEach((number) => this.add(number));
	}

	/** The first activation; what failed in it is remembered as unread. */
	async begin(faults: Step[]): Promise<void> {
		for (const fault of faults) await this.take(fault);
		const from = stage.sandbox.requests.length;
		const truth = new Map(this.numbers.map((number) => [number, this.truth(number)]));
		await this.settle(async () => await this.watcher.activate());
		stage.sandbox.clearFaults();
		if (Object.keys(this.watcher.saved).length === 0) {
			await this.watcher.activate();
		}
		for (const { number = '', fault, status } of stage.sandbox.requests.slice(from)) {
			const isAnswer = (status === 404 || status === 200) && fault === undefined;
			if (isAnswer) this.told.set(number, truth.get(number)!);
		}
		for (const number of this.numbers) if (!this.told.has(number)) this.unread.add(number);
		expect(unreadIn(this.watcher.saved)).toEqual([...this.unread]);
		expect(this.watcher.executions).toEqual([]);
	}

	async take(step: Step): Promise<void> {
		switch (step.do) {
			case 'move':
				return this.move(this.numbers[step.which], MOVES[step.to]);
			case 'fault': {
				const match = { number: this.numbers[step.which] };
				stage.sandbox.fault({ kind: step.kind, count: step.count, match });
				return;
			}
			case 'day':
				// Thirty days after FINISH nobody asks any more.
				if (++this.days < 20) stage.later(24);
				return;
			case 'poll':
				await this.settle(async () => await this.watcher.poll());
				return this.check();
			case 'restart':
				return await this.restart();
			case 'die': {
				const poll = this.settle(async () => await this.watcher.poll());
				await Promise.race([poll, stage.requests(step.after)]);
				const { saved } = this.watcher;
				this.watcher.crash();
				await poll;
				expect(this.watcher.saved).toBe(saved);
				this.check();
				return await this.restart();
			}
		}
	}

	/** The faults are over, and the day too: everything that is true must have been told. */
	async end(): Promise<void> {
		stage.sandbox.clearFaults();
		stage.later(24);
		await this.watcher.poll();
		this.check();
		for (const number of this.numbers) {
			expect(this.told.get(number)).toEqual(this.truth(number));
		}
		expect(await this.watcher.poll()).toEqual([]);
	}

	private async restart(): Promise<void> {
		this.watcher.crash();
		// What took stock and was not saved is forgotten.
		for (const number of unreadIn(this.watcher.saved)) {
			this.unread.add(number);
			this.told.delete(number);
		}
		// n8n tries again when an activation fails.
		const isActive = await this.settle(async () => await this.watcher.activate());
		if (!isActive) {
			stage.sandbox.clearFaults();
			await this.watcher.activate();
		}
		this.check();
	}

	private async settle(action: () => Promise<unknown>): Promise<boolean> {
		return await action().then(
			() => true,
			() => false,
		);
	}

	/** Everything that was emitted since must follow from what was told before. */
	private check(): void {
		const { executions } = this.watcher;
		for (; this.checked < executions.length; this.checked++) {
			const items = executions[this.checked];
			const numbers = items.map((item) => item.out_request_no);
			expect(new Set(numbers).size).toBe(numbers.length);
			for (const item of items) {
				const number = String(item.out_request_no);
				const before = this.told.get(number);
				const state = stateOf(item);
				expect(item.previous_state).toBe(before?.cancelState ?? null);
				expect(state).not.toBe(before?.state);
				expect(this.unread).not.toContain(number);
				this.told.set(number, { state, cancelState: item.cancel_state ?? null });
			}
		}
		const unread = unreadIn(this.watcher.staticData);
		for (const number of this.unread) {
			if (unread.includes(number)) continue;
			this.unread.delete(number);
			this.told.set(number, this.truth(number));
		}
	}

	private truth(number: string): { state: string; cancelState: unknown } {
		const application = stage.sandbox.withdrawals.get(number);
		if (!application) return { state: 'not found', cancelState: null };
		const { state, withdrawState, accounts } = application;
		const paid = accounts.filter(({ pay_state }) => pay_state !== undefined);
		const item = {
			cancel_state: state,
			withdraw_state: withdrawState,
			account_withdraw_result:
				paid.length === 0
					? undefined
					: paid.map(({ out_account_type, pay_state, state_description }) => ({
							out_account_type,
							pay_state,
							state_description,
						})),
		};
		return { state: stateOf(item), cancelState: state };
	}

	private add(number: string): void {
		const accounts = ACCOUNTS.map((out_account_type) => ({ out_account_type, amount: 1 }));
		stage.addWithdrawal(number, accounts);
	}

	private move(number: string, to: (typeof MOVES)[number]): void {
		const application = stage.sandbox.withdrawals.get(number);
		if (!application) return this.add(number);
		// Nothing happens to one that was rejected, so nobody asks.
		if (application.state === 'REJECTED') return;
		try {
			stage.sandbox.move(number, to);
		} catch {
			// Not every state follows every other.
		}
	}
}

it('the trigger loses no change and emits none twice', async () => {
	const life = fc.record({
		existing: fc.nat(NUMBERS),
		atActivation: fc.array(
			step.filter((given) => given.do === 'fault'),
			{ maxLength: 2 },
		),
		steps: fc.array(step, { minLength: 5, maxLength: 20 }),
	});
	await fc.assert(
		fc.asyncProperty(life, async ({ existing, atActivation, steps }) => {
			stage.sandbox.clearFaults();
			const lived = new Life(existing);
			await lived.begin(atActivation);
			for (const step of steps) await lived.take(step);
			await lived.end();
		}),
		{ numRuns: 25 },
	);
}, 120_000);
