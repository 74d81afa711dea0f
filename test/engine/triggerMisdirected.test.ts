import { openStage } from '../support/poll';
import { Proxy, changedBy } from '../support/proxy';

// The answer about another number is no news of this one.

const stage = openStage();
let proxy: Proxy;
beforeAll(async () => (proxy = await Proxy.start(stage.sandbox.port)));
afterAll(async () => await proxy.stop());

it('a response about another number emits nothing, and the next change is emitted', async () => {
	const [mine, theirs] = stage.addApplications(2);
	const watcher = stage.watch(
		[mine, theirs],
		{ options: { requestsPerSecond: 0 } },
		{ credential: { customHost: proxy.url } },
	);
	await watcher.activate();
	const before = watcher.staticData;
	// A request for the first is answered with the second, which is closed.
	proxy.alter = ({ path }, answer) =>
		path.endsWith(mine)
			? changedBy(stage.sandbox.keys, answer, {
					out_apply_no: theirs,
					cancel_state: 'CANCEL_SUCCESS',
				})
			: answer;
	expect(await watcher.poll()).toEqual([]);
	expect(watcher.staticData).toEqual(before);
	proxy.reset();
	stage.sandbox.move(mine, { state: 'REJECTED' });
	expect(await watcher.poll()).toMatchObject([
		{ out_apply_no: mine, cancel_state: 'REJECTED', previous_state: 'REVIEWING' },
	]);
});
