/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs outside n8n */

/** Without an end, a condition that never comes would hold jest up for ever. */
const PATIENCE_MS = 20_000;

/** Waits for something that happens outside, where nothing tells of it: asks again and again. */
export async function until(happened: () => boolean): Promise<void> {
	const end = performance.now() + PATIENCE_MS;
	while (!happened()) {
		if (performance.now() > end) throw new Error(`Waited 20 s for ${happened.toString()}`);
		await passing(2);
	}
}

/** Lets time pass, where the point is that nothing happens. */
export const passing = async (ms: number): Promise<void> =>
	await new Promise((resolve) => setTimeout(resolve, ms));
