import { openStage } from '../support/poll';

// Hundreds of numbers in one trigger.

const COUNT = 500;

const stage = openStage();

it(`the trigger looks up each of ${COUNT} numbers once`, async () => {
	const numbers = stage.addApplications(COUNT);
	const [last] = numbers.slice(-1);
	numbers.slice(0, -1).forEach((number) => stage.addApplication(number, 'CANCEL_SUCCESS'));
	const batching = { batch: { batchSize: 50 } };
	const watcher = stage.watch(numbers, {
		options: { requestsPerSecond: 0, batching, emitPresentState: true },
	});
	const log = await stage.requestsOf(async () => {
		const items = await watcher.activate();
		expect(items.map((item) => item.out_apply_no)).toEqual(numbers);
	});
	expect(new Set(log.map(({ number }) => number)).size).toBe(COUNT);
	expect(log).toHaveLength(COUNT);

	// A restart with all of it: the closed ones are not asked for again.
	watcher.crash();
	stage.sandbox.move(last, { state: 'REJECTED' });
	const again = await stage.requestsOf(async () => {
		expect(await watcher.activate()).toMatchObject([{ out_apply_no: last }]);
	});
	expect(again).toHaveLength(1);
});
