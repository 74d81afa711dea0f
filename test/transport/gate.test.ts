/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */
import { Gate } from '../../nodes/WechatPay/transport/gate';

/** Resolves when everything that can go on without the test has done so. */
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

it('lets as many pass as it was told, and the others in their order', async () => {
	const gate = new Gate(2);
	const begun: number[] = [];
	const finish: Array<() => void> = [];
	const all = Array.from({ length: 5 }, async (_, i) => {
		await gate.pass(async () => {
			begun.push(i);
			await new Promise<void>((resolve) => (finish[i] = resolve));
		});
	});
	await settled();
	expect(begun).toEqual([0, 1]);
	finish[1]();
	await settled();
	expect(begun).toEqual([0, 1, 2]);
	for (const i of [0, 2]) finish[i]();
	await settled();
	expect(begun).toEqual([0, 1, 2, 3, 4]);
	for (const i of [3, 4]) finish[i]();
	await Promise.all(all);
	// Nobody waits any more, so the places are free again.
	expect(await gate.pass(async () => await Promise.resolve('passed'))).toBe('passed');
});

it('gives the place of what fails to the next, and hands on what came of it', async () => {
	const gate = new Gate(2);
	const outcomes = await Promise.allSettled(
		Array.from({ length: 9 }, async (_, i) => {
			return await gate.pass(async () => await (i % 3 === 0 ? i : Promise.reject(i)));
		}),
	);
	const kept = outcomes.map((one) => ('value' in one ? one.value : -one.reason));
	expect(kept).toEqual([0, -1, -2, 3, -4, -5, 6, -7, -8]);
});
