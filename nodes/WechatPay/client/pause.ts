import { sleep } from 'n8n-workflow';

// n8n gives nodes no timer that can be canceled, so waits are cut in slices.
const SLICE_MS = 200;

/** Waits; ends early once `isOver` returns true. */
export async function pause(ms: number, isOver: () => boolean): Promise<void> {
	const end = Date.now() + ms;
	for (let left = ms; left > 0 && !isOver(); left = end - Date.now()) {
		await sleep(Math.min(left, SLICE_MS));
	}
}
