import { stopsRun } from '../client/decide';
import type { Cause } from '../failure/cause';
import { CallError } from '../failure/errors';
import type { Item } from './item';

/** The result of one of several calls. */
export type Part<T> = { found: T } | { error: { code: string; message: string } };

const reportable = (error: unknown): CallError => {
	if (error instanceof CallError) return error;
	throw error;
};

async function settle<T>(
	item: Item,
	call: () => Promise<T>,
): Promise<Part<T> & { cause?: CallError }> {
	try {
		return { found: await call() };
	} catch (error) {
		const cause = reportable(error);
		const { message, details } = item.report(cause);
		return { error: { code: String(details.code ?? ''), message }, cause };
	}
}

/**
 * Makes several calls, one after the other. A refused call does not affect the others.
 *
 * @throws {CallError} the first one, if all calls failed; at once, if one stops the run
 * @throws {StoppedError} if the run was stopped
 */
export async function callEach<T>(
	item: Item,
	calls: ReadonlyArray<() => Promise<T>>,
): Promise<Array<Part<T>>> {
	const parts: Array<Part<T>> = [];
	let refused: CallError | undefined;
	for (const call of calls) {
		const { cause, ...part } = await settle(item, call);
		// The run is stopped, so the remaining calls are not made.
		if (cause && stopsRun(cause.cause)) throw cause;
		refused ??= cause;
		parts.push(part as Part<T>);
	}
	if (refused && parts.every((part) => 'error' in part)) throw refused;
	return parts;
}

/** Whether a cause ends the item: no other call could succeed, or its result could not be trusted. */
const endsItem = (cause: Cause): boolean => cause.kind === 'unverified' || stopsRun(cause);

/**
 * Makes one of several calls. Each of them may fail on its own.
 *
 * @throws {CallError} for a response that does not verify, or a wrong credential
 * @throws {StoppedError} if the run was stopped
 */
export async function attemptPart<T>(
	call: () => Promise<T>,
): Promise<{ found: T } | { failed: CallError }> {
	try {
		return { found: await call() };
	} catch (error) {
		const failed = reportable(error);
		if (endsItem(failed.cause)) throw failed;
		return { failed };
	}
}

/** Waits until all calls have ended, also if one of them fails, so that none outlives its item. */
export async function allSettled<T extends readonly unknown[] | []>(
	calls: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
	await Promise.allSettled(calls);
	return await Promise.all(calls);
}
