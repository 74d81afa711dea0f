import { pause } from './pause';

/** A response body as a stream from n8n's helper, already decompressed. */
export interface Stream extends AsyncIterable<Uint8Array> {
	destroy(): void;
}

/** The result of an action with a deadline. `isLate` is true if the deadline ended it. */
export type Timed<T> = { value: T } | { error: unknown; isLate: boolean };

/**
 * Runs a request, reading its body included, for at most `timeoutMs` milliseconds. n8n's own time-out
 * counts idle time, so a body that arrives byte by byte could last forever.
 *
 * @param isCanceled whether the execution has been canceled; the request is then aborted
 * @param action sends the request with the signal, and passes the body to `onBody` if it is a stream
 */
export async function withDeadline<T>(
	timeoutMs: number,
	isCanceled: () => boolean,
	action: (signal: AbortSignal, onBody: (body: Stream) => void) => Promise<T>,
): Promise<Timed<T>> {
	const controller = new AbortController();
	let body: Stream | undefined;
	let isDone = false;
	let isLate = false;
	void pause(timeoutMs, () => isDone || isCanceled()).then(() => {
		if (isDone) return;
		isLate = !isCanceled();
		controller.abort();
		body?.destroy();
	});
	try {
		return { value: await action(controller.signal, (stream) => (body = stream)) };
	} catch (error) {
		return { error, isLate };
	} finally {
		isDone = true;
		body?.destroy();
	}
}

/** Reads a body. Reading stops after more than `maxBytes`, so a longer result means that it is too large. */
export async function readStream(body: Stream, maxBytes: number): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		bytes += chunk.length;
		if (bytes > maxBytes) break;
	}
	return Buffer.concat(chunks);
}
