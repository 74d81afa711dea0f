/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { FirstRequestGate } from '../../nodes/WechatPay/client/firstRequestGate';

/** Something that ends when it is told to. */
function deferred() {
	let end = (): void => undefined;
	let fail = (): void => undefined;
	const promise = new Promise<void>((resolve, reject) => {
		end = resolve;
		fail = () => reject(new Error('failed'));
	});
	return { promise, end, fail };
}

/** Follows a lead; `begun` lists what has begun, in order. */
function followers() {
	const lead = new FirstRequestGate();
	const begun: string[] = [];
	const follow = async (name: string, until: Promise<void> = Promise.resolve()) =>
		await lead.run(async () => {
			begun.push(name);
			await until;
			return name;
		});
	return { begun, follow };
}

/** Lets all that can go on without a timer do so. */
const turnOfTheLoop = async () => await new Promise((resolve) => setImmediate(resolve));

it('FirstRequestGate runs the first request alone and then all others at once', async () => {
	const { begun, follow } = followers();
	const first = deferred();
	const endless = deferred();
	const leader = follow('first', first.promise);
	const others = ['b', 'c', 'd'].map(async (name) => await follow(name, endless.promise));
	await turnOfTheLoop();
	expect(begun).toEqual(['first']);
	first.end();
	expect(await leader).toBe('first');
	await turnOfTheLoop();
	expect(begun).toEqual(['first', 'b', 'c', 'd']);
	endless.end();
	expect(await Promise.all(others)).toEqual(['b', 'c', 'd']);
});

it('FirstRequestGate continues after a failed first request and rejects only that one', async () => {
	const { begun, follow } = followers();
	const first = deferred();
	const leader = follow('first', first.promise);
	const second = follow('second');
	first.fail();
	await expect(leader).rejects.toThrow('failed');
	expect(await second).toBe('second');
	expect(begun).toEqual(['first', 'second']);
});

it('FirstRequestGate does not delay later requests', async () => {
	const { begun, follow } = followers();
	await follow('first');
	const endless = deferred();
	void follow('second', endless.promise);
	expect(await follow('third')).toBe('third');
	expect(begun).toEqual(['first', 'second', 'third']);
	endless.end();
});
