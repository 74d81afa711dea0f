import { mostInFlight } from '../support/bench';
import { openStage, Watcher } from '../support/poll';

// How much the trigger asks of WeChat Pay at a time, and what it does when time is short.

const stage = openStage();

const move = (number: string, state: string) => stage.sandbox.move(number, { state });

describe('trigger requests', () => {
	it('are not doubled by concurrent polls', async () => {
		const numbers = stage.addApplications(6);
		const watcher = stage.watch(numbers);
		await watcher.activate();
		move(numbers[5], 'REJECTED');
		stage.sandbox.latency = 50;
		const log = await stage.requestsOf(async () => {
			await Promise.all([watcher.poll(), watcher.poll(), watcher.poll()]);
		});
		expect(log).toHaveLength(6);
		expect(watcher.executions).toHaveLength(1);
		expect(await watcher.poll()).toEqual([]);
		expect(stage.sandbox.requests.length).toBeGreaterThan(0);
	});

	it('are not repeated for another number while one number gets no response', async () => {
		const [hanging, other] = stage.addApplications(2);
		const watcher = stage.watch([other, hanging], {}, { budgetMs: 600 });
		await watcher.activate();
		const fault = stage.fail(hanging, { kind: 'delay', ms: 60_000 });
		await watcher.poll();
		const log = await stage.requestsOf(async () => expect(await watcher.poll()).toEqual([]));
		expect(log.filter(({ number }) => number === other)).toEqual([]);
		fault.remove();
		move(hanging, 'REJECTED');
		const items = await watcher.pollUntilItems();
		expect(items).toMatchObject([{ out_apply_no: hanging }]);
	});

	it('are not doubled by an activation during a poll, and that poll emits nothing', async () => {
		const numbers = stage.addApplications(40);
		const watcher = stage.watch(numbers);
		await watcher.activate();
		stage.sandbox.latency = 20;
		numbers.forEach((number) => move(number, 'REJECTED'));
		watcher.writes.length = 0;
		const log = await stage.requestsOf(async () => {
			const before = watcher.poll();
			await stage.requests(5);
			expect(await watcher.activate()).toHaveLength(40);
			await before;
		});
		expect(watcher.writes.map(({ property }) => property)).toEqual(['event', 'seen']);
		// What was on its way when the second one began is all that was asked twice.
		expect(log.length).toBeLessThan(40 + 25);
		expect(watcher.executions).toHaveLength(1);
		expect(await watcher.poll()).toEqual([]);
	});

	it('cover all numbers at activation even if the previous activation has not ended', async () => {
		const numbers = stage.addApplications(10);
		const watcher = stage.watch(numbers);
		stage.sandbox.latency = 30;
		const first = watcher.activate();
		await stage.requests(1);
		expect(await watcher.activate()).toEqual([]);
		await first;
		expect(JSON.stringify(watcher.saved)).toContain(numbers[9]);
		move(numbers[9], 'REJECTED');
		expect(await watcher.poll()).toMatchObject([{ previous_state: 'REVIEWING' }]);
	});

	it('respect the batch size', async () => {
		const numbers = stage.addApplications(12);
		const batching = { batch: { batchSize: 3 } };
		const watcher = stage.watch(numbers, { options: { batching } });
		stage.sandbox.latency = 30;
		const log = await stage.requestsOf(async () => await watcher.activate());
		expect(mostInFlight(log, 30)).toBe(3);
	});

	it('respect the batch interval', async () => {
		const numbers = stage.addApplications(6);
		const batching = { batch: { batchSize: 2, batchInterval: 600 } };
		const watcher = stage.watch(numbers, { options: { batching } });
		const log = await stage.requestsOf(async () => await watcher.activate());
		const [start] = log.map(({ time }) => time);
		const since = log.map(({ time }) => time - start);
		// An interval that is long beside the jitter of a busy machine.
		expect(since[2]).toBeGreaterThan(400);
		expect(since[4]).toBeGreaterThan(920);
	});

	it('respect Requests per Second, 15 by default', async () => {
		const times = async (parameters: object) => {
			const numbers = stage.addApplications(8).join(',');
			const watcher = new Watcher(stage, { parameters: { numbers, ...parameters } });
			const log = await stage.requestsOf(async () => await watcher.activate());
			return log[7].time - log[0].time;
		};
		expect(await times({})).toBeGreaterThan(((7 * 1000) / 15) * 0.8);
		expect(await times({ options: { requestsPerSecond: 20 } })).toBeGreaterThan(
			((7 * 1000) / 20) * 0.8,
		);
	});
});

describe('poll that runs out of time', () => {
	const options = {
		requestsPerSecond: 40,
		batching: { batch: { batchSize: 2 } },
		emitPresentState: true,
	};

	// A first poll reads keys and compiles code: in a time as short as these it might get nothing done.
	beforeEach(async () => {
		await stage.watch(stage.addApplications(1), { options }).activate();
	});

	it('ends early, and the next polls continue until all numbers are emitted', async () => {
		const numbers = stage.addApplications(30);
		const watcher = stage.watch(numbers, { options }, { budgetMs: 400 });
		const first = await stage.requestsOf(async () => await watcher.activate());
		expect(first.length).toBeGreaterThan(0);
		expect(first.length).toBeLessThan(20);
		const from = stage.sandbox.requests.length;
		const timesAsked = () => {
			const asked = stage.sandbox.requests.slice(from).map(({ number }) => number);
			return numbers.map((number) => asked.filter((other) => other === number).length);
		};
		while (Math.min(...timesAsked()) < 2) {
			const part = await stage.requestsOf(async () => await watcher.pollOnce());
			expect(part.length).toBeLessThan(20);
		}
		// Round after round, not the first ones again and again. What a poll had to leave unanswered
		// is asked once more.
		expect(Math.max(...timesAsked())).toBeLessThanOrEqual(4);
		const emitted = () => watcher.executions.flat().map((item) => item.out_apply_no);
		while (emitted().length < 30) await watcher.pollOnce();
		expect(emitted().sort()).toEqual([...numbers].sort());
	});

	it('is completed by the next polls, without items for unchanged numbers', async () => {
		const numbers = stage.addApplications(30);
		const silent = { ...options, emitPresentState: false };
		const watcher = stage.watch(numbers, { options: silent }, { budgetMs: 400 });
		expect(await watcher.activate()).toEqual([]);
		const unread = () => JSON.stringify(watcher.staticData).split('"unread":true').length - 1;
		expect(JSON.stringify(watcher.saved)).toContain(numbers[29]);
		expect(unread()).toBeGreaterThan(10);
		expect(unread()).toBeLessThan(30);
		while (unread() > 0) expect(await watcher.pollOnce()).toEqual([]);
		expect(watcher.executions).toEqual([]);
		move(numbers[29], 'REJECTED');
		expect(await watcher.pollUntilItems()).toMatchObject([
			{ out_apply_no: numbers[29], previous_state: 'REVIEWING' },
		]);
	});

	it('starts no request after its end', async () => {
		const numbers = stage.addApplications(40);
		const watcher = stage.watch(numbers, { options }, { budgetMs: 400 });
		await watcher.activate();
		let items: unknown[] = [];
		const log = await stage.requestsOf(async () => (items = await watcher.pollUntilItems()));
		// Each of them is emitted, save the few that were on their way when the time was over.
		expect(log.length - items.length).toBeLessThanOrEqual(5);
	});

	it('is followed by polls that find a change at the end of the list', async () => {
		const numbers = stage.addApplications(30);
		const watcher = stage.watch(numbers, { options }, { budgetMs: 400 });
		await watcher.activate();
		while (watcher.executions.flat().length < 30 - 20) await watcher.pollUntilItems();
		move(numbers[29], 'REJECTED');
		let items = await watcher.pollUntilItems();
		while (items.every((item) => item.out_apply_no !== numbers[29])) {
			items = await watcher.pollUntilItems();
		}
		expect(items).toContainEqual(expect.objectContaining({ cancel_state: 'REJECTED' }));
	});

	it('reads the other numbers even if two requests get no response', async () => {
		const numbers = stage.addApplications(8);
		const watcher = stage.watch(
			numbers,
			{ options: { batching: { batch: { batchSize: 2 } } } },
			{ budgetMs: 400 },
		);
		await watcher.activate();
		const faults = numbers.slice(0, 2).map((n) => stage.fail(n, { kind: 'delay', ms: 60_000 }));
		numbers.slice(2).forEach((number) => move(number, 'REJECTED'));
		let items = await watcher.pollUntilItems();
		while (items.length < 6) items = [...items, ...(await watcher.pollUntilItems())];
		expect(items.map((item) => item.out_apply_no).sort()).toEqual(numbers.slice(2).sort());
		faults.forEach((fault) => fault.remove());
	});
});
